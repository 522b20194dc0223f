package input

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// What a compressed file may become: no text is packed to a five hundredth of its
// size, but for files made to fill a disk or a memory. The first freely bytes are not
// looked at.
const (
	mostRatio = 500
	freely    = 64 << 20
)

// maxWindow bounds the window of zstd, in bytes: that of zstd --long=31. So much
// memory is taken only by a file that long.
const maxWindow = 2 << 30

// ErrRatio is wrapped by the error about a file that unpacks to far too much.
var ErrRatio = errors.New("more than 500 times what it is packed")

// decompress unpacks what begins like a packed file, by what it is and not by its name,
// and names the way; what is not packed comes as it is.
func decompress(br *bufio.Reader) (r io.ReadCloser, way string, err error) {
	head, err := br.Peek(6)
	if err != nil && err != io.EOF {
		return nil, "", err
	}
	packed := &counter{r: br}
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		way = "gzip"
		d, err := gzip.NewReader(packed)
		if err != nil {
			return nil, way, err
		}
		r = d
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")), len(head) >= 4 && head[0]&0xf0 == 0x50 && string(head[1:4]) == "\x2a\x4d\x18":
		way = "zstd"
		d, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, way, err
		}
		r = zstdReader{d.IOReadCloser()}
	case string(head) == "\xfd7zXZ\x00":
		way = "xz"
		d, err := xz.NewReader(packed)
		if err != nil {
			return nil, way, err
		}
		r = io.NopCloser(d)
	case len(head) >= 4 && string(head[:3]) == "BZh" && head[3] >= '1' && head[3] <= '9' && (len(head) < 6 || head[4] == '1' || head[4] == '\x17'):
		way = "bzip2"
		r = io.NopCloser(bzip2.NewReader(packed))
	default:
		return io.NopCloser(br), "", nil
	}
	return &bounded{ReadCloser: r, packed: packed, free: freely}, way, nil
}

// A zstdReader says what to do about a window that is too long.
type zstdReader struct{ io.ReadCloser }

func (z zstdReader) Read(p []byte) (int, error) {
	n, err := z.ReadCloser.Read(p)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = fmt.Errorf("%w: unpack it with zstd -dc --ultra --long=31, and give - for the outcome", err)
	}
	return n, err
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// bounded ends with an error when what is unpacked is out of proportion.
type bounded struct {
	io.ReadCloser
	packed *counter
	free   int64 // how much is not looked at
	n      int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.n += int64(n); b.n > b.free && b.n/mostRatio > b.packed.n {
		return 0, fmt.Errorf("%w: if it is no trap, unpack it yourself, and give - for the outcome", ErrRatio)
	}
	if err == io.EOF && b.packed.n == 0 {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
