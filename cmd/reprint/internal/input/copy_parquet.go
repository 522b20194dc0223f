package input

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// parquet writes the rows of a Parquet file that are kept, with all of their columns.
func (c *copier) parquet(src *source, at int) error {
	r, size, done, err := onDisk(src)
	if err != nil {
		return err
	}
	defer done()
	return guarded(func() error {
		p, err := openParquet(r, size)
		if err != nil {
			return err
		}
		if _, _, note, err := c.choose(-1, 0); err != nil {
			return err
		} else if note != nil {
			return fmt.Errorf("a mark in Parquet %w: --format parquet", ErrCopy)
		}
		if err := c.open(); err != nil {
			return err
		}
		if c.rows == nil {
			c.rows, c.schema = parquet.NewGenericWriter[any](c.out, p.Schema(), parquet.Compression(&parquet.Zstd)), p.Schema().String()
			c.closers = append(c.closers, c.rows.Close)
		} else if c.schema != p.Schema().String() {
			return fmt.Errorf("a table with other columns than the one before %w: --format parquet", ErrCopy)
		}
		n := 0
		for _, g := range p.RowGroups() {
			if err := c.rowGroup(g, at, &n); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *copier) rowGroup(g parquet.RowGroup, at int, n *int) error {
	rows := g.Rows()
	defer rows.Close()
	buf := make([]parquet.Row, rowsAtOnce)
	for {
		got, err := rows.ReadRows(buf)
		kept := buf[:0:0]
		for _, row := range buf[:got] {
			*n++
			if _, keep, _, err := c.choose(at, *n); err != nil {
				return err
			} else if keep {
				kept = append(kept, row)
			}
		}
		if _, err := c.rows.WriteRows(kept); err != nil {
			return err
		}
		if errors.Is(err, io.EOF) {
			return c.r.ctx.Err()
		}
		if err != nil {
			return err
		}
		if err := c.r.ctx.Err(); err != nil {
			return err
		}
	}
}
