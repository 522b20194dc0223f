package engine

import (
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
	text      shingle.Text
	signature minhash.Signature
	bands     []uint64
	set       cluster.Set
	aligner   passage.Aligner

	sequences bool // whether the index wants them
	words     []shingle.Word
	sequence  passage.Sequence
}

func newReader(s minhash.Scheme, b minhash.Bands, sequences bool) (*reader, error) {
	shingler, err := shingle.New(shingle.Options{K: s.K})
	if err != nil {
		return nil, err
	}
	signer, err := minhash.NewSigner(s)
	return &reader{shingler: shingler, signer: signer, plan: b, k: s.K, sequences: sequences}, err
}

func (r *reader) read(doc Document) cluster.Entry {
	if r.sequences {
		r.words = r.shingler.ShingleWords(&r.text, r.words[:0], doc.Text)
		r.sequence = r.aligner.AppendSource(passage.AppendSequence(r.sequence[:0], r.words, doc.Text), doc.words())
	} else {
		r.shingler.Shingle(&r.text, doc.Text)
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
		r.signer.Sign(&r.signature, r.text.Shingles)
		r.bands, _ = r.signature.AppendBands(r.bands, r.plan)
	}
	r.set.Sort()
	return cluster.Entry{
		ID: doc.ID, Site: doc.Outlet(), Published: doc.Published, Page: pageKey(doc.URL),
		Words: r.text.Words, Bands: r.bands, Set: r.set, Sequence: r.sequence,
	}
}

// words returns what a judgement needs of a document.
func (d *Document) words() passage.Document {
	return passage.Document{Text: d.Text, Title: d.Title, URL: d.URL, Published: d.Published}
}
