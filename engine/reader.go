package engine

import (
	"errors"
	"fmt"

	"github.com/cbb30ed1/reprint/cluster"
	"github.com/cbb30ed1/reprint/minhash"
	"github.com/cbb30ed1/reprint/passage"
	"github.com/cbb30ed1/reprint/shingle"
)

// A reader turns documents into entries of the index. It keeps its memory from
// one document to the next: what read returns holds until the next call.
type reader struct {
	shingler  *shingle.Shingler
	signer    *minhash.Signer
	plan      minhash.Bands
	k         int
	key       *keyedHash // nil if there is none
	text      shingle.Text
	signature minhash.Signature
	bands     []uint64
	set       cluster.Set
	aligner   passage.Aligner

	sequences bool // whether the index wants them
	words     []shingle.Word
	sequence  passage.Sequence
}

func newReader(s minhash.Scheme, b minhash.Bands, sequences bool, key *keyedHash) (*reader, error) {
	shingler, err := shingle.New(shingle.Options{K: s.K})
	if err != nil {
		return nil, err
	}
	signer, err := minhash.NewSigner(s)
	return &reader{shingler: shingler, signer: signer, plan: b, k: s.K, key: key, sequences: sequences}, err
}

// MaxWords is how many words a document may have. Reading that many takes up to 200 MB,
// and keeping them up to 12.
const MaxWords = 1 << 20

// ErrLarge is wrapped by the error for a document that has more than MaxWords words.
var ErrLarge = errors.New("engine: the document is too large")

func (r *reader) read(doc Document) (cluster.Entry, error) {
	return r.readAs(doc, true)
}

// readAs reads a document, and signs it if it will be looked for by its bands.
func (r *reader) readAs(doc Document, sign bool) (cluster.Entry, error) {
	if err := r.fits(doc); err != nil {
		return cluster.Entry{}, err
	}
	if r.sequences {
		r.words = r.shingler.ShingleWords(&r.text, r.words[:0], doc.Text)
		r.sequence = r.aligner.AppendSource(passage.AppendSequence(r.sequence[:0], r.words, doc.Text), doc.words())
	} else {
		r.shingler.Shingle(&r.text, doc.Text)
	}
	if r.text.Words > MaxWords {
		return cluster.Entry{}, tooLarge(doc)
	}
	if r.key != nil {
		r.key.hash(r.text.Shingles)
	}
	r.set.Reset()
	r.bands = r.bands[:0]
	if r.text.Words >= r.k { // fewer words are too little to tell anything by
		at := 0
		for _, p := range r.text.Prose {
			r.set.Add(r.text.Shingles[at:p.Start], false)
			r.set.Add(r.text.Shingles[p.Start:p.End], true)
			at = p.End
		}
		r.set.Add(r.text.Shingles[at:], false)
		if sign {
			r.signer.Sign(&r.signature, r.text.Shingles)
			r.bands, _ = r.signature.AppendBands(r.bands, r.plan)
		}
	}
	r.set.Sort()
	return cluster.Entry{
		ID: doc.ID, Site: doc.Outlet(), Published: doc.Published, Page: pageKey(doc.URL),
		Words: r.text.Words, Bands: r.bands, Set: r.set, Sequence: r.sequence, Note: doc.Note,
	}, nil
}

// fits returns an error if a text has surely too many words. It counts them part by
// part, so as not to need the memory for all of them.
func (r *reader) fits(doc Document) error {
	if len(doc.Text) <= MaxWords {
		return nil
	}
	const part = 1 << 16
	words := 0
	for text := doc.Text; text != ""; {
		r.words = r.shingler.AppendWords(r.words[:0], text[:min(part, len(text))])
		words += max(len(r.words)-1, 0) // the last one may go on in the next part
		text = text[min(part, len(text)):]
		if words > MaxWords {
			return tooLarge(doc)
		}
	}
	return nil
}

func tooLarge(doc Document) error {
	return fmt.Errorf("%w: %q has %d bytes and more than %d words: split it, or leave it out", ErrLarge, doc.ID, len(doc.Text), MaxWords)
}

// words returns what a judgement needs of a document.
func (d *Document) words() passage.Document {
	return passage.Document{Text: d.Text, Title: d.Title, URL: d.URL, Published: d.Published}
}
