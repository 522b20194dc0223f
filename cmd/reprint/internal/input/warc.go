package input

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
	"iter"
	"mime"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// errNoPage marks a record of a WARC file that is no article's page: a request, a
// picture, a redirection.
var errNoPage = errors.New("no page")

// warcRecords yields the records of a WARC file (ISO 28500), header and content. N is
// the number of the record.
func warcRecords(r io.Reader) iter.Seq2[Line, error] {
	return func(yield func(Line, error) bool) {
		br := bufio.NewReaderSize(r, 1<<20)
		var raw []byte
		for n := 1; ; n++ {
			raw = raw[:0]
			length := int64(-1)
			for {
				before := len(raw)
				var long bool
				var err error
				raw, long, err = readLine(br, raw, 1<<20)
				line := bytes.TrimRight(raw[min(before, len(raw)):], "\r\n")
				if before == 0 && len(line) == 0 && err == nil && !long {
					raw = raw[:0] // between records
					continue
				}
				if err == io.EOF && len(raw) == 0 {
					return
				}
				if before == 0 && !bytes.HasPrefix(line, []byte("WARC/")) {
					err = errors.New("no WARC record begins here")
				} else if err == io.EOF {
					err = io.ErrUnexpectedEOF
				} else if long {
					err = errors.New("the header of a WARC record has more than 1 MiB")
				}
				if err != nil {
					yield(Line{N: n}, err)
					return
				}
				if len(line) == 0 {
					break
				}
				if name, value, ok := bytes.Cut(line, []byte(":")); ok && strings.EqualFold(string(name), "Content-Length") {
					if length, err = strconv.ParseInt(string(bytes.TrimSpace(value)), 10, 64); err != nil {
						length = -1
					}
				}
			}
			if length < 0 {
				yield(Line{N: n}, errors.New("a WARC record has no Content-Length"))
				return
			}
			if length > MaxDocument {
				if _, err := io.CopyN(io.Discard, br, length); err != nil {
					yield(Line{N: n}, unexpected(err))
					return
				}
				if !yield(Line{N: n}, bad("the WARC record has more than %d MiB", MaxDocument>>20)) {
					return
				}
				continue
			}
			// Not at once, as the length may be a lie.
			b := bytes.NewBuffer(raw)
			if _, err := io.CopyN(b, br, length); err != nil {
				yield(Line{N: n}, unexpected(err))
				return
			}
			raw = b.Bytes()
			if !yield(Line{n, raw, raw}, nil) {
				return
			}
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// warcParser makes documents of the records that are pages: responses and resources
// that are HTML or plain text, and conversions, which are text that others extracted.
func warcParser(given Encoding) func() parser {
	return func() parser {
		return func(part []byte, to *record) {
			br := bufio.NewReader(bytes.NewReader(part))
			br.ReadString('\n') // WARC/1.0
			header, err := textproto.NewReader(br).ReadMIMEHeader()
			if err != nil {
				to.err = bad("the header of the WARC record: %w", err)
				return
			}
			address := strings.Trim(header.Get("WARC-Target-URI"), "<> ")
			contentType := header.Get("Content-Type")
			var body []byte
			switch header.Get("WARC-Type") {
			case "response":
				if body, contentType, err = httpBody(br); err != nil {
					to.err = err
					return
				}
			case "resource", "conversion":
				if body, err = readBounded(br); err != nil {
					to.err = err
					return
				}
			default:
				to.err = errNoPage
				return
			}
			kind, _, _ := mime.ParseMediaType(contentType)
			switch {
			case kind == "text/html", kind == "application/xhtml+xml", kind == "" && sniffMarkup(bytes.TrimSpace(body)) == HTML:
				page, _, _ := decodeHTML(body, contentType, given)
				readPage(page, address, to)
			case kind == "text/plain":
				page, _, _ := decodeHTML(body, contentType, given)
				to.values[roleText] = string(page)
				to.values[roleURL] = address
			default:
				to.err = errNoPage
			}
			to.values[roleID] = address
			if to.values[roleURL] == "" {
				to.values[roleURL] = address
			}
			if to.values[roleSite] == "" {
				to.values[roleSite] = host(address)
			}
			captured := header.Get("WARC-Date")
			to.spare = address + "#" + captured
			if to.values[rolePublished] == "" {
				to.values[rolePublished] = captured
			}
		}
	}
}

// httpBody returns the body of a response, unpacked, and its type.
func httpBody(br *bufio.Reader) (body []byte, contentType string, err error) {
	resp, err := http.ReadResponse(br, nil)
	if err != nil {
		return nil, "", bad("the response in the WARC record: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, "", errNoPage
	}
	// Crawlers differ in whether what they write is still chunked or packed, whatever
	// the header says.
	raw, err := readBounded(resp.Body)
	if err != nil && len(raw) == 0 {
		return nil, "", bad("the response in the WARC record: %w", err)
	}
	var r io.Reader
	switch strings.ToLower(resp.Header.Get("Content-Encoding")) {
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(raw))
	case "deflate": // zlib says RFC 9110, bare say some servers
		if r, err = zlib.NewReader(bytes.NewReader(raw)); err != nil {
			r, err = flate.NewReader(bytes.NewReader(raw)), nil
		}
	case "zstd":
		d, e := zstd.NewReader(bytes.NewReader(raw), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if e == nil {
			defer d.Close()
		}
		r, err = d, e
	case "br":
		r = brotli.NewReader(bytes.NewReader(raw))
	}
	if r != nil && err == nil {
		unpacked, err := readBounded(r)
		if err == nil || len(unpacked) > 0 && len(unpacked) < MaxDocument {
			raw = unpacked
		}
	}
	return raw, resp.Header.Get("Content-Type"), nil
}

// readBounded reads to the end, or to the longest that a document may be.
func readBounded(r io.Reader) ([]byte, error) {
	all, err := io.ReadAll(io.LimitReader(r, MaxDocument+1))
	if err == nil && len(all) > MaxDocument {
		err = bad("more than %d MiB", MaxDocument>>20)
	}
	return all, err
}

// host returns the host of an address without "www.".
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}
