package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
)

// mostThreads is more than any machine has use for, and starts none too many.
const mostThreads = 1024

// settings are the flags of the commands that read a collection. Flags that
// set an option of the library have its name.
type settings struct {
	preset  string
	options reprint.Options
	threads int
	skipBad bool
	reading reading
	db      dbSettings
	memory  int64 // 0 means as much as it takes
}

// matchFlags are those that say when two texts match, all that the comparison
// of two needs.
func (s *settings) matchFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.preset, "preset", "default", "`name` of the settings to start from: default, noisy\n(text from OCR or speech) or strict (near-exact\ncopies only)")
	f.Float64Var(&s.options.Containment, "containment", 0, "least `share` of the smaller text that the larger\nmust have to match it, 0 to 1\n(default .5; noisy .1, strict .9)")
	f.Float64Var(&s.options.Jaccard, "jaccard", 0, "least Jaccard `similarity` of a match, 0 to 1\n(default 0; strict .9)")
	f.IntVar(&s.options.K, "k", 0, "`words` in a shingle, the unit of comparison, 1 to 64\n(default 5; noisy 3)")
	keyFlag(f)
}

func (s *settings) flags(cmd *cobra.Command) {
	s.matchFlags(cmd)
	f := cmd.Flags()
	f.Float64Var(&s.options.Overlap, "overlap", 0, "least `share` of the smaller of two cores (what all\ndocuments of a cluster have in common) that the\nother must have for the clusters to merge, 0 to 1\n(default .6; noisy .1, strict .9)")
	f.IntVar(&s.options.Slots, "slots", 0, "`slots` of a signature; more find candidates more\nsurely, and cost more (default 128)")
	f.Uint64Var(&s.options.Seed, "seed", 0, "`seed` of the signatures (default 0)")
	f.BoolVar(&s.options.SamplesOnly, "samples-only", false, "keep samples rather than all shingles: under 2 kB of\nmemory a document rather than 6, figures with a standard error")
	f.BoolVar(&s.options.ByFigures, "by-figures", false, "tell relations by figures alone: 4 bytes of memory a\nword rather than 7, but forms with other facts join")
	f.BoolVar(&s.options.SkipSameSite, "skip-same-site", false, "never match two documents of one site")
	f.Var((*when.Duration)(&s.options.Window), "window", "match only documents published within this `time` of\neach other, such as 72h or 3d; those without a date then\nmatch nothing")
	s.readFlags(f)
}

// readFlags are those that say how the input is read.
func (s *settings) readFlags(f *pflag.FlagSet) {
	f.IntVar(&s.threads, "threads", runtime.GOMAXPROCS(0), "`number` of threads; the output is the same for any")
	f.BoolVar(&s.skipBad, "skip-bad", false, "skip and count bad lines rather than fail")
	s.reading.flags(f)
}

// detector returns an empty detector of the preset, changed by the flags given.
func (s *settings) detector(flags *pflag.FlagSet) (*reprint.Detector, error) {
	o, _, err := s.chosen(flags)
	if err != nil {
		return nil, err
	}
	o.MaxMatches = s.options.MaxMatches
	return newDetector(o)
}

func newDetector(o reprint.Options) (*reprint.Detector, error) {
	d, err := reprint.New(o)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return d, nil
}

// chosen returns the options of the preset, changed by the flags given, and
// whether any was given, the key aside. The number of matches is not among them: it
// means something else where there is a store.
func (s *settings) chosen(flags *pflag.FlagSet) (o reprint.Options, any bool, err error) {
	if o, err = reprint.Preset(s.preset); err != nil {
		return o, false, fmt.Errorf("%w: %w", errUsage, err)
	}
	if flags.Lookup("threads") != nil && (s.threads < 1 || s.threads > mostThreads) {
		return o, false, fmt.Errorf("%w: --threads is %d, want 1 to %d", errUsage, s.threads, mostThreads)
	}
	if o.Key, err = keyOf(flags); err != nil {
		return o, false, err
	}
	given := s.options
	any = flags.Changed("preset")
	for name, set := range map[string]func(){
		"containment":    func() { o.Containment = given.Containment },
		"jaccard":        func() { o.Jaccard = given.Jaccard },
		"overlap":        func() { o.Overlap = given.Overlap },
		"k":              func() { o.K = given.K },
		"slots":          func() { o.Slots = given.Slots },
		"seed":           func() { o.Seed = given.Seed },
		"samples-only":   func() { o.SamplesOnly = given.SamplesOnly },
		"by-figures":     func() { o.ByFigures = given.ByFigures },
		"skip-same-site": func() { o.SkipSameSite = given.SkipSameSite },
		"window":         func() { o.Window = given.Window },
	} {
		if flags.Changed(name) {
			any = true
			set()
		}
	}
	return o, any, nil
}

// batch returns the options of adding all documents there are.
func (s *settings) batch() reprint.AddAllOptions {
	return reprint.AddAllOptions{Threads: s.threads, Last: true}
}

func (s *settings) input(cmd *cobra.Command, paths []string) *input.Reader {
	o := s.inputOptions(cmd)
	o.Paths = paths
	return input.New(cmd.Context(), o)
}

func (s *settings) inputOptions(cmd *cobra.Command) input.Options {
	o := s.reading.options
	o.Stdin, o.Stderr = cmd.InOrStdin(), cmd.ErrOrStderr()
	o.SkipBad, o.Threads = s.skipBad, s.threads
	return o
}
