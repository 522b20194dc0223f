package stages

import (
	"github.com/klauspost/compress/zstd"
)

// A codec packs blocks of rows with zstd, as fast as it goes.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
}

// windowBytes is more than most blocks of rows have.
const windowBytes = 1 << 17

func newCodec(threads int) (codec, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(threads),
		zstd.WithWindowSize(windowBytes), zstd.WithLowerEncoderMem(true))
	if err != nil {
		return codec{}, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(threads), zstd.WithDecoderLowmem(true))
	return codec{e, d}, err
}

func (c codec) Pack(to, block []byte) []byte { return c.encoder.EncodeAll(block, to) }

func (c codec) Unpack(to, packed []byte) ([]byte, error) { return c.decoder.DecodeAll(packed, to) }
