package passage

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The features of pairs, for bench/judge/fit.py: a line for each line of the file
// that REPRINT_PAIRS names, in the same order, to the one that REPRINT_FEATURES
// names.
func TestWriteFeatures(t *testing.T) {
	if os.Getenv("REPRINT_PAIRS") == "" {
		t.Skip("REPRINT_PAIRS names no file")
	}
	in, err := os.Open(os.Getenv("REPRINT_PAIRS"))
	require.NoError(t, err)
	defer in.Close()
	out, err := os.Create(os.Getenv("REPRINT_FEATURES"))
	require.NoError(t, err)
	defer out.Close()
	read, write := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	var a Aligner
	for {
		var p struct {
			A, B struct {
				Text, Title, URL, Site string
				Published              time.Time
			}
		}
		if err := read.Decode(&p); err == io.EOF {
			break
		}
		require.NoError(t, err)
		x := a.AppendDocument(nil, Document{Text: p.A.Text, Title: p.A.Title, URL: p.A.URL, Published: p.A.Published})
		y := a.AppendDocument(nil, Document{Text: p.B.Text, Title: p.B.Title, URL: p.B.URL, Published: p.B.Published})
		c := Corpus{SameSite: sameSite(p.A.Site, p.A.URL, p.B.Site, p.B.URL)}
		e := a.Relate(x, y, c).Evidence
		var f [nFeatures]float64
		e.features(&f, &c, e.CoverageA, e.CoverageB, float64(e.Words))
		require.NoError(t, write.Encode(struct {
			Features [nFeatures]float64
			Evidence Evidence
			Alike    bool
		}{f, e, a.alike}))
	}
	require.NoError(t, out.Close())
}
