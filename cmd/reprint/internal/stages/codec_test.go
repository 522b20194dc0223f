package stages

import (
	"bytes"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Blocks of any size come back, behind what was there, on many threads.
func TestCodec(t *testing.T) {
	c, err := newCodec(2)
	require.NoError(t, err)
	var side sync.WaitGroup
	for seed := range uint64(4) {
		side.Go(func() {
			rng := rand.New(rand.NewPCG(seed, 1))
			for _, size := range []int{0, 1, 1000, windowBytes, 3*windowBytes + 7} {
				block := make([]byte, size)
				for i := range block {
					block[i] = byte(rng.IntN(4))
				}
				packed := c.Pack([]byte("before"), block)
				got, err := c.Unpack([]byte("then"), bytes.TrimPrefix(packed, []byte("before")))
				assert.NoError(t, err)
				assert.True(t, bytes.Equal(append([]byte("then"), block...), got))
				assert.LessOrEqual(t, len(packed), 30+size/2)
			}
		})
	}
	side.Wait()
	_, err = c.Unpack(nil, []byte("no block"))
	require.Error(t, err)
}
