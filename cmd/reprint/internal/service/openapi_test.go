package service

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// described is what these tests look at of openapi.json.
type described struct {
	OpenAPI string
	Paths   map[string]map[string]json.RawMessage

	Components struct {
		Schemas   map[string]schema
		Responses map[string]response
	}
}

type schema struct {
	Required   []string
	Properties map[string]json.RawMessage
}

type operation struct {
	OperationID string
	Security    *[]any
	Parameters  []struct{ Name, In string }
	Responses   map[string]response
}

type response struct {
	Ref     string `json:"$ref"`
	Content map[string]struct{ Schema json.RawMessage }
}

func description(t *testing.T) (d described) {
	require.NoError(t, json.Unmarshal(OpenAPI, &d))
	require.True(t, strings.HasPrefix(d.OpenAPI, "3.1."))
	return d
}

// The description has the calls of the service, no more and no fewer, and says which
// want a token.
func TestEveryRouteIsDescribed(t *testing.T) {
	_, s := inProcess(t, store.Options{}, Options{})
	want := map[string]bool{}
	for _, r := range s.routes() {
		want[r.pattern] = r.open
	}
	got := map[string]bool{}
	ids := map[string]bool{}
	for path, calls := range description(t).Paths {
		for method, text := range calls {
			if method == "parameters" {
				continue
			}
			var o operation
			require.NoError(t, json.Unmarshal(text, &o))
			got[strings.ToUpper(method)+" "+path] = o.Security != nil
			require.False(t, ids[o.OperationID], o.OperationID)
			ids[o.OperationID] = true
		}
	}
	require.Equal(t, want, got)
}

// Each schema has the fields of its type, and demands those that are never left out.
func TestEveryFieldIsDescribed(t *testing.T) {
	types := map[string]any{
		"Document": document{}, "Decision": decision{}, "Match": match{}, "Known": place{}, "Cluster": cluster{}, "Member": member{},
		"Clusters": clusters{}, "Summary": summary{}, "Origin": whose{}, "Change": store.Change{}, "Event": reprint.Event{},
		"Health": health{}, "Error": refusal{},
	}
	known := description(t).Components.Schemas
	for _, of := range []string{"Taken", "Evidence"} { // which are not exported
		field, _ := reflect.TypeFor[whose]().FieldByName(map[string]string{"Taken": "Sources", "Evidence": "Evidence"}[of])
		types[of] = reflect.New(field.Type.Elem()).Elem().Interface()
	}
	require.Len(t, known, len(types))
	for name, of := range types {
		properties, required := fields(reflect.TypeOf(of))
		s := known[name]
		got := []string{}
		for p := range s.Properties {
			got = append(got, p)
		}
		assert.ElementsMatch(t, properties, got, name)
		switch name {
		case "Document": // which is read, not written
			assert.Equal(t, []string{"id", "text"}, s.Required)
		case "Decision": // of a query that finds nothing
			assert.ElementsMatch(t, []string{"id", "decision"}, s.Required)
		default:
			assert.ElementsMatch(t, required, s.Required, name)
		}
	}
}

func fields(t reflect.Type) (all, required []string) {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			a, r := fields(f.Type)
			all, required = append(all, a...), append(required, r...)
			continue
		}
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		all = append(all, name)
		if !strings.Contains(options, "omitempty") {
			required = append(required, name)
		}
	}
	return all, required
}

// A validator knows what answers may be, and which fields it has seen.
type validator struct {
	t        *testing.T
	d        described
	compiler *jsonschema.Compiler
	seen     map[string]bool
}

// newValidator reads the description, and makes each schema of an answer refuse
// fields that it does not name.
func newValidator(t *testing.T) *validator {
	v := &validator{t: t, d: description(t), compiler: jsonschema.NewCompiler(), seen: map[string]bool{}}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(OpenAPI))
	require.NoError(t, err)
	for _, s := range doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any) {
		s.(map[string]any)["additionalProperties"] = false
	}
	v.compiler.DefaultDraft(jsonschema.Draft2020)
	v.compiler.AssertFormat()
	require.NoError(t, v.compiler.AddResource("https://reprint.example/openapi.json", doc))
	return v
}

// check demands of an answer that it is one of those that the description has for the
// call.
func (v *validator) check(method, template string, answer *http.Response, body []byte) {
	v.t.Helper()
	var o operation
	require.NoError(v.t, json.Unmarshal(v.d.Paths[template][strings.ToLower(method)], &o), template)
	status := fmt.Sprint(answer.StatusCode)
	where := fmt.Sprintf("/paths/%s/%s/responses/%s", escape(template), strings.ToLower(method), status)
	r, ok := o.Responses[status]
	require.True(v.t, ok, "%s %s answers %s, which is not described: %s", method, template, status, body)
	if r.Ref != "" {
		where = strings.TrimPrefix(r.Ref, "#")
		r = v.d.Components.Responses[strings.TrimPrefix(where, "/components/responses/")]
	}
	if len(r.Content) == 0 {
		require.Empty(v.t, body)
		return
	}
	media, _, _ := strings.Cut(answer.Header.Get("Content-Type"), ";")
	_, ok = r.Content[media]
	require.True(v.t, ok, "%s %s answers in %q, which is not described", method, template, media)
	if media == "text/plain" {
		return
	}
	sch, err := v.compiler.Compile("https://reprint.example/openapi.json#" + where + "/content/" + escape(media) + "/schema")
	require.NoError(v.t, err)
	parts := [][]byte{body}
	if media == "application/x-ndjson" {
		parts = bytes.Split(bytes.TrimSuffix(body, []byte("\n")), []byte("\n"))
		if len(body) == 0 {
			parts = nil
		}
	}
	for _, part := range parts {
		one, err := jsonschema.UnmarshalJSON(bytes.NewReader(part))
		require.NoError(v.t, err, string(part))
		require.NoError(v.t, sch.Validate(one), string(part))
		v.see(one)
	}
}

func escape(path string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path)
}

func (v *validator) see(x any) {
	switch x := x.(type) {
	case map[string]any:
		for name, value := range x {
			v.seen[name] = true
			v.see(value)
		}
	case []any:
		for _, one := range x {
			v.see(one)
		}
	}
}

// Every call answers as it is described, well and ill, and every field that is described
// comes in some answer.
func TestAnswersAreAsDescribed(t *testing.T) {
	p, _ := inProcess(t, store.Options{Window: 24 * time.Hour, Events: 8}, Options{Fresh: time.Nanosecond, Tokens: []string{testToken}})
	v := newValidator(t)
	call := func(method, template, path, media, body, token string, want int) []byte {
		t.Helper()
		r, err := http.NewRequest(method, p.url+path, strings.NewReader(body))
		require.NoError(t, err)
		r.Header.Set("Content-Type", media)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		answer, err := p.client.Do(r)
		require.NoError(t, err)
		defer answer.Body.Close()
		text := new(bytes.Buffer)
		_, err = text.ReadFrom(answer.Body)
		require.NoError(t, err)
		require.Equal(t, want, answer.StatusCode, "%s %s: %s", method, path, text)
		v.check(method, template, answer, text.Bytes())
		return text.Bytes()
	}
	const one, many = "application/json", "application/x-ndjson"
	doc := func(id, site, published, text string) string {
		b, err := json.Marshal(map[string]string{"id": id, "text": text, "title": "On " + id, "site": site, "url": "https://" + site + "/" + id, "published": published})
		require.NoError(t, err)
		return string(b)
	}
	credited := "TARN (Kestrel News) - " + lighthouse + "\n\nReporting by the Harbour Times."
	call("POST", "/documents", "/documents", one, doc("a/1", "harbourtimes.example", "2026-03-01T06:00:00Z", credited), testToken, 200)
	call("POST", "/documents", "/documents", one, doc("b", "gazette.example", "2026-03-01T09:00:00Z", "By our staff, according to the Harbour Times\n\n"+credited), testToken, 200)
	call("POST", "/documents", "/documents", many, doc("c", "tarn.example", "2026-03-01T10:00:00Z", edited(credited))+"\n{\n", testToken, 200)
	call("POST", "/documents", "/documents", one, doc("old", "tarn.example", "2001-03-01T10:00:00Z", orchard), testToken, 422)
	call("POST", "/documents", "/documents", one, "{", testToken, 400)
	call("POST", "/documents", "/documents", "text/plain", "{", testToken, 415)
	call("POST", "/documents", "/documents", one, doc("d", "", "2026-03-01T10:00:00Z", strings.Repeat("x", 1<<20+1)), testToken, 413)
	call("POST", "/documents", "/documents", one, "{", "", 401)
	call("POST", "/query", "/query", one, doc("q", "", "2026-03-01T10:00:00Z", edited(lighthouse)), testToken, 200)
	call("POST", "/query", "/query", one, doc("q", "", "2026-03-01T10:00:00Z", orchard), testToken, 200)
	call("POST", "/query", "/query", many, doc("q", "", "2026-03-01T10:00:00Z", orchard)+"\n\n[]", testToken, 200)
	call("GET", "/documents/{id}", "/documents/a%2F1", "", "", testToken, 200)
	call("GET", "/documents/{id}", "/documents/none", "", "", testToken, 404)
	require.Equal(t, credited, string(call("GET", "/documents/{id}/text", "/documents/a%2F1/text", "", "", testToken, 200)))
	call("GET", "/documents/{id}/text", "/documents/none/text", "", "", testToken, 404)
	call("GET", "/clusters", "/clusters?site=www.gazette.example&since=2026-03-01&min-size=3&limit=1", "", "", testToken, 200)
	call("POST", "/documents", "/documents", one, doc("e", "x.example", "2026-03-01T06:00:00Z", orchard), testToken, 200)
	call("POST", "/documents", "/documents", one, doc("f", "y.example", "2026-03-01T06:00:00Z", edited(orchard)), testToken, 200)
	call("GET", "/clusters", "/clusters?limit=1", "", "", testToken, 200)
	call("GET", "/clusters", "/clusters?limit=0", "", "", testToken, 400)
	call("GET", "/clusters/{id}", "/clusters/b?limit=2", "", "", testToken, 200)
	call("GET", "/clusters/{id}", "/clusters/b?page=x", "", "", testToken, 400)
	call("GET", "/clusters/{id}", "/clusters/none", "", "", testToken, 404)
	call("GET", "/origin", "/origin?id=c", "", "", testToken, 200)
	call("GET", "/origin", "/origin", "", "", testToken, 400)
	call("GET", "/origin", "/origin?id=none", "", "", testToken, 404)
	call("DELETE", "/documents/{id}", "/documents/c", "", "", testToken, 204)
	call("DELETE", "/documents/{id}", "/documents/c", "", "", testToken, 404)
	call("GET", "/events", "/events", "", "", testToken, 200)
	require.Len(t, bytes.Split(bytes.TrimSpace(call("GET", "/events", "/events?from=2&limit=2", "", "", testToken, 200)), []byte("\n")), 2)
	call("GET", "/events", "/events?from=x", "", "", testToken, 400)
	call("GET", "/metrics", "/metrics", "", "", testToken, 200)
	call("GET", "/metrics", "/metrics", "", "", "", 401)
	call("GET", "/healthz", "/healthz", "", "", "", 200)
	require.JSONEq(t, string(OpenAPI), string(call("GET", "/openapi.json", "/openapi.json", "", "", "", 200)))
	for n := range 20 {
		call("POST", "/documents", "/documents", one, doc("a/1", "", "2026-03-01T06:00:00Z", article(n)), testToken, 200)
	}
	call("GET", "/events", "/events?from=1", "", "", testToken, 410)

	var unseen []string
	for name, s := range v.d.Components.Schemas {
		for field := range s.Properties {
			if !v.seen[field] && name != "Document" {
				unseen = append(unseen, name+"."+field)
			}
		}
	}
	require.Empty(t, unseen)
}

const testToken = "0123456789abcdef01234567"
