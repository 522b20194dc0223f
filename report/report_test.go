package report_test

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/report"
	"github.com/cbb30ed1/reprint/shingle"
)

// The page holds each cluster of the detector, with texts and passages that are
// those of package passage, in units of UTF-16.
func TestPageHoldsClusters(t *testing.T) {
	docs := articles(t)
	texts := map[string]string{}
	for _, d := range docs {
		texts[d.ID] = d.Text
	}
	d := detector(t, docs)
	p := parse(t, written(t, docs, report.Options{}))
	require.Equal(t, []string{"copy", "excerpt"}, p.Relations)
	n, at := 0, 0
	var aligner passage.Aligner
	for c := range d.Clusters() {
		if len(c.Members) == 1 {
			continue
		}
		n++
		i := slices.IndexFunc(p.Clusters, func(x row) bool { return x.Members[0][0] == c.ID })
		require.GreaterOrEqual(t, i, 0, c.ID)
		rows := p.Clusters[i].Members
		require.Len(t, rows, len(c.Members))
		require.Equal(t, []int{0}, p.Clusters[i].Packs)
		packed := p.packs[i]
		for j, m := range c.Members {
			row := rows[j]
			require.Equal(t, m.ID, row[0])
			require.Equal(t, texts[m.ID], packed.Texts[j])
			require.NotEmpty(t, row[1], "a headline")
			if j == 0 {
				require.Equal(t, -1.0, row[4])
				require.Equal(t, -1.0, row[5])
				require.Nil(t, packed.Canonical[0])
				continue
			}
			require.Equal(t, string(m.Relation), p.Relations[int(row[4].(float64))])
			of := c.Members[int(row[5].(float64))]
			require.Equal(t, m.Of, of.ID)
			require.Equal(t, of.ID == c.ID, packed.Of[j] == nil)

			var want passage.Alignment
			aligner.Align(&want, texts[c.ID], texts[m.ID])
			got := packed.Canonical[j]
			require.Len(t, got.Passages, len(want.Passages))
			require.InDelta(t, want.CoverageB, row[7], 1e-4)
			require.InDelta(t, want.CoverageA, row[8], 1e-4)
			a, b := utf16.Encode([]rune(texts[c.ID])), utf16.Encode([]rune(texts[m.ID]))
			piece := func(of []uint16, from, to int) string { return string(utf16.Decode(of[from:to])) }
			cut := func(of string, s shingle.Span) string { return of[s.Start:s.End] }
			for k, x := range want.Passages {
				g := got.Passages[k]
				require.Equal(t, cut(texts[c.ID], x.A), piece(a, g.A[0], g.A[1]))
				require.Equal(t, cut(texts[m.ID], x.B), piece(b, g.B[0], g.B[1]))
				require.Len(t, g.Edits, len(x.Edits))
				for l, e := range x.Edits {
					require.Equal(t, cut(texts[c.ID], e.A), piece(a, g.Edits[l][0], g.Edits[l][1]))
					require.Equal(t, cut(texts[m.ID], e.B), piece(b, g.Edits[l][2], g.Edits[l][3]))
				}
				at++
			}
			for k, x := range want.B {
				require.Equal(t, cut(texts[m.ID], x.Span), piece(b, got.B[k].At[0], got.B[k].At[1]))
				require.Equal(t, x.Class.String(), got.B[k].Class)
			}
		}
	}
	require.Equal(t, n, len(p.Clusters))
	require.Greater(t, at, 9)
	outlets := func(r row) int {
		seen := map[any]bool{}
		for _, m := range r.Members {
			seen[m[2]] = m[2] != -1.
		}
		delete(seen, -1.)
		return len(seen)
	}
	require.True(t, slices.IsSortedFunc(p.Clusters, func(a, b row) int {
		return cmp.Or(outlets(b)-outlets(a), len(b.Members)-len(a.Members))
	}), "those of the most outlets first")
}

// Neither the order of documents nor the number of threads changes a byte.
func TestSameBytes(t *testing.T) {
	docs := append(articles(t), hostile()...)
	want := written(t, docs, report.Options{})
	for threads := range 4 {
		rand.New(rand.NewPCG(1, uint64(threads))).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		require.Equal(t, want, written(t, docs, report.Options{Threads: 2 * threads}))
	}
	require.NotContains(t, want, time.Now().Format("2006-01-02"))
}

// The policy names the style and the script that are in the page, and no text
// begins or ends an element.
func TestNothingButItsOwn(t *testing.T) {
	page := written(t, append(hostile(), articles(t)...), report.Options{Title: `"></title><script>owned=1</script><!--`})
	policy := regexp.MustCompile(`Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(page)[1]
	policy = html.UnescapeString(policy)
	for element, pattern := range map[string]string{"style-src": `(?s)<style>(.*?)</style>`, "script-src": `(?s)<script>(.*?)</script>`} {
		found := regexp.MustCompile(pattern).FindAllStringSubmatch(page, -1)
		require.Len(t, found, 1, element)
		h := sha256.Sum256([]byte(found[0][1]))
		require.Contains(t, policy, element+" 'sha256-"+base64.StdEncoding.EncodeToString(h[:])+"'")
	}
	require.True(t, strings.HasPrefix(policy, "default-src 'none';"))
	require.NotContains(t, policy, "unsafe")
	checkElements(t, page)
	for _, outside := range []string{"http://", "https://", "//cdn", "@import", "url("} {
		inert := packElement.ReplaceAllString(indexElement.ReplaceAllString(page, ""), "")
		inert = strings.ReplaceAll(inert, "http://www.w3.org/2000/svg", "") // a name, not an address
		require.NotContains(t, inert, outside)
	}
}

// checkElements counts what begins and ends scripts: the index, the packs, and
// the script itself.
func checkElements(t testing.TB, page string) parsed {
	t.Helper()
	p := parse(t, page)
	lower := strings.ToLower(page)
	n := len(p.packs) + 2
	require.Equal(t, n, strings.Count(lower, "<script"))
	require.Equal(t, n, strings.Count(lower, "</script"))
	require.Equal(t, 0, strings.Count(lower, "<!--"))
	packs := 0
	for _, c := range p.Clusters {
		packs += len(c.Packs)
	}
	require.Len(t, p.packs, packs)
	return p
}

func TestLimits(t *testing.T) {
	docs := articles(t)
	p := parse(t, written(t, docs, report.Options{Clusters: 2}))
	require.Len(t, p.Clusters, 2)
	require.Contains(t, written(t, docs, report.Options{Clusters: 2}), "The 2 of the most outlets are shown.")

	p = parse(t, written(t, docs, report.Options{TextBytes: 100}))
	cut := 0
	for _, c := range p.packs {
		for _, s := range c.Texts {
			require.LessOrEqual(t, len(s), 100)
			require.NotContains(t, s, "\ufffd", "cut between characters")
		}
	}
	for _, c := range p.Clusters {
		for _, m := range c.Members {
			cut += int(m[11].(float64))
		}
	}
	require.Equal(t, 21, cut)
}

// A cluster with much text is kept in several packs.
func TestManyPacks(t *testing.T) {
	var docs []reprint.Document
	text := article(t, "en-bridge-first.txt")
	for i := range 200 {
		docs = append(docs, reprint.Document{ID: string(rune('A'+i/26)) + string(rune('a'+i%26)), Text: text})
	}
	page := written(t, docs, report.Options{})
	p := checkElements(t, page)
	require.Len(t, p.Clusters, 1)
	packs := p.Clusters[0].Packs
	require.Greater(t, len(packs), 2)
	require.Zero(t, packs[0])
	for i, c := range p.packs {
		end := len(docs)
		if i+1 < len(packs) {
			end = packs[i+1]
		}
		require.Len(t, c.Texts, end-packs[i])
		require.Len(t, c.Canonical, end-packs[i])
		require.Len(t, c.Of, end-packs[i])
	}
	require.Less(t, len(page), len(text)*20+100_000, "copies take little")
}

func TestNothingToShow(t *testing.T) {
	require.Contains(t, written(t, nil, report.Options{}), "No two of 0 documents carry the same article.")
	one := written(t, []reprint.Document{{ID: "a", Text: "alone"}}, report.Options{})
	require.Contains(t, one, "No two of 1 document carry the same article.")
	require.Empty(t, checkElements(t, one).Clusters)
}

func TestErrors(t *testing.T) {
	docs := articles(t)
	d := detector(t, docs)
	var b bytes.Buffer
	for name, o := range map[string]report.Options{"clusters": {Clusters: -1}, "bytes": {TextBytes: -1}, "threads": {Threads: -1}} {
		require.ErrorIs(t, report.Write(t.Context(), &b, d, sequence(docs), o), report.ErrOptions, name)
	}
	without := slices.DeleteFunc(slices.Clone(docs), func(d reprint.Document) bool { return d.ID == "en-wire-local.txt" })
	err := report.Write(t.Context(), &b, d, sequence(without), report.Options{})
	require.ErrorIs(t, err, report.ErrDocuments)
	require.ErrorContains(t, err, `"en-wire-local.txt" is missing`)
	err = report.Write(t.Context(), &b, d, sequence(append(docs, docs...)), report.Options{})
	require.ErrorIs(t, err, report.ErrDocuments)

	broken := errors.New("broken")
	err = report.Write(t.Context(), &b, d, func(yield func(reprint.Document, error) bool) { yield(reprint.Document{}, broken) }, report.Options{})
	require.ErrorIs(t, err, broken)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, report.Write(ctx, &b, d, sequence(docs), report.Options{}), context.Canceled)
	require.Zero(t, b.Len(), "nothing is written")

	require.ErrorIs(t, report.Write(t.Context(), failing{broken}, d, sequence(docs), report.Options{}), broken)

	// What the detector does not hold is passed over.
	more := append(slices.Clone(docs), reprint.Document{ID: "another", Site: "another.example"})
	require.NoError(t, report.Write(t.Context(), &b, d, sequence(more), report.Options{}))
	require.Equal(t, written(t, docs, report.Options{}), b.String())
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

// Dates that no calendar of the page can write are as none.
func TestOddDates(t *testing.T) {
	text := article(t, "en-bridge-first.txt")
	docs := []reprint.Document{
		{ID: "a", Text: text, Published: time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)},
		{ID: "b", Text: text, Published: time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)},
		{ID: "c", Text: text, Published: time.Date(1912, 4, 15, 2, 20, 0, 0, time.FixedZone("", -3*3600))},
	}
	page := written(t, docs, report.Options{})
	for _, m := range parse(t, page).Clusters[0].Members {
		require.Equal(t, m[0] != "c", m[3] == nil, m[0])
	}
	require.Contains(t, page, "2 undated")
}

// Whatever a document holds, the page has the same elements, and its JSON gives
// back what is shown.
func FuzzWrite(f *testing.F) {
	for _, d := range hostile() {
		f.Add(d.ID, d.Title, d.Site, d.Text)
	}
	f.Add("\xff", "\u2028", "</SCRIPT>", "\\u003c/script>\x00\u202e<!--")
	story := "A night ferry ran onto a sandbank off Marrow Point on Sunday. All ninety passengers were taken off by lifeboat before dawn, and nobody was hurt. "
	story += strings.Repeat("The harbour master will hear the pilot on Friday at nine. ", 3)
	f.Fuzz(func(t *testing.T, id, title, site, text string) {
		if id == "" { // which no document has
			id = "empty"
		}
		docs := []reprint.Document{{ID: "first", Text: story}, {ID: id, Title: title, Site: site, Text: story + "\n\n" + text[:min(len(text), 200)]}}
		if id == "first" {
			docs[0].ID = "other"
		}
		p := checkElements(t, written(t, docs, report.Options{Title: title}))
		for _, c := range p.packs {
			for j, s := range c.Texts {
				require.NotContains(t, s, "\u202e")
				end := len(utf16.Encode([]rune(s)))
				if a := c.Canonical[j]; a != nil {
					for _, x := range a.Passages {
						require.True(t, 0 <= x.B[0] && x.B[0] < x.B[1] && x.B[1] <= end)
					}
				}
			}
		}
	})
}
