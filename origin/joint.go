package origin

import (
	"slices"

	"github.com/cespare/xxhash/v2"
)

const (
	maxNameWords = 3    // of a name that a joint release is known by
	leadBytes    = 1200 // a release says at once, or at its end, whose it is
	endBytes     = 400
)

// capitalNames returns the hashes of the runs of up to three words with capital letters, in
// the lead of a text and at its end, in order.
func capitalNames(text string) []uint32 {
	var out []uint32
	if len(text) > leadBytes+endBytes {
		text = head(text, leadBytes) + "\n" + tail(text, endBytes)
	}
	tokens := tokenize(nil, text)
	for i := range tokens {
		key := ""
		for k := i; k < min(i+maxNameWords, len(tokens)) && tokens[k].caps; k++ {
			key += tokens[k].fold
			if len(key) > 3 {
				out = append(out, nameHash(key))
			}
		}
	}
	slices.Sort(out)
	return slices.Clip(slices.Compact(out))
}

func nameHash(key string) uint32 { return uint32(xxhash.Sum64String(key)) }

// names reports whether the text of a member has one of the names.
func (m *Member) names(keys []string) bool {
	return slices.ContainsFunc(keys, func(k string) bool {
		_, ok := slices.BinarySearch(m.named, nameHash(k))
		return ok
	})
}

// jointly reports whether the text of each member names the owners of all, and
// credits none: offices that publish a release together name each other, while an
// outlet does not name who will copy it.
func jointly(members []*Member) bool {
	if len(members) < 2 || len(members) > 8 {
		return false
	}
	owners := map[string]bool{}
	for _, m := range members {
		if len(m.keys) == 0 || len(m.credits) > 0 || len(m.cites) > 0 || m.source != nil && m.source.Kind != "outlet" {
			return false
		}
		owners[m.owner] = true
		for _, o := range members {
			if !m.names(o.keys) {
				return false
			}
		}
	}
	return len(owners) == len(members)
}
