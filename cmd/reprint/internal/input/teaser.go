package input

import (
	"regexp"
	"strings"
)

// longestTail bounds what the software of feeds writes behind a teaser, in bytes: a
// sentence with the title and the name of the blog.
const longestTail = 500

// tails are the sentences that blog software puts behind a teaser, in its translations.
// They are of the feed and not of the article, and longer than many a teaser's last
// sentence. An invitation to read on counts only behind an ellipsis, with which the
// teaser breaks off.
var (
	credits = regexp.MustCompile(`\s*(?:The post .{1,300}? (?:appeared first|first appeared) on |Der Beitrag .{1,300}? erschien zuerst auf ` +
		`|L[’']article .{1,300}? est apparu en premier sur |La entrada .{1,300}? (?:se publicó primero en|aparece primero en) ` +
		`|L[’']articolo .{1,300}? proviene da |O post .{1,300}? apareceu primeiro em |Het bericht .{1,300}? verscheen eerst op )[^\n]{1,150}$`)
	readOn = regexp.MustCompile(`(…|\.\.\.|\[&hellip;\])(\]?)\s*(?:Continue reading|Read more|Read the rest|Weiterlesen|Lire la suite|Continuer la lecture` +
		`|Seguir leyendo|Continuar leyendo|Leggi tutto|Continua a leggere|Continuar lendo|Continue a ler|Lees verder|Verder lezen)(?:[^\pL\n][^\n]{0,300})?$`)
)

// withoutTail returns a text without what the software of a feed wrote behind it.
func withoutTail(text string) string {
	text = strings.TrimRight(text, " \t\r\n")
	from := max(0, len(text)-longestTail)
	for from > 0 && text[from]&0xc0 == 0x80 { // within a character
		from--
	}
	tail := text[from:]
	line := tail[strings.LastIndexByte(tail, '\n')+1:]
	// The name of the blog, which comes last, has at most 150 bytes.
	if containsAny(line[max(0, len(line)-180):], " first on ", " appeared on ", " zuerst auf ", " premier sur ", " primero en ", " proviene da ", " primeiro em ", " eerst op ") {
		if i := credits.FindStringIndex(tail); i != nil && from+i[0] > 0 {
			return text[:from+i[0]]
		}
	}
	if !containsAny(line, "…", "...", "[&hellip;]") {
		return text
	}
	if i := readOn.FindStringSubmatchIndex(tail); i != nil {
		return text[:from+i[5]] // behind the ellipsis and its bracket
	}
	return text
}

// containsAny spares most texts the expressions, which take a tenth of a millisecond.
func containsAny(s string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(s, p) {
			return true
		}
	}
	return false
}
