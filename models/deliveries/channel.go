package deliveries

import (
	"log/slog"
	"net/url"
	"strings"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Channel is where somebody is told things.
type Channel struct {
	ID       string
	PersonID string // whose it is; empty where it was made while there were no accounts
	Kind     ChannelKind
	Name     string // as pages call it
	Address  string // of mail, or a URL, which may be a secret itself: see Shown
	Secret   string `json:"-"` // signs webhooks; shown once, when it was made
	Token    string `json:"-"` // in its messages, to unsubscribe; in its confirmation, to confirm

	ConfirmedAt models.OptionalInstant // none: nothing but the confirmation is sent to it
	DisabledAt  models.OptionalInstant // none: it is used
	DisabledWhy words.Stored           // a sentence for people
	FailingAt   models.OptionalInstant // since when nothing sent to it was taken; none: the last was, or nothing was sent

	CreatedBy string
	CreatedAt uptime.Instant `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (Channel) TableName() string { return "channels" }

// Words are those in which the channel is sent messages, where its person has a language. Other
// programs are spoken to in English.
func (c Channel) Words(l words.Language) *words.Words {
	if c.Kind == Webhook {
		l = words.English
	}
	return words.In(l)
}

// Works reports whether messages are sent to the channel.
func (c Channel) Works() bool { return c.ConfirmedAt.Known && !c.DisabledAt.Known }

// Shown is the address as pages and logs may have it. Of a URL it is the server alone:
// whoever has the rest can send messages in our name.
func (c Channel) Shown() string {
	if c.Kind == Email {
		return c.Address
	}
	location, err := url.Parse(c.Address)
	if err != nil {
		return "…"
	}
	return location.Scheme + "://" + location.Host + "/…"
}

// String keeps the secrets of a channel out of texts.
func (c Channel) String() string { return string(c.Kind) + " channel " + c.ID }

// GoString keeps them out of those for programmers.
func (c Channel) GoString() string { return c.String() }

// LogValue keeps them out of the log.
func (c Channel) LogValue() slog.Value { return slog.StringValue(c.String()) }

// ChannelKind is a kind of channels. Its text is stored.
type ChannelKind string

// The kinds of channels.
const (
	Email   ChannelKind = "email"
	Webhook ChannelKind = "webhook" // as Standard Webhooks describes them
	Slack   ChannelKind = "slack"
	Teams   ChannelKind = "teams"
	Discord ChannelKind = "discord"
)

// ChannelKinds are all kinds, as forms list them.
var ChannelKinds = []ChannelKind{Email, Webhook, Slack, Teams, Discord}

var kindWords = map[ChannelKind]words.Text{Email: "E-mail", Webhook: "Webhook", Slack: "Slack", Teams: "Microsoft Teams", Discord: "Discord"}

// Words name the kind for people. One that this program does not know is shown as it is
// stored.
func (k ChannelKind) Words() words.Message { return wordsOf(kindWords[k], string(k)) }

// wordsOf are words for what is stored. What has none is shown as it is stored.
func wordsOf(text words.Text, stored string) words.Message {
	if text == "" {
		return words.Said(stored)
	}
	return words.Later(text)
}

// usualHosts are where the chats take messages. A name that begins with a dot is any
// below it.
var usualHosts = map[ChannelKind][]string{
	Slack:   {"hooks.slack.com", "hooks.slack-gov.com"},
	Teams:   {".logic.azure.com", ".webhook.office.com", ".powerplatform.com"},
	Discord: {"discord.com", "discordapp.com", ".discord.com"},
}

// Hint says what whoever made the channel should look at again. It is empty where the
// address is a usual one of its kind.
func (c Channel) Hint() words.Message {
	hosts := usualHosts[c.Kind]
	location, err := url.Parse(c.Address)
	if len(hosts) == 0 || err != nil {
		return words.Message{}
	}
	for _, host := range hosts {
		name := strings.ToLower(location.Hostname())
		if name == host || host[0] == '.' && strings.HasSuffix(name, host) {
			return words.Message{}
		}
	}
	return words.Later("This is not an address of {service}. It only works if the server understands the same messages.", "service", c.Kind.Words())
}
