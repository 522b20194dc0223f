package reprint

import (
	"net/url"
	"strings"

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
	r.shingler.Shingle(&r.text, doc.Text)
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
	if r.sequences {
		r.sequence = r.aligner.AppendDocument(r.sequence[:0], doc.words())
	}
	return cluster.Entry{
		ID: doc.ID, Site: doc.Outlet(), Published: doc.Published,
		Words: r.text.Words, Bands: r.bands, Set: r.set, Sequence: r.sequence,
	}
}

// words returns what a judgement needs of a document.
func (d *Document) words() passage.Document {
	return passage.Document{Text: d.Text, Title: d.Title, URL: d.URL, Published: d.Published}
}

// Outlet returns who published a document, as far as it says so: its Site, or
// else the host of its URL without "www.", or else "".
func (d Document) Outlet() string {
	if d.Site != "" || d.URL == "" {
		return d.Site
	}
	u, err := url.Parse(d.URL)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
