package static

import (
	"bytes"
	"fmt"
)

// An omission is a function of htmx.min.js that is served without its body, because no page needs
// what it does.
type omission struct {
	function string // its name in this release
	returns  string // what its callers expect where nothing is to be done; empty: nothing
	words    string // what pages would have to say to need it, as an expression; empty: it has no words
}

// htmxOmissions make htmx a fifth smaller, so that the limit of 100 kB leaves room for ourselves.
// The file stays as it was released. A new release gives the functions other names: small then
// panics, or TestHTMXIsServedWithoutWhatNoPageUses finds what is still there.
var htmxOmissions = []omission{
	{function: "$e", words: `<hx-|<template hx`}, // parts of an answer for several places
	{function: "Te", words: `hx-select-oob`},
	{function: "_e", words: `hx-swap-oob`},
	{function: "Re", words: `hx-preserve`},
	{function: "He"},
	{function: "ht", words: `hx-boost`},
	{function: "at"},
	{function: "xn", words: `hx-params`, returns: "n"},
	{function: "Hn", words: `hx-vars`},
	{function: "rt", words: `hx-trigger="[^"]*\[`}, // filters, which need eval
	{function: "bt", words: `hx-trigger="[^"]*revealed`},
	{function: "vt"},
	{function: "Ht", words: `hx-on`}, // handlers, which need eval
	{function: "Tt"},
	{function: "Ct"},
	{function: "Pt"},
	{function: "Dt"},
	{function: "e"},
	{function: "k"}, // scripts in answers
	{function: "r"},
	{function: "In", words: `htmx\.ajax|HX-Location`},
	{function: "Kn", words: `hx-ext`, returns: "[]"},
	{function: "zn", words: `htmx\.defineExtension`},
	{function: "_n"},

	// The settings in views/page.templ have pages loaded anew instead of kept in the browser's
	// storage, and leave indicators to the style sheet.
	{function: "Jt"},
	{function: "Gt"},
	{function: "Kt"},
	{function: "en"},
	{function: "Zn"},

	// Objects for listeners that read the fields of a request by their names; ours ask the form.
	{function: "Mn", words: `detail\.(requestConfig\.)?(unfilteredP|p)arameters`, returns: "o"},
	{function: "Pn"},
}

// withoutOmissions takes the bodies of the functions out.
func withoutOmissions(htmx []byte, omissions []omission) []byte {
	for _, o := range omissions {
		head := []byte("function " + o.function + "(")
		if bytes.Count(htmx, head) != 1 {
			panic(fmt.Sprintf("static: htmx.min.js has %d functions %s", bytes.Count(htmx, head), o.function))
		}
		from := bytes.Index(htmx, head)
		from += bytes.IndexByte(htmx[from:], '{') + 1
		body := ""
		if o.returns != "" {
			body = "return " + o.returns
		}
		htmx = append(append(bytes.Clone(htmx[:from]), body...), htmx[from+lengthOfBody(htmx[from:]):]...)
	}
	return htmx
}

// lengthOfBody is where the block ends that code is in.
func lengthOfBody(code []byte) int {
	depth, quote := 1, byte(0)
	for n := 0; n < len(code); n++ {
		switch c := code[n]; {
		case quote != 0 && c == '\\':
			n++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return n
			}
		}
	}
	panic("static: a function of htmx.min.js does not end")
}
