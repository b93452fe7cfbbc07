package web

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// addressAttributes have addresses in pages. The scripts read those that begin with data-.
var addressAttributes = []string{
	"action", "data-begin", "data-copy", "data-finish", "data-suggest", "data-url", "formaction", "href", "hx-delete", "hx-get", "hx-patch", "hx-post", "hx-push-url", "hx-put", "hx-replace-url", "src",
}

// linksBelow puts the prefix before the addresses of this site in a page or a part of one. All
// else stays as it is, to the byte. Without a prefix that is all of it.
func linksBelow(prefix string, page []byte) []byte {
	if prefix == "" {
		return page
	}
	out := bytes.NewBuffer(make([]byte, 0, len(page)+len(page)/16))
	tokens := html.NewTokenizer(bytes.NewReader(page)) // knows where comments, scripts and texts end
	for {
		switch tokens.Next() {
		case html.ErrorToken: // the end
			out.Write(tokens.Raw())
			return out.Bytes()
		case html.StartTagToken, html.SelfClosingTagToken:
			tagBelow(out, prefix, tokens.Raw())
		default:
			out.Write(tokens.Raw())
		}
	}
}

const tagSpaces = " \t\r\n\f"

// tagBelow writes a tag with the prefix before its addresses.
func tagBelow(out *bytes.Buffer, prefix string, tag []byte) {
	for rest := tag; ; {
		equals := bytes.IndexByte(rest, '=')
		if equals < 0 {
			out.Write(rest)
			return
		}
		before := bytes.TrimRight(rest[:equals], tagSpaces)
		name := before[bytes.LastIndexAny(before, tagSpaces+"/")+1:]
		value := bytes.TrimLeft(rest[equals+1:], tagSpaces)
		end := len(value)
		if len(value) > 0 && (value[0] == '"' || value[0] == '\'') {
			quote := value[0]
			value = value[1:]
			if end = bytes.IndexByte(value, quote); end < 0 {
				end = len(value)
			}
		} else if n := bytes.IndexAny(value, tagSpaces+">"); n >= 0 {
			end = n
		}
		out.Write(rest[:len(rest)-len(value)])
		if slices.Contains(addressAttributes, strings.ToLower(string(name))) && isOurs(string(value[:end]), prefix) {
			out.WriteString(prefix)
		}
		out.Write(value[:end])
		rest = value[end:]
	}
}

// jsonLinks puts the prefix before the addresses in JSON, which comes in pieces: in members
// whose names are "url" or end in "_url".
type jsonLinks struct {
	prefix string

	inText, escaped bool
	text            []byte // the end of the string that is being read, or was read last
	isURL           bool   // a member with an address has begun, and its value has not
	atStart         bool   // of such a value
}

// longestEnd is how much of a string tells whether it names an address.
const longestEnd = len("_url")

func (j *jsonLinks) rewrite(piece []byte) []byte {
	out := make([]byte, 0, len(piece)+len(piece)/16)
	for _, c := range piece {
		switch {
		case !j.inText:
			j.between(c)
		case j.escaped:
			j.escaped, j.atStart = false, false
		case c == '\\':
			j.escaped = true
		case c == '"':
			j.inText = false
		default:
			if j.atStart && c == '/' {
				out = append(out, j.prefix...)
			}
			j.atStart = false
			if len(j.text) > longestEnd {
				j.text = j.text[:copy(j.text, j.text[1:])]
			}
			j.text = append(j.text, c)
		}
		out = append(out, c)
	}
	return out
}

// between reads what is not in a string.
func (j *jsonLinks) between(c byte) {
	switch c {
	case '"':
		j.inText, j.atStart, j.isURL, j.text = true, j.isURL, false, j.text[:0]
	case ':':
		j.isURL = string(j.text) == "url" || bytes.HasSuffix(j.text, []byte("_url"))
	case ' ', '\t', '\r', '\n':
	default: // a value that is no string, or what stands between members
		j.isURL = false
	}
}
