package input

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// An Encoding is how the bytes of a file are to be read as text.
type Encoding struct {
	name string
	encoding.Encoding
}

// EncodingNamed returns the encoding of a name such as latin1, windows-1252 or
// utf-16le.
func EncodingNamed(name string) (Encoding, error) {
	e, canonical := charset.Lookup(name)
	if e == nil {
		return Encoding{}, fmt.Errorf("no encoding is called %q", name)
	}
	if canonical == "utf-8" {
		e = nil
	}
	return Encoding{canonical, e}, nil
}

// reader returns a reader of UTF-8.
func (e Encoding) reader(r io.Reader) io.Reader {
	if e.Encoding == nil {
		return r
	}
	return e.NewDecoder().Reader(r)
}

// marked returns the encoding that a byte order mark at the beginning says.
func marked(head []byte) (e Encoding, ok bool) {
	for _, m := range []struct {
		mark, name string
		encoding.Encoding
	}{
		{"\xff\xfe\x00\x00", "utf-32le", utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)},
		{"\x00\x00\xfe\xff", "utf-32be", utf32.UTF32(utf32.BigEndian, utf32.UseBOM)},
		{"\xff\xfe", "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
		{"\xfe\xff", "utf-16be", unicode.UTF16(unicode.BigEndian, unicode.UseBOM)},
		{"\xef\xbb\xbf", "utf-8", unicode.UTF8BOM},
	} {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return Encoding{m.name, m.Encoding}, true
		}
	}
	return Encoding{}, false
}

// guessed returns the encoding that bytes without a mark are likely to have, and
// whether it is a guess at all: UTF-8 is hardly ever valid by chance. whole says that
// the bytes do not end in the middle of a character.
func guessed(head []byte, whole bool) (e Encoding, guess bool) {
	if e, ok := wide(head); ok {
		return e, true
	}
	if !whole {
		for i := 0; i < utf8.UTFMax && len(head) > 0 && !utf8.RuneStart(head[len(head)-1]); i++ {
			head = head[:len(head)-1]
		}
		if n := len(head); n > 0 && head[n-1] >= utf8.RuneSelf {
			head = head[:n-1]
		}
	}
	// Where most of what is beyond ASCII is UTF-8, the rest is damage.
	valid, broken := 0, 0
	for i := 0; i < len(head); {
		if head[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(head[i:])
		if i += n; r == utf8.RuneError && n == 1 {
			broken++
		} else {
			valid++
		}
	}
	if valid > broken || broken == 0 {
		return Encoding{name: "utf-8"}, false
	}
	return Encoding{"windows-1252", charmap.Windows1252}, true
}

// wide recognises UTF-16 without a mark: of text in any script half of the spaces and
// line ends' bytes are zeros, all on one side.
func wide(head []byte) (Encoding, bool) {
	var zeros [2]int
	for i, c := range head {
		if c == 0 {
			zeros[i%2]++
		}
	}
	few, many := min(zeros[0], zeros[1]), max(zeros[0], zeros[1])
	if many < 4 || many < len(head)/20 || few*20 > many {
		return Encoding{}, false
	}
	if zeros[1] > zeros[0] {
		return Encoding{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, true
	}
	return Encoding{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, true
}

// decodeHTML returns a page as UTF-8: by its mark, by the content type that the server
// sent, by what it declares itself, or, where nothing says it, by a guess.
func decodeHTML(page []byte, contentType string, given Encoding) (text []byte, e Encoding, guess bool) {
	e, said := given, given.name != ""
	if !said {
		e, said = marked(page)
	}
	if !said {
		found, name, certain := charset.DetermineEncoding(page, contentType)
		// It is not certain of what a page declares itself.
		if certain || bytes.Contains(bytes.ToLower(page[:min(len(page), 1024)]), []byte("charset")) {
			e, said = Encoding{name, found}, true
		}
	}
	if !said {
		if _, name, ok := strings.Cut(xmlDeclaration(page), "encoding="); ok {
			if found, canonical := charset.Lookup(strings.Trim(name, `"'`)); found != nil {
				e, said = Encoding{canonical, found}, true
			}
		}
	}
	if !said {
		e, guess = guessed(page, true)
	}
	if e.Encoding == nil || e.name == "utf-8" {
		return bytes.TrimPrefix(page, []byte("\ufeff")), e, guess
	}
	text, err := e.NewDecoder().Bytes(page)
	if err != nil {
		return page, e, guess
	}
	return text, e, guess
}

// xmlDeclaration returns what <?xml … ?> says, up to the end of encoding="…".
func xmlDeclaration(head []byte) string {
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return ""
	}
	s, _, _ := strings.Cut(string(head[:min(len(head), 200)]), "?>")
	if i := strings.Index(s, "encoding="); i >= 0 && i+10 < len(s) {
		if end := strings.IndexByte(s[i+10:], s[i+9]); end >= 0 {
			return s[:i+10+end+1]
		}
	}
	return s
}
