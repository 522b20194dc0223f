package passage

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"
	"time"
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
	type side struct{ Text, Title, URL, Site, Source, Published, Date string }
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
		doc := func(s side) Document {
			at := s.Published
			if at == "" {
				at = s.Date
			}
			return Document{Text: s.Text, Title: s.Title, URL: s.URL, Published: parseTime(at)}
		}
		c := Corpus{SameSite: site(p.A) != "" && site(p.A) == site(p.B)}
		j := a.Relate(a.AppendDocument(nil, doc(p.A)), a.AppendDocument(nil, doc(p.B)), c)
		var ft [nFeatures]float64
		e := j.Evidence
		e.features(&ft, &c, e.CoverageA, e.CoverageB, float64(e.Words))
		w.Encode(map[string]any{"n": p.N, "f": ft, "e": e, "alike": a.alike, "r": j.Relation, "p": j.Confidence})
	}
}
