package notify

import (
	"regexp"
	"slices"

	"lightson/models/deliveries"
)

// linkStart is where mail programs see an address, of the web or of mail, in a text.
var linkStart = regexp.MustCompile(`(:)(//)|(\.)(\pL)`)

// unlink keeps mail programs from making links of what names say: only ours are links.
func unlink(text string) string { return linkStart.ReplaceAllString(text, "$1$3\u200b$2$4") }

// unlinked is a message without addresses in its texts.
func unlinked(m deliveries.Message) deliveries.Message {
	m.Title = unlink(m.Title)
	m.Lines, m.Notes, m.Sections, m.Links = slices.Clone(m.Lines), slices.Clone(m.Notes), slices.Clone(m.Sections), slices.Clone(m.Links)
	for n := range m.Lines {
		m.Lines[n] = unlink(m.Lines[n])
	}
	for n := range m.Notes {
		m.Notes[n] = unlink(m.Notes[n])
	}
	for n := range m.Links {
		m.Links[n].Text = unlink(m.Links[n].Text)
	}
	for n := range m.Sections {
		s := &m.Sections[n]
		s.Heading, s.More, s.Rows = unlink(s.Heading), unlink(s.More), slices.Clone(s.Rows)
		for k := range s.Rows {
			s.Rows[k].Text, s.Rows[k].Value = unlink(s.Rows[k].Text), unlink(s.Rows[k].Value)
		}
	}
	return m
}
