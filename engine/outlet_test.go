package engine

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An outlet is who publishes, whatever carries the page.
func TestOutlet(t *testing.T) {
	for _, c := range []struct{ site, url, want string }{
		{"", "", ""},
		{"The Courier", "https://www.courier.example/a", "courier.example"},
		{"Courier_Politics", "https://www.courier.example/a", "courier.example"},
		{"The Courier", "https://www.nexis.com/document?id=7", "The Courier"},
		{"The Courier", "", "The Courier"},
		{"courier.example", "https://www.post.example/a", "courier.example"},
		{"WWW.Courier.example", "", "courier.example"},
		{"https://news.courier.example/front", "", "courier.example"},
		{"courier.co.uk", "", "courier.co.uk"},
		{"sport.courier.co.uk", "", "courier.co.uk"},
		{"harbour.blogspot.com", "", "harbour.blogspot.com"},
		{"192.0.2.7", "", "192.0.2.7"},
		{"", "https://www.courier.example/a?b#c", "courier.example"},
		{"", "https://m.courier.example:8443/a", "courier.example"},
		{"", "://broken", ""},
		{"", "courier.example/a", ""},

		{"", "https://web.archive.org/web/20260301120000/https://www.courier.example/a", "courier.example"},
		{"web.archive.org", "https://web.archive.org/web/2026/http://courier.example/a", "courier.example"},
		{"", "https://web.archive.org/web/2026/http:/courier.example/a", "courier.example"},
		{"", "https://archive.ph/AbCdE", ""},
		{"", "https://web.archive.org/web/1/https://web.archive.org/web/2/https://courier.example/", "courier.example"},
		{"", "https://www-courier--post-example.cdn.ampproject.org/c/s/www.courier-post.example/a", "courier-post.example"},
		{"", "https://courier-example.translate.goog/a?_x_tr_sl=de", "courier.example"},
		{"", "https://www.google.com/url?q=https://courier.example/a&sa=t", "courier.example"},
		{"", "https://news.google.com/articles/CBMi", ""},
		{"", "https://feeds.feedburner.com/courier/~3/abc", ""},
		{"", "https://t.co/abc", ""},
		{"google.com", "https://courier.example/a", "courier.example"},
		{"", "https://notarchive.organ.example/https://other.example/", "organ.example"},
	} {
		assert.Equal(t, c.want, Document{Site: c.site, URL: c.url}.Outlet(), "%q %q", c.site, c.url)
	}
}
