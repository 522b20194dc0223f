package store

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/engine"
)

// A scheme is all that the answers of a store depend on besides its documents. The
// store keeps it as JSON, and never changes it.
type scheme engine.Scheme

// newScheme returns the scheme of a new store.
func newScheme(o reprint.Options) (scheme, error) {
	s, err := engine.NewScheme(engine.Options(o))
	if err != nil {
		return scheme{}, fmt.Errorf("%w: Detector: %w", ErrOptions, err)
	}
	return scheme(s), nil
}

// decodeScheme decodes the scheme of a store. It refuses one whose rules are not
// those of this version: its clusters were formed by other rules, and its index may
// lack what the rules of this version look for.
func decodeScheme(b []byte) (s scheme, err error) {
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("%w: its scheme does not decode: %w", ErrCorrupt, err)
	}
	if d := differences(s.Rules, engine.CurrentRules(), "%s is %v in the store, and %v in this version"); d != "" {
		return s, fmt.Errorf("%w: %s: open it with the version that made it, or make a new store and add the documents again", ErrRules, d)
	}
	strict := json.NewDecoder(bytes.NewReader(b))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&s); err != nil {
		return s, fmt.Errorf("%w: its scheme says more than this version knows: %w: open it with the version that made it", ErrVersion, err)
	}
	return s, nil
}

// takes returns an error if a store with this scheme may not be opened with options.
// The zero value stands for the store's own.
func (s scheme) takes(o reprint.Options) error {
	if engine.Options(o).Same(engine.Options{}) {
		return nil
	}
	o.Key = nil // see unlock
	given, err := newScheme(o)
	if err != nil {
		return err
	}
	s.Options.Key = nil
	if d := differences(given.Options, s.Options, "%s is %v, and the store has %v"); d != "" {
		return fmt.Errorf("%w: %s: open it without options to use its own, or make another store", ErrScheme, d)
	}
	return nil
}

// unlock gives the scheme its key, or returns an error if that is another one.
func (s *scheme) unlock(k reprint.Key) error {
	switch check := k.Check(); {
	case check == s.KeyCheck:
		s.Options.Key = k
		return nil
	case check == "":
		return fmt.Errorf("%w: it was made with a key, and none is given: give that one (Options.Detector.Key, --key-file)", ErrScheme)
	case s.KeyCheck == "":
		return fmt.Errorf("%w: it was made without a key, and one is given: open it without, or make another store", ErrScheme)
	}
	return fmt.Errorf("%w: it was made with another key: give that one", ErrScheme)
}

// differences says in which fields two structs differ. format takes the name of a
// field, and its value in a and b.
func differences[T any](a, b T, format string) string {
	var all []string
	v, w := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range v.NumField() {
		if x, y := v.Field(i).Interface(), w.Field(i).Interface(); !reflect.DeepEqual(x, y) {
			all = append(all, fmt.Sprintf(format, v.Type().Field(i).Name, x, y))
		}
	}
	return strings.Join(all, "; ")
}
