package eval_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/eval"
)

func TestCalibration(t *testing.T) {
	var c eval.Calibration
	require.Zero(t, c.Scores())
	require.ErrorIs(t, c.Plot(io.Discard, ""), eval.ErrNoAnswers)
	c.Abstain()
	for range 8 {
		c.Add(.95, true)
	}
	c.Add(.65, true)
	c.Add(.65, false)
	s := c.Scores()
	require.Equal(t, 11, s.Questions)
	require.Equal(t, 10, s.Answered)
	require.InDelta(t, .9, s.Accuracy, 1e-12)
	require.InDelta(t, .8, s.Coverage98, 1e-12) // of the two at .65 the wrong one goes first
	require.InDelta(t, .8*.05+.2*.15, s.ECE, 1e-12)
}

func TestPlot(t *testing.T) {
	var c eval.Calibration
	c.Add(.95, true)
	c.Add(2, false)
	var b bytes.Buffer
	require.NoError(t, c.Plot(&b, "a < b & c"))
	d := xml.NewDecoder(&b)
	circles := 0
	for {
		tok, err := d.Token()
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "circle" {
			circles++
		}
	}
	require.Equal(t, 1, circles)
}
