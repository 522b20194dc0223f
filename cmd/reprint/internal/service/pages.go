package service

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// Pages begin where the one before ended. The name of a page says where: by what stood
// last, not by how many came before, so that what comes and goes meanwhile moves
// nothing else.

// Items on a page. Where there are none, the store says the name and the size alone.
const (
	defaultPage = 100
	mostPage    = 1000
	noMembers   = -1
)

// pageName makes the name of a page of where it begins.
func pageName(from any) string {
	b, err := json.Marshal(from)
	if err != nil {
		panic(err) // numbers and strings
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// pageFrom reads the name of a page into from, and reports whether one is given.
func pageFrom(query url.Values, from any) (bool, error) {
	name := query.Get("page")
	if name == "" {
		return false, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(name)
	if err == nil {
		err = json.Unmarshal(b, from)
	}
	if err != nil {
		return false, fmt.Errorf(`%w: page is %q, want the "next" of an answer`, errRequest, name)
	}
	return true, nil
}

// number reads a number of a query.
func number(query url.Values, name string, otherwise, least, most int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%w: %s is %q, want %d to %d", errRequest, name, text, least, most)
	}
	return n, nil
}

// A page takes items as long as there is room.
type page[T any] struct {
	items []T
	limit int
	room  int // bytes
}

// take reports whether an item is on the page: the first always is.
func (p *page[T]) take(item T) bool {
	b, err := json.Marshal(item)
	if err != nil || len(p.items) > 0 && (len(p.items) == p.limit || len(b) > p.room) {
		return false
	}
	p.items = append(p.items, item)
	p.room -= len(b)
	return true
}
