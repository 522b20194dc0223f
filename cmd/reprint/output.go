package main

import (
	"bytes"
	"encoding/json"
	"io"
	"math"

	"github.com/cbb30ed1/reprint"
)

// output writes JSON lines, and only whole ones: what was written when a run is
// interrupted can be read. The first error is kept and returned by flush.
type output struct {
	w    io.Writer
	held bytes.Buffer // lines not written yet
	enc  *json.Encoder
	err  error
}

func newOutput(w io.Writer) *output {
	o := &output{w: w}
	o.enc = json.NewEncoder(&o.held)
	o.enc.SetEscapeHTML(false)
	return o
}

func (o *output) write(v any) {
	if o.err == nil {
		o.err = o.enc.Encode(v)
	}
	if o.held.Len() >= 1<<16 {
		o.flush()
	}
}

func (o *output) flush() error {
	if o.err == nil {
		_, o.err = o.held.WriteTo(o.w)
	}
	return o.err
}

// round cuts a figure to four decimals, more than which it does not mean.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }

// stdErr is left out where figures are exact.
func stdErr(f reprint.Figures) *float64 {
	if f.Exact {
		return nil
	}
	e := round(f.StdErr)
	return &e
}
