package store

// Metrics gets what a store counts and measures. Its methods are called from
// several goroutines, and should not block.
type Metrics interface {
	Count(name string, n int64)         // adds to a counter
	Observe(name string, value float64) // adds to a histogram
}

// The names that Metrics gets. Those that end in _seconds and _documents are
// histograms, the others counters.
const (
	MetricAdded       = "reprint_store_documents_added_total"     // updates included
	MetricUnchanged   = "reprint_store_documents_unchanged_total" // there already, with the same content
	MetricRemoved     = "reprint_store_documents_removed_total"   // by Remove and RemoveAll
	MetricExpired     = "reprint_store_documents_expired_total"
	MetricTooOld      = "reprint_store_documents_too_old_total" // not added, as the window had passed them
	MetricCandidates  = "reprint_store_candidates_total"        // documents that others were verified against
	MetricMatches     = "reprint_store_matches_total"           // of which they matched
	MetricSkipped     = "reprint_store_candidates_skipped_total"
	MetricEvents      = "reprint_store_events_total"
	MetricAddSeconds  = "reprint_store_add_seconds"      // from the call of Add to its answer
	MetricCommit      = "reprint_store_commit_seconds"   // of the operations that are committed together
	MetricApply       = "reprint_store_apply_seconds"    // of a group of these, to the index
	MetricCommitted   = "reprint_store_commit_documents" // operations that are committed together
	MetricFailures    = "reprint_store_failures_total"   // at most one from opening to closing
	MetricOpenSeconds = "reprint_store_open_seconds"
)

type noMetrics struct{}

func (noMetrics) Count(string, int64)     {}
func (noMetrics) Observe(string, float64) {}
