// Package when reads the times that feeds, crawlers and databases write.
//
// A time that cannot be read with certainty is an error, never a guess: a wrong
// time makes the wrong outlet the first. So the name of a time zone that is not
// known, or means several, is ErrZone; 05/03/2024 is ErrOrder unless the order of
// day and month is given; a month without a day is ErrForm.
package when

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"github.com/itlightning/dateparse"
)

// Errors to test for with errors.Is.
var (
	ErrForm  = errors.New("the form is not known")
	ErrZone  = errors.New("the time zone is not known")
	ErrOrder = errors.New("day and month cannot be told apart")
)

// An Order says which of two numbers is the day in a date such as 05/03/2024.
type Order int

// The orders. Dates with dots (5.3.2024) are always day first.
const (
	Unknown    Order = iota // such a date is an error, unless one number is above 12
	DayFirst                // 5 March
	MonthFirst              // May 3
)

// A Parser reads times. The zero value takes times without a zone as UTC.
type Parser struct {
	Zone  *time.Location // of times that name none; nil is UTC
	Order Order
}

// Parse returns the time that s says, in UTC, or the zero time for "".
func (p Parser) Parse(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	// RFC 3339 is the most common form, and the fastest to read.
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return t.UTC(), nil
	}
	if t, ok := p.number(s); ok {
		return t, nil
	}
	clock, zone, err := p.cutZone(s)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %q", err, s)
	}
	t, err := p.local(clock, zone)
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %q", err, s)
	}
	return t.UTC(), nil
}

func (p Parser) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

// local reads a date and perhaps a clock time in a zone.
func (p Parser) local(s string, zone *time.Location) (time.Time, error) {
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return t, nil
		}
	}
	if t, ok := named(s, zone); ok {
		return t, nil
	}
	if !hasDay(s) {
		return time.Time{}, ErrForm
	}
	t, err := dateparse.ParseStrict(s)
	if errors.Is(err, dateparse.ErrAmbiguousMMDD) {
		// Where only one order gives a date, such as 25/03/2024, that is the one.
		byDay, notByDay := dateparse.ParseAny(s, dateparse.PreferMonthFirst(false))
		byMonth, notByMonth := dateparse.ParseAny(s, dateparse.PreferMonthFirst(true))
		switch {
		case notByMonth != nil || p.Order == DayFirst && notByDay == nil:
			t, err = byDay, notByDay
		case notByDay != nil || p.Order == MonthFirst || byDay.Equal(byMonth):
			t, err = byMonth, nil
		default:
			return time.Time{}, ErrOrder
		}
	}
	if err != nil || t.Year() < 1000 || t.Year() > 9999 {
		return time.Time{}, ErrForm
	}
	// The zone was cut off before. What dateparse still finds is one where none is
	// expected, or a name for which it has no offset.
	if t.Location() != time.UTC {
		return time.Time{}, ErrZone
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone), nil
}

// hasDay reports whether s can hold a day, a month and a year. "July 2024" and
// "2024-07" would be read as the first of the month.
func hasDay(s string) bool {
	numbers, letters := 0, false
	in := false
	clock := strings.IndexByte(s, ':')
	for i, r := range s {
		digit := r >= '0' && r <= '9'
		if digit && !in && (clock < 0 || i < clock-2 || i > clock+6) {
			numbers++
		}
		in = digit
		letters = letters || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
	}
	return numbers >= 3 || letters && numbers >= 2
}

// layouts are forms that dateparse does not know, or reads otherwise.
var layouts = []string{
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02",
	"20060102T150405", "20060102T1504", "20060102150405", "200601021504", "20060102",
	"2.1.2006", "2.1.2006 15:04", "2.1.2006, 15:04", "2.1.2006 15:04:05", "2.1.2006, 15:04:05",
	"2Jan2006", "15:04, 2 Jan 2006", "15:04 2 January 2006", "Mon, 2 Jan 2006 15:04", "Mon, 2 Jan 06 15:04", "2 Jan 2006 15:04",
}
