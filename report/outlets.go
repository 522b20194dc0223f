package report

import (
	"fmt"
	"slices"

	"github.com/cbb30ed1/reprint/outlets"
)

// mostOutlets is how many outlets the page shows.
const mostOutlets = 200

// outletRow is an outlet in the page's table.
type outletRow struct {
	Name                 string
	Articles, Own, Taken string
	Share, Delay         string
	From, By             string // the three of the most articles
}

// outletRows says what outlets take from each other, those of the most articles first.
// There is nothing to say where none has taken anything.
func (f *finding) outletRows() (rows []outletRow, more int) {
	all := f.overview.outlets.Outlets()
	if !slices.ContainsFunc(all, func(o outlets.Outlet) bool { return o.Taken > 0 }) {
		return nil, 0
	}
	for _, o := range all[:min(len(all), mostOutlets)] {
		r := outletRow{
			Name: line(o.Outlet), Articles: number(o.Articles), Own: number(o.Own), Taken: number(o.Taken),
			Share: fmt.Sprintf("%.0f %%", 100*o.Share), From: line(o.TakenFrom.Words(3)), By: line(o.TakenBy.Words(3)),
		}
		if o.MedianDelay != nil {
			r.Delay = hours(*o.MedianDelay)
		}
		rows = append(rows, r)
	}
	return rows, len(all) - len(rows)
}

// hours puts a time into words.
func hours(h float64) string {
	switch minutes := int(h*60 + .5); {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case minutes < 48*60:
		return fmt.Sprintf("%d h %d min", minutes/60, minutes%60)
	default:
		return fmt.Sprintf("%d days", minutes/60/24)
	}
}
