package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cbb30ed1/reprint/cmd/reprint/internal/service"
	provenance "github.com/cbb30ed1/reprint/origin"
	"github.com/cbb30ed1/reprint/store"
)

// serveFlags are those of the command serve.
type serveFlags struct {
	settings  settings
	addr      string
	tokenFile string
	open      bool
	corpus    string
	level     string
	text      int64
	options   service.Options
}

func newServe() *cobra.Command {
	var s serveFlags
	cmd := &cobra.Command{
		Use:   "serve [flags] --db DIR",
		Short: "Take in documents over HTTP, and answer whether they are there already",
		Long: `Serve keeps documents in a folder, and answers over HTTP: what a document that comes
is (new, or a copy, excerpt or revision of which), what its cluster has, whose the
article is, and what has changed. What was answered is on disk, and is there after the
program was killed. GET /openapi.json describes all calls; docs/service.md shows them.

It listens on this machine only. To listen elsewhere it wants a file of tokens, a
line each, one of which a caller gives as "Authorization: Bearer TOKEN"; it knows no
encryption, which is for a proxy. A caller must name it by its address, by localhost,
or by a name of --host, so that no page in a browser reaches it by a name of its own.

What is too much is refused rather than begun: 413 for a document, 429 and 503 with
Retry-After for requests and bytes at a time. On SIGTERM or ^C requests in flight are
finished, and the exit status is 0. The log is JSON on standard error.

The folder keeps the settings with which it was made (preset, containment, k …): give
the same again, or none. Nothing is ever removed but on request, unless --expire says
so.`,
		Example: `  reprint serve --db news.reprint
  reprint serve --db news.reprint --expire 30d --addr :8080 --token-file tokens --host news.example`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return s.run(cmd) },
	}
	s.settings.matchFlags(cmd)
	s.settings.dbFlags(cmd)
	f := cmd.Flags()
	f.StringVar(&s.addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	f.StringVar(&s.tokenFile, "token-file", "", "`file` with tokens, a line each, of which a caller must\ngive one")
	f.BoolVar(&s.open, "without-token", false, "let everybody in who reaches the address")
	f.StringSliceVar(&s.options.Hosts, "host", nil, "`name` by which it may be called, beside addresses and\nlocalhost; may be given again, * is any")
	f.StringVar(&s.corpus, "corpus", "", "`file` that reprint origin --save wrote, for /origin")
	f.StringVar(&s.level, "log", "info", "least `level` of what is logged: debug, info (each\nrequest), warn, error")
	bytesVar(f, &s.options.Document, "max-document", 4<<20, "most `bytes` of JSON of a document")
	bytesVar(f, &s.text, "max-text", 1<<20, "most `bytes` of its text")
	bytesVar(f, &s.options.Inflight, "max-inflight", 16<<20, "most `bytes` of documents that are read and added at a\ntime; each may take 80 of memory")
	f.IntVar(&s.options.Requests, "max-requests", 256, "most `requests` at a time, followers of the feed aside")
	f.IntVar(&s.options.Followers, "max-followers", 64, "most `followers` of the feed at a time")
	f.IntVar(&s.options.Connections, "max-connections", 512, "most `connections` at a time")
	f.DurationVar(&s.options.Timeout, "timeout", time.Minute, "most `time` for a request to come, and for its answer to go")
	f.DurationVar(&s.options.Grace, "grace", 15*time.Second, "most `time` for requests in flight when it ends")
	return cmd
}

func (s *serveFlags) run(cmd *cobra.Command) error {
	if s.settings.db.dir == "" {
		return fmt.Errorf("%w: want --db DIR", errUsage)
	}
	for _, name := range []string{"output", "format"} {
		if cmd.Flags().Changed(name) {
			return fmt.Errorf("%w: --%s is about lines, and serve prints none", errUsage, name)
		}
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(s.level)); err != nil {
		return fmt.Errorf("%w: --log is %q, want debug, info, warn or error", errUsage, s.level)
	}
	if err := s.tokens(); err != nil {
		return err
	}
	if s.corpus != "" {
		s.options.Corpus = &provenance.Corpus{}
		if err := readCorpus(s.corpus, s.options.Corpus); err != nil {
			return err
		}
	}
	s.options.Text = int(s.text)
	log := slog.New(slog.NewJSONHandler(cmd.ErrOrStderr(), &slog.HandlerOptions{Level: level}))
	s.options.Logger = log
	o, err := s.settings.storeOptions(cmd.Flags())
	if err != nil {
		return err
	}
	metrics := service.NewMetrics()
	o.Logger, o.Metrics = log, metrics
	opened, err := openStore(s.settings.db.dir, o)
	if err != nil {
		return err
	}
	return errors.Join(s.serve(cmd.Context(), opened, metrics), opened.Close())
}

// serve listens once the store is open: whoever gets a connection gets an answer.
func (s *serveFlags) serve(ctx context.Context, opened *store.Store, metrics *service.Metrics) error {
	sv, err := service.New(ctx, opened, metrics, s.options)
	if errors.Is(err, service.ErrOptions) {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		return err
	}
	log := s.options.Logger
	log.Info("listening", "addr", listener.Addr().String())
	if err := sv.Serve(listener); err != nil {
		return err
	}
	log.Info("ended")
	return nil
}

// tokens reads the tokens, without which the service is for this machine.
func (s *serveFlags) tokens() error {
	if s.tokenFile != "" {
		text, err := os.ReadFile(s.tokenFile)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(text) {
			if token := string(bytes.TrimSpace(line)); token != "" && token[0] != '#' {
				s.options.Tokens = append(s.options.Tokens, token)
			}
		}
		if len(s.options.Tokens) == 0 {
			return fmt.Errorf("%w: %s has no token, want one a line", errUsage, s.tokenFile)
		}
	}
	host, _, err := net.SplitHostPort(s.addr)
	if err != nil {
		return fmt.Errorf("%w: --addr: %w", errUsage, err)
	}
	ip := net.ParseIP(host)
	if host == "localhost" || ip != nil && ip.IsLoopback() || s.open || len(s.options.Tokens) > 0 {
		return nil
	}
	return fmt.Errorf("%w: others than this machine reach %s: want --token-file FILE, or --without-token", errUsage, s.addr)
}

// byteSize is a number of bytes, as 1048576, 1024KiB, 1MiB or 1MB.
type byteSize int64

func bytesVar(f *pflag.FlagSet, to *int64, name string, value int64, usage string) {
	*to = value
	f.Var((*byteSize)(to), name, usage)
}

var units = []struct {
	name string
	of   int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}, {"", 1}}

func (b *byteSize) Set(text string) error {
	for _, unit := range units {
		number, ok := strings.CutSuffix(text, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 64)
		if err != nil || n < 1 || n > (1<<40)/unit.of {
			break
		}
		*b = byteSize(n * unit.of)
		return nil
	}
	return errors.New("want a number of bytes, such as 512KiB, 4MiB or 2GB")
}

func (b *byteSize) String() string {
	for _, unit := range units {
		if n := int64(*b); n%unit.of == 0 && n > 0 {
			return strconv.FormatInt(n/unit.of, 10) + unit.name
		}
	}
	return "0"
}

func (b *byteSize) Type() string { return "bytes" }
