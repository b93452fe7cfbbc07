package notify

import (
	"strings"

	"lightson/models/deliveries"
)

// Sizes that Discord takes (https://docs.discord.com/developers/resources/message).
const (
	discordTitle       = 256
	discordDescription = 4096
	discordFields      = 25
	discordFieldName   = 256
	discordFieldValue  = 1024
	discordFooter      = 2048
	discordAll         = 6000 // all texts of all embeds
)

// discordEscape makes a text mean nothing but itself. Nobody is pinged in any case, since
// allowed_mentions is empty, but a name must not look like a mention or a link either.
func discordEscape(text string) string {
	return strings.NewReplacer(
		"\\", "\\\\", "*", "\\*", "_", "\\_", "~", "\\~", "`", "\\`", "|", "\\|", ">", "\\>", "<", "\\<", "#", "\\#", "[", "\\[", "]", "\\]",
		"(", "\\(", ")", "\\)", "@", "\u200b@\u200b", "://", ":\u200b//", "\n", " ",
	).Replace(text)
}

type discordMessage struct {
	Embeds          []discordEmbed  `json:"embeds"`
	AllowedMentions discordMentions `json:"allowed_mentions"`
}

type discordMentions struct {
	Parse []string `json:"parse"`
}

type discordEmbed struct {
	Title       string         `json:"title"`
	Description string         `json:"description,omitempty"`
	URL         string         `json:"url,omitempty"`
	Color       int            `json:"color,omitempty"`
	Fields      []discordField `json:"fields,omitempty"`
	Footer      *discordFoot   `json:"footer,omitempty"`
}

type discordField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type discordFoot struct {
	Text string `json:"text"`
}

func discordBody(m Outgoing) discordMessage {
	message := m.Delivery.Message
	title := cut(discordEscape(cut(message.Title, discordTitle/2)), discordTitle)
	left := discordAll - discordTitle - 1000 // for the small print
	footer := cut(strings.Join(m.notes(), "\n"), 1000)
	var lines, links []string
	for _, line := range message.Lines {
		lines = append(lines, discordEscape(cut(line, 500)))
	}
	embed := discordEmbed{Title: title, Color: discordColor(message)}
	for n, l := range m.targets() {
		if n == 0 {
			embed.URL = l.URL
		}
		links = append(links, "["+discordEscape(cut(l.Text, 80))+"]("+l.URL+")")
	}
	if len(links) > 0 {
		lines = append(lines, strings.Join(links, " · "))
	}
	if texts := blocks(lines, discordDescription/2); len(texts) > 0 {
		embed.Description = texts[0]
		left -= length(texts[0])
	}
	for _, s := range message.Sections {
		lines = lines[:0]
		for _, r := range s.Rows {
			lines = append(lines, m.rowText(r, func(text string) string { return discordEscape(cut(text, 120)) },
				func(text, url string) string { return "[" + text + "](" + url + ")" }))
		}
		if s.More != "" {
			lines = append(lines, discordEscape(cut(s.More, 120)))
		}
		name := cut(discordEscape(cut(s.Heading, discordFieldName/2)), discordFieldName)
		if name == "" {
			name = "\u200b" // it must not be empty
		}
		for n, text := range blocks(lines, discordFieldValue) {
			if n > 0 {
				name = "\u200b"
			}
			left -= length(name) + length(text)
			if left < 0 || len(embed.Fields) == discordFields {
				break
			}
			embed.Fields = append(embed.Fields, discordField{name, text})
		}
	}
	if footer != "" {
		embed.Footer = &discordFoot{footer}
	}
	return discordMessage{Embeds: []discordEmbed{embed}, AllowedMentions: discordMentions{[]string{}}}
}

// discordColor is that of the worst row.
func discordColor(message deliveries.Message) (color int) {
	for _, s := range message.Sections {
		for _, r := range s.Rows {
			switch {
			case r.Tone == deliveries.Bad:
				return 0xB3261E
			case r.Tone == deliveries.Good:
				color = 0x2E7D32
			}
		}
	}
	return color
}
