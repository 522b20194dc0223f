package service

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Serve answers at a listener until the service is to end: it then accepts no more
// connections, lets the requests in flight finish, and cuts those that do not within
// the grace.
func (s *Service) Serve(l net.Listener) error {
	h := &http.Server{
		Handler:  s.Handler(),
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),

		// Of a whole request; streams have deadlines for each line, see stream.go.
		ReadHeaderTimeout: min(10*time.Second, s.o.Timeout),
		ReadTimeout:       s.o.Timeout,
		WriteTimeout:      s.o.Timeout,
		IdleTimeout:       2 * s.o.Timeout,
		MaxHeaderBytes:    256 << 10, // an id of 65,535 bytes takes three times as many in a path
	}
	failed := make(chan error, 1)
	go func() { failed <- h.Serve(&bounded{Listener: l, most: int64(s.o.Connections)}) }()
	select {
	case err := <-failed:
		return err
	case <-s.closing.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(s.closing), s.o.Grace)
	defer cancel()
	if err := h.Shutdown(ending); err != nil {
		return fmt.Errorf("requests were cut after %v: %w", s.o.Grace, errors.Join(err, h.Close()))
	}
	return nil
}

// A bounded listener has so many connections open at most. Others are told to come
// again, rather than kept waiting for they do not know what.
type bounded struct {
	net.Listener
	most int64
	open atomic.Int64
}

// full is the answer to a connection that is one too many.
const full = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\nRetry-After: 1\r\n\r\n" +
	`{"error":"too many connections at a time","status":503}` + "\n"

func (b *bounded) Accept() (net.Conn, error) {
	for {
		c, err := b.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if b.open.Add(1) <= b.most {
			return &counted{Conn: c, closed: sync.OnceFunc(func() { b.open.Add(-1) })}, nil
		}
		b.open.Add(-1)
		_ = c.SetWriteDeadline(time.Now().Add(time.Second)) // a new connection takes so little at once
		_, _ = c.Write([]byte(full))
		_ = c.Close()
	}
}

// A counted connection says when it is closed.
type counted struct {
	net.Conn
	closed func()
}

func (c *counted) Close() error {
	defer c.closed()
	return c.Conn.Close()
}
