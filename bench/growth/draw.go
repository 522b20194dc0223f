package main

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// A panel is one diagram: a figure against the number of documents, both on
// logarithmic scales, where growth in proportion is a line of slope 1.
type panel struct {
	title  string
	unit   string
	value  func(result) float64
	linear bool // draw growth in proportion, from the first point
}

var panels = []panel{
	{"time to cluster", "s", func(r result) float64 { return r.Seconds }, true},
	{"peak resident memory", "MB", func(r result) float64 { return r.Peak / 1e6 }, true},
	{"add one more, 99th percentile", "ms", func(r result) float64 { return 1e3 * r.Slow }, false},
}

const (
	width, height           = 320, 260 // of a panel
	left, right, above, low = 56, 16, 40, 44
)

// series are the lines of a panel, each with its colour.
var series = []struct {
	name, colour string
	has          func(result) bool
}{
	{"in memory", "#0a58a5", func(r result) bool { return !r.Store }},
	{"in a store", "#b3541e", func(r result) bool { return r.Store }},
}

// A curve is a series of which something is known.
type curve struct {
	name, colour string
	xs, ys       []float64
}

func (p panel) curves(results []result) (out []curve) {
	for _, s := range series {
		c := curve{name: s.name, colour: s.colour}
		for _, r := range results {
			if y := p.value(r); y > 0 && s.has(r) {
				c.xs, c.ys = append(c.xs, float64(r.Docs)), append(c.ys, y)
			}
		}
		if len(c.xs) > 0 {
			out = append(out, c)
		}
	}
	return out
}

// draw returns an SVG with the panels side by side. Its colours are legible on
// a light and on a dark page.
func draw(results []result) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width*len(panels), height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="#fff"/>`+"\n")
	for i, p := range panels {
		fmt.Fprintf(&b, `<g transform="translate(%d 0)">`+"\n", i*width)
		p.draw(&b, results)
		fmt.Fprintln(&b, `</g>`)
	}
	fmt.Fprintln(&b, `</svg>`)
	return b.Bytes()
}

func (p panel) draw(b *bytes.Buffer, results []result) {
	curves := p.curves(results)
	fmt.Fprintf(b, `<text x="%d" y="20" font-weight="bold">%s (%s)</text>`+"\n", left, p.title, p.unit)
	if len(curves) == 0 {
		fmt.Fprintf(b, `<text x="%d" y="%d">not known</text>`+"\n", left, height/2)
		return
	}
	var xs, ys []float64
	for _, c := range curves {
		xs, ys = append(xs, c.xs...), append(ys, c.ys...)
	}
	var line curve
	if p.linear {
		first := curves[0]
		for _, x := range []float64{first.xs[0], slices.Max(xs)} {
			line.xs, line.ys = append(line.xs, x), append(line.ys, first.ys[0]*x/first.xs[0])
		}
	}
	x0, x1 := decades(xs)
	y0, y1 := decades(slices.Concat(ys, line.ys))
	px := func(x float64) float64 {
		return left + (width-left-right)*(math.Log10(x)-x0)/(x1-x0)
	}
	py := func(y float64) float64 {
		return height - low - (height-low-above)*(math.Log10(y)-y0)/(y1-y0)
	}
	for d := x0; d <= x1; d++ {
		x := px(math.Pow(10, d))
		fmt.Fprintf(b, `<path d="M%.1f %d V%d" stroke="#ddd"/>`, x, above, height-low)
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%s</text>`+"\n", x, height-low+18, short(math.Pow(10, d)))
	}
	for d := y0; d <= y1; d++ {
		y := py(math.Pow(10, d))
		fmt.Fprintf(b, `<path d="M%d %.1f H%d" stroke="#ddd"/>`, left, y, width-right)
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end" fill="#555">%s</text>`+"\n", left-6, y+4, short(math.Pow(10, d)))
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="middle" fill="#555">documents</text>`+"\n", left+(width-left-right)/2, height-8)
	path := func(c curve, style string) {
		fmt.Fprint(b, `<path d="`)
		for i, y := range c.ys {
			fmt.Fprintf(b, "%c%.1f %.1f", "ML"[min(i, 1)], px(c.xs[i]), py(y))
		}
		fmt.Fprintf(b, `" fill="none" %s/>`+"\n", style)
	}
	if p.linear {
		path(line, `stroke="#999" stroke-dasharray="4 4"`)
	}
	for n, c := range curves {
		path(c, fmt.Sprintf(`stroke="%s" stroke-width="2"`, c.colour))
		for i, y := range c.ys {
			fmt.Fprintf(b, `<circle cx="%.1f" cy="%.1f" r="3.5" fill="%s"/>`, px(c.xs[i]), py(y), c.colour)
			anchor := "middle"
			switch i {
			case 0:
				anchor = "start"
			case len(c.ys) - 1:
				anchor = "end"
			}
			at := py(y) - 8
			if isBelow(curves, c.xs[i], y) {
				at = py(y) + 18
			}
			fmt.Fprintf(b, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>`+"\n", px(c.xs[i]), at, anchor, c.colour, figure(y))
		}
		if len(curves) > 1 {
			fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s">%s</text>`+"\n", left+8, above+14*(n+1), c.colour, c.name)
		}
	}
}

// isBelow reports whether a curve has a greater value for about as many documents.
func isBelow(curves []curve, x, y float64) bool {
	for _, c := range curves {
		for i := range c.xs {
			if math.Abs(c.xs[i]-x) < x/100 && c.ys[i] > y {
				return true
			}
		}
	}
	return false
}

// figure prints a value with three digits.
func figure(v float64) string {
	if v >= 1000 {
		digits := math.Pow(10, math.Floor(math.Log10(v))-2)
		return strconv.FormatFloat(math.Round(v/digits)*digits, 'f', 0, 64)
	}
	return fmt.Sprintf("%.3g", v)
}

// decades returns the powers of ten around all values, at least one apart.
func decades(values []float64) (low, high float64) {
	low = math.Floor(math.Log10(slices.Min(values)))
	high = math.Ceil(math.Log10(slices.Max(values)))
	return low, max(high, low+1)
}

// short prints a power of ten.
func short(v float64) string {
	switch {
	case v >= 1e6:
		return fmt.Sprintf("%g M", v/1e6)
	case v >= 1e3:
		return fmt.Sprintf("%g k", v/1e3)
	}
	return fmt.Sprintf("%.3g", v)
}
