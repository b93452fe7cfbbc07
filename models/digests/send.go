package digests

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// DeliveriesTo are the deliveries of a digest to those of a person's channels that it is
// for and that work, in the language of the person. Of one cause each channel gets one.
// within is what the person saw when the digest was made.
func (c *Content) DeliveriesTo(channels []deliveries.Channel, language words.Language, within reach.Reach, cause string, now uptime.Instant) ([]deliveries.Delivery, error) {
	text, err := c.Payload(now)
	if err != nil {
		return nil, err
	}
	var list []deliveries.Delivery
	for _, channel := range channels {
		if channel.PersonID != c.PersonID || !channel.Works() || !slices.Contains(c.Channels, channel.ID) {
			continue
		}
		d := deliveries.New(channel, deliveries.Digest, c.Message(channel.Words(language)))
		d.Cause, d.Payload, d.Reach = cause, text, within.String()
		list = append(list, d)
	}
	return list, nil
}

// Untold leaves out the deliveries to channels that were told of their cause already.
func Untold(ctx context.Context, db *models.DB, cause string, list []deliveries.Delivery) ([]deliveries.Delivery, error) {
	var told []string
	if err := db.GORM(ctx).Model(&deliveries.Delivery{}).Where("cause = ?", cause).Pluck("channel_id", &told).Error; err != nil {
		return nil, fmt.Errorf("look for deliveries: %w", err)
	}
	return slices.DeleteFunc(list, func(d deliveries.Delivery) bool { return slices.Contains(told, d.ChannelID) }), nil
}

// What became of a digest, as its page says to its person.
const (
	TextNothing  words.Text = "Not sent: there was nothing to report."
	TextNobody   words.Text = "Not sent: the account cannot get messages."
	TextNoStores words.Text = "Not sent: you cannot see any of its stores."
	TextNowhere  words.Text = "Not sent: none of its channels works."
	TextAgain    words.Text = "Not sent again: it was already sent for these days."
)

// SentText says to how many channels a digest was sent, and with which verdict.
func (c *Content) SentText(w *words.Words, channels int) string {
	sent := w.Count(int64(channels), words.Plural{One: "{n} channel", Other: "{n} channels"})
	return w.Say("Sent to {channels}: {title}.", "channels", sent, "title", c.in(w.Language()).title())
}
