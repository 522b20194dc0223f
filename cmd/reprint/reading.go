package main

import (
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
)

// aboutInput is what the help says of INPUT.
const aboutInput = "an INPUT: files, folders, or - for standard input"

// reading are the flags that say how files are read.
type reading struct{ options input.Options }

func (r *reading) flags(f *pflag.FlagSet) {
	o := &r.options
	for _, field := range []struct {
		name string
		to   *string
	}{
		{"id", &o.Fields.ID}, {"text", &o.Fields.Text}, {"title", &o.Fields.Title},
		{"site", &o.Fields.Site}, {"url", &o.Fields.URL}, {"published", &o.Fields.Published},
	} {
		f.StringVar(field.to, field.name+"-field", "", fmt.Sprintf("`name` of the field or column with the %s, in JSON with\ndots into objects (default: the usual names)", field.name))
	}
	f.Func("encoding", "`name` of the encoding of the files, such as latin1\n(default: by mark or declaration, else guessed)", func(s string) (err error) {
		o.Encoding, err = input.EncodingNamed(s)
		return err
	})
	f.Func("zone", "time `zone` of times that name none, such as Europe/Berlin\n(default UTC)", func(s string) (err error) {
		if o.Times.Zone, err = when.Location(s); err != nil {
			return fmt.Errorf("%w: want a name such as Europe/Berlin or +02:00", err)
		}
		return nil
	})
	f.Func("date-order", "`order` of dates such as 05/03/2024: dmy or mdy (default:\nsuch a date is taken as unknown)", func(s string) error {
		switch s {
		case "dmy":
			o.Times.Order = when.DayFirst
		case "mdy":
			o.Times.Order = when.MonthFirst
		default:
			return errors.New("want dmy or mdy")
		}
		return nil
	})
	f.Func("duplicate-ids", "what becomes of an id that comes again: `error`, last\n(the last document counts) or suffix (it is called\nID#2) (default error; with --db always last)", func(s string) error {
		switch o.Duplicates = input.Duplicates(s); o.Duplicates {
		case input.Refuse, input.Last, input.Suffix:
			return nil
		}
		return errors.New("want error, last or suffix")
	})
}
