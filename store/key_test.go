package store_test

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

var secret = reprint.Key("sixteen bytes or more, at random")

// A store opens with the key that it was made with, and with no other one.
func TestOtherKeysAreRefused(t *testing.T) {
	for _, made := range []reprint.Key{nil, secret} {
		fs := vfs.NewMem()
		own := reprint.Options{Key: made}
		s := open(t, "store", store.Options{FS: fs, Detector: own})
		add(t, s, newNews(5).documents(20)...)
		want := collect(t, s.Clusters())
		shut(t, s)
		for _, key := range []reprint.Key{nil, secret, secret[:20], append(secret[:20:20], "another"...)} {
			if bytes.Equal(key, made) {
				continue
			}
			for _, readOnly := range []bool{false, true} {
				_, err := store.Open("store", store.Options{FS: fs, ReadOnly: readOnly, Detector: reprint.Options{Key: key}})
				require.ErrorIs(t, err, store.ErrScheme)
				require.ErrorContains(t, err, "key")
				require.NotContains(t, err.Error(), string(secret[:16]))
				if len(key) == 0 {
					require.ErrorContains(t, err, "--key-file")
				}
			}
			_, err := store.Repair(t.Context(), "store", store.Options{FS: fs, Detector: reprint.Options{Key: key}})
			require.ErrorIs(t, err, store.ErrScheme)
		}
		// The other options may be left out, or be given.
		for _, o := range []reprint.Options{own, {K: 5, Key: made}} {
			s = open(t, "store", store.Options{FS: fs, Detector: o})
			require.Equal(t, want, collect(t, s.Clusters()))
			clean(t, s)
			shut(t, s)
		}
		_, err := store.Open("store", store.Options{FS: fs, Detector: reprint.Options{K: 4, Key: made}})
		require.ErrorIs(t, err, store.ErrScheme)
		require.ErrorContains(t, err, "K is 4")
		_, err = store.Repair(t.Context(), "store", store.Options{FS: fs, Detector: own})
		require.NoError(t, err)
		shut(t, open(t, "store", store.Options{FS: fs, Detector: own}))
	}
	_, err := store.Open("short", store.Options{FS: vfs.NewMem(), Detector: reprint.Options{Key: secret[:15]}})
	require.ErrorIs(t, err, store.ErrOptions)
}

// The key is in no file of a store, and in nothing that it logs.
func TestKeyIsInNoFile(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "store")
	var log bytes.Buffer
	o := store.Options{
		Detector: reprint.Options{Key: secret}, Checkpoint: 10,
		Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for range 2 {
		s := open(t, dir, o)
		add(t, s, newNews(5).documents(30)...)
		_, err := s.Stats()
		require.NoError(t, err)
		shut(t, s)
	}
	o.Logger.Info("options", "store", o.Detector)
	all := map[string][]byte{"log": log.Bytes()}
	require.NoError(t, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		all[path], err = os.ReadFile(path)
		return err
	}))
	require.Greater(t, len(all), 5)
	scheme := false
	for name, b := range all {
		scheme = scheme || bytes.Contains(b, []byte("KeyCheck"))
		for i := range len(secret) - 8 {
			part := secret[i : i+8]
			require.NotContains(t, string(b), string(part), name)
			require.NotContains(t, string(b), hex.EncodeToString(part), name)
		}
		require.NotContains(t, string(b), base64.StdEncoding.EncodeToString(secret[:15]), name)
	}
	require.True(t, scheme, "files were looked into")
}
