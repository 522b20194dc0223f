package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/goccy/go-json"

	"github.com/cbb30ed1/reprint"
)

func main() {
	f, _ := os.Open(os.Args[1])
	d, _ := reprint.New(reprint.Options{SamplesOnly: len(os.Args) > 3 && os.Args[3] == "s"})
	if os.Args[2] != "-" {
		p, _ := os.Create(os.Args[2])
		pprof.StartCPUProfile(p)
		defer pprof.StopCPUProfile()
	}
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<20))
	err := d.AddAll(context.Background(), func(yield func(reprint.Document, error) bool) {
		for {
			var v struct{ ID, Text, Site, Published, Title, URL string }
			if dec.Decode(&v) != nil {
				return
			}
			at, _ := time.Parse(time.RFC3339, v.Published)
			if !yield(reprint.Document{ID: v.ID, Text: v.Text, Site: v.Site, Title: v.Title, URL: v.URL, Published: at}, nil) {
				return
			}
		}
	}, reprint.AddAllOptions{})
	var u syscall.Rusage
	syscall.Getrusage(0, &u)
	fmt.Println(err, d.Len(), "user", float64(u.Utime.Sec)+float64(u.Utime.Usec)/1e6)
}
