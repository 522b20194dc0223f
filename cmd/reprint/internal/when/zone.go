package when

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// zones are the abbreviations that feeds write, in minutes east of Greenwich.
// Those that mean several zones are not here, but for the American ones, which RFC
// 822 defines, and BST, which in news is British Summer Time: IST is Indian, Irish or
// Israeli, AST Atlantic or Arabian, PST could be Philippine.
var zones = map[string]int{
	"UTC": 0, "UT": 0, "GMT": 0, "Z": 0, "ZULU": 0, "WET": 0,
	"EST": -5 * 60, "EDT": -4 * 60, "CST": -6 * 60, "CDT": -5 * 60,
	"MST": -7 * 60, "MDT": -6 * 60, "PST": -8 * 60, "PDT": -7 * 60,
	"AKST": -9 * 60, "AKDT": -8 * 60, "HST": -10 * 60, "HDT": -9 * 60, "NST": -(3*60 + 30), "NDT": -(2*60 + 30), "ADT": -3 * 60,
	"BRT": -3 * 60, "BRST": -2 * 60, "ART": -3 * 60, "CLT": -4 * 60, "CLST": -3 * 60, "PET": -5 * 60, "COT": -5 * 60, "UYT": -3 * 60,
	"BST": 60, "WEST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120, "EET": 120, "EEST": 180, "TRT": 180, "MSK": 180, "MSD": 240,
	"SAMT": 240, "YEKT": 300, "OMST": 360, "KRAT": 420, "IRKT": 480, "YAKT": 540, "VLAT": 600, "MAGT": 660, "PETT": 720,
	"WAT": 60, "CAT": 120, "SAST": 120, "EAT": 180, "IDT": 180, "IRST": 210, "IRDT": 270, "AFT": 270,
	"PKT": 300, "UZT": 300, "NPT": 345, "ICT": 420, "WIB": 420, "WITA": 480, "WIT": 540,
	"HKT": 480, "SGT": 480, "MYT": 480, "PHT": 480, "AWST": 480, "JST": 540, "KST": 540,
	"ACST": 570, "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780,
}

var (
	comment   = regexp.MustCompile(`\s*\(([^()]*)\)$|\s*\[([^\[\]]*)\]$`)
	offset    = regexp.MustCompile(`^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?$`)
	glued     = regexp.MustCompile(`^(.*\d)(Z|[+-]\d{2}(?::?\d{2})?|[A-Z]{2,5})$`)
	dayOffset = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})$`)
	compact   = regexp.MustCompile(`^\d{8}T\d{4,6}$`)
	name      = regexp.MustCompile(`^[A-Z]{1,5}$`)
)

// cutZone returns s without the time zone that it names, and that zone.
func (p Parser) cutZone(s string) (string, *time.Location, error) {
	if m := dayOffset.FindStringSubmatch(s); m != nil {
		z, err := location(m[2])
		return m[1], z, err
	}
	noted := ""
	if m := comment.FindStringSubmatch(s); m != nil {
		noted = m[1] + m[2]
		s = strings.TrimSuffix(s, m[0])
	}
	words := strings.Fields(s)
	var kept []string
	zone := ""
	clock := false
	for _, w := range words {
		if !clock {
			bare, suffix := w, ""
			if m := glued.FindStringSubmatch(w); m != nil && m[2] != "AM" && m[2] != "PM" {
				bare, suffix = m[1], m[2]
			}
			if strings.Contains(bare, ":") || compact.MatchString(bare) {
				clock = true
				kept, zone = append(kept, bare), suffix
				continue
			}
			kept = append(kept, w)
			continue
		}
		switch {
		case w == "AM" || w == "PM" || isMonthOrDay(w) && !strings.Contains(w, "/"):
			kept = append(kept, w)
		case offset.MatchString(w): // stands before any name
			zone = w
		case name.MatchString(w) || strings.Contains(w, "/") && isLetter(w[0]):
			if zone == "" {
				zone = w
			}
		default:
			kept = append(kept, w)
		}
	}
	if zone == "" && clock {
		zone = noted
	}
	if zone == "" {
		return strings.Join(words, " "), p.zone(), nil
	}
	z, err := location(zone)
	return strings.Join(kept, " "), z, err
}

// location returns the zone of an offset or a name.
func location(s string) (*time.Location, error) {
	if m := offset.FindStringSubmatch(s); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi("0" + m[3])
		if len(m[2]) == 1 && m[3] != "" || hours > 18 || minutes > 59 {
			return nil, ErrZone
		}
		east := hours*3600 + minutes*60
		if m[1] == "-" {
			east = -east
		}
		return time.FixedZone("", east), nil
	}
	if east, ok := zones[strings.ToUpper(s)]; ok {
		return time.FixedZone("", east*60), nil
	}
	if strings.Contains(s, "/") {
		if z, err := time.LoadLocation(s); err == nil {
			return z, nil
		}
	}
	return nil, ErrZone
}

// Location returns a zone by its name, such as Europe/Berlin, CET or +02:00.
func Location(s string) (*time.Location, error) { return location(s) }

func isLetter(b byte) bool { return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' }

// monthsAndDays has the first three letters of English months and weekdays.
var monthsAndDays = func() map[string]bool {
	m := map[string]bool{}
	for i := time.January; i <= time.December; i++ {
		m[strings.ToLower(i.String()[:3])] = true
	}
	for i := time.Sunday; i <= time.Saturday; i++ {
		m[strings.ToLower(i.String()[:3])] = true
	}
	return m
}()

func isMonthOrDay(w string) bool {
	w = strings.ToLower(strings.TrimRight(w, ".,"))
	if len(w) < 3 || len(w) == 4 && w != "june" && w != "july" && w != "sept" {
		return false
	}
	return monthsAndDays[w[:3]]
}
