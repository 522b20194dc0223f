package main

import (
	"bufio"
	"encoding/json"
	"io"
	"math"

	"github.com/cbb30ed1/reprint"
)

// output writes JSON lines. The first error is kept and returned by flush.
type output struct {
	w   *bufio.Writer
	enc *json.Encoder
	err error
}

func newOutput(w io.Writer) *output {
	o := &output{w: bufio.NewWriterSize(w, 1<<16)}
	o.enc = json.NewEncoder(o.w)
	o.enc.SetEscapeHTML(false)
	return o
}

func (o *output) write(v any) {
	if o.err == nil {
		o.err = o.enc.Encode(v)
	}
}

func (o *output) flush() error {
	if o.err != nil {
		return o.err
	}
	return o.w.Flush()
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
