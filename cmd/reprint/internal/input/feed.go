package input

import (
	"bytes"
	"io"
	"iter"
	"strings"

	"github.com/mmcdole/gofeed"
)

// readFeed yields the entries of RSS, RDF or Atom. Their text is what the feed has of
// it, which for many papers is a teaser.
func readFeed(r io.Reader) iter.Seq[record] {
	return func(yield func(record) bool) {
		all, err := readBounded(r)
		if err != nil {
			yield(record{err: err})
			return
		}
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(all))
		if err != nil {
			yield(record{err: bad("no feed that can be read: %w", err)})
			return
		}
		for i, item := range feed.Items {
			if !yield(entry(feed, item, i+1)) {
				return
			}
		}
	}
}

func entry(feed *gofeed.Feed, item *gofeed.Item, n int) record {
	to := record{n: n}
	to.values[roleText] = plain(item.Content)
	if to.values[roleText] == "" {
		to.values[roleText] = plain(item.Description)
	}
	to.values[roleID] = strings.TrimSpace(firstOf(item.GUID, item.Link))
	to.values[roleURL] = strings.TrimSpace(item.Link)
	to.values[roleTitle] = oneLine(plain(item.Title))
	to.values[rolePublished] = firstOf(item.Published, item.Updated)
	// An outlet's own feed has its name; where entries link elsewhere it is somebody
	// else's collection, and the address tells the outlet.
	if item.Link == "" || sameHost(item.Link, feed.Link) {
		to.values[roleSite] = oneLine(feed.Title)
	}
	var authors []string
	for _, a := range item.Authors {
		if a != nil && a.Name != "" {
			authors = append(authors, a.Name)
		}
	}
	to.values[roleAuthor] = strings.Join(authors, ", ")
	return to
}

func sameHost(a, b string) bool { return host(a) != "" && host(a) == host(b) }
