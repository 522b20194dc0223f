package passage

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/cbb30ed1/reprint/shingle"
)

func parseTime(s string) time.Time {
	for _, l := range []string{time.RFC3339, "2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02", "2Jan2006", "02Jan2006"} {
		if t, err := time.Parse(l, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

func TestDump(t *testing.T) {
	in, out := os.Getenv("DUMP_IN"), os.Getenv("DUMP_OUT")
	if in == "" {
		t.Skip("no DUMP_IN")
	}
	f, _ := os.Open(in)
	g, _ := os.Create(out)
	defer g.Close()
	w := json.NewEncoder(g)
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<26))
	var a Aligner
	sh := new(shingle.Shingler)
	seqOf := func(text string) Sequence { return AppendSequence(nil, sh.AppendWords(nil, text), text) }
	type side struct{ Text, Site, Source, Published, Date string }
	for dec.More() {
		var p struct {
			N    json.RawMessage
			A, B side
		}
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		site := func(s side) string {
			if s.Site != "" {
				return s.Site
			}
			return s.Source
		}
		at := func(s side) time.Time {
			if s.Published != "" {
				return parseTime(s.Published)
			}
			return parseTime(s.Date)
		}
		c := Corpus{SameSite: site(p.A) != "" && site(p.A) == site(p.B), PublishedA: at(p.A), PublishedB: at(p.B)}
		j := a.Relate(seqOf(p.A.Text), seqOf(p.B.Text), c)
		var ft [nFeatures]float64
		e := j.Evidence
		e.features(&ft, &c, e.CoverageA, e.CoverageB, float64(e.Words))
		w.Encode(map[string]any{"n": p.N, "f": ft, "e": e, "alike": a.alike, "r": j.Relation, "p": j.Confidence})
	}
}
