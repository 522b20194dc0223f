package reprint

import (
	"encoding/binary"
	"time"
)

// An about is what a Detector has the index keep of a document, as its note, to describe
// members: site, title, URL and the time of publication in one string of its own, so that
// nothing larger that they were cut from is kept. It is the lengths of site and title,
// seconds and nanoseconds as varints, then the three, and empty if nothing is known.
type about string

func aboutOf(d *Document) about {
	if d.Site == "" && d.Title == "" && d.URL == "" && d.Published.IsZero() {
		return ""
	}
	var head [4 * binary.MaxVarintLen64]byte
	b := binary.AppendUvarint(head[:0], uint64(len(d.Site)))
	b = binary.AppendUvarint(b, uint64(len(d.Title)))
	b = binary.AppendUvarint(b, uint64(d.Published.Unix()))
	b = binary.AppendUvarint(b, uint64(d.Published.Nanosecond()))
	all := make([]byte, 0, len(b)+len(d.Site)+len(d.Title)+len(d.URL))
	return about(append(append(append(append(all, b...), d.Site...), d.Title...), d.URL...))
}

// describe fills in what is known of a member.
func (a about) describe(m *Member) {
	if a == "" {
		return
	}
	rest := string(a)
	next := func() uint64 {
		v, n := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen64)]))
		rest = rest[n:]
		return v
	}
	site, title, seconds, nanoseconds := next(), next(), next(), next()
	m.Site, m.Title, m.URL = rest[:site], rest[site:site+title], rest[site+title:]
	m.Published = time.Unix(int64(seconds), int64(nanoseconds)).UTC()
}
