package notify

import (
	"encoding/json"
	"strings"

	"lightson/models/deliveries"
)

const (
	// teamsBytes is less than the 28 KB that Teams takes of a message.
	teamsBytes   = 24 << 10
	teamsActions = 6
	teamsText    = 500 // characters of one line
)

// teamsEscape makes a text of an Adaptive Card mean nothing but itself. A mention needs
// an entity of the card, of which ours has none.
var teamsEscape = strings.NewReplacer("\\", "\\\\", "*", "\\*", "_", "\\_", "[", "\\[", "]", "\\]", "(", "\\(", ")", "\\)",
	"#", "\\#", "`", "\\`", "<", "‹", ">", "›", "~", "\\~", "{{", "{ {", "://", ":\u200b//", "\n", " ").Replace

type teamsMessage struct {
	Type        string            `json:"type"`
	Attachments []teamsAttachment `json:"attachments"`
}

type teamsAttachment struct {
	ContentType string    `json:"contentType"`
	Content     teamsCard `json:"content"`
}

type teamsCard struct {
	Schema  string        `json:"$schema"`
	Type    string        `json:"type"`
	Version string        `json:"version"`
	Body    []teamsBlock  `json:"body"`
	Actions []teamsAction `json:"actions,omitempty"`
	MSTeams teamsWidth    `json:"msteams"`
}

type teamsWidth struct {
	Width string `json:"width"`
}

type teamsBlock struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Wrap     bool   `json:"wrap"`
	Weight   string `json:"weight,omitempty"`
	Size     string `json:"size,omitempty"`
	Color    string `json:"color,omitempty"`
	IsSubtle bool   `json:"isSubtle,omitempty"`
	Spacing  string `json:"spacing,omitempty"`
}

type teamsAction struct {
	Type  string `json:"type"`
	Title string `json:"title"`
	URL   string `json:"url"`
}

var teamsColors = map[deliveries.Tone]string{deliveries.Bad: "Attention", deliveries.Good: "Good"}

// teamsBody is an Adaptive Card in a message, as workflows take it that were made from
// Teams' own templates.
func teamsBody(m Outgoing) teamsMessage {
	message := m.Delivery.Message
	card := teamsCard{
		Schema: "http://adaptivecards.io/schemas/adaptive-card.json", Type: "AdaptiveCard", Version: "1.4", MSTeams: teamsWidth{"Full"},
	}
	left := teamsBytes
	add := func(b teamsBlock) bool {
		b.Type, b.Wrap = "TextBlock", true
		text, err := json.Marshal(b)
		if left -= len(text) + 1; err != nil || left < 0 {
			return false
		}
		card.Body = append(card.Body, b)
		return true
	}
	add(teamsBlock{Text: teamsEscape(cut(message.Title, teamsText)), Weight: "Bolder", Size: "Large"})
	for n, l := range m.targets() {
		if n < teamsActions {
			card.Actions = append(card.Actions, teamsAction{"Action.OpenUrl", cut(l.Text, 80), l.URL})
			left -= len(l.URL) + 200
		}
	}
	notes := teamsEscape(cut(strings.Join(m.notes(), " "), 2*teamsText))
	left -= 2*len(notes) + 200
	for _, line := range message.Lines {
		add(teamsBlock{Text: teamsEscape(cut(line, teamsText))})
	}
	for _, s := range message.Sections {
		if s.Heading != "" {
			add(teamsBlock{Text: teamsEscape(cut(s.Heading, teamsText)), Weight: "Bolder", Spacing: "Medium"})
		}
		for _, r := range s.Rows {
			text := m.rowText(r, func(text string) string { return teamsEscape(cut(text, teamsText)) },
				func(text, url string) string { return "[" + text + "](" + url + ")" })
			add(teamsBlock{Text: text, Color: teamsColors[r.Tone], Spacing: "Small"})
		}
		if s.More != "" {
			add(teamsBlock{Text: teamsEscape(cut(s.More, teamsText)), Spacing: "Small"})
		}
	}
	if notes != "" {
		left = teamsBytes
		add(teamsBlock{Text: notes, IsSubtle: true, Size: "Small", Spacing: "Medium"})
	}
	return teamsMessage{"message", []teamsAttachment{{"application/vnd.microsoft.card.adaptive", card}}}
}
