package origin

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func BenchmarkJudge(b *testing.B) {
	for _, c := range []struct {
		members int
		texts   bool
	}{{2, false}, {20, false}, {100, false}, {1000, false}, {3, true}, {20, true}, {64, true}} {
		n := c.members
		b.Run(fmt.Sprintf("members=%d/texts=%t", n, c.texts), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			docs := randomCluster(r, n)
			for i := range docs {
				docs[i].Site = fmt.Sprintf("site%d.example", i)
				docs[i].Published = noon.Add(time.Duration(r.IntN(90000)) * time.Second)
			}
			if c.texts {
				for i := range docs {
					docs[i].Text += strings.Repeat(" "+story, 8)
				}
			}
			members := prepare(docs...)
			if !c.texts {
				for i := range members {
					members[i] = members[i].WithoutText()
				}
			}
			b.ReportAllocs()
			for b.Loop() {
				Judge(members, nil)
			}
		})
	}
}

func BenchmarkCredits(b *testing.B) {
	text := "OSLO (AP) — " + strings.Repeat(story+"\n\n", 20) + "The Associated Press contributed to this report."
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Credits(text, "marrow-gazette.example")
	}
}
