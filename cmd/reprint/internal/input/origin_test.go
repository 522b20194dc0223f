package input

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/origin"
)

// What tells of the origin is read from JSON and from tables. What is of another form, in
// fields that may be about something else, says nothing.
func TestOriginFields(t *testing.T) {
	hints := []origin.Hint{{Kind: "canonical", Value: "https://gazette.example/1"}, {Kind: "creditText", Value: "AP"}}
	for _, c := range []struct{ name, in string }{
		{"JSON", `{"id":"1","text":"A b","byline":"Ada Reed, AP","author":"x","owner":"Marrow Holding","clock":"page","hints":[{"kind":"canonical","value":"https://gazette.example/1"},{"kind":"creditText","value":"AP"}]}`},
		{"CSV", "id,text,author,owner,clock,hints\n" + `1,A b,"Ada Reed, AP",Marrow Holding,page,"[{""kind"":""canonical"",""value"":""https://gazette.example/1""},{""kind"":""creditText"",""value"":""AP""}]"` + "\n"},
	} {
		items, said, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(c.in)})
		require.NoError(t, err, c.name)
		require.Empty(t, said)
		require.Len(t, items, 1)
		d := items[0].Document
		require.Equal(t, "Ada Reed, AP", d.Byline)
		require.Equal(t, "Marrow Holding", d.Owner)
		require.Equal(t, origin.Page, d.Clock)
		require.Equal(t, hints, d.Hints)
	}
	items, _, err := readAll(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(`{"id":"1","text":"A b","clock":"12:30","hints":"see page 3","owner":{"id":7}}`)})
	require.NoError(t, err)
	require.Len(t, items, 1)
	require.Equal(t, origin.Unknown, items[0].Clock)
	require.Empty(t, items[0].Hints)
}
