"""Pairs whose relation is known from how they were made of other people's texts.

The same collections give the same pairs. Each function below makes one kind.
"""
import collections
import csv
import gzip
import json
import os
import random
import re

WORD = re.compile(r"\w+")
LATIN = ("reuters", "scraped", "senate")  # capitals are names there


def lines(path):
    with gzip.open(path, "rt") as f:
        return [json.loads(line) for line in f]


def labelled(data, rng):
    """Pairs of the collections whose clusters are known."""
    for name, same, other in (("scraped-pages", 250, 80), ("article-in-page", 150, 60), ("ocr", 120, 20)):
        docs = lines(os.path.join(data, name + ".jsonl.gz"))
        clusters = collections.defaultdict(list)
        for d in docs:
            clusters[d["cluster"]].append(d["text"])
        several = [c for c in clusters.values() if len(c) > 1]
        for _ in range(same):
            yield name, "same", *rng.sample(rng.choice(several), 2)
        # Of different clusters, those that share most.
        docs = rng.sample(docs, min(len(docs), 900))
        holders = collections.defaultdict(list)
        for i, d in enumerate(docs):
            words = WORD.findall(d["text"].lower())
            for s in set(zip(*[words[k:] for k in range(5)])):
                holders[s].append(i)
        shared = collections.Counter()
        for at in holders.values():
            if len(at) < 40:
                shared.update((i, j) for i in at for j in at if i < j and docs[i]["cluster"] != docs[j]["cluster"])
        taken = collections.Counter()
        for (i, j), _ in sorted(shared.items(), key=lambda e: (-e[1], e[0])):
            pair = tuple(sorted((docs[i]["cluster"], docs[j]["cluster"])))
            if taken[pair] < 4 and sum(taken.values()) < other:
                taken[pair] += 1
                yield name, "template", docs[i]["text"], docs[j]["text"]


def listed(data, rng):
    """Pairs of different papers that share most of their text, with what is known beside it."""
    for name in ("news-de", "news-ar"):
        docs = {d["id"]: d for d in lines(os.path.join(data, name + ".jsonl.gz"))}
        with gzip.open(os.path.join(data, name + ".pairs.tsv.gz"), "rt") as f:
            rows = [r for r in csv.DictReader(f, delimiter="\t") if float(r["jaccard"]) >= .5]
        for r in rng.sample(rows, 300):
            yield name, docs[r["a"]], docs[r["b"]]


class Maker:
    def __init__(self, data, rng):
        self.rng, self.pool = rng, []
        for name, most in (("scraped-pages", 90), ("reuters-21578", 400), ("news-de", 250), ("news-ar", 250), ("senate-releases", 200)):
            docs = [d for d in lines(os.path.join(data, name + ".jsonl.gz")) if d.get("view", "gold") == "gold"]
            rng.shuffle(docs)
            texts = [t for t in ((d.get("text") or "").strip() for d in docs) if 60 <= len(t.split()) <= 600]
            self.pool += [(name.split("-")[0] if name != "news-ar" else "ar", t) for t in texts[:most]]
        latin = [t for s, t in self.pool if s in LATIN]
        self.names = [w for t in latin for w in re.findall(r"(?<=[a-z] )[A-Z][a-z]{3,}", t)]
        self.words = [w for t in latin for w in re.findall(r"\b[a-z]{4,}\b", t)]

    def pick(self, sources=None, least=60, most=600):
        while True:
            s, t = self.rng.choice(self.pool)
            if (sources is None or s in sources) and least <= len(t.split()) <= most:
                return s, t

    def two(self, least=60, most=350):
        """Two articles of one source."""
        while True:
            s, t = self.pick(None, least, most)
            _, u = self.pick((s,), least, most)
            if t != u:
                return s, t, u

    def sentences(self, source, least, most):
        """Some sentences of an article, at least so many words."""
        _, t = self.pick((source,), least)
        out = []
        for s in split(t):
            out += s.split()
            if len(out) >= least:
                break
        return " ".join(out[:most])

    def form(self):
        """Other numbers and names in every place."""
        while True:
            s, t = self.pick(most=260)
            share, other, changed = self.rng.uniform(.6, 1), {}, 0

            def put(m):
                nonlocal changed
                w, at = m.group(0), m.start()
                if w.isascii() and w.isdigit() and self.rng.random() < .9:
                    n = max(1, len(w) + self.rng.choice((-1, 0, 0, 0, 1)))
                    v = str(self.rng.randrange(10 ** (n - 1), 10 ** n))
                    changed += 2 * (v != w)
                    return v
                if s in LATIN and len(w) > 3 and w.istitle() and at > 1 and t[at - 2].isalpha():
                    if w not in other:
                        other[w] = self.rng.choice(self.names) if self.rng.random() < share else w
                        changed += other[w] != w
                    return other[w]
                return w

            u = WORD.sub(put, t)
            if changed >= 6 and changed >= .025 * len(t.split()):
                return "template", t, u

    def spelling(self):
        """One letter changed in every sentence."""
        def change(s):
            words = [m for m in WORD.finditer(s) if len(m.group(0)) > 3]
            if not words:
                return s
            m = self.rng.choice(words)
            at = m.start() + self.rng.randrange(len(m.group(0)) - 1)
            return s[:at] + s[at + 1] + s[at] + s[at + 2:]
        _, t = self.pick()
        return "same", t, " ".join(map(change, split(t)))

    def corrected(self):
        """A few numbers changed by up to a fifth."""
        while True:
            s, t = self.pick(most=300)
            numbers = list(re.finditer(r"\b[1-9]\d*\b", t))
            if not numbers:
                continue
            u, chosen = t, self.rng.sample(numbers, min(len(numbers), self.rng.randint(1, 4)))
            if 2 * len(chosen) > .12 * len(t.split()):
                continue
            for m in sorted(chosen, key=lambda m: -m.start()):
                n = int(m.group(0))
                by = max(1, int(n * self.rng.uniform(.02, .2)))
                u = u[:m.start()] + str(n + by * self.rng.choice((1, 1, -1)) if n > 1 else 2) + u[m.end():]
            if self.rng.random() < .5:
                u += " " + split(self.pick((s,))[1])[0]
            return "same", t, u

    def renamed(self):
        """A name spelled in another way throughout."""
        while True:
            _, t = self.pick(LATIN + ("news",))
            names = sorted({w for w in re.findall(r"\b[A-Z][a-z]{3,}\b", t) if t.count(w) >= 3})
            if names:
                w = self.rng.choice(names)
                i = self.rng.randrange(1, len(w))
                return "same", t, re.sub(rf"\b{w}\b", w[:i] + self.rng.choice("aeioyuk") + w[i + 1:], t)

    def edited(self):
        """Other words in place of some, or capitals throughout."""
        s, t = self.pick(LATIN)
        rate = self.rng.uniform(.01, .05)
        u = WORD.sub(lambda m: self.rng.choice(self.words) if m.group(0).islower() and self.rng.random() < rate else m.group(0), t)
        return "same", t, u.upper() if self.rng.random() < .3 else u

    def block(self):
        """Two articles above the same paragraphs."""
        s, t, u = self.two()
        b = self.sentences(s, 60, 250)
        return "template", t + "\n\n" + b, u + "\n\n" + b

    def passage(self):
        """Two articles with a passage, which may be quoted, somewhere inside."""
        s, t, u = self.two(90, 400)
        b = self.sentences(s, 55, 160)
        if self.rng.random() < .5:
            b = "“" + b.strip('"“”') + "”"

        def put(x):
            parts = split(x)
            if len(parts) < 3:
                parts = [cut(x, 0, 40), cut(x, 40)]
            i = self.rng.randrange(1, len(parts))
            return " ".join(parts[:i] + [b] + parts[i:])
        return "derived", put(t), put(u)

    def teaser(self):
        """The first words, and a few of other text."""
        s, t = self.pick(least=150)
        return "same", t, cut(t, 0, self.rng.randint(30, 90)) + " " + cut(self.pick((s,))[1], 0, self.rng.randint(5, 13))

    def page(self):
        """The first or the second part."""
        _, t = self.pick(least=200)
        half = len(t.split()) * self.rng.randint(35, 65) // 100
        return "same", t, cut(t, 0, half) if self.rng.random() < .5 else cut(t, half)

    def update(self):
        """The same beginning, and a new end."""
        _, t, u = self.two(120, 600)
        n = len(t.split())
        keep = n * self.rng.randint(62, 85) // 100
        return "same", t, cut(t, 0, keep) + " " + cut(u, 20, 20 + n - keep)


def split(text):
    return re.split(r"(?<=[.!?؟])\s+", text)


def cut(text, i, j=None):
    return " ".join(text.split()[i:j])


def pairs(data):
    rng = random.Random(5)
    for name, relation, a, b in labelled(data, rng):
        yield {"set": name, "relation": relation, "a": {"text": a}, "b": {"text": b}}
    for name, a, b in listed(data, random.Random(6)):
        yield {"set": name, "relation": "same", "a": a, "b": b}
    m = Maker(data, rng)
    for kind, n in (("form", 160), ("spelling", 60), ("corrected", 90), ("renamed", 60), ("edited", 40), ("block", 90),
                    ("passage", 90), ("teaser", 50), ("page", 40), ("update", 70)):
        for _ in range(n):
            relation, a, b = getattr(m, kind)()
            yield {"set": "made-" + kind, "relation": relation, "a": {"text": a}, "b": {"text": b}}
