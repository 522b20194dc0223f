package service

import (
	"strings"

	"github.com/cbb30ed1/reprint/store"
)

// Help texts of the counters and histograms, so that those at which nothing was
// counted yet are there with 0, as an alert on them needs. One that a later store has beside
// these appears when it is first counted.
var (
	counters = map[string]string{
		store.MetricAdded:      "Documents added, updates included.",
		store.MetricUnchanged:  "Documents that were there with the same content.",
		store.MetricRemoved:    "Documents removed on request.",
		store.MetricExpired:    "Documents removed because of their age.",
		store.MetricTooOld:     "Documents not added, as the window had passed them.",
		store.MetricCandidates: "Documents that others were verified against.",
		store.MetricMatches:    "Candidates that matched.",
		store.MetricSkipped:    "Candidates that were not verified.",
		store.MetricEvents:     "Changes of clusters.",
		store.MetricFailures:   "Failures of the disk, one at most.",
	}
	histograms = map[string]string{
		store.MetricAddSeconds:  "Time of adding a document, until it is durable.",
		store.MetricCommit:      "Time of writing what is committed together.",
		store.MetricApply:       "Time of bringing a group of that into the index.",
		store.MetricCommitted:   "Operations that are committed together.",
		store.MetricOpenSeconds: "Time of opening the store.",
	}
)

// bucketsOf returns the upper bounds of a histogram's buckets: for times, from half
// a millisecond, which is a fast disk, to half a minute, which is a long opening.
func bucketsOf(name string) []float64 {
	if strings.HasSuffix(name, "_seconds") {
		return []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
	}
	return []float64{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024}
}
