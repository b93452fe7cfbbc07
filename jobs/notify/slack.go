package notify

import "strings"

// Sizes that Slack takes (https://docs.slack.dev/reference/block-kit/blocks).
const (
	slackHeader  = 150
	slackSection = 3000
	slackBlocks  = 50
	slackButtons = 5
	slackButton  = 75
	slackText    = 4000
)

// slackEscape makes a text mean nothing but itself: mentions and links need angle
// brackets, and a zero-width space keeps the marks of bold and code apart from words.
var slackEscape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "*", "*\u200b", "_", "_\u200b", "~", "~\u200b", "`", "`\u200b", "\n", " ").Replace

// slackPlain is for texts without markup, in which only control sequences mean something.
var slackPlain = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace

type slackMessage struct {
	Text        string       `json:"text"` // of the notification
	Blocks      []slackBlock `json:"blocks"`
	UnfurlLinks bool         `json:"unfurl_links"`
	UnfurlMedia bool         `json:"unfurl_media"`
}

type slackBlock struct {
	Type     string         `json:"type"`
	Text     *slackTextPart `json:"text,omitempty"`
	Elements []any          `json:"elements,omitempty"`
}

type slackTextPart struct {
	Type     string `json:"type"`
	Text     string `json:"text"`
	Verbatim bool   `json:"verbatim,omitempty"` // names of channels and people stay text
}

type slackButtonPart struct {
	Type string        `json:"type"`
	Text slackTextPart `json:"text"`
	URL  string        `json:"url"`
}

func slackBody(m Outgoing) slackMessage {
	message := m.Delivery.Message
	body := slackMessage{Text: slackPlain(cut(message.Title, slackText/8))}
	add := func(b slackBlock) { body.Blocks = append(body.Blocks, b) }
	add(slackBlock{Type: "header", Text: &slackTextPart{Type: "plain_text", Text: cut(message.Title, slackHeader)}})
	section := func(lines []string) {
		for _, text := range blocks(lines, slackSection) {
			if len(body.Blocks) < slackBlocks-3 { // room for what comes last
				add(slackBlock{Type: "section", Text: &slackTextPart{Type: "mrkdwn", Text: text, Verbatim: true}})
			}
		}
	}
	var lines []string
	for _, line := range message.Lines {
		lines = append(lines, slackEscape(cut(line, slackSection/4)))
	}
	section(lines)
	for _, s := range message.Sections {
		lines = lines[:0]
		if s.Heading != "" {
			lines = append(lines, "*"+slackEscape(cut(s.Heading, slackHeader))+"*")
		}
		for _, r := range s.Rows {
			lines = append(lines, m.rowText(r, func(text string) string { return slackEscape(cut(text, slackSection/8)) },
				func(text, url string) string { return "<" + url + "|" + text + ">" }))
		}
		if s.More != "" {
			lines = append(lines, slackEscape(cut(s.More, slackHeader)))
		}
		section(lines)
	}
	var buttons []any
	for _, l := range m.targets() {
		if len(buttons) < slackButtons {
			buttons = append(buttons, slackButtonPart{"button", slackTextPart{Type: "plain_text", Text: cut(l.Text, slackButton)}, l.URL})
		}
	}
	if len(buttons) > 0 {
		add(slackBlock{Type: "actions", Elements: buttons})
	}
	var notes []any
	for _, note := range m.notes() {
		if len(notes) < 10 {
			notes = append(notes, slackTextPart{Type: "mrkdwn", Text: slackEscape(cut(note, slackSection/8)), Verbatim: true})
		}
	}
	if len(notes) > 0 {
		add(slackBlock{Type: "context", Elements: notes})
	}
	return body
}
