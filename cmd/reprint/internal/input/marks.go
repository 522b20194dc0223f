package input

import (
	"bytes"
	"encoding/json"
	"slices"
)

// withoutMember returns an object without its members of a name. It is as it was where
// it has none, or is no object.
func withoutMember(object []byte, name string) []byte {
	if !bytes.Contains(object, []byte(`"`+name+`"`)) && !bytes.Contains(object, []byte(`\u`)) {
		return object
	}
	dec := json.NewDecoder(bytes.NewReader(object))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return object
	}
	out := bytes.Clone(object[:dec.InputOffset()])
	any := false
	for dec.More() {
		from := dec.InputOffset()
		key, err := dec.Token()
		var value json.RawMessage
		if err != nil || dec.Decode(&value) != nil {
			return object
		}
		if key == name {
			continue
		}
		member := bytes.TrimPrefix(bytes.TrimLeft(object[from:dec.InputOffset()], " \t\r\n"), []byte(","))
		if any {
			out = append(out, ',')
		} else {
			member = bytes.TrimLeft(member, " ")
		}
		out, any = append(out, member...), true
	}
	return append(out, object[dec.InputOffset():]...)
}

// withoutFields returns a copy of a row without the fields of some columns.
func withoutFields(row []byte, delimiter byte, columns []int) []byte {
	if len(columns) == 0 {
		return bytes.Clone(row)
	}
	var out []byte
	start, first := 0, true
	for at := 0; start <= len(row); at++ {
		end := start
		quoted := end < len(row) && row[end] == '"'
		if quoted {
			end++
		}
		for ; end < len(row) && (quoted || row[end] != delimiter); end++ {
			if quoted && row[end] == '"' {
				if end+1 < len(row) && row[end+1] == '"' {
					end++
				} else {
					quoted = false
				}
			}
		}
		if !slices.Contains(columns, at) {
			if !first {
				out = append(out, delimiter)
			}
			out, first = append(out, row[start:end]...), false
		}
		start = end + 1
	}
	return out
}
