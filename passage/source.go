package passage

import (
	"math"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// A Document is a text and what is known beside it. Only the text is aligned;
// the rest helps to judge.
type Document struct {
	Text      string
	Title     string    // "" if not known
	URL       string    // of the page; "" if not known
	Published time.Time // zero if not known

	_ struct{}
}

// A Sequence ends in what is known beside the text: a word of four bytes for the
// time, one for the page, and one for each word of the title. No word of a text
// both begins a block and shares a character with the word before.
const (
	isSource = isBlock | isJoined
	isTime   = isSource | isNumber // hours since the year 1000 above digitsShift
	isPage   = isSource | isAlone  // a hash of the URL above digitsShift
)

// maxTitle is how many words of a title are kept.
const maxTitle = 24

// year1000 is the first time that is told from others.
var year1000 = time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC)

// AppendDocument appends the sequence of a document to dst: the words of its
// text, and what is known beside it.
func (a *Aligner) AppendDocument(dst Sequence, d Document) Sequence {
	a.words[0] = a.shingler.AppendWords(a.words[0][:0], d.Text)
	return a.AppendSource(AppendSequence(dst, a.words[0], d.Text), d)
}

// AppendSource appends to dst, which ends in the words of a document's text, what is
// known beside the text.
func (a *Aligner) AppendSource(dst Sequence, d Document) Sequence {
	if !d.Published.IsZero() {
		hours := (d.Published.Unix() - year1000.Unix()) / 3600
		dst = append(dst, isTime|uint32(min(max(hours, 0), 1<<(32-digitsShift)-1))<<digitsShift)
	}
	if p := Page(d.URL); p != "" {
		dst = append(dst, isPage|uint32(xxhash.Sum64String(p)>>(32+digitsShift))<<digitsShift)
	}
	if d.Title != "" {
		a.title = a.shingler.AppendWords(a.title[:0], d.Title)
		for _, w := range a.title[:min(len(a.title), maxTitle)] {
			dst = append(dst, isSource|uint32(w.Hash>>(64-32+hashShift))<<hashShift)
		}
	}
	return dst
}

// Page returns a URL without its scheme and fragment, and without its query where the
// path names the article: then the same page comes with other queries. Where the path
// ends in the name of a file, as in "/index.php?id=7", the query names it, and stays.
// Page is "" if there is no more of a URL than a host.
func Page(url string) string {
	if i := strings.Index(url, "://"); i >= 0 {
		url = url[i+3:]
	}
	url, _, _ = strings.Cut(url, "#")
	path, query, _ := strings.Cut(url, "?")
	path = strings.TrimRight(path, "/")
	slash := strings.LastIndexByte(path, '/')
	if slash < 0 {
		return ""
	}
	if query != "" && strings.Contains(path[slash:], ".") {
		return path + "?" + query
	}
	return path
}

// split parts the words of the text from what is known beside it.
func (s Sequence) split() (text, source Sequence) {
	n := len(s)
	for n > 0 && s[n-1]&isSource == isSource {
		n--
	}
	return s[:n:n], s[n:]
}

// kind returns whether a word behind the text is a time, a page or of a title.
func kind(v uint32) uint32 { return v & (isSource | isNumber | isAlone) }

// source compares what is known beside the two texts.
func (a *Aligner) source() Evidence {
	var e Evidence
	var times, pages [2]int64
	var titles [2]Sequence
	for i, s := range a.sources {
		times[i], pages[i] = math.MinInt64, int64(i)-2
		for len(s) > 0 && kind(s[0]) != isSource {
			if kind(s[0]) == isTime {
				times[i] = int64(s[0] >> digitsShift)
			} else {
				pages[i] = int64(s[0] >> digitsShift)
			}
			s = s[1:]
		}
		titles[i] = s
	}
	e.SamePage = pages[0] == pages[1]
	if min(times[0], times[1]) >= 0 {
		e.Timed, e.Hours = true, int(max(times[0], times[1])-min(times[0], times[1]))
	}
	if n := min(distinct(titles[0]), distinct(titles[1])); n > 0 {
		both := 0
		for i, v := range titles[0] {
			if first(titles[0], v) == i && first(titles[1], v) >= 0 {
				both++
			}
		}
		e.Titled, e.Title = true, float64(both)/float64(n)
	}
	return e
}

// first returns the place of a word in a short sequence, or -1.
func first(s Sequence, v uint32) int {
	for i, w := range s {
		if w == v {
			return i
		}
	}
	return -1
}

// distinct counts the words of a short sequence, each once.
func distinct(s Sequence) int {
	n := 0
	for i, v := range s {
		if first(s, v) == i {
			n++
		}
	}
	return n
}
