package store_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

var wrong = time.Date(2038, 1, 19, 3, 14, 7, 0, time.UTC)

// A clock that is wrong once stops additions, and changes nothing: neither what is
// there expires, nor is what comes later too old, or from the future.
func TestClockIsWrongOnce(t *testing.T) {
	for _, by := range []store.WindowBy{store.ByPublished, store.ByArrival} {
		now := &clock{firstDay}
		var log strings.Builder
		o := store.Options{FS: vfs.NewMem(), Window: 24 * time.Hour, WindowBy: by, Now: now.read, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		s := open(t, "store", o)
		put := func(id string, published time.Time) error {
			_, err := s.Add(t.Context(), reprint.Document{ID: id, Text: "of " + id, Published: published})
			return err
		}
		for i := range 10 {
			now.now = now.now.Add(time.Minute)
			require.NoError(t, put(fmt.Sprint("a", i), now.now))
		}
		right := now.now
		for range 2 {
			now.now = wrong
			require.ErrorIs(t, put("wrong", wrong.AddDate(-1, 0, 0)), store.ErrClock)
			require.ErrorIs(t, put("undated", time.Time{}), store.ErrClock)
			require.ErrorIs(t, s.AddAll(t.Context(), yield([]reprint.Document{{ID: "b", Text: "of b"}}, nil), reprint.AddAllOptions{}), store.ErrClock)
			require.NoError(t, put("a9", right)) // there already
			_, _, err := s.Remove(t.Context(), "a0")
			require.NoError(t, err)
			require.Equal(t, 9, s.Len())
			shut(t, s)
			s = open(t, "store", o)
		}
		require.Equal(t, 2, strings.Count(log.String(), "the clock is too far ahead"), log.String())
		now.now = right
		shut(t, s)
		s = open(t, "store", o)
		require.NoError(t, put("today", right))
		d, err := s.Document("today")
		require.NoError(t, err)
		require.Equal(t, right, d.Arrived)
		now.now = right.Add(25 * time.Hour)
		require.NoError(t, put("tomorrow", now.now))
		require.NoError(t, put("more", now.now)) // the next operation at the latest
		require.Equal(t, 2, s.Len())
		clean(t, s)
		shut(t, s)
	}
}

// The bound is as said, and on its other side nothing is refused.
func TestClockStep(t *testing.T) {
	now := &clock{firstDay}
	fs := vfs.NewMem()
	for step, most := range map[time.Duration]time.Duration{0: 32 * 24 * time.Hour, time.Hour: time.Hour, -1: 90 * 365 * 24 * time.Hour} {
		s := open(t, fmt.Sprint(step), store.Options{FS: fs, Now: now.read, ClockStep: step})
		now.now = firstDay
		add(t, s, reprint.Document{ID: "a"})
		now.now = firstDay.Add(most)
		if step >= 0 {
			now.now = now.now.Add(1)
			_, err := s.Add(t.Context(), reprint.Document{ID: "b"})
			require.ErrorIs(t, err, store.ErrClock)
			now.now = firstDay.Add(most)
		}
		add(t, s, reprint.Document{ID: "b"})
		shut(t, s)
	}
}

// A store whose clock was wrong while it had no other is mended, with the documents
// that came then.
func TestSetClock(t *testing.T) {
	now := &clock{wrong}
	o := store.Options{FS: vfs.NewMem(), Now: now.read}
	s := open(t, "store", o)
	none, err := s.Clock()
	require.NoError(t, err)
	require.Zero(t, none)
	require.NoError(t, s.SetClock(t.Context(), firstDay))
	add(t, s,
		reprint.Document{ID: "undated", Text: "no time"},
		reprint.Document{ID: "before", Text: "before", Published: firstDay.AddDate(0, -1, 0)},
		reprint.Document{ID: "after", Text: "after", Published: firstDay.AddDate(1, 0, 0)})
	now.now = firstDay
	c, err := s.Clock()
	require.NoError(t, err)
	require.Equal(t, store.Clock{Arrived: wrong, Published: firstDay.AddDate(1, 0, 0), Ahead: 3}, c)
	require.NoError(t, s.SetClock(t.Context(), firstDay))
	for range 2 {
		c, err = s.Clock()
		require.NoError(t, err)
		require.Equal(t, store.Clock{Arrived: firstDay, Published: firstDay}, c)
		for _, d := range collect(t, s.Documents()) {
			require.Equal(t, firstDay, d.Arrived)
		}
		clean(t, s)
		shut(t, s)
		s = open(t, "store", o)
	}
	add(t, s, reprint.Document{ID: "now", Text: "now", Published: firstDay})
	n, err := s.Expire(t.Context(), firstDay)
	require.NoError(t, err)
	require.Equal(t, 1, n)
	n, err = s.Expire(t.Context(), firstDay.Add(1))
	require.NoError(t, err)
	require.Equal(t, 3, n)
	clean(t, s)

	now.now = firstDay.AddDate(0, 2, 0) // a long pause
	_, err = s.Add(t.Context(), reprint.Document{ID: "later"})
	require.ErrorIs(t, err, store.ErrClock)
	require.NoError(t, s.SetClock(t.Context(), now.now))
	add(t, s, reprint.Document{ID: "later"})
}
