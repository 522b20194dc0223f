package input

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWithoutMember(t *testing.T) {
	for in, want := range map[string]string{
		`{"id":1}`:                                        `{"id":1}`,
		`{"id":1,"reprint":{"keep":true}}`:                `{"id":1}`,
		`{"reprint":{"a":[1,{"reprint":2}]},"id":1}`:      `{"id":1}`,
		`{ "reprint": 1, "id": 1, "b": 2 }`:               `{"id": 1, "b": 2}`,
		`{"id":1,"x":{"reprint":2},"text":"\"reprint\""}`: `{"id":1,"x":{"reprint":2},"text":"\"reprint\""}`,
		`{"reprint":1}`:                                   `{}`,
		`{"reprint":1,"reprint":2,"a":"\u00e9"}`:          `{"a":"\u00e9"}`,
		`{"reprint":1,`:                                   `{"reprint":1,`,
		`["reprint"]`:                                     `["reprint"]`,
	} {
		assert.Equal(t, want, string(withoutMember([]byte(in), "reprint")), in)
	}
}

// What is left of an object is what a decoder makes of it without the member.
func FuzzWithoutMember(f *testing.F) {
	f.Add(`{"id":1, "reprint" :{"keep":true} , "b":[{}]}`)
	f.Add(`{"reprint":1,"reprint":2}`)
	f.Add(`{"\u0072eprint":1e999}`)
	f.Fuzz(func(t *testing.T, in string) {
		var want, got map[string]json.RawMessage
		if json.Unmarshal([]byte(in), &want) != nil {
			return
		}
		delete(want, "reprint")
		require.NoError(t, json.Unmarshal(withoutMember([]byte(in), "reprint"), &got))
		assert.Equal(t, len(want), len(got))
		for name, v := range want {
			assert.Equal(t, string(v), string(got[name]))
		}
	})
}

// A row without fields has the others as the reader splits them.
func FuzzWithoutFields(f *testing.F) {
	f.Add(`a,"b ""c"", d",e`, 1)
	f.Add(`"a"x,,"b`, 2)
	f.Fuzz(func(t *testing.T, row string, column int) {
		fields := toStrings(csvFields([]byte(row), ','))
		if column < 0 || column >= len(fields) {
			return
		}
		want := slices.Delete(slices.Clone(fields), column, column+1)
		if len(want) == 0 {
			want = []string{""}
		}
		require.Equal(t, want, toStrings(csvFields(withoutFields([]byte(row), ',', []int{column}), ',')))
	})
}
