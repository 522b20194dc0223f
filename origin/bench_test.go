package origin

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func BenchmarkJudge(b *testing.B) {
	for _, n := range []int{2, 20, 100, 1000} {
		b.Run(fmt.Sprintf("members=%d", n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			docs := randomCluster(r, n)
			for i := range docs {
				docs[i].Site = fmt.Sprintf("site%d.example", i)
				docs[i].Published = noon.Add(time.Duration(r.IntN(90000)) * time.Second)
			}
			members := prepare(docs...)
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
