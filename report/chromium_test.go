package report_test

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/report"
)

func doc(id string) string     { return url.Values{"doc": {id}}.Encode() }
func cluster(id string) string { return url.Values{"cluster": {id}}.Encode() }

// A person goes from the overview to a cluster and to two texts side by side.
func TestInBrowser(t *testing.T) {
	b := startBrowser(t)
	docs := articles(t)
	file := stored(t, docs, report.Options{Title: "October"})
	defer func() { b.t = t }()
	b.size(1280, 860, false)
	b.prefer("light")

	t.Run("list", func(t *testing.T) {
		b.t = t
		b.open(file, "")
		require.Equal(t, []string{"October"}, b.texts("h1"))
		require.Len(t, b.texts("#clusters > li"), 9)
		require.Equal(t, []string{"9 clusters"}, b.texts("#count"))
		b.see("#clusters > li", "3 documents")
		b.picture("list")

		b.follow("q=bridge")
		b.see("#count", "1 of 9")
		require.Len(t, b.texts("#clusters > li"), 1)
		b.follow("q=EVENINGPOST")
		b.see("#count", "2 of 9")
		b.see(".hits", "en-wire-evening.txt")
		b.follow("q=gravel+barge")
		b.see("#clusters > li", "No cluster has that")
		b.follow("q=gravel+barge&texts=1")
		b.see(".hits", "en-bridge-long-page.txt")
		b.follow("relation=excerpt")
		require.Less(t, len(b.texts("#clusters > li")), 9)
		for _, l := range b.texts("#clusters > li") {
			require.Contains(t, l, "excerpt")
		}
		b.follow("")
		b.see("#count", "9 clusters")
		b.eval(`document.getElementById("q").focus()`)
		b.write("embalse")
		b.see("#count", "1 of 9")
		require.Equal(t, "#q=embalse", b.eval("location.hash"))
		require.Equal(t, "q", b.eval("document.activeElement.id"))
		b.follow("sort=span")
		b.see("#clusters h3", "Aldwater")
		b.follow("sort=last")
		b.see("#clusters > li:first-child", "Velmara")
		require.Empty(t, b.log)
	})

	t.Run("back", func(t *testing.T) {
		b.t = t
		b.open(file, "q=bridge&sort=last")
		b.see("#count", "1 of 9")
		b.click(`#clusters h3 a`)
		b.click(`#cluster tbody a`)
		b.see("#pair h2", "document 2 of 3")
		b.click(`#pair .back`)
		b.click(`#cluster .back`)
		require.Equal(t, "#q=bridge&sort=last", b.eval("location.hash"))
		b.see("#count", "1 of 9")
		require.Equal(t, "bridge", b.eval(`document.getElementById("q").value`))
	})

	t.Run("cluster", func(t *testing.T) {
		b.t = t
		b.open(file, "")
		b.click(`#clusters h3 a`)
		require.Equal(t, "cluster-title", b.eval("document.activeElement.id"))
		b.open(file, cluster("en-bridge-first.txt"))
		require.Equal(t, []string{"Aldwater Bridge closed after barge strikes pier in storm"}, b.texts("#cluster h2"))
		require.Len(t, b.texts("#cluster tbody tr"), 3)
		require.Len(t, b.texts(".line > svg path.dots"), 3)
		require.Contains(t, b.texts("#cluster tbody tr")[1], "+ 4 h 15 min")
		b.until(`document.querySelector("#cluster .sheet p").textContent.startsWith("Aldwater Bridge")`)
		b.picture("cluster")
		require.Empty(t, b.log)
	})

	t.Run("pair", func(t *testing.T) {
		b.t = t
		b.open(file, doc("en-bridge-update.txt"))
		require.Equal(t, []string{"81 % of the right is on the left, 85 % of the left on the right"}, b.texts(".bench .sum"))
		b.see(".legend", "2 passages")
		b.see(".legend", "1 edit")
		require.Equal(t, []string{"Sunday"}, b.texts("del.edit"))
		require.Equal(t, []string{"Tuesday (updated"}, b.texts("ins.edit"))
		require.Len(t, b.texts("#pair .nr"), 4)
		b.picture("pair")

		// A click on a passage marks and shows it on the other side.
		b.click(`.pane:last-child .pass[data-p="1"]`)
		require.Equal(t, true, b.eval(`document.querySelector('.pane .pass[data-p="1"]').classList.contains("on")`))
		b.see("#said", "Passage 2 of 2")
		level := b.eval(`(() => { const [x, y] = [...document.querySelectorAll('.nr[data-p="1"]')].map(e => e.getBoundingClientRect()); return Math.abs(x.top - y.top); })()`)
		require.Less(t, level, 60.0, "passages stand level")
		b.picture("pair-chosen")

		// So does the keyboard, and the way leads across.
		b.eval(`document.querySelector('.pane .nr[data-p="0"]').focus()`)
		b.press("Enter")
		require.Equal(t, "1", b.eval(`(() => { const e = document.activeElement; return e.dataset.p === "0" && document.querySelector(".pane:last-child").contains(e) ? "1" : e.outerHTML; })()`))
		b.press("d")
		b.see("#said", "Difference 1 of")
		b.press("n")
		b.see("#said", "Passage 2 of 2")

		// One side follows the other.
		b.eval(`(() => { const p = document.querySelector(".scroll"); p.dispatchEvent(new Event("wheel")); p.scrollTop = 0; })()`)
		b.settle()
		b.eval(`(() => { const p = document.querySelector(".scroll"); p.dispatchEvent(new Event("wheel")); p.scrollTop = p.scrollHeight; })()`)
		b.until(`document.querySelectorAll(".scroll")[1].scrollTop > 100`)
		require.Empty(t, b.log)
	})

	t.Run("page", func(t *testing.T) {
		b.t = t
		b.open(file, doc("en-bridge-long-page.txt"))
		require.Greater(t, len(b.texts(".pane:last-child .boiler")), 3)
		require.Equal(t, true, b.eval(`document.querySelectorAll(".scroll")[1].scrollTop > 200`), "the passage is shown, not the menu")
		b.picture("page")
		b.eval(`[...document.querySelectorAll(".tools button")].find(b => b.textContent === "Hide boilerplate").click()`)
		require.Equal(t, false, b.eval(`[...document.querySelectorAll(".panes .boiler")].some(e => e.getClientRects().length)`))
		b.picture("page-hidden")
	})

	t.Run("right to left", func(t *testing.T) {
		b.t = t
		b.open(file, doc("ar-tahliya-copy.txt"))
		require.Equal(t, "rtl", b.eval(`getComputedStyle(document.querySelector(".scroll p")).direction`))
		require.Equal(t, "rtl", b.eval(`getComputedStyle(document.querySelector(".pane h3")).direction`))
		require.Equal(t, "ltr", b.eval(`getComputedStyle(document.body).direction`))
		b.picture("rtl")
	})

	t.Run("dark", func(t *testing.T) {
		b.t = t
		b.prefer("dark")
		defer b.prefer("light")
		b.open(file, doc("en-bridge-update.txt"))
		require.Equal(t, "rgb(21, 23, 26)", b.eval(`getComputedStyle(document.body).backgroundColor`))
		b.picture("dark")
		b.open(file, cluster("en-wire-courier.txt"))
		b.picture("dark-cluster")
		b.eval(`document.getElementById("theme").click()`) // dark
		b.eval(`document.getElementById("theme").click()`) // light
		require.Equal(t, "rgb(247, 246, 243)", b.eval(`getComputedStyle(document.body).backgroundColor`))
		b.eval(`document.getElementById("theme").click()`) // as the system
	})

	t.Run("phone", func(t *testing.T) {
		b.t = t
		b.size(390, 844, true)
		defer b.size(1280, 860, false)
		for name, hash := range map[string]string{"list": "", "cluster": cluster("en-bridge-first.txt"), "pair": doc("en-bridge-update.txt")} {
			b.open(file, hash)
			require.Equal(t, 390.0, b.eval(`document.documentElement.scrollWidth`), "%s: nothing stands out at the side", name)
			require.EqualValues(t, 0, b.eval(`[...document.querySelectorAll("td.nothing")].filter(e => e.offsetParent).length`), "%s: nothing is said of what is not known", name)
			require.EqualValues(t, 0, b.eval(`[...document.querySelectorAll("time")].filter(e => e.getClientRects().length > 1).length`), "%s: no date breaks", name)
			b.picture("phone-" + name)
		}
		b.open(file, "")
		require.NotZero(t, b.eval(`document.querySelectorAll("td.nothing").length`))
		b.open(file, doc("en-bridge-update.txt"))
		first := b.eval(`document.querySelector(".pane").getBoundingClientRect().width`)
		require.Equal(t, 390.0, first, "the texts stand one below the other")
		b.size(320, 700, true)
		b.open(file, doc("de-freibad-hyphen.txt"))
		require.Equal(t, 320.0, b.eval(`document.documentElement.scrollWidth`))
		b.picture("phone-narrow")
	})

	t.Run("keyboard", func(t *testing.T) {
		b.t = t
		b.open(file, "")
		b.press("Tab")
		require.Equal(t, "skip", b.eval("document.activeElement.id"))
		b.press("Enter")
		require.Equal(t, "main", b.eval("document.activeElement.id"))
		// Whatever can be chosen has a name.
		for _, hash := range []string{"", cluster("en-bridge-first.txt"), doc("en-bridge-update.txt")} {
			b.open(file, hash)
			var tree struct{ nodes []any }
			tree.nodes = b.call("Accessibility.getFullAXTree", nil)["nodes"].([]any)
			named := 0
			for _, n := range tree.nodes {
				n := n.(object)
				role, _ := n["role"].(object)["value"].(string)
				switch role {
				case "link", "button", "searchbox", "combobox", "checkbox", "region", "heading", "table":
					if n["ignored"] == true {
						continue
					}
					name, _ := n["name"].(object)["value"].(string)
					require.NotEmpty(t, strings.TrimSpace(name), "%s in #%s", role, hash)
					named++
				}
			}
			require.Greater(t, named, 5)
		}
	})
}

// A relation that the page does not know is shown by its name, with a ring;
// without times nobody is said to be the first.
func TestUnknownInBrowser(t *testing.T) {
	b := startBrowser(t)
	b.size(1280, 860, false)
	docs := articles(t)
	for i := range docs {
		docs[i].Published = time.Time{}
	}
	file := stored(t, docs, report.Options{})
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	other := strings.Replace(string(page), `"relations":["copy","excerpt"]`, `"relations":["copy","template"]`, 1)
	require.NotEqual(t, string(page), other)
	require.NoError(t, os.WriteFile(file, []byte(other), 0o666))
	b.open(file, "relation=template")
	b.see("#clusters .badge", "1 template")
	b.open(file, cluster("en-bridge-first.txt"))
	require.Len(t, b.texts("#cluster .shape.k-other"), 2)
	require.Empty(t, b.texts(".line"), "no timeline")
	b.see("#cluster .badge", "canonical")
	b.see("#cluster h3", "The canonical text")
	b.open(file, doc("en-bridge-update.txt"))
	b.see("#pair h2", "template")
	require.Empty(t, b.log)
}

// What is written to be a script is text. Nothing is asked of a network, and
// the console has nothing to say.
func TestHostileInBrowser(t *testing.T) {
	b := startBrowser(t)
	b.size(1280, 860, false)
	docs := hostile()
	file := stored(t, docs, report.Options{Title: `</title><script>owned=5</script>`})
	for _, hash := range []string{"", "q=%3Cscript%3E&texts=1", cluster(docs[0].ID), doc(docs[1].ID), "q=<img src=x onerror=owned=6>"} {
		b.open(file, hash)
		require.Equal(t, "undefined", b.eval("typeof owned"), hash)
		require.Equal(t, 0.0, b.eval(`document.querySelectorAll("main script, main img, bdi img, b.x, iframe").length`), hash)
		require.Equal(t, `</title><script>owned=5</script>`, b.eval(`document.querySelector("h1").textContent`))
		require.Empty(t, b.log, hash)
	}
	b.open(file, doc(docs[1].ID))
	shown := b.texts(".scroll")
	require.Len(t, shown, 2)
	for _, s := range shown {
		require.Contains(t, s, `<script>window.owned = "script"</script> <img src=x onerror="window.owned='img'"> </script><!-- <script> -->`)
		require.Contains(t, s, "Line\nseparators\nand \ufffd NUL, \ufffd[31m escapes, bad \ufffd\ufffd bytes and overrides were banned")
	}
	require.Greater(t, len(b.texts(".pass")), 2)
	b.picture("hostile")

	// Even a script that stood in the page would not run.
	r := b.eval(`new Promise(r => { const s = document.createElement("p"); try { s.innerHTML = "<img src=x onerror=owned=1>"; r("made"); } catch (e) { r(e.name); } })`)
	require.Equal(t, "TypeError", r, "trusted types")
}

// Passages in another order are said to be moved, in words and by their look.
func TestMovedInBrowser(t *testing.T) {
	b := startBrowser(t)
	b.size(1280, 860, false)
	var first, second string
	for i := range 6 {
		p := fmt.Sprintf("Paragraph number %[1]d of the minutes says that member %[1]d%[1]d rose to speak about drain %[1]d%[1]d%[1]d near house %[1]d, and sat down without a vote on it, as %[1]d others had done before. ", i+1)
		p += strings.Repeat(fmt.Sprintf("Speaker w%dx%d agreed. ", i, i*7), 3)
		first += p + "\n\n"
		if i != 4 {
			second += p + "\n\n"
		} else {
			second = p + "\n\n" + second
		}
	}
	file := stored(t, []reprint.Document{{ID: "1", Text: first}, {ID: "2", Text: second}}, report.Options{})
	b.open(file, "doc=2")
	require.NotEmpty(t, b.texts(".nr.moved"))
	b.see(".legend", "moved ⇅1 of them")
	require.Contains(t, b.eval(`document.querySelector(".nr.moved").getAttribute("aria-label")`), "moved")
	require.Equal(t, true, b.eval(`document.querySelectorAll(".gutter path.moved").length === 1`))
	b.picture("moved")
}

// Ten thousand documents open at once, the largest cluster, too.
func TestManyInBrowser(t *testing.T) {
	b := startBrowser(t)
	b.size(1280, 860, false)
	var docs []reprint.Document
	for i := range 10_000 {
		story := i % 2000
		if story < 1000 {
			story = 0 // a cluster of 5,000
		}
		text := fmt.Sprintf("Headline %d\n\n", story)
		for s := range 12 {
			text += fmt.Sprintf("Sentence s%dx%d of story t%d says z%d and y%d to w%d. ", story, s, story, story*s, story+s*31, story*7+s)
		}
		docs = append(docs, reprint.Document{ID: fmt.Sprintf("doc%05d", i), Text: text + fmt.Sprintf("Edition %d.", i), Site: fmt.Sprintf("s%d.example", i%700), Published: time.Unix(1_700_000_000+int64(i)*60, 0)})
	}
	file := stored(t, docs, report.Options{Threads: 2})
	info, err := os.Stat(file)
	require.NoError(t, err)
	start := time.Now()
	b.open(file, "")
	opened := time.Since(start)
	require.Len(t, b.texts("#clusters > li"), 40)
	start = time.Now()
	b.follow(cluster("doc00000"))
	require.Len(t, b.texts("#cluster tbody tr"), 100)
	b.until(`document.querySelector("#cluster .sheet p").textContent.startsWith("Headline 0")`)
	cluster := time.Since(start)
	start = time.Now()
	b.follow(doc("doc09999"))
	require.Len(t, b.texts(".pane"), 2)
	pair := time.Since(start)
	start = time.Now()
	b.follow("texts=1&q=s1500x11")
	b.until(`document.querySelectorAll(".hits").length === 1`)
	t.Logf("%d bytes; opened in %v, a cluster of 5,000 in %v, a pair in %v, all texts searched in %v", info.Size(), opened, cluster, pair, time.Since(start))
	require.Less(t, opened, 10*time.Second)
	require.Less(t, cluster, 10*time.Second)
	require.Less(t, pair, 10*time.Second)
	require.Empty(t, b.log)
}
