package input

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Each compression is read whole, or refused: a page is never taken for one of nothing.
func TestParquetCodecs(t *testing.T) {
	type row struct {
		ID   string `parquet:"id"`
		Text string `parquet:"text"`
	}
	rows := []row{{"1", "A ferry ran onto a sandbank."}, {"2", "The mayor has opened a bridge."}}
	for _, codec := range []compress.Codec{&parquet.Uncompressed, &parquet.Snappy, &parquet.Gzip, &parquet.Brotli, &parquet.Zstd, &parquet.Lz4Raw} {
		path := filepath.Join(t.TempDir(), "rows.parquet")
		f, err := os.Create(path)
		require.NoError(t, err)
		w := parquet.NewGenericWriter[row](f, parquet.Compression(codec))
		_, err = w.Write(rows)
		require.NoError(t, err)
		require.NoError(t, w.Close())
		require.NoError(t, f.Close())
		items, _, err := readAll(t, Options{Paths: []string{path}})
		if codec == compress.Codec(&parquet.Lz4Raw) {
			require.ErrorIs(t, err, ErrCodec)
			assert.ErrorContains(t, err, `rows.parquet:1: a compression that is not read: column "id" is compressed by LZ4_RAW, want snappy, gzip, brotli, zstd or none`)
			continue
		}
		require.NoError(t, err)
		require.Len(t, items, len(rows))
		assert.Equal(t, rows[1].Text, items[1].Text, codec.String())
	}
}
