package output

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Lines are written in their order, whole before Flush and Close return.
func TestBeside(t *testing.T) {
	for _, n := range []int{0, 1, linesAtOnce - 1, linesAtOnce, 5*linesAtOnce + 3} {
		var got, want strings.Builder
		w := Beside(NewJSONLines(&got))
		for i := range n {
			want.WriteString(strconv.Itoa(i) + "\n")
			w.Write(i)
			if i%700 == 699 {
				require.NoError(t, w.Flush())
				require.Equal(t, want.String(), got.String())
			}
		}
		require.NoError(t, w.Close())
		require.Equal(t, want.String(), got.String())
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, errFull }

var errFull = errors.New("no room")

// An error of the file is returned when it is flushed, and when it is closed.
func TestBesideFails(t *testing.T) {
	w := Beside(NewJSONLines(full{}))
	for range 2 * linesAtOnce {
		w.Write(strings.Repeat("x", 1000))
	}
	require.ErrorIs(t, w.Flush(), errFull)
	require.ErrorIs(t, w.Close(), errFull)
}
