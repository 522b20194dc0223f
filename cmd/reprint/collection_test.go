package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// prose makes up sentences of so many words, from 4,000 of which some are
// frequent.
func prose(r *rand.Rand, n int) string {
	const syllables = "ba re ko ti lu ma ne so di fu ga he jo ki la mu no pe ri sa"
	parts := strings.Fields(syllables)
	var b strings.Builder
	for i := range n {
		w := int(4000 * r.Float64() * r.Float64())
		s := parts[w%20] + parts[w/20%20] + parts[w/400]
		if i%13 == 0 {
			s = strings.ToUpper(s[:1]) + s[1:]
		}
		b.WriteString(s)
		switch {
		case i%13 == 12 && i%52 == 51:
			b.WriteString(".\n\n")
		case i%13 == 12:
			b.WriteString(". ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// edited replaces a word in so many.
func edited(r *rand.Rand, text string, every int) string {
	f := strings.Split(text, " ")
	for i := range f {
		if r.IntN(every) == 0 {
			f[i] = "edited"
		}
	}
	return strings.Join(f, " ")
}

// collection makes articles as JSON lines, shuffled: with each third one come
// copies, with each fourth a page of a site, which has its menu and footer on
// all its pages. Some dates are missing, and many are the same.
func collection(t testing.TB, seed uint64, n int) string {
	r := newRand(seed)
	type site struct{ name, menu, footer string }
	var sites []site
	for i := range 5 {
		sites = append(sites, site{
			fmt.Sprintf("site%d.example", i),
			strings.ReplaceAll(prose(r, 60), " ", "\n"), prose(r, 80),
		})
	}
	var docs []map[string]any
	add := func(id, site, text string) {
		d := map[string]any{"id": id, "site": site, "text": text}
		if r.IntN(4) > 0 {
			d["published"] = fmt.Sprintf("2024-03-%02dT12:00:00Z", 1+r.IntN(9))
		}
		docs = append(docs, d)
	}
	for i := range n {
		text := prose(r, 120+r.IntN(300))
		add(fmt.Sprintf("article-%03d", i), "", text)
		if i%3 == 0 {
			for c := range 1 + r.IntN(3) {
				add(fmt.Sprintf("copy-%d-of-%03d.example", c+1, i), fmt.Sprintf("paper%d.example", c), edited(r, text, 30+10*c))
			}
		}
		if i%4 == 0 {
			s := sites[i/4%len(sites)]
			add(fmt.Sprintf("page-%03d", i), s.name, s.menu+"\n\n"+text+"\n\n"+s.footer)
		}
	}
	r.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	return jsonl(t, docs...)
}

// story returns what the id of a document of collection says it carries.
func story(id string) string {
	if i := strings.Index(id, "-of-"); i >= 0 {
		id = id[i+3:]
	}
	return strings.TrimSuffix(id[strings.Index(id, "-")+1:], ".example")
}
