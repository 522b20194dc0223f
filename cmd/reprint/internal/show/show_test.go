package show

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
)

// With colours there are no brackets.
func TestInColour(t *testing.T) {
	x := "The old wharf below the mill will be closed to boats from Monday while its piles are renewed."
	y := strings.Replace(x, "Monday", "Tuesday", 1)
	d, err := reprint.New(reprint.Options{})
	require.NoError(t, err)
	c, err := d.Compare(reprint.Document{Text: x}, reprint.Document{Text: y})
	require.NoError(t, err)
	v := &view{marks: coloured, a: x, b: y, c: &c.Passages}
	v.texts()
	assert.Contains(t, v.out.String(), "boats from \x1b[31;9mMonday\x1b[0m \x1b[32mTuesday\x1b[0m while")

	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer f.Close()
	assert.Nil(t, terminal(f))
	assert.Nil(t, terminal(&v.out))
}
