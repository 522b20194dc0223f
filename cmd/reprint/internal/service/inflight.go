package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"golang.org/x/sync/semaphore"
)

// Reading a text takes up to some 80 bytes of memory for each of its own, so what is
// bounded is how many bytes of documents are read, parsed and added at a time.

// firstBytes are what a request may read before it takes of what all share: the number
// of requests bounds these.
const firstBytes = 16 << 10

// patience is how long a request waits for others to give back what they have taken.
// Two that wait for each other get out of it by that.
const patience = 2 * time.Second

// A share is what one request has taken of the bytes in flight.
type share struct {
	of      *semaphore.Weighted
	wait    time.Duration
	n, most int64
}

func (s *Service) share(wait time.Duration) *share {
	return &share{of: s.inflight, wait: wait, most: s.o.Inflight}
}

// grow takes what is lacking to n bytes.
func (s *share) grow(ctx context.Context, n int64) error {
	if n -= firstBytes; n <= s.n {
		return nil
	}
	waiting, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	if err := s.of.Acquire(waiting, n-s.n); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%w: of the %d bytes of documents at a time all are taken, try again", errBusy, s.most)
	}
	s.n = n
	return nil
}

// release gives all back.
func (s *share) release() {
	s.of.Release(s.n)
	s.n = 0
}

// readBody reads a body of so many bytes at most, and takes its share as it comes: who
// announces much and sends little holds little.
func (s *Service) readBody(w http.ResponseWriter, r *http.Request, of *share) ([]byte, error) {
	tooLarge := fmt.Errorf("%w: want a document of %d bytes at most", errLarge, s.o.Document)
	if r.ContentLength > s.o.Document {
		return nil, tooLarge
	}
	body := http.MaxBytesReader(w, r.Body, s.o.Document)
	buf := make([]byte, 0, 4<<10)
	for {
		n, err := body.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		switch large := (*http.MaxBytesError)(nil); {
		case err == io.EOF:
			return buf, nil
		case errors.As(err, &large):
			return nil, tooLarge
		case err != nil:
			return nil, fmt.Errorf("%w: the body ends too soon: %w", errRequest, err)
		}
		if len(buf) == cap(buf) {
			more := min(2*int64(cap(buf)), s.o.Document+1) // which is never filled
			if err := of.grow(r.Context(), more); err != nil {
				return nil, err
			}
			buf = append(make([]byte, 0, more), buf...)
		}
	}
}

// listing lets in few at a time that ask about whole clusters: they share locks and the
// disk with those who add.
func (s *Service) listing(ctx context.Context) (end func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, s.o.Timeout/2)
	defer cancel()
	if err := s.listings.Acquire(waiting, 1); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: others are listing clusters, try again", errBusy)
	}
	return func() { s.listings.Release(1) }, nil
}

// round cuts a figure to four decimals, more than which it does not mean.
func round(f float64) float64 { return math.Round(f*1e4) / 1e4 }
