// Command serving measures a service (reprint serve) under load: how long additions take
// by themselves, and beside callers who list a cluster.
//
//	go run ./bench/newsgen -docs 100000 -seed 1 > news.jsonl
//	go run ./bench/serving -url http://127.0.0.1:8080 -copies 20000 < news.jsonl
//
// It first adds so many copies of one article, and half of its input; then the rest from
// several callers, a part without and a part with the listing.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

func main() {
	url := flag.String("url", "http://127.0.0.1:8080", "the service")
	copies := flag.Int("copies", 20000, "documents of the cluster that is listed")
	adding := flag.Int("adding", 64, "callers who add")
	listing := flag.Int("listing", 16, "callers who list")
	docs := flag.Int("docs", 100000, "documents in all")
	flag.Parse()
	l := &load{url: *url, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	if err := l.run(os.Stdin, os.Stdout, *docs, *copies, *adding, *listing); err != nil {
		fmt.Fprintln(os.Stderr, "serving:", err)
		os.Exit(1)
	}
}

type load struct {
	url    string
	client *http.Client
}

func (l *load) run(in io.Reader, out io.Writer, docs, copies, adding, listing int) error {
	text := strings.Repeat("The harbour master counted every boat that came in before the storm and wrote their names in the book. ", 8)
	var before bytes.Buffer
	for i := range copies {
		fmt.Fprintf(&before, `{"id":"same%06d","site":"paper%d.example","text":%q}`+"\n", i, i%500, fmt.Sprint(text, "Edition ", i%97, " of the day."))
	}
	var rest [][]byte
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<24)
	for n := 0; lines.Scan() && n+copies < docs; n++ {
		if n+copies < docs*9/10 {
			before.Write(append(lines.Bytes(), '\n'))
		} else {
			rest = append(rest, bytes.Clone(lines.Bytes()))
		}
	}
	begun := time.Now()
	if _, err := l.post("application/x-ndjson", &before); err != nil {
		return err
	}
	fmt.Fprintf(out, "added before: %d documents in %.1f s\n", docs*9/10, time.Since(begun).Seconds())

	half := len(rest) / 2
	alone, err := l.add(rest[:half], adding)
	if err != nil {
		return err
	}
	var done atomic.Bool
	var listings atomic.Int64
	var all sync.WaitGroup
	for range listing {
		all.Go(func() {
			for !done.Load() {
				if answer, err := l.client.Get(l.url + "/clusters/same000001"); err == nil {
					_, _ = io.Copy(io.Discard, answer.Body)
					answer.Body.Close()
					listings.Add(1)
				}
			}
		})
	}
	beside, err := l.add(rest[half:], adding)
	done.Store(true)
	all.Wait()
	if err != nil {
		return err
	}
	for name, took := range map[string][]time.Duration{"alone": alone, "beside": beside} {
		slices.Sort(took)
		fmt.Fprintf(out, "%-7s %d additions of %d callers: median %v, p99 %v, longest %v\n", name, len(took), adding,
			took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	}
	fmt.Fprintf(out, "listings of %d callers meanwhile: %d\n", listing, listings.Load())
	return nil
}

// add adds documents from several callers, and returns how long each took.
func (l *load) add(docs [][]byte, callers int) (took []time.Duration, err error) {
	var next atomic.Int64
	var mu sync.Mutex
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(docs) {
					return
				}
				begun := time.Now()
				_, e := l.post("application/json", bytes.NewReader(docs[i]))
				mu.Lock()
				if took = append(took, time.Since(begun)); e != nil {
					err = e
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return took, err
}

func (l *load) post(media string, body io.Reader) (n int64, err error) {
	answer, err := l.client.Post(l.url+"/documents", media, body)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		var e json.RawMessage
		_ = json.NewDecoder(answer.Body).Decode(&e)
		return 0, fmt.Errorf("status %d: %s", answer.StatusCode, e)
	}
	return io.Copy(io.Discard, answer.Body)
}
