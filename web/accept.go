package web

import (
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// An offer is a form in which an answer can be sent.
type offer struct {
	kind, subtype string
	params        map[string]string // in lower case; what an Accept header may ask for
}

// String is the media type of the offer.
func (o offer) String() string { return o.kind + "/" + o.subtype }

var (
	offerCSV     = offer{"text", "csv", map[string]string{"charset": "utf-8", "header": "present"}}
	offerLines   = offer{"application", "x-ndjson", map[string]string{"charset": "utf-8"}}
	offerJSON    = offer{"application", "json", map[string]string{"charset": "utf-8"}}
	offerProblem = offer{"application", "problem+json", map[string]string{"charset": "utf-8"}}
	offerHTML    = offer{"text", "html", map[string]string{"charset": "utf-8"}}
)

// How precisely a media range names an offer, from the least to the most.
const (
	unnamed   = iota
	anyKind   // */*
	ofKind    // text/*
	ofVersion // text/csv;version=1, of a version that nobody knows
	named     // text/csv
	withParam // text/csv;header=present
)

// A mediaRange is one element of an Accept header (RFC 9110, 12.5.1).
type mediaRange struct {
	kind, subtype string
	params        map[string]string
	quality       int // in thousandths
}

// accepts are the media ranges of a request. No Accept header is the same as */*.
type accepts []mediaRange

func acceptsOf(h http.Header) accepts {
	var ranges accepts
	for _, element := range splitList(strings.Join(h.Values(echo.HeaderAccept), ",")) {
		if r, ok := parseRange(element); ok {
			ranges = append(ranges, r)
		}
	}
	if len(ranges) == 0 {
		return accepts{{kind: "*", subtype: "*", quality: 1000}}
	}
	return ranges
}

// splitList splits a list at its commas, except those in quotes.
func splitList(list string) []string {
	var elements []string
	quoted, escaped, from := false, false, 0
	for n, r := range list {
		switch {
		case escaped:
			escaped = false
		case quoted && r == '\\':
			escaped = true
		case r == '"':
			quoted = !quoted
		case r == ',' && !quoted:
			elements = append(elements, list[from:n])
			from = n + 1
		}
	}
	return append(elements, list[from:])
}

// parseRange parses one element. Elements that are malformed are left out.
func parseRange(element string) (r mediaRange, ok bool) {
	name, params, err := mime.ParseMediaType(strings.TrimSpace(element))
	if err != nil {
		return r, false
	}
	r = mediaRange{params: params, quality: 1000}
	if r.kind, r.subtype, ok = strings.Cut(name, "/"); !ok || r.subtype == "" || r.kind == "*" && r.subtype != "*" {
		return r, false
	}
	if q, has := params["q"]; has {
		if r.quality, ok = parseQuality(q); !ok {
			return r, false
		}
		delete(params, "q")
	}
	return r, true
}

// parseQuality parses a weight from 0 to 1 into thousandths.
func parseQuality(text string) (int, bool) {
	q, err := strconv.ParseFloat(text, 64)
	if err != nil || q < 0 || q > 1 || strings.Trim(text, "0123456789.") != "" {
		return 0, false
	}
	return int(q*1000 + 0.5), true
}

// names is how precisely the range names an offer.
func (r mediaRange) names(o offer) int {
	switch {
	case r.kind == "*":
		return anyKind
	case r.kind != o.kind:
		return unnamed
	case r.subtype == "*":
		return ofKind
	case r.subtype != o.subtype:
		return unnamed
	case len(r.params) == 0:
		return named
	}
	for name, value := range r.params {
		if !strings.EqualFold(o.params[name], value) {
			return ofVersion
		}
	}
	return withParam
}

// of is how much an offer is wanted, in thousandths, and how precisely it was named.
// The most precise of the ranges counts.
func (a accepts) of(o offer) (quality, precision int) {
	for _, r := range a {
		switch named := r.names(o); {
		case named == unnamed:
		case named > precision:
			quality, precision = r.quality, named
		case named == precision:
			quality = max(quality, r.quality)
		}
	}
	return quality, precision
}

// prefers reports whether o is wanted more than other.
func (a accepts) prefers(o, other offer) bool {
	wanted, _ := a.of(o)
	otherwise, _ := a.of(other)
	return wanted > otherwise
}

// asksFor reports whether o is wanted rather than other, or is named more precisely
// where both are wanted alike.
func (a accepts) asksFor(o, other offer) bool {
	wanted, precisely := a.of(o)
	otherwise, less := a.of(other)
	return wanted > 0 && (wanted > otherwise || wanted == otherwise && precisely > less)
}

// wantsJSONReport reports whether a complete report is to be told as JSON. Where the
// CSV does as well, it is sent.
func wantsJSONReport(c echo.Context) bool {
	return acceptsOf(c.Request().Header).prefers(offerJSON, offerCSV)
}

// acceptsCSV reports whether a list is to be sent as CSV. Where JSON does as well, it
// is sent.
func acceptsCSV(c echo.Context) bool {
	return acceptsOf(c.Request().Header).prefers(offerCSV, offerJSON)
}

// asksForPage reports whether a page is wanted rather than JSON: whoever takes
// anything is a script.
func asksForPage(r *http.Request) bool { return acceptsOf(r.Header).asksFor(offerHTML, offerJSON) }

// asksForJSON reports whether JSON is wanted rather than a page.
func asksForJSON(r *http.Request) bool {
	a := acceptsOf(r.Header)
	return a.asksFor(offerJSON, offerHTML) || a.asksFor(offerProblem, offerHTML)
}

// varies says in the answer which headers of the request it depends on, each once.
func varies(c echo.Context, headers string) {
	h := c.Response().Header()
	if !slices.Contains(h.Values(echo.HeaderVary), headers) {
		h.Add(echo.HeaderVary, headers)
	}
}
