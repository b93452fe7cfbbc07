package notify

import (
	"strings"
	"unicode/utf8"
)

// textWidth is how long lines of plain mails are, as far as words allow.
const textWidth = 76

// mailText is a message as plain text.
func mailText(m Outgoing) string {
	var b strings.Builder
	paragraph := func(text, first, rest string) {
		b.WriteString(wrap(text, first, rest))
		b.WriteByte('\n')
	}
	m.Delivery.Message = unlinked(m.Delivery.Message)
	message := m.Delivery.Message
	paragraph(message.Title, "", "")
	b.WriteString(strings.Repeat("=", min(textWidth, utf8.RuneCountInString(strings.Join(strings.Fields(message.Title), " ")))) + "\n\n")
	for _, line := range message.Lines {
		paragraph(line, "", "")
		b.WriteByte('\n')
	}
	for _, s := range message.Sections {
		if s.Heading != "" {
			paragraph(s.Heading, "", "")
		}
		for _, r := range s.Rows {
			text := r.Text
			if r.Value != "" {
				text += ": " + r.Value
			}
			paragraph(text, "  * ", "    ")
		}
		if s.More != "" {
			paragraph(s.More, "    ", "    ")
		}
		b.WriteByte('\n')
	}
	for _, l := range m.targets() {
		paragraph(l.Text+":", "", "")
		b.WriteString("  " + l.URL + "\n\n")
	}
	notes := m.notes()
	unsubscribe := m.link("/unsubscribe/" + m.Channel.Token)
	if len(notes) > 0 || unsubscribe != "" {
		b.WriteString("-- \n") // what follows is small print to mail programs
	}
	for _, note := range notes {
		paragraph(note, "", "")
	}
	if unsubscribe != "" {
		b.WriteString(message.Words().Say("Unsubscribe") + ": " + unsubscribe + "\n")
	}
	return b.String()
}

// wrap breaks a text into lines. first stands before the first of them, rest before the
// others.
func wrap(text, first, rest string) string {
	var b strings.Builder
	b.WriteString(first)
	width, words := utf8.RuneCountInString(first), 0
	for word := range strings.FieldsSeq(text) {
		long := utf8.RuneCountInString(word)
		switch {
		case words > 0 && width+1+long > textWidth:
			b.WriteString("\n" + rest)
			width = utf8.RuneCountInString(rest)
		case words > 0:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += long
		words++
	}
	return b.String()
}
