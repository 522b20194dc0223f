package when

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParse(t *testing.T) {
	for in, want := range map[string]string{
		"2024-03-05T10:11:12Z":            "2024-03-05T10:11:12Z",
		"2024-03-05T10:11:12.5+02:00":     "2024-03-05T08:11:12.5Z",
		"2024-03-05T10:11:12+0200":        "2024-03-05T08:11:12Z",
		"2024-03-05T10:11+02:00":          "2024-03-05T08:11:00Z",
		"2024-03-05T10:11:12":             "2024-03-05T10:11:12Z",
		"2024-03-05T10:11:12.000+0000":    "2024-03-05T10:11:12Z",
		"2024-03-05 10:11:12":             "2024-03-05T10:11:12Z",
		"2024-03-05 10:11:12.345678":      "2024-03-05T10:11:12.345678Z",
		" 2024-03-05\t":                   "2024-03-05T00:00:00Z",
		"2024-03-05Z":                     "2024-03-05T00:00:00Z",
		"2024-03-05+01:00":                "2024-03-04T23:00:00Z",
		"20240305":                        "2024-03-05T00:00:00Z",
		"5 Mar 2024":                      "2024-03-05T00:00:00Z",
		"March 5, 2024":                   "2024-03-05T00:00:00Z",
		"5.3.2024":                        "2024-03-05T00:00:00Z",
		"10Apr2007":                       "2007-04-10T00:00:00Z",
		"26-FEB-1987 15:01:01.79":         "1987-02-26T15:01:01.79Z",
		"Tue, 05 Mar 2024 10:11:12 +0100": "2024-03-05T09:11:12Z",
		"Tue, 5 Mar 2024 10:11:12 GMT":    "2024-03-05T10:11:12Z",
		"Tue, 5 Mar 2024 10:11:12 EST":    "2024-03-05T15:11:12Z",
		"Tue, 05 Mar 2024 10:11:12 PDT":   "2024-03-05T17:11:12Z",
		"Tue Mar 05 10:11:12 +0000 2024":  "2024-03-05T10:11:12Z",
		"Tue Mar  5 10:11:12 CET 2024":    "2024-03-05T09:11:12Z",
		"2024-03-05 10:11:12 -0500 EST":   "2024-03-05T15:11:12Z",
		"0001-01-01T00:00:00Z":            "0001-01-01T00:00:00Z",
		"":                                "0001-01-01T00:00:00Z",

		// RFC 822 without seconds, and its other zones.
		"Fri, 5 Jul 2024 10:10 +0000":              "2024-07-05T10:10:00Z",
		"Fri, 5 Jul 2024 10:10:00 UT":              "2024-07-05T10:10:00Z",
		"Fri, 5 Jul 2024 10:10:00 Z":               "2024-07-05T10:10:00Z",
		"Fri, 05 Jul 24 12:10 +0200":               "2024-07-05T10:10:00Z",
		"5 Jul 2024 12:10:00 CEST":                 "2024-07-05T10:10:00Z",
		"Fri, 05 Jul 2024 11:10:00 BST":            "2024-07-05T10:10:00Z",
		"Fri, 05 Jul 2024 19:10:00 JST":            "2024-07-05T10:10:00Z",
		"Fri, 05 Jul 2024 13:10:00 MSK":            "2024-07-05T10:10:00Z",
		"2024-07-05 12:10 Europe/Berlin":           "2024-07-05T10:10:00Z",
		"2024-07-05T12:10:00+02:00[Europe/Berlin]": "2024-07-05T10:10:00Z",
		"2024-07-05T12:10:00[Europe/Berlin]":       "2024-07-05T10:10:00Z",
		"July 5, 2024 6:10 AM EDT":                 "2024-07-05T10:10:00Z",
		"July 5, 2024 10:10 AM UTC+2":              "2024-07-05T08:10:00Z",
		"2024-07-05 12:10:00 CEST":                 "2024-07-05T10:10:00Z",
		"2024-07-05 12:10:00CEST":                  "2024-07-05T10:10:00Z",

		// Databases, crawlers, scripts.
		"20240705T101000Z":          "2024-07-05T10:10:00Z",
		"20240705T101000":           "2024-07-05T10:10:00Z",
		"20240705T121000+0200":      "2024-07-05T10:10:00Z",
		"20240705101000":            "2024-07-05T10:10:00Z",
		"202407051010":              "2024-07-05T10:10:00Z",
		"2024-07-05 10:10:00+00":    "2024-07-05T10:10:00Z",
		"2024-07-05 12:10:00.25+02": "2024-07-05T10:10:00.25Z",
		"1720174200":                "2024-07-05T10:10:00Z",
		"1720174200000":             "2024-07-05T10:10:00Z",
		"1720174200000000":          "2024-07-05T10:10:00Z",
		"1720174200000000000":       "2024-07-05T10:10:00Z",
		"1720174200.25":             "2024-07-05T10:10:00.25Z",
		"Fri Jul 05 2024 10:10:00 GMT+0000 (Coordinated Universal Time)":   "2024-07-05T10:10:00Z",
		"Fri Jul 05 2024 12:10:00 GMT+0200 (Central European Summer Time)": "2024-07-05T10:10:00Z",
		"2024/07/05 10:10:00":   "2024-07-05T10:10:00Z",
		"July 5, 2024 10:10 AM": "2024-07-05T10:10:00Z",
		"Friday, July 5, 2024":  "2024-07-05T00:00:00Z",
		"10:10, 5 Jul 2024":     "2024-07-05T10:10:00Z",
		"2024年7月5日 10:10":       "2024-07-05T10:10:00Z",

		// German and its neighbours.
		"05.07.2024, 10:10":         "2024-07-05T10:10:00Z",
		"05.07.2024 10:10:30":       "2024-07-05T10:10:30Z",
		"5. Juli 2024, 10:10 Uhr":   "2024-07-05T10:10:00Z",
		"5. Juli 2024 um 10.10 Uhr": "2024-07-05T10:10:00Z",
		"Freitag, 5. Juli 2024":     "2024-07-05T00:00:00Z",
		"5. März 2024":              "2024-03-05T00:00:00Z",
		"5 juillet 2024 à 10h10":    "2024-07-05T10:10:00Z",
		"5 de julio de 2024":        "2024-07-05T00:00:00Z",
		"25/03/2024":                "2024-03-25T00:00:00Z",
		"03/25/2024 10:10":          "2024-03-25T10:10:00Z",
	} {
		got, err := Parser{}.Parse(in)
		if assert.NoError(t, err, in) {
			assert.Equal(t, want, got.Format(time.RFC3339Nano), in)
		}
	}
}

func TestRefused(t *testing.T) {
	for in, want := range map[string]error{
		"yesterday":                     ErrForm,
		"2024-13-05":                    ErrForm,
		"2024-03-05T25:00:00Z":          ErrForm,
		"31. Februar 2024":              ErrForm,
		"July 2024":                     ErrForm,
		"2024-07":                       ErrForm,
		"2024":                          ErrForm,
		"17":                            ErrForm,
		"{\"day\":5}":                   ErrForm,
		"05/03/2024":                    ErrOrder,
		"05/03/2024 10:10":              ErrOrder,
		"Fri, 05 Jul 2024 10:10:00 XYZ": ErrZone,
		"Fri, 05 Jul 2024 10:10:00 IST": ErrZone, // of India, Ireland or Israel
		"2024-07-05 10:10:00 Mars/Base": ErrZone,
		"2024-07-05 10:10:00 +9900":     ErrZone,
	} {
		got, err := Parser{}.Parse(in)
		assert.ErrorIs(t, err, want, "%q gives %v", in, got)
		assert.Zero(t, got, in)
	}
}

func TestZoneAndOrder(t *testing.T) {
	berlin, err := Location("Europe/Berlin")
	require.NoError(t, err)
	p := Parser{Zone: berlin, Order: DayFirst}
	for in, want := range map[string]string{
		"2024-07-05 12:10":           "2024-07-05T10:10:00Z",
		"05/07/2024 12:10":           "2024-07-05T10:10:00Z",
		"20240705121000":             "2024-07-05T10:10:00Z",
		"5. Juli 2024, 12:10 Uhr":    "2024-07-05T10:10:00Z",
		"July 5, 2024 12:10 PM":      "2024-07-05T10:10:00Z",
		"2024-07-05T10:10:00Z":       "2024-07-05T10:10:00Z",
		"1720174200":                 "2024-07-05T10:10:00Z",
		"Fri, 5 Jul 2024 10:10 GMT":  "2024-07-05T10:10:00Z",
		"2024-01-05 11:10":           "2024-01-05T10:10:00Z",
		"2024-07-05T10:10:00+00:00 ": "2024-07-05T10:10:00Z",
	} {
		got, err := p.Parse(in)
		if assert.NoError(t, err, in) {
			assert.Equal(t, want, got.Format(time.RFC3339), in)
		}
	}
	p.Order = MonthFirst
	got, err := p.Parse("05/07/2024")
	require.NoError(t, err)
	assert.Equal(t, time.Date(2024, 5, 7, 0, 0, 0, 0, berlin).UTC(), got)
}

// A name of a time zone means the same wherever the command runs.
func TestMachineDoesNotMatter(t *testing.T) {
	before := time.Local
	defer func() { time.Local = before }()
	for _, here := range []*time.Location{time.UTC, time.FixedZone("XYZ", 3600), time.FixedZone("CET", 7200)} {
		time.Local = here
		got, err := Parser{}.Parse("Tue, 05 Mar 2024 10:11:12 CET")
		require.NoError(t, err)
		assert.Equal(t, "2024-03-05T09:11:12Z", got.Format(time.RFC3339))
		_, err = Parser{}.Parse("Tue, 05 Mar 2024 10:11:12 XYZ")
		assert.ErrorIs(t, err, ErrZone)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"2024-03-05", "Fri, 5 Jul 2024 10:10 CET", "1720174200", "5. Juli 2024, 10:10 Uhr", "05/03/2024", "20240705T101000Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Parser{}.Parse(s)
		if err != nil {
			require.Zero(t, got)
			return
		}
		again, err := Parser{}.Parse(got.Format(time.RFC3339Nano))
		require.NoError(t, err)
		require.True(t, got.Equal(again))
	})
}
