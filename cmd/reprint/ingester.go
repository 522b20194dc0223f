package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/input"
	"github.com/cbb30ed1/reprint/cmd/reprint/internal/when"
	"github.com/cbb30ed1/reprint/store"
)

// dbSettings are the flags of the commands that can add to a store.
type dbSettings struct {
	dir        string
	expire     when.Duration
	expireBy   string
	cache      int64
	minFree    int64
	texts      string
	maxMatches int
}

const (
	defaultCache   = 64
	defaultMinFree = 256
	mostCache      = 1 << 20
	defaultMatches = 16
)

// aboutDB is what the help of these commands says of it.
const aboutDB = `With --db DIR documents are added to those of a folder, which is made if it is not
there, and runs add up. They are added in batches of up to 1,000, earlier when a
live input pauses, and a line is printed when what it speaks of is on disk: whatever
then happens, it stays. An id that comes again replaces the document that had it.
The folder keeps the settings with which it was made (preset, containment, k …):
give the same again, or none. A run that is interrupted adds the batch that it has
begun, and then ends. Nothing is ever removed unless --expire says so.`

func (s *settings) dbFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.db.dir, "db", "", "add to the documents in this `folder`, and keep them")
	f.Var(&s.db.expire, "expire", "with --db: remove documents that are older than this\n`time`, such as 30d, compared with the newest, or with the\nclock by --expire-by arrival (default: none is removed)")
	f.StringVar(&s.db.expireBy, "expire-by", "published", "with --expire: the time that counts, `published` (where\nknown, else arrival) or arrival")
	f.Int64Var(&s.db.cache, "cache", defaultCache, "with --db: `MiB` of memory for what is read from disk")
	f.Int64Var(&s.db.minFree, "min-free", defaultMinFree, "with --db: `MiB` of the disk that stay free: where less is,\nnothing is added; 0 for no bound")
	f.StringVar(&s.db.texts, "texts", "keep", "with --db: `keep` the texts of the documents that are\nadded, or drop them")
	f.IntVar(&s.db.maxMatches, "max-matches", defaultMatches, "with --db, when the folder is made: most `matches` that\npairs prints of a document")
}

// kept reports whether the documents are to be kept in a folder.
func (s *settings) kept(flags *pflag.FlagSet) (bool, error) {
	if flags.Changed("db") && s.db.dir == "" {
		return false, fmt.Errorf("%w: --db is empty, want a folder", errUsage)
	}
	if s.db.dir == "" {
		for _, name := range []string{"expire", "expire-by", "cache", "min-free", "texts", "max-matches"} {
			if flags.Changed(name) {
				return false, fmt.Errorf("%w: --%s is about a folder of documents, want --db DIR with it", errUsage, name)
			}
		}
	}
	return s.db.dir != "", nil
}

// open opens the store, or makes it.
func (s *settings) open(flags *pflag.FlagSet) (*store.Store, error) {
	o, err := s.storeOptions(flags)
	if err != nil {
		return nil, err
	}
	return openStore(s.db.dir, o)
}

func openStore(dir string, o store.Options) (*store.Store, error) {
	opened, err := store.Open(dir, o)
	return opened, lossHint(dir, usageOf(err))
}

// usageOf says of an error whether other flags would have helped.
func usageOf(err error) error {
	if errors.Is(err, store.ErrScheme) || errors.Is(err, store.ErrOptions) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return err
}

func (s *settings) storeOptions(flags *pflag.FlagSet) (o store.Options, err error) {
	chosen, any, err := s.chosen(flags)
	if err != nil {
		return o, err
	}
	if s.db.cache < 1 || s.db.cache > mostCache {
		return o, fmt.Errorf("%w: --cache is %d, want 1 to %d MiB", errUsage, s.db.cache, mostCache)
	}
	if s.db.minFree < 0 || s.db.minFree > mostCache {
		return o, fmt.Errorf("%w: --min-free is %d, want 0 to %d MiB", errUsage, s.db.minFree, mostCache)
	}
	if flags.Changed("max-matches") && s.db.maxMatches < 1 {
		return o, fmt.Errorf("%w: --max-matches is %d, want 1 or more", errUsage, s.db.maxMatches)
	}
	if flags.Changed("expire-by") && s.db.expire == 0 {
		return o, fmt.Errorf("%w: --expire-by says how --expire counts, want both", errUsage)
	}
	o = store.Options{Window: time.Duration(s.db.expire), Cache: s.db.cache << 20, MinFree: s.db.minFree << 20}
	if s.db.minFree == 0 {
		o.MinFree = -1
	}
	if o.WindowBy, err = windowBy("--expire-by", s.db.expireBy); err != nil {
		return o, err
	}
	switch s.db.texts {
	case "keep":
	case "drop":
		o.Texts = store.DropTexts
	default:
		return o, fmt.Errorf("%w: --texts is %q, want keep or drop", errUsage, s.db.texts)
	}
	chosen.MaxMatches = s.db.maxMatches
	if _, err := newDetector(chosen); err != nil {
		return o, err // before there is a folder
	}
	o.Detector.Key = chosen.Key
	if any || flags.Changed("max-matches") {
		o.Detector = chosen // never the zero value, which would be the store's own
	}
	return o, nil
}

func windowBy(flag, name string) (store.WindowBy, error) {
	switch name {
	case "published":
		return store.ByPublished, nil
	case "arrival":
		return store.ByArrival, nil
	}
	return 0, fmt.Errorf("%w: %s is %q, want published or arrival", errUsage, flag, name)
}

// An ingester adds the input to a store.
type ingester struct {
	*store.Store
	in      *input.Reader
	threads int
	passed  int // documents that were older than what is kept
}

// keeping calls add with the store of the flags and the input.
func (s *settings) keeping(cmd *cobra.Command, args []string, add func(k *ingester) error) (err error) {
	to, err := s.open(cmd.Flags())
	if err != nil {
		return err
	}
	defer func() {
		if closing := to.Close(); err == nil {
			err = closing
		}
	}()
	k := &ingester{Store: to, in: s.input(cmd, args), threads: s.threads}
	k.in.Updates = true
	if err = add(k); err == nil || errors.Is(err, context.Canceled) {
		k.in.Report()
		if k.passed > 0 {
			cmd.PrintErrf("reprint: documents older than --expire, passed over: %d\n", k.passed)
		}
	}
	return err
}

// addAll adds the input, and calls show for each batch that is on disk, with the ids of
// those of its documents that were added, or are there as they are, in that order. No two
// of a batch have one id.
func (k *ingester) addAll(ctx context.Context, show func(docs []reprint.Document, added []string) error) error {
	for docs, err := range batches(ctx, k.in) {
		if err != nil {
			return err
		}
		added := make([]string, 0, len(docs))
		each := func(yield func(reprint.Document, error) bool) {
			for _, doc := range docs {
				if !yield(doc, nil) {
					return
				}
			}
		}
		// What was gathered is added even if ctx is done: of a feed it would be lost.
		err := k.AddAll(context.WithoutCancel(ctx), each, reprint.AddAllOptions{Threads: k.threads, PositionsOnly: true, Visit: func(id string, _ reprint.Added) {
			added = append(added, id)
		}})
		if err != nil {
			return err
		}
		k.passed += len(docs) - len(added)
		if err := show(docs, added); err != nil {
			return err
		}
	}
	return nil
}
