// The page's script: the list, one cluster, and two documents side by side, all
// chosen by what stands behind the # of the address:
//
//   #q=WORDS&texts=1&relation=NAME&site=NAME&sort=ORDER&page=N   the list
//   #cluster=ID                                        the cluster that ID is in
//   #doc=ID&with=of&passage=N                          ID beside the canonical one
//
// Text of documents only ever becomes text nodes and attributes' values; the
// Content-Security-Policy lets no string become markup.
(() => {
"use strict";

const $ = id => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const CARDS = 40, ROWS = 100; // a page of clusters, and of members
const NAMED = 8; // outlets that a card names

// Elements. Attributes by name; on… are listeners; null children are left out.
function make(ns, tag, attributes, children) {
  const e = ns ? document.createElementNS(ns, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else if (name.startsWith("--")) e.style.setProperty(name, value);
    else if (value === true) e.setAttribute(name, "");
    else if (value !== false && value != null) e.setAttribute(name, value);
  }
  for (const c of children.flat(Infinity)) if (c != null && c !== false) e.append(c);
  return e;
}
const h = (tag, attributes, ...children) => make(null, tag, attributes, children);
const s = (tag, attributes, ...children) => make(SVG, tag, attributes, children);

// ---- what the page holds ----

const index = JSON.parse($("index").textContent);
const documents = new Map(); // by id
let packs = 0;
const clusters = index.clusters.map((c, n) => {
  const cluster = { n, packs: c.packs, base: packs, members: null, source: c.source };
  packs += c.packs.length;
  cluster.members = c.members.map((m, i) => {
    const [id, title, site, time, relation, of, words, found, holds, boilerplate, jaccard, cut] = m;
    const member = {
      cluster, i, id, title, site: site < 0 ? "" : index.sites[site], time,
      relation: relation < 0 ? "" : index.relations[relation], of, words, found, holds, boilerplate, jaccard, cut,
    };
    documents.set(id, member);
    return member;
  });
  const times = cluster.members.map(m => m.time).filter(t => t != null);
  cluster.first = times.reduce((a, b) => Math.min(a, b), Infinity);
  cluster.last = times.reduce((a, b) => Math.max(a, b), -Infinity);
  cluster.span = times.length ? cluster.last - cluster.first : -1;
  cluster.outlets = [...new Set(cluster.members.map(m => m.site).filter(Boolean))];
  cluster.sites = cluster.outlets.length;
  return cluster;
});

// The texts and alignments of a member's pack, unpacked once and kept while few.
const unpacked = new Map();
function unpack(n, keep = true) {
  let p = unpacked.get(n);
  if (!p) {
    p = (async () => {
      const bytes = Uint8Array.from(atob($("pack" + n).textContent), c => c.charCodeAt(0));
      const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
      return JSON.parse(await new Response(stream).text());
    })();
    if (keep) unpacked.set(n, p);
    if (unpacked.size > 16) unpacked.delete(unpacked.keys().next().value);
  }
  return p;
}
async function content(member) {
  const c = member.cluster;
  let k = c.packs.length - 1;
  while (c.packs[k] > member.i) k--;
  const pack = await unpack(c.base + k), at = member.i - c.packs[k];
  return { text: pack.texts[at], canonical: pack.canonical[at], of: pack.of[at] };
}

// ---- words for figures ----

const percent = x => (x > 0 && x < .01 ? "under 1" : x < 1 && x > .99 ? "over 99" : Math.round(100 * x)) + " %";
const count = n => String(n).replace(/\B(?=(\d{3})+$)/g, ",");
const plural = (n, one, many) => count(n) + " " + (n === 1 ? one : many || one + "s");
const few = n => n === 1 ? "1 document" : count(n) + " documents";
function when(t) {
  if (t == null) return "undated";
  const iso = new Date(t * 1000).toISOString();
  return t % 86400 === 0 ? iso.slice(0, 10) : iso.slice(0, 10) + " " + iso.slice(11, 16) + " UTC";
}
function lasting(seconds) {
  const m = Math.round(seconds / 60), d = Math.floor(m / 1440), hours = Math.floor(m / 60) % 24;
  if (seconds < 60) return seconds + " s";
  if (m < 60) return m + " min";
  if (d === 0) return hours + " h" + (m % 60 ? " " + m % 60 + " min" : "");
  if (d < 14) return d + " d" + (hours ? " " + hours + " h" : "");
  return count(d) + " days";
}
const time = t => t == null ? h("span", {}, "undated") : h("time", { datetime: new Date(t * 1000).toISOString() }, when(t));
const title = m => m.title || "(no text)";
const address = parts => "#" + new URLSearchParams(parts);
const say = words => { $("said").textContent = words; };

// Relations have a shape each; one that this script does not know has a ring.
const SHAPES = {
  "": "M6 0 12 6 6 12 0 6Z", // first: a diamond
  copy: "M6 1A5 5 0 1 1 5.99 1Z",
  excerpt: "M1.5 1.5H10.5V10.5H1.5Z",
  revision: "M6 1 11.5 11H.5Z",
};
const kind = r => r === "" ? "first" : SHAPES[r] ? r : "other";
const shape = r => s("svg", { class: "shape k-" + kind(r), viewBox: "0 0 12 12", "aria-hidden": "true" }, s("path", { d: SHAPES[r] || SHAPES.copy }));
// The canonical document is the first published, or, if nobody knows, the first by id.
const leading = c => c.members[0].time != null ? "first" : "canonical";
const named = m => m.relation || leading(m.cluster);
const badge = (r, words) => h("span", { class: "badge" }, shape(r), words);

function relationCounts(c) {
  const n = new Map();
  for (const m of c.members) if (m.relation) n.set(m.relation, (n.get(m.relation) || 0) + 1);
  return index.relations.filter(r => n.has(r)).map(r => [r, n.get(r)]);
}

// ---- a timeline: a mark for each document, stacked where they are close ----

function marks(c, width, most, sizes) {
  const dated = c.members.filter(m => m.time != null);
  let size, slots, stacks, high;
  for (size of sizes) { // the largest marks that have room
    slots = Math.max(1, Math.floor((width - size) / (size + 2)));
    stacks = new Map();
    for (const m of dated) {
      const slot = c.span > 0 ? Math.round((m.time - c.first) / c.span * slots) : 0;
      if (!stacks.has(slot)) stacks.set(slot, []);
      stacks.get(slot).push(m);
    }
    high = Math.max(...[...stacks.values()].map(x => x.length), 1);
    if (high * (size + 2) + 6 <= most) break;
  }
  const height = Math.min(most, high * (size + 2) + 6), step = (height - 6) / high;
  const svg = s("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const g = s("g", {}, s("path", { class: "k-line", d: `M0 ${height - .5}H${width}` }));
  for (const [slot, ms] of stacks) {
    const x = slot / slots * (width - size);
    // Marks that would hide one another become a column.
    if (step < size) {
      g.append(s("rect", { class: "dots", x, y: height - 2 - Math.max(2, ms.length * step), width: size, height: Math.max(2, ms.length * step) }));
      continue;
    }
    ms.forEach((m, i) => g.append(s("path", {
      class: "dots k-" + kind(m.relation), d: SHAPES[m.relation] || SHAPES.copy,
      transform: `translate(${x} ${height - 3 - size - i * step}) scale(${size / 12})`,
    }, s("title", {}, `${when(m.time)} ${m.site || m.id}`))));
  }
  svg.append(g);
  return svg;
}

// ---- the list ----

const haystacks = new Map();
const fold = t => t.normalize("NFKC").toLowerCase();
function haystack(m) {
  let t = haystacks.get(m);
  if (t === undefined) haystacks.set(m, t = fold(m.id + "\n" + m.site + "\n" + m.title));
  return t;
}

const ORDERS = {
  sites: (a, b) => b.sites - a.sites || b.members.length - a.members.length || a.n - b.n,
  size: (a, b) => b.members.length - a.members.length || a.n - b.n,
  span: (a, b) => b.span - a.span || a.n - b.n,
  first: (a, b) => (a.first === b.first ? 0 : a.first - b.first) || a.n - b.n,
  last: (a, b) => (a.last === b.last ? 0 : b.last - a.last) || a.n - b.n,
};

function card(c, hits) {
  const m = c.members[0];
  return h("li", { class: "card" },
    h("h3", { dir: "auto", lang: "" }, h("a", { href: address({ cluster: m.id }) }, title(m))),
    h("div", { class: "facts" },
      h("p", {}, h("b", {}, count(c.members.length)), " documents",
        c.sites > 1 ? [", ", h("b", {}, count(c.sites)), " outlets"] : null,
        c.span > 0 ? [h("br"), "over ", h("b", {}, lasting(c.span))] : null),
      c.span > 0 ? marks(c, 240, 26, [7, 5]) : null),
    c.source && c.source.probability ? h("p", { class: "whose" }, h("bdi", {}, c.source.text)) : null,
    c.sites ? h("p", { class: "outlets" }, c.outlets.slice(0, NAMED).map((o, i) => [i ? ", " : null, h("bdi", {}, o)]), c.sites > NAMED ? ` and ${count(c.sites - NAMED)} more` : null) : null,
    h("p", { class: "meta" }, m.site ? h("span", {}, leading(c), ": ", h("bdi", {}, m.site)) : null, m.time != null ? h("span", {}, time(m.time)) : null, h("bdi", { class: "id" }, m.id)),
    h("p", { class: "badges" }, relationCounts(c).map(([r, n]) => badge(r, `${count(n)} ${plain(r, n)}`))),
    hits.length ? h("p", { class: "hits" }, "Found in ", hits.slice(0, 4).map(x => h("a", { href: link(x) }, h("bdi", {}, x.id))), hits.length > 4 ? `and ${count(hits.length - 4)} more` : null) : null);
}
const plain = (r, n) => n === 1 ? r : { copy: "copies", excerpt: "excerpts", revision: "revisions" }[r] || r;
const link = m => address(m.i === 0 ? { cluster: m.id } : { doc: m.id });

let search = 0; // the number of the last, which ends those before
async function showList(params) {
  const mine = ++search;
  const q = params.get("q") || "", relation = params.get("relation") || "", site = params.get("site") || "";
  const sort = ORDERS[params.get("sort")] ? params.get("sort") : "sites";
  const texts = params.get("texts") === "1";
  if (document.activeElement !== $("q")) $("q").value = q;
  $("relation").value = relation; $("site").value = site; $("sort").value = sort; $("texts").checked = texts;

  const words = fold(q).split(/\s+/).filter(Boolean);
  const all = t => words.every(w => t.includes(w));
  const possible = clusters.filter(c => (!relation || c.members.some(m => m.relation === relation)) && (!site || c.outlets.includes(site)));
  const found = [];
  if (!words.length) for (const c of possible) found.push([c, []]);
  // Some at a time, as a browser unpacks side by side; not kept, as all texts of
  // a page may be more than it wants to hold.
  const STEP = 24;
  for (let i = 0; words.length && i < possible.length; i += STEP) {
    const step = possible.slice(i, i + STEP);
    const opened = texts ? await Promise.all(step.map(c => Promise.all(c.packs.map((_, k) => unpack(c.base + k, false))))) : [];
    if (mine !== search) return;
    step.forEach((c, j) => {
      const text = texts ? opened[j].flatMap(p => p.texts) : null;
      const hits = c.members.filter(m => all(haystack(m)) || text && all(fold(text[m.i])));
      if (hits.length) found.push([c, hits]);
    });
    if (texts && i % (20 * STEP) === 0 && i) {
      $("count").textContent = `Searching texts: ${Math.round(100 * i / possible.length)} %`;
      await new Promise(r => setTimeout(r));
    }
  }
  if (mine !== search) return;
  found.sort((a, b) => ORDERS[sort](a[0], b[0]));
  listing = found.map(f => f[0]);
  const pages = Math.max(1, Math.ceil(found.length / CARDS));
  const page = Math.min(pages, Math.max(1, Number(params.get("page")) || 1));
  const shown = found.slice((page - 1) * CARDS, page * CARDS);
  $("clusters").replaceChildren(...shown.map(([c, hits]) => card(c, hits)));
  $("clusters").setAttribute("start", (page - 1) * CARDS + 1);
  if (!found.length) $("clusters").replaceChildren(h("li", { class: "empty" }, "No cluster has that. Documents that are alone are counted above, but not listed."));
  $("count").textContent = !q && !relation && !site ? `${plural(clusters.length, "cluster")}` + (pages > 1 ? `, page ${page} of ${pages}` : "")
    : `${count(found.length)} of ${plural(clusters.length, "cluster")}` + (pages > 1 ? `, page ${page} of ${pages}` : "");
  const turn = (to, words) => h("button", { type: "button", disabled: to < 1 || to > pages, onclick: () => {
    const next = new URLSearchParams(params); next.set("page", to);
    location.hash = next; $("list-title").focus({ preventScroll: true }); $("list").scrollIntoView();
  } }, words);
  $("pager").hidden = pages < 2;
  $("pager").replaceChildren(turn(page - 1, "← Previous"), h("span", {}, `Page ${page} of ${pages}`), turn(page + 1, "Next →"));
}

function filtered() {
  const parts = {};
  if ($("q").value.trim()) parts.q = $("q").value;
  if ($("texts").checked) parts.texts = "1";
  if ($("relation").value) parts.relation = $("relation").value;
  if ($("site").value) parts.site = $("site").value;
  if ($("sort").value !== "sites") parts.sort = $("sort").value;
  // Typing is one step back, not twenty.
  location.replace(address(parts));
}

// ---- the list as a file ----

let listing = []; // the clusters that are found, in their order

// A cell that a spreadsheet would take for a formula gets an apostrophe.
function cell(v) {
  const t = String(v ?? "");
  const safe = typeof v === "string" && /^[=+\-@\t\r]/.test(t) ? "'" + t : t;
  return /[",\n\r]/.test(safe) ? '"' + safe.replaceAll('"', '""') + '"' : safe;
}
function csv(list) {
  const rows = [["cluster", "size", "outlets", "id", "outlet", "published", "title", "relation", "of", "jaccard"]];
  for (const c of list) for (const m of c.members) {
    rows.push([c.members[0].id, c.members.length, c.sites, m.id, m.site, m.time == null ? "" : new Date(m.time * 1000).toISOString().replace(".000Z", "Z"),
      m.title, m.relation, m.i ? c.members[m.of].id : "", m.i ? m.jaccard : ""]);
  }
  return "\ufeff" + rows.map(r => r.map(cell).join(",")).join("\r\n") + "\r\n"; // the mark tells a spreadsheet that it is UTF-8
}
function save() {
  const to = URL.createObjectURL(new Blob([csv(listing)], { type: "text/csv" }));
  h("a", { href: to, download: "reprints.csv" }).click();
  setTimeout(() => URL.revokeObjectURL(to), 60000);
  say(`${plural(listing.length, "cluster")} saved`);
}

// ---- a cluster ----

function showCluster(c) {
  const first = c.members[0], to = $("cluster");
  const rows = h("tbody", { role: "rowgroup" });
  let shown = 0;
  const more = h("button", { type: "button", class: "more", onclick: () => add() });
  function add() {
    const from = shown;
    shown = Math.min(c.members.length, shown + ROWS);
    for (const m of c.members.slice(from, shown)) rows.append(row(m));
    more.hidden = shown === c.members.length;
    more.textContent = `Show ${Math.min(ROWS, c.members.length - shown)} more of ${count(c.members.length - shown)}`;
    if (from) rows.children[from].querySelector("a")?.focus();
  }
  const text = h("div", { class: "prose sheet" }, h("p", { class: "soft" }, "…"));
  to.replaceChildren(
    h("a", { class: "back", href: "#", onclick: back }, "← All clusters"),
    h("h2", { id: "cluster-title", tabindex: "-1", dir: "auto", lang: "" }, title(first)),
    h("p", { class: "meta" }, h("span", {}, few(c.members.length)), c.sites ? h("span", {}, plural(c.sites, "outlet")) : null,
      c.span > 0 ? h("span", {}, "over " + lasting(c.span)) : null),
    whose(c),
    timeline(c),
    h("div", { class: "block" },
      h("table", { role: "table" },
        h("caption", {}, h("h3", {}, "Who carries it")),
        h("thead", { role: "rowgroup" }, h("tr", { role: "row" },
          ["Published", "Document", "Relation", `Its words found in the ${leading(c)}`, `Words of the ${leading(c)} found in it`].map(t => h("th", { role: "columnheader", scope: "col" }, t)))),
        rows), more),
    h("div", { class: "block" }, h("h3", {}, c.members[0].time != null ? "The text as first published" : "The canonical text"), text));
  add();
  content(first).then(({ text: t }) => {
    text.replaceChildren(...paragraphs(t, []), first.cut ? h("p", { class: "soft" }, "[The text goes on; the page holds only this much.]") : "");
    if (!t.trim()) text.replaceChildren(h("p", { class: "soft" }, "(no text)"));
  }, failed(text));
}

// whose says where the article comes from, and draws who has it from whom.
function whose(c) {
  const o = c.source;
  if (!o) return null;
  return h("figure", { class: "block origin" }, h("h3", {}, "Whose it is"),
    h("p", {}, h("bdi", {}, o.text), o.probability ? h("span", { class: "soft" }, ` Probability ${percent(o.probability)}.`) : null),
    o.first ? h("p", {}, h("bdi", {}, o.first)) : null,
    o.evidence.length ? h("ul", {}, o.evidence.map(e => h("li", {}, h("bdi", {}, e)))) : null,
    o.contrary ? h("p", { class: "soft" }, h("bdi", {}, o.contrary)) : null,
    graph(c));
}

const TREE = 40; // members that are drawn at the most

// graph draws the source at the left, and each member at the right of the one
// it has the text from.
function graph(c) {
  const from = c.source.from;
  if (c.members.length < 2 || c.members.length > TREE) return null;
  const below = new Map();
  from.forEach((p, i) => { const k = p === -2 ? "top" : p; below.set(k, (below.get(k) || []).concat(i)); });
  const W = 230, H = 26, marks = [], lines = [];
  let y = 0, deepest = 0;
  const label = i => c.members[i].site || c.members[i].id;
  const short = t => t.length > 26 ? t.slice(0, 25) + "…" : t;
  const place = (name, kids, depth, kind) => {
    deepest = Math.max(deepest, depth);
    const at = kids.map(i => place(label(i), below.get(i) || [], depth + 1));
    const mine = at.length ? (at[0] + at[at.length - 1]) / 2 : y++ * H + H / 2;
    // From behind the name, which is about so long, to the dots of those that took it.
    const x = depth * W + 7, out = Math.min(x + 16 + short(name).length * 7, x + W - 24), to = x + W - 6;
    for (const k of at) lines.push(s("path", { class: kind === "untold" ? "edge untold" : "edge", d: `M${out} ${mine}C${(out + to) / 2} ${mine} ${(out + to) / 2} ${k} ${to} ${k}` }));
    marks.push(s("circle", { class: kind || "member", cx: x, cy: mine, r: 4.5 }), s("text", { x: x + 10, y: mine + 4 }, short(name)));
    return mine;
  };
  const absent = below.get(-1) || [];
  if (absent.length) place(c.source.name || "an absent source", absent, 0, "absent");
  for (const i of below.get("top") || []) place(label(i), below.get(i) || [], 0);
  const untold = below.get(-3) || [];
  if (untold.length) place("not to be told", untold, 0, "untold");
  const width = (deepest + 1) * W, height = y * H;
  return h("div", { class: "tree", tabindex: "0" }, s("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": "Who has it from whom" }, lines, marks));
}

function timeline(c) {
  if (c.span < 0) return null;
  const undated = c.members.filter(m => m.time == null).length;
  const legend = h("p", { class: "badges" }, badge("", "the " + leading(c)), relationCounts(c).map(([r, n]) => badge(r, `${count(n)} ${plain(r, n)}`)), undated ? h("span", {}, `${count(undated)} undated`) : null);
  return h("figure", { class: "block" }, h("h3", {}, "Who published when"),
    h("div", { class: "line" },
      c.span > 0 ? marks(c, Math.max(240, document.documentElement.clientWidth > 1152 ? 1062 : document.documentElement.clientWidth - 80), 110, [12, 9, 7, 5]) : null,
      h("p", { class: "ends" }, h("span", {}, time(c.first)), c.span > 0 ? h("span", {}, time(c.last)) : null), legend));
}

function bar(found, boilerplate) {
  return h("span", { class: "bar", "aria-hidden": "true" }, h("i", { "--v": found }), boilerplate > 0 ? h("i", { class: "b", "--v": Math.min(boilerplate, 1 - found) }) : null);
}

function row(m) {
  const c = m.cluster, late = m.time != null && c.members[0].time != null ? m.time - c.members[0].time : 0;
  const of = m.of > 0 ? c.members[m.of] : null;
  return h("tr", { role: "row" },
    h("td", { role: "cell", class: "when" }, time(m.time), late > 0 ? h("small", {}, "+ " + lasting(late)) : null),
    h("td", { role: "cell" },
      m.i ? h("a", { class: "title", dir: "auto", lang: "", href: address({ doc: m.id }) }, title(m)) : h("span", { class: "title", dir: "auto", lang: "" }, title(m)),
      h("span", { class: "meta" }, m.site ? h("bdi", {}, m.site) : null, h("bdi", { class: "id" }, m.id))),
    h("td", { role: "cell" }, badge(m.relation, named(m)), of ? h("div", {}, h("small", { class: "soft" }, "of ", h("a", { href: address({ doc: m.id, with: "of" }) }, h("bdi", {}, of.id)))) : null),
    m.i ? [
      h("td", { role: "cell", class: "share", "data-name": `Found in the ${leading(c)}` }, h("span", { class: "num" }, percent(m.found)),
        m.boilerplate >= .01 ? h("small", { class: "soft" }, ` + ${percent(m.boilerplate)} boilerplate`) : null, bar(m.found, m.boilerplate)),
      h("td", { role: "cell", class: "share", "data-name": `Of the ${leading(c)}` }, h("span", { class: "num" }, percent(m.holds)), bar(m.holds, 0)),
    ] : [h("td", { role: "cell", class: "share nothing" }, "–"), h("td", { role: "cell", class: "share nothing" }, "–")]);
}

// ---- texts ----

// paragraphs turns a text into elements. pieces are stretches of it in order,
// without overlap: {from, to, element: () => Element}; the rest is plain. Where
// a blank line runs through a piece it goes on in the next paragraph.
function paragraphs(text, pieces) {
  const out = [];
  let p = null;
  const breaks = [...text.matchAll(/\n[^\S\n]*\n\s*/g)].map(m => [m.index, m.index + m[0].length]);
  breaks.push([text.length, text.length]);
  let k = 0;
  const put = (from, to, piece) => {
    let made = false;
    for (;;) {
      while (breaks[k][1] <= from && k < breaks.length - 1) { k++; p = null; }
      const end = Math.min(to, Math.max(breaks[k][0], from));
      if (end > from || (from === to && !made)) {
        if (!p) out.push(p = h("p", { dir: "auto", lang: "" }));
        if (piece) {
          if (!made && piece.before) p.append(piece.before());
          const e = piece.element();
          e.append(text.slice(from, end));
          p.append(e);
          made = true;
        } else p.append(text.slice(from, end));
      }
      if (to <= breaks[k][1] || k === breaks.length - 1) return;
      from = breaks[k][1];
    }
  };
  let at = 0;
  for (const piece of pieces) {
    if (piece.from > at) put(at, piece.from, null);
    put(piece.from, piece.to, piece);
    at = piece.to;
  }
  if (at < text.length) put(at, text.length, null);
  return out;
}

const CLASSES = { added: "only in this text", removed: "only in this text", edited: "other words in the other text", boilerplate: "boilerplate" };

// piecesOf cuts one side of an alignment: passages into runs and edits, and what
// is left by its class.
function piecesOf(alignment, side, members) {
  const pieces = [], own = side === 0 ? "a" : "b";
  alignment.passages.forEach((x, n) => {
    const [start, end] = x[own], moved = x.moved ? " moved" : "";
    const words = `Passage ${n + 1} of ${alignment.passages.length}, ${plural(x.words, "word")}${x.moved ? ", moved" : ""}`;
    const number = () => h("button", { type: "button", class: "nr" + moved, "data-p": n, "aria-label": words + ": go to it on the other side", title: words }, String(n + 1), x.moved ? " ⇅" : "");
    let at = start, first = true;
    const run = (from, to) => {
      pieces.push({ from, to, before: first ? number : null, element: () => h("span", { class: "pass" + moved, "data-p": n }) });
      first = false;
    };
    (x.edits || []).forEach((e, j) => {
      const from = e[2 * side], to = e[2 * side + 1], none = from === to;
      if (from > at || first) run(at, from);
      pieces.push({ from, to, element: () => h(side === 0 ? "del" : "ins", { class: "edit" + (none ? " none" : ""), "data-p": n, "data-e": n + "." + j, title: none ? "the other text has words here" : null },
        none ? h("span", { class: "unseen" }, " (nothing here) ") : null) });
      at = to;
    });
    if (end > at || first) run(at, end);
  });
  alignment[own].forEach((x, j) => {
    const cls = x.class === "boilerplate" ? "boiler" : "own";
    pieces.push({ from: x.at[0], to: x.at[1], element: () => h("span", { class: cls, "data-o": own + j, title: CLASSES[x.class] || x.class }) });
  });
  return pieces.sort((x, y) => x.from - y.from || x.to - y.to);
}

function failed(to) {
  return err => {
    to.replaceChildren(h("p", { class: "notice" }, typeof DecompressionStream === "undefined"
      ? "This browser is too old to unpack the texts: it needs DecompressionStream (Chrome 80, Firefox 113, Safari 16.4)."
      : "The texts could not be unpacked: " + err));
  };
}

// ---- side by side ----

let leave = () => {}; // ends what the last pair has running

async function showPair(m, params) {
  leave();
  const to = $("pair"), c = m.cluster;
  const byOf = params.get("with") === "of" && m.of > 0;
  const other = c.members[byOf ? m.of : 0];
  const near = n => c.members[n] && n > 0 ? address({ doc: c.members[n].id }) : null;
  const panes = h("div", { class: "panes" }, h("p", { class: "wait", role: "status" }, "Unpacking …"));
  const sum = h("p", { class: "sum" });
  const tools = h("div", { class: "tools" });
  const legend = h("p", { class: "legend" });
  to.replaceChildren(
    h("div", { class: "bench" },
      h("div", { class: "row" },
        h("a", { class: "back", href: address({ cluster: c.members[0].id }) }, "← Cluster"),
        h("h2", { id: "pair-title", tabindex: "-1" }, badge(m.relation, named(m)), h("small", {}, `document ${count(m.i + 1)} of ${count(c.members.length)}`)),
        sum,
        h("nav", { class: "tools", "aria-label": "Pairs of this cluster" },
          m.of > 0 ? [
            h("a", { href: address({ doc: m.id }), "aria-current": byOf ? null : "true" }, "with the " + leading(c)),
            h("a", { href: address({ doc: m.id, with: "of" }), "aria-current": byOf ? "true" : null }, "with its match")] : null,
          near(m.i - 1) ? h("a", { href: near(m.i - 1) }, "←", h("span", { class: "long" }, "Document")) : null,
          near(m.i + 1) ? h("a", { href: near(m.i + 1) }, h("span", { class: "long" }, "Document"), "→") : null)),
      h("div", { class: "row" }, tools, legend)),
    panes);
  let left, right;
  try {
    [left, right] = await Promise.all([content(other), content(m)]);
  } catch (err) {
    return failed(panes)(err);
  }
  if (!to.contains(panes)) return; // another was opened meanwhile
  const alignment = byOf ? right.of : right.canonical;
  const sides = [pane(other, left.text, alignment, 0), pane(m, right.text, alignment, 1)];
  const gutter = s("svg", { class: "gutter", "aria-hidden": "true" });
  panes.replaceChildren(sides[0].pane, gutter, sides[1].pane);
  const moved = alignment.passages.filter(x => x.moved).length;
  const edits = alignment.passages.reduce((n, x) => n + (x.edits || []).length, 0);
  const words = alignment.a.concat(alignment.b).reduce((n, x) => n + (x.class === "boilerplate" ? x.words : 0), 0);
  sum.append(h("b", {}, percent(alignment.coverage[1])), " of the right is on the left, ", h("b", {}, percent(alignment.coverage[0])), " of the left on the right",
    alignment.complete ? "" : "; the search was cut short, there may be more");
  const entry = (cls, what, n, of) => n ? h("span", {}, h("span", { class: cls }, what), h("span", {}, h("b", {}, count(n)), " ", of)) : null;
  legend.append(...[
    entry("pass", "shared", alignment.passages.length, alignment.passages.length === 1 ? "passage" : "passages"), entry("pass moved", "moved ⇅", moved, "of them"),
    entry("edit", "differs", edits, edits === 1 ? "edit" : "edits"), entry("boiler", "boilerplate", words, words === 1 ? "word" : "words")].filter(Boolean));
  walk(to, sides, gutter, alignment, tools, params);
}

function pane(m, text, alignment, side) {
  const body = h("div", { class: "prose" }, paragraphs(text, piecesOf(alignment, side)));
  for (const p of body.children) {
    if (p.querySelector(".boiler") && !p.querySelector(".pass, .own, .edit")) p.classList.add("all-boiler");
  }
  if (!text.trim()) body.append(h("p", { class: "soft" }, "(no text)"));
  if (m.cut) body.append(h("p", { class: "soft" }, "[The text goes on; the page holds only this much.]"));
  const id = "pane-" + side;
  const scroll = h("div", { class: "scroll", tabindex: "0", role: "region", "aria-labelledby": id }, body);
  return {
    scroll, body,
    pane: h("section", { class: "pane", "aria-labelledby": id },
      h("header", {},
        h("h3", { class: "title", id, dir: "auto", lang: "" }, title(m)),
        h("p", { class: "meta" }, h("span", {}, named(m)), m.site ? h("bdi", {}, m.site) : null, m.time != null ? h("span", {}, time(m.time)) : null, h("bdi", { class: "id" }, m.id))),
      scroll),
  };
}

// walk makes a pair of panes answer: what is pointed at is marked on both sides,
// what is chosen is scrolled to, and one side follows the other.
function walk(root, sides, gutter, alignment, tools, params) {
  const reduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const n = alignment.passages.length;
  // All elements by what they stand for: a long pair has thousands.
  const known = sides.map(x => {
    const by = new Map();
    for (const e of x.body.querySelectorAll("[data-p], [data-o]")) {
      for (const key of ["p", "e", "o"]) {
        if (e.dataset[key] === undefined) continue;
        const name = key + e.dataset[key];
        if (by.has(name)) by.get(name).push(e); else by.set(name, [e]);
      }
    }
    return by;
  });
  const of = (side, key, value) => known[side].get(key + value) || [];
  // Where each passage stands on each side, and the steps along which they scroll.
  let spots = [], steps = [];
  function measure() {
    spots = alignment.passages.map((x, p) => [0, 1].map(side => {
      const top = sides[side].scroll.getBoundingClientRect().top - sides[side].scroll.scrollTop;
      const all = of(side, "p", p);
      if (!all.length) return [0, 0];
      return [all[0].getBoundingClientRect().top - top, all[all.length - 1].getBoundingClientRect().bottom - top];
    }));
    steps = [[0, 0]];
    alignment.passages.forEach((x, p) => {
      if (x.moved) return;
      for (const end of [0, 1]) {
        const next = [spots[p][0][end], spots[p][1][end]], last = steps[steps.length - 1];
        if (next[0] >= last[0] && next[1] >= last[1]) steps.push(next);
      }
    });
    steps.push([0, 1].map(side => Math.max(sides[side].scroll.scrollHeight, steps[steps.length - 1][side])));
    draw();
  }
  function across(y, from) { // the height on the other side of what is at y
    let k = 1;
    while (k < steps.length - 1 && steps[k][from] < y) k++;
    const [a, b] = [steps[k - 1], steps[k]], width = b[from] - a[from];
    const t = width > 0 ? (y - a[from]) / width : 0;
    return a[1 - from] + t * (b[1 - from] - a[1 - from]);
  }

  let active = -1;
  function draw() {
    const box = gutter.getBoundingClientRect();
    if (!box.width) return;
    const w = box.width;
    gutter.replaceChildren(...spots.map((x, p) => {
      const y = [0, 1].map(side => {
        const view = sides[side].scroll, r = view.getBoundingClientRect();
        const low = r.top - box.top, high = r.bottom - box.top;
        return x[side].map(v => Math.min(high, Math.max(low, v - view.scrollTop + low)));
      });
      if (y[0][0] === y[0][1] && y[1][0] === y[1][1]) return null;
      const d = `M0 ${y[0][0]}C${w / 2} ${y[0][0]} ${w / 2} ${y[1][0]} ${w} ${y[1][0]}V${y[1][1]}C${w / 2} ${y[1][1]} ${w / 2} ${y[0][1]} 0 ${y[0][1]}Z`;
      return s("path", { d, class: (alignment.passages[p].moved ? "moved" : "") + (p === active ? " on" : "") });
    }).filter(Boolean));
  }

  // Scrolling. Only the side that a person moves leads.
  let lead = -1, follow = true, frame = 0;
  function scrolled(side) {
    if (!frame) frame = requestAnimationFrame(() => {
      frame = 0;
      if (follow && lead === side) {
        const here = sides[side].scroll, there = sides[1 - side].scroll;
        there.scrollTop = across(here.scrollTop + here.clientHeight * .3, side) - there.clientHeight * .3;
      }
      draw();
    });
  }
  function to(side, y, smooth) {
    const view = sides[side].scroll;
    view.scrollTo({ top: y - view.clientHeight * .25, behavior: smooth && !reduced ? "smooth" : "auto" });
  }
  const heightOf = (side, e) => e.getBoundingClientRect().top - sides[side].scroll.getBoundingClientRect().top + sides[side].scroll.scrollTop;

  // Marks.
  function light(key, value, on) {
    for (const side of [0, 1]) for (const e of of(side, key, value)) {
      if (key !== "p" || !e.classList.contains("edit")) e.classList.toggle("on", on);
    }
  }
  let lit = null;
  function hover(key, value) {
    if (lit && lit[0] === key && lit[1] === value) return;
    if (lit && !(lit[0] === "p" && Number(lit[1]) === active)) light(lit[0], lit[1], false);
    lit = key ? [key, value] : null;
    if (lit) light(key, value, true);
  }
  // choose marks a passage and scrolls to it: on both sides, or only on the one
  // opposite to where it was chosen.
  function choose(p, from, smooth = true) {
    if (active >= 0) light("p", active, false);
    active = p;
    light("p", p, true);
    lead = -1;
    for (const side of [0, 1]) if (side !== from) to(side, spots[p][side][0], smooth);
    if (from >= 0) {
      // Level with where it stands on this side, so that the eye need only cross.
      const y = spots[p][from][0] - sides[from].scroll.scrollTop, there = sides[1 - from].scroll;
      const level = Math.min(Math.max(y, 24), there.clientHeight * .6);
      there.scrollTo({ top: spots[p][1 - from][0] - level, behavior: smooth && !reduced ? "smooth" : "auto" });
    }
    const x = alignment.passages[p];
    say(`Passage ${p + 1} of ${n}, ${plural(x.words, "word")}${x.moved ? ", moved" : ""}${x.edits ? ", " + plural(x.edits.length, "edit") : ""}`);
    draw();
  }

  // Differences: edits, and what only one side has, in reading order.
  const differences = [];
  alignment.passages.forEach((x, p) => (x.edits || []).forEach((e, j) => differences.push(["e", p + "." + j, e[0]])));
  const beside = at => { // where on the left something that only the right has would stand
    let best = 0, where = 0;
    for (const x of alignment.passages) if (!x.moved && x.b[1] <= at && x.b[1] > best) { best = x.b[1]; where = x.a[1]; }
    return where;
  };
  alignment.a.forEach((x, j) => { if (x.class !== "boilerplate") differences.push(["o", "a" + j, x.at[0]]); });
  alignment.b.forEach((x, j) => { if (x.class !== "boilerplate") differences.push(["o", "b" + j, beside(x.at[0]) + .5]); });
  differences.sort((x, y) => x[2] - y[2]);
  let difference = -1;
  function differ(step) {
    if (!differences.length) return;
    if (difference >= 0) light(differences[difference][0], differences[difference][1], false);
    difference = (difference + step + differences.length + (difference < 0 && step < 0 ? 1 : 0)) % differences.length;
    const [key, value] = differences[difference];
    light(key, value, true);
    lead = -1;
    const at = [0, 1].map(side => of(side, key, value)[0]);
    const y = [0, 1].map(side => at[side] ? heightOf(side, at[side]) : -1);
    for (const side of [0, 1]) to(side, y[side] < 0 ? across(y[1 - side], 1 - side) : y[side], true);
    const words = e => e && e.textContent.trim().slice(0, 200) || "nothing";
    say(`Difference ${difference + 1} of ${differences.length}. Left: ${words(at[0])}. Right: ${words(at[1])}.`);
  }
  const pass = step => { if (n) choose((active + step + n + (active < 0 && step < 0 ? 1 : 0)) % n, -1); };

  const group = (what, act, key) => h("span", { class: "group", role: "group", "aria-label": what },
    h("button", { type: "button", "aria-label": "Previous " + what.toLowerCase(), "aria-keyshortcuts": key[1], title: `Previous (${key[1]})`, onclick: () => act(-1) }, "↑"),
    h("button", { type: "button", "aria-label": "Next " + what.toLowerCase(), "aria-keyshortcuts": key[0], title: `Next (${key[0]})`, onclick: () => act(1) }, `${what} ↓`));
  const toggle = (words, on, act, cls) => {
    const b = h("button", { type: "button", class: cls, "aria-pressed": String(on), onclick: () => { on = !on; b.setAttribute("aria-pressed", String(on)); act(on); } }, words);
    return b;
  };
  if (n) tools.append(group("Passage", pass, ["n", "p"]));
  if (differences.length) tools.append(group("Difference", differ, ["d", "D"]));
  if (n) tools.append(toggle("Scroll together", true, on => { follow = on; }, "pointer"));
  if (alignment.a.concat(alignment.b).some(x => x.class === "boilerplate")) {
    tools.append(toggle("Hide boilerplate", false, on => { root.classList.toggle("no-boiler", on); measure(); if (active >= 0) choose(active, -1, false); }));
  }

  sides.forEach((x, side) => {
    for (const event of ["wheel", "touchstart", "pointerdown", "keydown"]) x.scroll.addEventListener(event, () => { lead = side; }, { passive: true });
    x.scroll.addEventListener("scroll", () => scrolled(side), { passive: true });
    x.body.addEventListener("pointerover", e => {
      const edit = e.target.closest("[data-e]"), p = e.target.closest("[data-p]");
      if (edit) hover("e", edit.dataset.e); else if (p) hover("p", p.dataset.p); else hover(null);
    });
    x.body.addEventListener("pointerleave", () => hover(null));
    x.body.addEventListener("click", e => {
      const at = e.target.closest("[data-p]");
      if (!at || String(getSelection())) return; // who marks text to copy it wants no jump
      const p = Number(at.dataset.p), button = e.target.closest("button");
      choose(p, side);
      // By the keyboard the way leads across and back.
      if (button && e.detail === 0) sides[1 - side].body.querySelector(`button[data-p="${p}"]`)?.focus({ preventScroll: true });
    });
    x.body.addEventListener("focusin", e => { const b = e.target.closest("button[data-p]"); hover(b ? "p" : null, b && b.dataset.p); });
  });
  const keys = e => {
    if (e.ctrlKey || e.metaKey || e.altKey || !root.contains(document.activeElement)) return;
    const act = { n: () => pass(1), p: () => pass(-1), d: () => differ(1), D: () => differ(-1) }[e.key];
    if (act) { e.preventDefault(); act(); }
  };
  root.addEventListener("keydown", keys);
  const resized = new ResizeObserver(() => measure());
  for (const x of sides) resized.observe(x.body), resized.observe(x.scroll);
  leave = () => { resized.disconnect(); root.removeEventListener("keydown", keys); root.classList.remove("no-boiler"); leave = () => {}; };

  root.classList.remove("no-boiler");
  measure();
  const asked = Number(params.get("passage"));
  if (asked >= 1 && asked <= n) choose(asked - 1, -1, false);
  else if (n && Math.max(spots[0][0][0] - sides[0].scroll.clientHeight / 2, spots[0][1][0] - sides[1].scroll.clientHeight / 2) > 0) {
    // It begins below what can be seen: menus. Show it, without a mark.
    for (const side of [0, 1]) to(side, spots[0][side][0], false);
  }
}

// ---- which view ----

let view = "", listed = "", scroll = 0;
function back(e) {
  e.preventDefault();
  location.hash = listed;
}
function route() {
  const params = new URLSearchParams(location.hash.slice(1));
  const m = documents.get(params.get("doc") ?? params.get("cluster") ?? "");
  const next = !m ? "list" : params.has("doc") && m.i > 0 ? "pair" : "cluster";
  const was = view;
  if (was === "list" && next !== "list") scroll = scrollY;
  view = next;
  if (next !== "pair") leave();
  $("overview").hidden = next !== "list";
  if ($("outlets")) $("outlets").hidden = next !== "list";
  for (const v of ["list", "cluster", "pair"]) {
    $(v).hidden = v !== next;
    if (v !== next && v !== "list") $(v).replaceChildren();
  }
  $("main").classList.toggle("full", next === "pair");
  say("");
  if (next === "list") {
    listed = location.hash;
    showList(params);
    document.title = name;
    if (was && was !== "list") { scrollTo(0, scroll); $("list-title").focus({ preventScroll: true }); }
    return;
  }
  document.title = title(m) + " – " + name;
  if (next === "cluster") showCluster(m.cluster); else showPair(m, params);
  scrollTo(0, 0);
  // Keys act where the focus is, so a pair has it from the beginning.
  if (was || next === "pair") $(next + "-title").focus({ preventScroll: true });
}
const name = document.title;

// ---- light and dark ----

const theme = {
  names: { "": "system", light: "light", dark: "dark" },
  // A page on a disk may be denied storage.
  get() { try { return localStorage.getItem("reprint-theme") || ""; } catch { return ""; } },
  set(t) { try { t ? localStorage.setItem("reprint-theme", t) : localStorage.removeItem("reprint-theme"); } catch { /* it lasts as long as the page */ } },
  show(t) {
    if (t) document.documentElement.dataset.theme = t; else delete document.documentElement.dataset.theme;
    $("theme").textContent = "Theme: " + this.names[t];
  },
};
let chosen = theme.names[theme.get()] ? theme.get() : "";
theme.show(chosen);
$("theme").hidden = false;
$("theme").addEventListener("click", () => {
  chosen = { "": "dark", dark: "light", light: "" }[chosen];
  theme.set(chosen); theme.show(chosen); say("Theme: " + theme.names[chosen]);
});

// The # of this link is the router's, so the skip is made by hand.
$("skip").addEventListener("click", e => { e.preventDefault(); $("main").focus(); });

if (!$("list")) return;
for (const r of index.relations) $("relation").append(h("option", { value: r }, r));
let typing = 0;
$("q").addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(filtered, 150); });
for (const o of [...index.sites].sort((a, b) => a.localeCompare(b))) $("site").append(h("option", { value: o }, o));
$("csv").addEventListener("click", save);
for (const id of ["relation", "site", "sort", "texts"]) $(id).addEventListener("change", filtered);
$("filter").addEventListener("submit", e => { e.preventDefault(); filtered(); });
addEventListener("hashchange", route);
route();
})();
