package reprint_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/shingle"
)

// From text to signature, band keys and the set of shingles nothing is allocated once the
// buffers have grown, in any script.
func TestSigningAllocatesNothing(t *testing.T) {
	for _, lang := range names {
		w := newWriter(lang, 1)
		texts := []string{w.text(4_500), w.text(9_000), w.text(300), "", "!!!", "\xff" + w.text(4_500)}
		s := newSigning(t)
		s.sign(w.text(20_000)) // more than any of them has
		require.NotZero(t, s.sign(texts[0]))
		for i, text := range texts {
			got := testing.AllocsPerRun(20, func() { s.sign(text) })
			require.Zero(t, got, "text %d in %s", i, lang)
		}
	}
}

// From text to shingles, words and sequence nothing is allocated either.
func TestReadingAllocatesNothing(t *testing.T) {
	for _, lang := range names {
		w := newWriter(lang, 2)
		var shingler shingle.Shingler
		var text shingle.Text
		var words []shingle.Word
		var sequence passage.Sequence
		read := func(s string) {
			words = shingler.ShingleWords(&text, words[:0], s)
			sequence = passage.AppendSequence(sequence[:0], words, s)
		}
		read(w.text(20_000)) // more than the other has
		article := w.text(4_500)
		require.Zero(t, testing.AllocsPerRun(20, func() { read(article) }), lang)
		require.Len(t, sequence, text.Words)
	}
}

// signing is the way of a text to what the index takes of it.
type signing struct {
	shingler  *shingle.Shingler
	signer    *minhash.Signer
	text      shingle.Text
	signature minhash.Signature
	bands     []uint64
	set       cluster.Set
}

func newSigning(t testing.TB) *signing {
	shingler, err := shingle.New(shingle.Options{})
	require.NoError(t, err)
	signer, err := minhash.NewSigner(minhash.Scheme{})
	require.NoError(t, err)
	return &signing{shingler: shingler, signer: signer}
}

// sign returns the number of band keys.
func (s *signing) sign(text string) int {
	s.shingler.Shingle(&s.text, text)
	s.signer.Sign(&s.signature, s.text.Shingles)
	s.bands, _ = s.signature.AppendBands(s.bands[:0], minhash.Bands{Rows: 3, Bands: 35})
	s.set.Reset()
	at := 0
	for _, p := range s.text.Prose {
		s.set.Add(s.text.Shingles[at:p.Start], false)
		s.set.Add(s.text.Shingles[p.Start:p.End], true)
		at = p.End
	}
	s.set.Add(s.text.Shingles[at:], false)
	s.set.Sort()
	return len(s.bands)
}
