package notify

import (
	_ "embed"
	"html/template"
	"strings"

	"lightson/models/deliveries"
	"lightson/models/words"
)

//go:embed mail.html
var mailPage string

var mailTemplate = template.Must(template.New("mail").Funcs(template.FuncMap{"tone": mailTone}).Parse(mailPage))

// A mailToneStyle is how a row looks. Colours of both schemes are readable on white and on
// nearly black (4.5 to 1), for programs that change the one and not the other.
type mailToneStyle struct{ Class, Color, Word string }

var mailTones = map[deliveries.Tone]mailToneStyle{
	deliveries.Bad: {"bad", "#b3261e", "●"}, deliveries.Good: {"good", "#1b6e2f", "●"}, deliveries.Unknown: {"unknown", "#5c6370", "○"},
}

func mailTone(t deliveries.Tone) mailToneStyle { return mailTones[t] }

type mailView struct {
	Title, Preview string
	Lines          []string
	Sections       []mailSection
	Links          []target
	Notes          []string
	Unsubscribe    target
	Language       words.Language
}

type mailSection struct {
	Heading string
	Rows    []mailRow
	More    string
}

type mailRow struct {
	deliveries.Row
	URL string
}

// mailHTML is a message as a page of its own, which needs nothing else.
func mailHTML(m Outgoing) (string, error) {
	m.Delivery.Message = unlinked(m.Delivery.Message)
	message := m.Delivery.Message
	w := message.Words()
	view := mailView{
		Title: message.Title, Lines: message.Lines, Links: m.targets(), Notes: m.notes(), Language: w.Language(),
		Unsubscribe: target{w.Say("Unsubscribe"), m.link("/unsubscribe/" + m.Channel.Token)},
	}
	if len(message.Lines) > 0 {
		view.Preview = message.Lines[0]
	}
	for _, s := range message.Sections {
		section := mailSection{Heading: s.Heading, More: s.More}
		for _, r := range s.Rows {
			section.Rows = append(section.Rows, mailRow{r, m.link(r.Path)})
		}
		view.Sections = append(view.Sections, section)
	}
	var b strings.Builder
	err := mailTemplate.Execute(&b, view)
	return b.String(), err
}
