package notify

import (
	"strings"
	"unicode/utf16"

	"lightson/models/deliveries"
)

// cut is the beginning of a text, at most so many characters as the chats count them,
// which is in UTF-16.
func cut(text string, most int) string {
	if length(text) <= most {
		return text
	}
	n := 1 // of the ellipsis
	for at, r := range text {
		if n += utf16.RuneLen(r); n > most {
			return strings.TrimRight(text[:at], " ") + "…"
		}
	}
	return text
}

// length is that of a text as chats count it.
func length(text string) (n int) {
	for _, r := range text { // bytes that are no character are read as one that has a length
		n += utf16.RuneLen(r)
	}
	return n
}

// marks stand before rows in chats, which have no colours for words.
var marks = map[deliveries.Tone]string{deliveries.Bad: "🔴 ", deliveries.Good: "🟢 ", deliveries.Unknown: "⚪ "}

// rowText is a row in the markup of a chat.
func (m Outgoing) rowText(r deliveries.Row, escape func(string) string, link func(text, url string) string) string {
	text := escape(r.Text)
	if url := m.link(r.Path); url != "" {
		text = link(text, url)
	}
	if r.Value != "" {
		text += " · " + escape(r.Value)
	}
	return marks[r.Tone] + text
}

// blocks are lines joined to texts of at most so many characters each. A line is never
// cut within, since it has markup, unless it alone is too long; then it is left out.
func blocks(lines []string, most int) (texts []string) {
	var text strings.Builder
	has := 0
	for _, line := range lines {
		long := length(line)
		if long > most {
			continue
		}
		if has > 0 && has+1+long > most {
			texts = append(texts, text.String())
			text.Reset()
			has = 0
		}
		if has > 0 {
			text.WriteByte('\n')
			has++
		}
		text.WriteString(line)
		has += long
	}
	if text.Len() > 0 {
		texts = append(texts, text.String())
	}
	return texts
}
