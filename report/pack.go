package report

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/shingle"
)

// packText is the amount of text from which a new pack is begun. A browser
// unpacks one in a few milliseconds. Packs of 32 kB, what the compression looks
// back on, would make the page larger by the texts that could not be seen.
const packText = 128 << 10

// A pack is the texts and passages of some members of a cluster.
type pack struct {
	first int    // the first member in it
	data  string // gzipped JSON of content, in base64
}

// content is what a script in the page finds in a pack.
type content struct {
	Texts []string `json:"texts"`
	// Of each member with the canonical one, null for itself, and with the
	// one that put it in the cluster, null if that is the same.
	Canonical []*comparison `json:"canonical"`
	Of        []*comparison `json:"of"`
}

// A comparison is an alignment, b being the member. Places are in UTF-16 units.
type comparison struct {
	Passages []shared `json:"passages"`
	A        []rest   `json:"a"`
	B        []rest   `json:"b"`
	// Coverage is the share of the words of a, and of b, that agree.
	Coverage [2]float64 `json:"coverage"`
	Complete bool       `json:"complete"`
}

type shared struct {
	A     [2]int32   `json:"a"`
	B     [2]int32   `json:"b"`
	Words int        `json:"words"`
	Moved bool       `json:"moved,omitempty"`
	Edits [][4]int32 `json:"edits,omitempty"` // from and to in a, then in b
}

type rest struct {
	At    [2]int32 `json:"at"`
	Class string   `json:"class"`
	Words int      `json:"words"`
}

// A packer aligns and packs clusters. It keeps its memory for the next one.
type packer struct {
	aligner   passage.Aligner
	alignment passage.Alignment
	first     units // of the canonical text
	other     units
	own       units
	raw       bytes.Buffer
	packed    bytes.Buffer
	gzip      *gzip.Writer
}

// pack fills in the packs of a cluster and what alignment tells of its
// members, and lets go of their texts.
func (p *packer) pack(ctx context.Context, c *cluster) error {
	canonical := &c.members[0]
	p.first = p.first.of(canonical.tells.Text)
	lines := headingsOf(canonical.tells.Text)
	var held content
	start, size := 0, 0
	for i := range c.members {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		m := &c.members[i]
		var first, of *comparison
		p.own = p.own.of(m.tells.Text)
		if i == 0 {
			p.aligner.Align(&p.alignment, m.tells.Text, m.tells.Text)
			m.words = p.alignment.WordsA
		} else {
			first = p.compare(canonical.tells.Text, m.tells.Text, p.first)
			p.describe(m)
			lines.count(p.alignment.Passages, m.site == "" || m.site != canonical.site)
			if !m.titled {
				m.title = cmp.Or(sharedHeading(m.tells.Text, p.alignment.Passages), m.title)
			}
			if m.of > 0 {
				text := c.members[m.of].tells.Text
				p.other = p.other.of(text)
				of = p.compare(text, m.tells.Text, p.other)
			}
		}
		held.Texts = append(held.Texts, m.tells.Text)
		held.Canonical = append(held.Canonical, first)
		held.Of = append(held.Of, of)
		if size += len(m.tells.Text); size >= packText || i == len(c.members)-1 {
			data, err := p.encode(held)
			if err != nil {
				return err
			}
			c.packs = append(c.packs, pack{start, data})
			held, start, size = content{}, i+1, 0
		}
	}
	if !canonical.titled {
		canonical.title = strings.Clone(cmp.Or(lines.best(canonical.tells.Text), canonical.title))
	}
	ready := make([]*origin.Member, len(c.members))
	for i := range c.members {
		m := &c.members[i]
		m.tells.ID = fmt.Sprintf("%09d", i)
		ready[i] = origin.Prepare(m.tells)
		m.tells = origin.Document{}
	}
	c.source = c.judge(ready)
	return nil
}

// describe takes the figures of a member from its alignment with the canonical
// one.
func (p *packer) describe(m *member) {
	a := &p.alignment
	m.words, m.found, m.holds = a.WordsB, a.CoverageB, a.CoverageA
	boilerplate := 0
	for _, part := range a.B {
		if part.Class == passage.Boilerplate {
			boilerplate += part.Words
		}
	}
	m.boilerplate = float64(boilerplate) / float64(max(m.words, 1))
}

// compare aligns a text with the member's, whose units are in p.own.
func (p *packer) compare(a, b string, inA units) *comparison {
	p.aligner.Align(&p.alignment, a, b)
	inB := p.own
	span := func(u units, s shingle.Span) [2]int32 { return [2]int32{u[s.Start], u[s.End]} }
	rests := func(u units, parts []passage.Part) []rest {
		out := make([]rest, len(parts))
		for i, part := range parts {
			out[i] = rest{span(u, part.Span), part.Class.String(), part.Words}
		}
		return out
	}
	out := &comparison{
		Passages: make([]shared, len(p.alignment.Passages)),
		A:        rests(inA, p.alignment.A), B: rests(inB, p.alignment.B),
		Coverage: [2]float64{share(p.alignment.CoverageA), share(p.alignment.CoverageB)},
		Complete: p.alignment.Complete,
	}
	for i, s := range p.alignment.Passages {
		to := &out.Passages[i]
		*to = shared{A: span(inA, s.A), B: span(inB, s.B), Words: s.Words, Moved: s.Moved}
		for _, e := range s.Edits {
			x, y := span(inA, e.A), span(inB, e.B)
			to.Edits = append(to.Edits, [4]int32{x[0], x[1], y[0], y[1]})
		}
	}
	return out
}

func (p *packer) encode(c content) (string, error) {
	p.raw.Reset()
	enc := json.NewEncoder(&p.raw)
	enc.SetEscapeHTML(false) // base64 hides it all
	if err := enc.Encode(c); err != nil {
		return "", err
	}
	p.packed.Reset()
	if p.gzip == nil {
		p.gzip = gzip.NewWriter(&p.packed)
	}
	p.gzip.Reset(&p.packed)
	if _, err := p.gzip.Write(p.raw.Bytes()); err != nil {
		return "", err
	}
	if err := p.gzip.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(p.packed.Bytes()), nil
}
