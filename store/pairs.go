package store

import (
	"slices"

	"github.com/cbb30ed1/reprint"
	"github.com/cbb30ed1/reprint/cluster"
)

// PairsOf calls visit with the pairs of some documents, of each in turn: its matches with those
// that were added before it, the strongest first, MaxMatches of them at most. A pair is that of
// the one that came later, and what a document's pairs are changes little while others come:
// so the pairs of new documents are those that came with them. What is not there has none.
// As with Detector.Pairs, the id is that of the document that was published later, or else the
// later by id, and the match is the other.
//
// Nothing is searched for. The pairs are with documents that were found to match when the
// later one was added, by what has turned out to be boilerplate since, and with those in the
// clusters of these. Of one that is nearly identical to another document only that is kept:
// its pairs are found by those of the other. Documents of one cluster are looked up together,
// so ask for many at once.
//
// PairsOf ends with the first error, of visit or of the store.
func (s *Store) PairsOf(ids []string, visit func(id string, m reprint.Match) error) error {
	if len(ids) == 0 {
		_, err := s.pairsOf(nil) // which says that the store is closed, or has failed
		return err
	}
	for part := range slices.Chunk(ids, max(1, mostPairs/s.engine.Scheme().Options.MaxMatches)) {
		pairs, err := s.pairsOf(part)
		if err != nil {
			return err
		}
		for _, p := range pairs {
			if err := visit(p.ID, matchOf(p.Match)); err != nil {
				return err
			}
		}
	}
	return nil
}

// mostPairs bounds the pairs that PairsOf holds.
const mostPairs = 1 << 16

func (s *Store) pairsOf(ids []string) ([]cluster.Pair, error) {
	if err := s.ask(); err != nil {
		return nil, err
	}
	defer s.leave()
	pairs, err := s.index.PairsOf(ids)
	return pairs, s.translate(err)
}
