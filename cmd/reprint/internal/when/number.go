package when

import (
	"math"
	"strconv"
	"time"
)

// number reads what is only digits, and perhaps a point: compact dates of 8, 12 and
// 14 digits, else seconds, milliseconds, microseconds or nanoseconds since 1970, told
// apart by their size. Seconds count from 100,000,000, which is in 1973.
func (p Parser) number(s string) (time.Time, bool) {
	point := -1
	for i := range len(s) {
		if s[i] == '.' && point < 0 {
			point = i
		} else if s[i] < '0' || s[i] > '9' {
			return time.Time{}, false
		}
	}
	if point < 0 {
		layout := map[int]string{8: "20060102", 12: "200601021504", 14: "20060102150405"}[len(s)]
		if layout != "" {
			t, err := time.ParseInLocation(layout, s, p.zone())
			if err != nil || t.Year() < 1000 {
				return time.Time{}, false
			}
			return t.UTC(), true
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return time.Time{}, false
		}
		switch len(s) {
		case 9, 10, 11:
			return time.Unix(n, 0).UTC(), n >= 1e8
		case 13:
			return time.UnixMilli(n).UTC(), true
		case 16:
			return time.UnixMicro(n).UTC(), true
		case 19:
			return time.Unix(0, n).UTC(), true
		}
		return time.Time{}, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || point < 9 || point > 13 {
		return time.Time{}, false
	}
	if point == 13 {
		f /= 1000
	} else if point > 11 {
		return time.Time{}, false
	}
	whole, part := math.Modf(f)
	return time.Unix(int64(whole), int64(math.Round(part*1e6))*1000).UTC(), true
}
