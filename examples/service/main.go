// Command service takes in documents over HTTP and answers, for each, whether it
// is new or carries an article that is there already. It keeps them in a store, so
// that what it has answered is still so after a restart, however that came about.
//
// README.md has the calls; server.go lists them.
package main

import (
	"context"
	"errors"
	"expvar"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/cbb30ed1/reprint/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal ends the process at once
	code := run(ctx, os.Args[1:], os.Stderr)
	stop()
	os.Exit(code)
}

// Exit codes.
const (
	exitDone  = 0
	exitError = 1
	exitUsage = 2
)

// grace is how long requests in flight have to finish once the program is asked to
// end. It is shorter than the 30 s after which Kubernetes kills, and the 90 s of
// systemd.
const grace = 15 * time.Second

// run serves until ctx is done, and returns the exit code.
func run(ctx context.Context, args []string, stderr io.Writer) int {
	log := slog.New(slog.NewJSONHandler(stderr, nil))
	addr, dir, options, err := settings(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitDone
	case err != nil:
		return exitUsage // package flag has said why
	}
	if err := serve(ctx, log, addr, dir, options); err != nil {
		log.Error("ended", "error", err)
		return exitError
	}
	log.Info("ended")
	return exitDone
}

func settings(args []string, stderr io.Writer) (addr, dir string, o store.Options, err error) {
	flags := flag.NewFlagSet("service", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 takes a free one")
	flags.StringVar(&dir, "db", "news.reprint", "`folder` of the store, made if there is none")
	flags.DurationVar(&o.Window, "window", 0, "`age` from which documents are forgotten, such as 720h; 0 keeps them")
	cache := flags.Int64("cache", 64, "memory for blocks read from disk, in `MiB`")
	texts := flags.Bool("texts", true, "keep the texts, compressed; -texts=false keeps what is needed to compare")
	if err := flags.Parse(args); err != nil {
		return "", "", o, err
	}
	complain := func(format string, a ...any) error {
		err := fmt.Errorf(format, a...)
		fmt.Fprintln(stderr, err)
		flags.Usage()
		return err
	}
	switch {
	case flags.NArg() > 0:
		return "", "", o, complain("the argument %q is not known, want flags only", flags.Arg(0))
	case o.Window < 0:
		return "", "", o, complain("-window is %v, want an age or 0", o.Window)
	case *cache < 1 || *cache > 1<<20:
		return "", "", o, complain("-cache is %d, want MiB, from 1 to %d", *cache, 1<<20)
	}
	o.Cache = *cache << 20
	if !*texts {
		o.Texts = store.DropTexts
	}
	return addr, dir, o, nil
}

// serve opens the store, then listens: whoever gets a connection gets an answer.
func serve(ctx context.Context, log *slog.Logger, addr, dir string, o store.Options) (err error) {
	vars, prom := newExpvarMetrics(), newPrometheusMetrics()
	o.Logger, o.Metrics = log, metrics{vars, prom}
	s, err := store.Open(dir, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	expvar.Publish("reprint", vars)
	prom.watch(s)
	log.Info("listening", "addr", listener.Addr().String())
	return serveUntil(ctx, listener, &http.Server{
		Handler: (&server{
			store: s, log: log, closing: ctx,
			vars: expvar.Handler(), metrics: prom.handler(),
		}).handler(),
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),

		// Of a whole request; streams have deadlines for each line, see stream.go.
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
	})
}

// serveUntil serves until ctx is done: it then accepts no more connections, lets
// the requests in flight finish, and cuts those that do not within the grace.
func serveUntil(ctx context.Context, listener net.Listener, h *http.Server) error {
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := h.Shutdown(ending); err != nil {
		return fmt.Errorf("requests were cut after %v: %w", grace, errors.Join(err, h.Close()))
	}
	return nil
}
