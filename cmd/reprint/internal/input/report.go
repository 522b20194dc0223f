package input

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Report says on standard error what was guessed, and what was passed over.
func (r *Reader) Report() {
	say := func(format string, args ...any) { fmt.Fprintf(r.Stderr, "reprint: "+format+"\n", args...) }
	first := func(t trouble) string { return fmt.Sprintf("%d (the first %s)", t.n, t.first) }
	some := func(t trouble) string {
		if len(t.more) == 0 {
			return first(t)
		}
		return fmt.Sprintf("%d (such as %s)", t.n, strings.Join(append([]string{t.first}, t.more...), ", "))
	}
	if len(r.named) > 0 {
		say("fields taken: %s; --id-field, --text-field … name others", strings.Join(slices.Sorted(maps.Keys(r.named)), ", "))
	}
	if r.guessed.n > 0 {
		say("encodings guessed, as nothing in the file says which: %s; --encoding names another", first(r.guessed))
	}
	if len(r.unread) > 0 {
		say("files not read: %d: %s", len(r.unread), someOf(r.unread))
	}
	if r.barren.n > 0 {
		say("files without a document: %s", first(r.barren))
	}
	if r.noPage > 0 {
		say("records of web archives that are no pages: %d", r.noPage)
	}
	if r.nameless.n > 0 {
		say("documents without an id or a URL, called by file and line: %s", first(r.nameless))
	}
	if r.bad.n > 0 {
		say("bad lines skipped: %s", first(r.bad))
	}
	if missing := r.unfilled(); missing != "" {
		say("%s", missing)
	}
	if r.empty > 0 {
		say("documents without text, which match nothing: %d", r.empty)
	}
	if r.tails > 0 {
		say("ends that feed software put behind teasers, taken off: %d", r.tails)
	}
	if r.broken > 0 {
		say("texts with bytes that are not UTF-8: %d; --encoding says what they are", r.broken)
	}
	if t := r.times[0]; t.n > 0 {
		say("dates in no known form, taken as unknown: %s; if another field has the time, --published-field names it", some(t))
	}
	if t := r.times[1]; t.n > 0 {
		say("dates with a time zone that is not known, or is that of several countries, taken as unknown: %s; want an offset such as +02:00, or none and --zone", some(t))
	}
	if t := r.times[2]; t.n > 0 {
		say("dates whose day and month cannot be told apart, taken as unknown: %s; --date-order says which comes first", some(t))
	}
}

func (r *Reader) noteGuess(src *source) {
	r.guessed.add(fmt.Sprintf("%s as %s", src.path, src.decoded.name))
}
