// Screenshot makes the picture of a report that the README shows: the articles
// of testdata, two of them side by side, as a headless Chromium draws them.
//
//	go run ./bench/screenshot -o report/screenshot.png
//
// Debian has the browser as chromium, and the fonts as fonts-noto-core.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/report"
)

// most is the size that a picture in the repository may have, in bytes.
const most = 200_000

func main() {
	testdata := flag.String("testdata", "testdata", "`folder` with articles/ and outlets.jsonl")
	output := flag.String("o", "report/screenshot.png", "`file` to write")
	place := flag.String("at", "doc=en-bridge-update.txt&passage=2", "`part` of the report, what stands behind the # of its address")
	browser := flag.String("chromium", "chromium", "`command` of the browser")
	width := flag.Int("width", 1240, "`pixels`, before scaling")
	height := flag.Int("height", 760, "`pixels`, before scaling")
	scale := flag.Float64("scale", 1.5, "`pixels` of the picture for one of the page")
	flag.Parse()
	if flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}
	err := func() error {
		dir, err := os.MkdirTemp("", "reprint-screenshot-*")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		page := filepath.Join(dir, "report.html")
		if err := writeReport(page, *testdata); err != nil {
			return err
		}
		shot := filepath.Join(dir, "shot.png")
		address := (&url.URL{Scheme: "file", Path: filepath.ToSlash(page), Fragment: *place}).String()
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		out, err := exec.CommandContext(ctx, *browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
			"--user-data-dir="+filepath.Join(dir, "profile"), "--virtual-time-budget=5000",
			fmt.Sprintf("--window-size=%d,%d", *width, *height), fmt.Sprintf("--force-device-scale-factor=%g", *scale),
			"--screenshot="+shot, address).CombinedOutput()
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", *browser, err, out)
		}
		return shrink(*output, shot)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "screenshot:", err)
		os.Exit(1)
	}
}

func writeReport(path, testdata string) error {
	docs, err := articles(testdata)
	if err != nil {
		return err
	}
	d, err := reprint.New(reprint.Options{})
	if err != nil {
		return err
	}
	all := func(yield func(reprint.Document, error) bool) {
		for _, doc := range docs {
			if !yield(doc, nil) {
				return
			}
		}
	}
	ctx := context.Background()
	if err := d.AddAll(ctx, all, reprint.AddAllOptions{}); err != nil {
		return err
	}
	var page bytes.Buffer
	if err := report.Write(ctx, &page, d, all, report.Options{}); err != nil {
		return err
	}
	return os.WriteFile(path, page.Bytes(), 0o666)
}

// articles are those that have an outlet.
func articles(testdata string) ([]reprint.Document, error) {
	f, err := os.Open(filepath.Join(testdata, "outlets.jsonl"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var docs []reprint.Document
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var doc reprint.Document
		if err := json.Unmarshal(lines.Bytes(), &doc); err != nil {
			return nil, err
		}
		text, err := os.ReadFile(filepath.Join(testdata, "articles", doc.ID))
		if err != nil {
			return nil, err
		}
		doc.Text = strings.ReplaceAll(string(text), "\r\n", "\n")
		docs = append(docs, doc)
	}
	return docs, nil
}

// shrink stores a picture with 256 colours, of which a page has hardly more.
func shrink(to, from string) error {
	raw, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	full, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, reduce(full)); err != nil {
		return err
	}
	if out.Len() > most {
		return fmt.Errorf("the picture has %d bytes, want %d at most", out.Len(), most)
	}
	return os.WriteFile(to, out.Bytes(), 0o666)
}

// reduce keeps the 256 colours that are most frequent, of those that differ in
// the upper five bits of a channel, and gives other pixels the nearest of them.
func reduce(full image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	b := full.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	all := make([]color.RGBA, 0, len(count))
	for c := range count {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int {
		if d := count[b] - count[a]; d != 0 {
			return d
		}
		return slices.Compare([]byte{a.R, a.G, a.B}, []byte{b.R, b.G, b.B})
	})
	var palette color.Palette
	seen := map[[3]uint8]bool{}
	for _, c := range all {
		if near := [3]uint8{c.R >> 3, c.G >> 3, c.B >> 3}; !seen[near] && len(palette) < 256 {
			seen[near] = true
			palette = append(palette, c)
		}
	}
	nearest := make(map[color.RGBA]uint8, len(all))
	for _, c := range all {
		nearest[c] = uint8(palette.Index(c))
	}
	out := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			out.SetColorIndex(x, y, nearest[at(x, y)])
		}
	}
	return out
}
