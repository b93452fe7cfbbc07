package web

import (
	"net/http"
	"strings"
)

// encodings are the forms in which a client takes the bytes of an answer (RFC 9110,
// 12.5.3). gzip is the only one beside the bytes as they are.
type encodings struct {
	gzip  bool // it takes gzip, and does not want the bytes as they are rather than that
	plain bool // it takes the bytes as they are
}

// encodingsOf reads Accept-Encoding. Where it takes nothing that we have, it gets the bytes
// as they are, as RFC 9110 allows: an answer is worth more than a 406.
//
// What a page of another site asks for with a query is not compressed. Such a query can hold
// a guess at a word of the page; the length of the compressed page would tell whoever sees it
// on the line whether the guess is right (BREACH). Other pages hold nothing that another site
// had put into them. Secrets are shown in answers to POST only, which refuseCrossOrigin
// leaves to our own pages, and no page holds a token against forged requests.
func encodingsOf(r *http.Request) encodings {
	const unsaid = -1
	gzip, plain, other := unsaid, unsaid, unsaid
	for element := range strings.SplitSeq(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, quality, ok := parseCoding(element)
		switch {
		case !ok:
		case name == "gzip", name == "x-gzip":
			gzip = quality
		case name == "identity":
			plain = quality
		case name == "*":
			other = quality
		}
	}
	if gzip == unsaid {
		gzip = other
	}
	if plain == unsaid && other == 0 {
		plain = 0
	}
	return encodings{gzip: gzip > 0 && gzip >= plain && (!reflectsAnother(r) || plain == 0), plain: plain != 0 || gzip <= 0}
}

func takesGzip(r *http.Request) bool { return encodingsOf(r).gzip }

// parseCoding parses one element of Accept-Encoding. One that is malformed counts for
// nothing.
func parseCoding(element string) (name string, quality int, ok bool) {
	name, weight, weighted := strings.Cut(element, ";")
	name = strings.ToLower(strings.TrimSpace(name))
	if !weighted {
		return name, 1000, name != ""
	}
	key, value, _ := strings.Cut(weight, "=")
	if !strings.EqualFold(strings.TrimSpace(key), "q") {
		return name, 0, false
	}
	quality, ok = parseQuality(strings.TrimSpace(value))
	return name, quality, ok && name != ""
}

// reflectsAnother reports whether the answer may hold what another site chose.
func reflectsAnother(r *http.Request) bool {
	site := r.Header.Get("Sec-Fetch-Site")
	return r.URL.RawQuery != "" && (site == "cross-site" || site == "same-site")
}

// isCompressible reports whether an answer of a content type becomes much smaller. Pictures,
// fonts, archives and workbooks are compressed already. Events must not wait for one another.
func isCompressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	switch kind {
	case "text/event-stream":
		return false
	case "application/json", "application/yaml", "application/xml", "application/javascript":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml")
}
