package when

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// months are the names of months, and abbreviations, in languages whose dates are
// written day, month, year: English, of which package time has them, German, French,
// Spanish, Italian, Portuguese and Dutch.
var months = func() map[string]time.Month {
	m := map[string]time.Month{}
	for i := time.January; i <= time.December; i++ {
		name := strings.ToLower(i.String())
		m[name], m[name[:3]] = i, i
	}
	for _, names := range []string{
		"januar februar märz april mai juni juli august september oktober november dezember",
		"jänner feber mrz apr mai jun jul aug sept okt nov dez",
		"janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
		"janv févr mars avr mai juin juil août sept oct nov déc",
		"enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
		"ene feb mar abr may jun jul ago sept oct nov dic",
		"gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
		"gen feb mar apr mag giu lug ago set ott nov dic",
		"janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
		"januari februari maart april mei juni juli augustus september oktober november december",
	} {
		for i, n := range strings.Fields(names) {
			m[n] = time.Month(i + 1)
		}
	}
	return m
}()

// dated is a day, the name of a month, a year and perhaps a clock time, behind the
// name of a weekday or not.
var dated = regexp.MustCompile(`^(?:\pL+\.?,?\s+)?(\d{1,2})(?:\.|er|º|st|nd|rd|th)?\s+(?:de\s+)?(\pL+)\.?,?\s+(?:de\s+)?(\d{4})` +
	`(?:\s*[,–-]?\s*(?:um|à|at|alle|ore|om|a las|às)?\s*(\d{1,2})(?:[:.h](\d{2}))(?::(\d{2}))?(?:\s*(?:Uhr|h|uur))?)?$`)

// named reads such a date.
func named(s string, zone *time.Location) (time.Time, bool) {
	m := dated.FindStringSubmatch(s)
	if m == nil {
		return time.Time{}, false
	}
	month := months[strings.ToLower(m[2])]
	n := [7]int{}
	for _, i := range []int{1, 3, 4, 5, 6} {
		n[i], _ = strconv.Atoi("0" + m[i])
	}
	t := time.Date(n[3], month, n[1], n[4], n[5], n[6], 0, zone)
	if month == 0 || t.Day() != n[1] || n[4] > 23 || n[5] > 59 || n[6] > 59 {
		return time.Time{}, false
	}
	return t, true
}
