package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint"
)

// settings are the flags of the commands that read a collection. Flags that
// set an option of the library have its name.
type settings struct {
	preset  string
	options reprint.Options
	threads int
	skipBad bool
}

func (s *settings) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&s.preset, "preset", "default", "`name` of the settings to start from: default, noisy (text from OCR or\nspeech) or strict (near-exact copies only)")
	f.Float64Var(&s.options.Containment, "containment", 0, "`share` of the smaller document that the larger must have (default .5)")
	f.Float64Var(&s.options.Jaccard, "jaccard", 0, "least Jaccard `similarity` of a match (default 0)")
	f.Float64Var(&s.options.Overlap, "overlap", 0, "`share` that the cores of two clusters must have in common to merge\n(default .6)")
	f.IntVar(&s.options.K, "k", 0, "`words` in a shingle (default 5)")
	f.IntVar(&s.options.Slots, "slots", 0, "`slots` of a signature (default 128)")
	f.Uint64Var(&s.options.Seed, "seed", 0, "`seed` of the signatures")
	f.BoolVar(&s.options.SamplesOnly, "samples-only", false, "keep samples rather than all shingles: an eighth of the memory, figures with\na standard error")
	f.BoolVar(&s.options.SkipSameSite, "skip-same-site", false, "never match two documents of one site")
	f.DurationVar(&s.options.Window, "window", 0, "match only documents published within this `time` of each other, such as 72h")
	f.IntVar(&s.threads, "threads", runtime.GOMAXPROCS(0), "`number` of threads; the output is the same for any")
	f.BoolVar(&s.skipBad, "skip-bad", false, "skip and count bad lines rather than fail")
}

// detector returns an empty detector of the preset, changed by the flags given.
func (s *settings) detector(flags *pflag.FlagSet) (*reprint.Detector, error) {
	o, err := reprint.Preset(s.preset)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	if s.threads < 1 {
		return nil, fmt.Errorf("%w: --threads is %d, want 1 or more", errUsage, s.threads)
	}
	given := s.options
	for name, set := range map[string]func(){
		"containment":    func() { o.Containment = given.Containment },
		"jaccard":        func() { o.Jaccard = given.Jaccard },
		"overlap":        func() { o.Overlap = given.Overlap },
		"k":              func() { o.K = given.K },
		"slots":          func() { o.Slots = given.Slots },
		"seed":           func() { o.Seed = given.Seed },
		"samples-only":   func() { o.SamplesOnly = given.SamplesOnly },
		"skip-same-site": func() { o.SkipSameSite = given.SkipSameSite },
		"window":         func() { o.Window = given.Window },
	} {
		if flags.Changed(name) {
			set()
		}
	}
	o.MaxMatches = given.MaxMatches
	d, err := reprint.New(o)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errUsage, err)
	}
	return d, nil
}

func (s *settings) input(cmd *cobra.Command, paths []string) *input {
	return &input{paths: paths, stdin: cmd.InOrStdin(), stderr: cmd.ErrOrStderr(), skipBad: s.skipBad}
}
