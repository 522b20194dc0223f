// Package output writes the lines of the command's answers as JSON lines, tables for
// programs and tables for people, and keeps what others wrote from commanding a
// terminal or a spreadsheet.
package output

import (
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// A Terminal is a file that is a terminal. What is written to it is Plain.
type Terminal struct {
	Plain
	file *os.File
}

// ForTerminal returns w, behind a Terminal if it is one.
func ForTerminal(w io.Writer) io.Writer {
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &Terminal{Plain{w: f}, f}
	}
	return w
}

// ForPeople returns w, behind a Terminal if it is one, else behind a Plain: what is
// written to it is read by people, now or later.
func ForPeople(w io.Writer) io.Writer {
	if t, ok := ForTerminal(w).(*Terminal); ok {
		return t
	}
	return &Plain{w: w}
}

// File returns the file, for those who mean to command it.
func (t *Terminal) File() *os.File { return t.file }

// Width returns the number of columns.
func (t *Terminal) Width() int {
	if w, _, err := term.GetSize(int(t.file.Fd())); err == nil && w > 0 {
		return w
	}
	return 80
}

// A Plain writer takes text that others wrote. It can neither move a cursor nor turn text
// around: control characters and overrides of direction are written as \u001b, which in
// JSON means the same.
type Plain struct {
	w    io.Writer
	part []byte // the beginning of a character that was cut
}

func (t *Plain) Write(p []byte) (int, error) {
	text := append(t.part, p...)
	t.part = nil
	if n := cut(text); n > 0 {
		t.part = append([]byte(nil), text[len(text)-n:]...)
		text = text[:len(text)-n]
	}
	if _, err := io.WriteString(t.w, Safe(string(text), true)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// cut returns how many bytes at the end are the beginning of a character.
func cut(text []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(text); n++ {
		if c := text[len(text)-n]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(text[len(text)-n:]) {
				return n
			}
			return 0
		}
	}
	return 0
}

// Safe returns s with what would command a terminal in words. Line ends and tabs stay
// if lines is true.
func Safe(s string, lines bool) string {
	s = strings.ToValidUTF8(s, "\ufffd") // single bytes may be control characters, too
	clean := true
	for _, r := range s {
		if dangerous(r, lines) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var b []byte
	for _, r := range s {
		if !dangerous(r, lines) {
			b = utf8.AppendRune(b, r)
			continue
		}
		b = fmt.Appendf(b, "\\u%04x", r)
	}
	return string(b)
}

// dangerous are control characters, C1 among them, and the marks that change the
// direction of what follows. Those that only show the direction of a letter are in
// honest text, too, and harmless.
func dangerous(r rune, lines bool) bool {
	switch {
	case r == '\n' || r == '\t':
		return !lines
	case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029:
		return true
	}
	return unicode.IsControl(r)
}

// suspect reports whether valid UTF-8 without C0 controls, such as JSON, may have a
// dangerous character: DEL, or the first bytes of C1 controls and of the marks.
func suspect(text []byte) bool {
	for i, c := range text {
		switch c {
		case 0x7f:
			return true
		case 0xc2, 0xe2:
			if i+1 < len(text) && (c == 0xc2 && text[i+1] < 0xa0 || c == 0xe2 && (text[i+1] == 0x80 || text[i+1] == 0x81)) {
				return true
			}
		}
	}
	return false
}
