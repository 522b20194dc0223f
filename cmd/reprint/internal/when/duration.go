package when

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var days = regexp.MustCompile(`(\d+(?:\.\d*)?|\.\d+)([dw])`)

// ParseDuration is time.ParseDuration, with d for 24 hours and w for seven days, as in
// 3d or 1w2d12h.
func ParseDuration(s string) (time.Duration, error) {
	in := s
	s = days.ReplaceAllStringFunc(s, func(part string) string {
		n, err := strconv.ParseFloat(part[:len(part)-1], 64)
		if err != nil {
			return part
		}
		hours := n * 24
		if strings.HasSuffix(part, "w") {
			hours *= 7
		}
		return strconv.FormatFloat(hours, 'f', -1, 64) + "h"
	})
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, errors.New("want a duration such as 90m, 72h or 3d, not " + strconv.Quote(in))
	}
	return d, nil
}

// A Duration is the value of a flag.
type Duration time.Duration

func (d *Duration) String() string { return time.Duration(*d).String() }

// Set is ParseDuration.
func (d *Duration) Set(s string) error {
	parsed, err := ParseDuration(s)
	*d = Duration(parsed)
	return err
}

// Type names it in the help.
func (d *Duration) Type() string { return "duration" }
