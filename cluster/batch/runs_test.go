package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// reversed is a codec that is easy to tell from none.
type reversed struct{}

var errReversed = errors.New("not reversed")

func (reversed) Pack(to, block []byte) []byte {
	b := append(slices.Clone(block), '!')
	slices.Reverse(b)
	return append(to, b...)
}

func (reversed) Unpack(to, packed []byte) ([]byte, error) {
	if len(packed) == 0 || packed[0] != '!' {
		return to, errReversed
	}
	b := slices.Clone(packed[1:])
	slices.Reverse(b)
	return append(to, b...), nil
}

// Runs come back as they were written, one after another in a file.
func TestRuns(t *testing.T) {
	w := newWriter(8)
	for _, codec := range []Codec{plain{}, reversed{}} {
		f, err := os.Create(filepath.Join(t.TempDir(), "runs"))
		require.NoError(t, err)
		defer f.Close()
		out := runWriter{to: f, codec: codec}
		var runs []span
		var want [][]Row
		for n := range 4 {
			var rows []Row
			for i := range n * 2000 {
				row := Row{Key: int64(w.rng.Uint64()), Order: int64(w.rng.Uint64()), Value: make([]byte, w.rng.IntN(100))}
				if i%500 == 0 {
					row = Row{Key: math.MinInt64 + int64(i/1000), Order: math.MaxInt64, Value: make([]byte, 3*blockBytes)}
				}
				rows = append(rows, row, Row{Key: row.Key, Order: -1, Value: fmt.Append(nil, i)})
			}
			slices.SortFunc(rows, Row.Compare)
			begin := out.at
			for _, r := range rows {
				require.NoError(t, out.write(r))
			}
			require.NoError(t, out.flush())
			runs, want = append(runs, span{begin, out.at}), append(want, rows)
		}
		for i, s := range runs {
			in := runReader{from: f, codec: codec, left: s}
			for _, r := range want[i] {
				got, err := in.next()
				require.NoError(t, err)
				require.Zero(t, got.Compare(r))
			}
			_, err := in.next()
			require.Equal(t, io.EOF, err)
		}
	}
}

// Blocks that were damaged are errors.
func TestDamagedRuns(t *testing.T) {
	for name, b := range map[string]string{
		"no size":       "\x00\x00",
		"longer":        "\x00\x00\x00\x04!\x01",
		"nothing":       "\x00\x00\x00\x01!",
		"not packed":    "\x00\x00\x00\x01x",
		"no order":      "\x00\x00\x00\x02!\x01",
		"no length":     "\x00\x00\x00\x03!\x01\x01",
		"no value":      "\x00\x00\x00\x04!\x01\x01\x01",
		"endless":       "\x00\x00\x00\x0c!" + string(bytes.Repeat([]byte{0xff}, 11)),
		"beyond memory": "\x00\x00\x00\x0d!\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00",
	} {
		f, err := os.Create(filepath.Join(t.TempDir(), "run"))
		require.NoError(t, err)
		defer f.Close()
		_, err = f.WriteString(b)
		require.NoError(t, err)
		in := runReader{from: f, codec: reversed{}, left: span{0, int64(len(b))}}
		for err == nil {
			_, err = in.next()
		}
		require.NotEqual(t, io.EOF, err, name)
	}
}
