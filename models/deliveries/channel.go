package deliveries

import (
	"lightson/models"
	"lightson/models/uptime"
)

// A Channel is where somebody is told things.
type Channel struct {
	ID       string
	PersonID string // whose it is; empty where it was made while there were no accounts
	Kind     ChannelKind
	Name     string // as pages call it
	Address  string // of mail, or a URL, which may be a secret itself: see Shown
	Secret   string `json:"-"` // signs webhooks; never shown after it was made
	Token    string `json:"-"` // in its messages, to unsubscribe; in its confirmation, to confirm

	ConfirmedAt models.OptionalInstant // none: nothing but the confirmation is sent to it
	DisabledAt  models.OptionalInstant // none: it is used
	DisabledWhy string                 // a sentence for people

	CreatedBy string
	CreatedAt uptime.Instant `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (Channel) TableName() string { return "channels" }

// Works reports whether messages are sent to the channel.
func (c Channel) Works() bool { return c.ConfirmedAt.Known && !c.DisabledAt.Known }

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
