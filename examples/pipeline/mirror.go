package main

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	_ "modernc.org/sqlite" // the driver

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/store"
)

// A mirror is the clusters of a store as a table, one row for each document, and the
// position of the store that the rows show. Both change in one transaction: so after a
// crash the table is that of an earlier position, and goes on from there.
type mirror struct{ *sql.DB }

const schema = `
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS documents (
	id        TEXT PRIMARY KEY,
	cluster   TEXT NOT NULL,  -- the id of its canonical document
	next      TEXT,           -- the cluster after the change that is being applied
	site      TEXT, title TEXT, url TEXT, published TEXT
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS documents_by_cluster ON documents (cluster);
CREATE INDEX IF NOT EXISTS documents_changing ON documents (next) WHERE next IS NOT NULL;
CREATE TABLE IF NOT EXISTS takedowns (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mirrored (position INTEGER NOT NULL);
INSERT INTO mirrored SELECT 0 WHERE NOT EXISTS (SELECT * FROM mirrored);
`

func openMirror(path string) (*mirror, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // one writer, who waits for his turn here and not in SQLite
	if _, err := db.Exec(schema); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &mirror{db}, nil
}

func (m *mirror) block(ctx context.Context, id string) error {
	_, err := m.ExecContext(ctx, `INSERT OR IGNORE INTO takedowns VALUES (?)`, id)
	return err
}

func (m *mirror) blocked(ctx context.Context, id string) (yes bool, err error) {
	err = m.QueryRowContext(ctx, `SELECT EXISTS (SELECT * FROM takedowns WHERE id = ?)`, id).Scan(&yes)
	return yes, err
}

func (m *mirror) position(ctx context.Context) (p uint64, err error) {
	err = m.QueryRowContext(ctx, `SELECT position FROM mirrored`).Scan(&p)
	return p, err
}

// follow applies what the store does, until ctx is done.
func (m *mirror) follow(ctx context.Context, s *store.Store) error {
	return m.sync(ctx, s, s.Follow)
}

// catchUp applies what the store has done.
func (m *mirror) catchUp(ctx context.Context, s *store.Store) error {
	return m.sync(ctx, s, s.Events)
}

func (m *mirror) sync(ctx context.Context, s *store.Store, changes func(context.Context, uint64) iter.Seq2[store.Change, error]) error {
	for {
		at, err := m.position(ctx)
		if err != nil {
			return err
		}
		err = m.applyAll(ctx, s, changes(ctx, at+1))
		if !errors.Is(err, store.ErrTrimmed) {
			return err
		}
		// It was away for too long, or is new and the store is not.
		if err := m.resync(ctx, s); err != nil {
			return err
		}
	}
}

func (m *mirror) applyAll(ctx context.Context, s *store.Store, changes iter.Seq2[store.Change, error]) error {
	for c, err := range changes {
		if err != nil {
			return err
		}
		if err := m.apply(ctx, s, c); err != nil {
			return err
		}
	}
	return nil
}

// resync makes the table anew from a snapshot.
func (m *mirror) resync(ctx context.Context, s *store.Store) error {
	snapshot, err := s.Snapshot()
	if err != nil {
		return err
	}
	defer snapshot.Close()
	return m.inOne(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM documents`); err != nil {
			return err
		}
		for c, err := range snapshot.Clusters() {
			if err != nil {
				return err
			}
			for _, d := range c.Members {
				if err := put(ctx, tx, c.ID, d); err != nil {
					return err
				}
			}
		}
		_, err := tx.ExecContext(ctx, `UPDATE mirrored SET position = ?`, snapshot.Position)
		return err
	})
}

func put(ctx context.Context, tx *sql.Tx, cluster string, d reprint.Member) error {
	var published any
	if !d.Published.IsZero() {
		published = d.Published.Format("2006-01-02T15:04:05.999999999Z07:00")
	}
	_, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO documents (id, cluster, site, title, url, published) VALUES (?, ?, ?, ?, ?, ?)`,
		d.ID, cluster, d.Site, d.Title, d.URL, published)
	return err
}

// apply applies one change. In its events From names clusters as they were before it, and
// Cluster as they are after it. So new names are collected first, and take the place of the
// old ones at once.
func (m *mirror) apply(ctx context.Context, s *store.Store, c store.Change) error {
	return m.inOne(ctx, func(tx *sql.Tx) error {
		exec := func(query string, args ...any) error {
			_, err := tx.ExecContext(ctx, query, args...)
			return err
		}
		for _, e := range c.Events {
			var err error
			switch e.Kind {
			case reprint.Left:
				err = exec(`DELETE FROM documents WHERE id = ?`, e.ID)
			case reprint.Merged, reprint.Canonical:
				// Those that are Moved by themselves have a next cluster already, or get it.
				err = exec(`UPDATE documents SET next = ? WHERE cluster = ? AND next IS NULL`, e.Cluster, e.From)
			case reprint.Moved:
				err = exec(`UPDATE documents SET next = ? WHERE id = ?`, e.Cluster, e.ID)
			}
			if err != nil {
				return err
			}
		}
		if err := exec(`UPDATE documents SET cluster = next, next = NULL WHERE next IS NOT NULL`); err != nil {
			return err
		}
		for _, e := range c.Events {
			if e.Kind != reprint.Joined && e.Kind != reprint.Alone {
				continue
			}
			d, err := s.Document(e.ID)
			if err != nil && !errors.Is(err, store.ErrUnknown) { // unknown: a later change removes it
				return err
			}
			if err := put(ctx, tx, e.Cluster, reprint.Member{ID: e.ID, Site: d.Site, Title: d.Title, URL: d.URL, Published: d.Published}); err != nil {
				return err
			}
		}
		return exec(`UPDATE mirrored SET position = ?`, c.Position)
	})
}

// inOne calls do in one transaction.
func (m *mirror) inOne(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := m.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}
