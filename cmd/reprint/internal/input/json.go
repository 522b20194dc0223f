package input

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"

	fast "github.com/goccy/go-json"
)

// looseText is a string that a document can do without: what is of another type
// stands there as its JSON, rather than make the document a bad one.
type looseText string

func (l *looseText) UnmarshalJSON(b []byte) error {
	var s string
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	if n := len(b) - 1; n > 0 && b[0] == '"' && b[n] == '"' && isPlain(b[1:n]) {
		s = string(b[1:n])
	} else if json.Unmarshal(b, &s) != nil {
		s = string(b)
	}
	*l = looseText(s)
	return nil
}

// isPlain reports whether what is between the quotes of a JSON string is the string.
func isPlain(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.Valid(b)
}

// A jsonField is a field of the struct into which objects are decoded.
type jsonField struct {
	role  role
	name  string
	usual bool
}

// jsonParser decodes objects into a struct that has a field for each name, made once
// for each goroutine: that is several times as fast as a map.
func jsonParser(f Fields) func() parser {
	var wanted []jsonField
	var fields []reflect.StructField
	nested := false
	loose, plain := reflect.TypeFor[looseText](), reflect.TypeFor[string]()
	for r := range roles {
		for i, name := range f.names(r) {
			nested = nested || f.given(r) != "" && strings.Contains(name, ".")
			of := loose
			if r == roleText {
				of = plain
			}
			if len(wanted) > 0 && containsName(wanted, name) {
				nested = true // one field for two roles: a struct cannot say that
				continue
			}
			wanted = append(wanted, jsonField{r, name, f.given(r) != "" || i < documented[r]})
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprintf("F%d", len(fields)), Type: of, Tag: reflect.StructTag(fmt.Sprintf("json:%q", name)),
			})
		}
	}
	shape := reflect.StructOf(fields)
	return func() parser {
		into := reflect.New(shape)
		values, target := into.Elem(), into.Interface()
		return func(part []byte, to *record) {
			if nested {
				parseObject(f, part, to)
				return
			}
			values.SetZero()
			if fast.Unmarshal(part, target) != nil {
				parseObject(f, part, to) // for what is of another type, and for its errors, which say more
				return
			}
			for i, w := range wanted {
				if v := values.Field(i); v.Len() > 0 {
					to.take(w.role, v.String(), w.name, w.usual)
				}
			}
			// The decoder puts this where a byte is no UTF-8.
			to.broken = strings.Contains(to.values[roleText], "\ufffd") && !utf8.Valid(part)
			if to.values[roleText] == "" || strings.HasPrefix(to.values[roleID], "{") || strings.HasPrefix(to.values[roleID], "[") {
				parseObject(f, part, to)
			}
		}
	}
}

func containsName(fields []jsonField, name string) bool {
	for _, f := range fields {
		if f.name == name {
			return true
		}
	}
	return false
}

// parseObject is the slow and thorough way: it says what is wrong, looks into objects,
// and names the longest field where there is no text.
func parseObject(f Fields, part []byte, to *record) {
	*to = record{n: to.n}
	var object map[string]json.RawMessage
	err := json.Unmarshal(part, &object)
	if unlike := (*json.UnmarshalTypeError)(nil); errors.As(err, &unlike) {
		err = fmt.Errorf("it is of type %s, want an object", unlike.Value)
	}
	if err != nil {
		to.err = bad("no JSON document: %w", err)
		return
	}
	lower := make(map[string]json.RawMessage, len(object))
	longest := 0
	for name, v := range object {
		if name != strings.ToLower(name) && lower[strings.ToLower(name)] != nil {
			continue // the exact name counts
		}
		lower[strings.ToLower(name)] = v
		if !f.known(strings.ToLower(name)) && len(v) > len(`""`) && v[0] == '"' && (len(v) > longest || len(v) == longest && name < to.longest) {
			longest, to.longest = len(v), name
		}
	}
	for name, v := range object { // spelt with spaces or hyphens
		if p := plainName(name); lower[p] == nil {
			lower[p] = v
		}
	}
	for r := range roles {
		for i, name := range f.names(r) {
			raw := lookUp(lower, name)
			if raw == nil || bytes.Equal(raw, []byte("null")) {
				continue
			}
			s, kind := scalar(raw)
			if kind != "" && r == roleText || kind != "" && kind != "number" && r == roleID {
				want := "a string"
				if r == roleID {
					want = "a string or a number"
				}
				to.err = bad("%q is of type %s, want %s", name, kind, want)
				return
			}
			if s != "" {
				to.take(r, s, name, f.given(r) != "" || i < documented[r])
			}
		}
	}
	if to.values[roleID]+to.values[roleText]+to.values[roleURL] == "" {
		to.hint = insideOf(object, longest)
	}
	if to.values[roleText] != "" {
		to.longest = ""
		to.broken = !utf8.Valid(part)
	}
}

// insideOf says which list of an object, longer than any of its strings, has what may be
// the documents.
func insideOf(object map[string]json.RawMessage, longest int) string {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		var list []map[string]json.RawMessage
		if len(object[name]) > longest && json.Unmarshal(object[name], &list) == nil && len(list) > 0 {
			return fmt.Sprintf("; the articles seem to be inside %q: take them out, as by jq '.[%q]'", name, name)
		}
	}
	return ""
}

// lookUp returns the value of a name, which may go into objects by its dots, or nil.
func lookUp(object map[string]json.RawMessage, name string) json.RawMessage {
	if v, ok := object[name]; ok {
		return v
	}
	head, rest, ok := strings.Cut(name, ".")
	if !ok {
		return nil
	}
	var inner map[string]json.RawMessage
	if json.Unmarshal(object[head], &inner) != nil {
		return nil
	}
	lower := make(map[string]json.RawMessage, len(inner))
	for name, v := range inner {
		lower[strings.ToLower(name)] = v
	}
	return lookUp(lower, rest)
}

// scalar returns what a value says, and its type if that is not a string. Of an object
// it is what some systems wrap a string in: WordPress {"rendered":…}, MongoDB
// {"$oid":…} and {"$date":…}.
func scalar(raw json.RawMessage) (value, kind string) {
	switch raw[0] {
	case '"':
		var s string
		json.Unmarshal(raw, &s)
		return s, ""
	case '{':
		var wrapped map[string]json.RawMessage
		json.Unmarshal(raw, &wrapped)
		for _, name := range []string{"rendered", "$oid", "$date", "$numberLong"} {
			if v := wrapped[name]; len(v) > 0 {
				return scalar(v)
			}
		}
		return string(raw), "object"
	case '[':
		return string(raw), "array"
	case 't', 'f':
		return string(raw), "bool"
	}
	return string(raw), "number"
}
