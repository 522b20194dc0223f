package engine

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/cbb30ed1/reprint/passage"
	"github.com/cespare/xxhash/v2"
	"golang.org/x/net/publicsuffix"
)

// Outlet returns who published a document, as far as it says so: the registrable
// domain of its Site, if that is a host, or else that of its URL, or else the Site as
// it is, or "". A name comes last since it may be that of a feed or a section, and
// differ within an outlet. The host of a web archive, an aggregator, a database of the
// press, a feed proxy or a URL shortener is no outlet: the URL that it carries is looked
// at instead, where there is one.
func (d Document) Outlet() string {
	name := d.Site
	if host, ok := hostOf(name); ok {
		if !isCarrier(host) {
			return registrable(host)
		}
		name = ""
	}
	if domain := outletOfURL(d.URL, 0); domain != "" {
		return domain
	}
	return name
}

// mostCarried is how many URLs within one another are looked at.
const mostCarried = 4

func outletOfURL(text string, depth int) string {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || depth == mostCarried {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if !isCarrier(host) {
		return registrable(host)
	}
	return outletOfURL(carried(u, host), depth+1)
}

// carriers are hosts that carry what others published: web archives, caches,
// aggregators, databases of the press, feed proxies and shorteners of URLs. A host below one of them is one,
// too.
var carriers = map[string]bool{
	"web.archive.org": true, "archive.org": true, "archive.today": true, "archive.ph": true, "archive.is": true,
	"archive.li": true, "archive.vn": true, "archive.fo": true, "archive.md": true, "webcitation.org": true,
	"perma.cc": true, "ghostarchive.org": true, "webarchive.org.uk": true, "arquivo.pt": true,
	"webarchive.nationalarchives.gov.uk": true, "timetravel.mementoweb.org": true, "data.commoncrawl.org": true,

	"webcache.googleusercontent.com": true, "cdn.ampproject.org": true, "translate.goog": true,
	"translate.google.com": true, "bing-amp.com": true,

	"news.google.com": true, "google.com": true, "news.yahoo.com": true, "msn.com": true, "flipboard.com": true,
	"smartnews.com": true, "newsbreak.com": true, "feedly.com": true, "inoreader.com": true, "reddit.com": true,
	"facebook.com": true, "l.facebook.com": true, "lm.facebook.com": true, "twitter.com": true, "x.com": true,
	"apple.news": true, "getpocket.com": true, "pocket.co": true, "instapaper.com": true,

	"lexisnexis.com": true, "nexis.com": true, "nexisuni.com": true, "factiva.com": true, "proquest.com": true,
	"newsbank.com": true, "pressreader.com": true, "genios.de": true, "wiso-net.de": true, "europresse.com": true,
	"ebscohost.com": true, "gale.com": true,

	"feedproxy.google.com": true, "feeds.feedburner.com": true, "feedburner.com": true, "rss.app": true,

	"bit.ly": true, "t.co": true, "tinyurl.com": true, "goo.gl": true, "ow.ly": true, "buff.ly": true,
	"dlvr.it": true, "is.gd": true, "lnkd.in": true, "trib.al": true, "tr.im": true, "j.mp": true, "fb.me": true,
	"shorturl.at": true, "rebrand.ly": true, "cutt.ly": true,
}

func isCarrier(host string) bool {
	for host != "" {
		if carriers[host] {
			return true
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return false
}

// carried returns the URL that one of a carrier carries, or "": in its path, as web
// archives have it, or in its query.
func carried(u *url.URL, host string) string {
	if amp, ok := strings.CutSuffix(host, ".cdn.ampproject.org"); ok && !strings.Contains(amp, ".") {
		// The subdomain is the host with "-" for "." and "--" for "-".
		return "https://" + strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(amp, "--", "\x00"), "-", "."), "\x00", "-")
	}
	if page, ok := strings.CutSuffix(host, ".translate.goog"); ok {
		return "https://" + strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(page, "--", "\x00"), "-", "."), "\x00", "-")
	}
	for _, scheme := range []string{"http://", "https://", "http:/", "https:/"} { // some fold the slashes
		if i := strings.Index(u.Path, scheme); i >= 0 {
			return scheme[:strings.Index(scheme, ":")] + "://" + strings.TrimLeft(u.Path[i+len(scheme):], "/")
		}
	}
	query := u.Query()
	for _, name := range []string{"url", "u", "q", "link"} {
		for _, v := range query[name] {
			v = strings.TrimPrefix(v, "cache:")
			if strings.Contains(v, "://") {
				return v
			}
		}
	}
	return ""
}

// hostOf returns the host that a site is, if it is one: "www.Courier.example" or a
// whole URL, and not "The Courier".
func hostOf(site string) (host string, ok bool) {
	host = strings.ToLower(strings.TrimSpace(site))
	if strings.Contains(host, "://") {
		u, err := url.Parse(host)
		if err != nil {
			return "", false
		}
		host = u.Hostname()
	}
	host, _, _ = strings.Cut(host, "/")
	if !strings.Contains(host, ".") || strings.ContainsAny(host, " \t:@") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") {
		return "", false
	}
	return host, true
}

// registrable returns the part of a host that somebody has registered: with blogs
// and the like, which the list of public suffixes has, that of each of them.
func registrable(host string) string {
	host = strings.TrimPrefix(strings.TrimSuffix(host, "."), "www.")
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if domain, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return domain
	}
	return host
}

// pageKey is a hash of a page: see passage.Page. It is 0 where a URL has none.
func pageKey(url string) uint32 {
	page := passage.Page(url)
	if page == "" {
		return 0
	}
	return max(uint32(xxhash.Sum64String(strings.TrimPrefix(page, "www."))>>32), 1)
}
