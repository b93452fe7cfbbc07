package notify

import (
	"slices"
	"strings"

	"lightson/models/deliveries"
)

// unlink keeps mail programs from making links of what names say: only ours are links.
var unlink = strings.NewReplacer("://", ":\u200b//", "www.", "www\u200b.").Replace

// unlinked is a message without addresses in its texts.
func unlinked(m deliveries.Message) deliveries.Message {
	m.Title = unlink(m.Title)
	m.Lines, m.Notes, m.Sections = slices.Clone(m.Lines), slices.Clone(m.Notes), slices.Clone(m.Sections)
	for n := range m.Lines {
		m.Lines[n] = unlink(m.Lines[n])
	}
	for n := range m.Notes {
		m.Notes[n] = unlink(m.Notes[n])
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
