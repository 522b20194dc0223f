package input

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutTail(t *testing.T) {
	for in, want := range map[string]string{
		"The ferry ran aground […] The post Ferry aground appeared first on The Quay Gazette.":     "The ferry ran aground […]",
		"The ferry ran aground.\n\nThe post Ferry aground first appeared on The Quay Gazette.\n":   "The ferry ran aground.",
		"Die Fähre lief auf Grund.\nDer Beitrag Fähre auf Grund erschien zuerst auf Brückenblatt.": "Die Fähre lief auf Grund.",
		"The ferry ran … Continue reading Ferry aground on The Quay Gazette":                       "The ferry ran …",
		"The ferry ran [...] Read more":                                                   "The ferry ran [...]",
		"Die Fähre lief ... Weiterlesen →":                                                "Die Fähre lief ...",
		"She told the class to continue reading. Continue reading Ferry aground.":         "",
		"He said ... Read moreover what she wrote.":                                       "",
		"The post office on the quay appeared first on a map of 1820.\nIt is closed now.": "",
		"": "",
	} {
		if want == "" {
			want = in
		}
		assert.Equal(t, want, withoutTail(in))
	}
	long := strings.Repeat("wörter ", 300)
	assert.Equal(t, strings.TrimSpace(long)+" …", withoutTail(long+"… Continue reading Ferry"))
}

// Lines and feeds lose such an end, and it is said; files of text do not.
func TestTailsAreCounted(t *testing.T) {
	text := "The ferry ran … Continue reading Ferry aground on The Quay Gazette"
	items, said, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(`{"id":1,"text":"` + text + `"}`)})
	require.NoError(t, err)
	assert.Equal(t, "The ferry ran …", items[0].Text)
	assert.Contains(t, said, "ends that feed software put behind teasers, taken off: 1")
	items, said, err = readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(text)})
	require.NoError(t, err)
	assert.Equal(t, text, items[0].Text)
	assert.Empty(t, said)
}
