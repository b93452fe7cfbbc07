package access

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/reach"
	"lightson/models/words"
)

// Channels and deliveries are a person's own: nobody else sees or changes them, whatever
// their role is. Those of somebody else are models.ErrNotFound.

// Channels are the channels of the principal, the oldest first.
func (d *Data) Channels(ctx context.Context) ([]deliveries.Channel, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	return deliveries.ChannelsOf(ctx, d.db, p.PersonID)
}

// Channel is a channel of the principal.
func (d *Data) Channel(ctx context.Context, id string) (deliveries.Channel, error) {
	_, c, err := d.ownChannel(ctx, id)
	return c, err
}

func (d *Data) ownChannel(ctx context.Context, id string) (p Principal, c deliveries.Channel, err error) {
	if p, err = whoMay(ctx, KeepAlerts); err != nil {
		return p, c, err
	}
	if !storable(id) {
		return p, c, models.ErrNotFound
	}
	c, err = deliveries.ChannelOf(ctx, d.db, id)
	if err == nil && c.PersonID != p.PersonID {
		c, err = deliveries.Channel{}, fmt.Errorf("channel %s: %w", id, models.ErrNotFound)
	}
	return p, c, err
}

// AddChannel adds a channel of the principal. The caller gives its kind, name and address,
// and CreatedBy where there are no accounts. It gives an entered.Problem for what cannot
// be. Afterwards the channel has all that it is, also the secret of a webhook, which
// nobody is shown again.
func (d *Data) AddChannel(ctx context.Context, q deliveries.Queue, c *deliveries.Channel) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return err
	}
	if c.Kind, err = deliveries.CleanKind(string(c.Kind)); err != nil {
		return err
	}
	if c.Name, err = deliveries.CleanName(c.Name); err != nil {
		return err
	}
	if c.Kind == deliveries.Email {
		c.Address, err = mailAddress(c.Address)
	} else {
		c.Address, err = deliveries.CleanURL(c.Kind, c.Address)
	}
	if err != nil {
		return err
	}
	if err := q.CheckChannel(*c); err != nil {
		return err
	}
	own, err := d.isOwnMail(ctx, p, *c)
	if err != nil {
		return err
	}
	c.PersonID, c.CreatedBy = p.PersonID, enteredBy(p, c.CreatedBy)
	return deliveries.AddChannel(ctx, d.db, q, c, p.Language, own)
}

// mailAddress is an address of mail in the form that accounts have, or an entered.Problem.
func mailAddress(typed string) (string, error) {
	address, err := Email(typed)
	if err != nil {
		found := short(typed, 80)
		if found == "" {
			found = "nothing"
		}
		return "", entered.Problem{Where: "address", Expected: "an e-mail address such as ana@example.com", Found: found, Words: words.Later("Enter an e-mail address such as ana@example.com.")}
	}
	return address, nil
}

// isOwnMail reports whether a channel is the e-mail with which the principal signs in. That
// of an account which a provider made is not known to be theirs: there, people may have
// chosen it.
func (d *Data) isOwnMail(ctx context.Context, p Principal, c deliveries.Channel) (bool, error) {
	if c.Kind != deliveries.Email || p.PersonID == "" {
		return false, nil
	}
	var row personRow
	if err := d.db.GORM(ctx).Where("id = ?", p.PersonID).Take(&row).Error; err != nil {
		return false, fmt.Errorf("read person: %w", models.NotFound(err))
	}
	return row.Source != OIDC && row.Email == c.Address, nil
}

// RenameChannel gives a channel of the principal another name.
func (d *Data) RenameChannel(ctx context.Context, id, name string) error {
	_, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return err
	}
	if name, err = deliveries.CleanName(name); err != nil {
		return err
	}
	return deliveries.RenameChannel(ctx, d.db, c.ID, name)
}

// RenewChannelSecret gives a webhook of the principal another secret, and returns it.
func (d *Data) RenewChannelSecret(ctx context.Context, id string) (string, error) {
	_, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return "", err
	}
	return deliveries.RenewSecret(ctx, d.db, c.ID)
}

// DisableChannel stops the messages of a channel of the principal.
func (d *Data) DisableChannel(ctx context.Context, id string) error {
	_, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return err
	}
	return deliveries.DisableChannel(ctx, d.db, c.ID, words.Later("You disabled it."))
}

// EnableChannel sends messages to a channel of the principal again. Where whoever gets
// them has unsubscribed, they are asked first.
func (d *Data) EnableChannel(ctx context.Context, q deliveries.Queue, id string) error {
	p, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return err
	}
	own, err := d.isOwnMail(ctx, p, c)
	if err != nil {
		return err
	}
	return deliveries.EnableChannel(ctx, d.db, q, c.ID, p.Language, own)
}

// RemoveChannel deletes a channel of the principal, and cancels what waits for it.
func (d *Data) RemoveChannel(ctx context.Context, id string) error {
	_, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return err
	}
	return deliveries.RemoveChannel(ctx, d.db, c.ID)
}

// TestChannel sends a test message to a channel of the principal, and returns its id.
func (d *Data) TestChannel(ctx context.Context, q deliveries.Queue, id string) (delivery string, err error) {
	p, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return "", err
	}
	return deliveries.TestChannel(ctx, d.db, q, c.ID, p.Language)
}

// AskConfirmation asks the address of a channel of the principal once more.
func (d *Data) AskConfirmation(ctx context.Context, q deliveries.Queue, id string) error {
	p, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return err
	}
	return deliveries.AskConfirmation(ctx, d.db, q, c.ID, p.Language)
}

// ConfirmChannelByCode confirms a channel of the principal with the code in its mail.
func (d *Data) ConfirmChannelByCode(ctx context.Context, id, code string) error {
	_, c, err := d.ownChannel(ctx, id)
	if err != nil {
		return err
	}
	return deliveries.ConfirmByCode(ctx, d.db, c.ID, code)
}

// Deliveries are the deliveries of the principal that a filter finds, the newest first.
func (d *Data) Deliveries(ctx context.Context, f deliveries.Filter) ([]deliveries.Delivery, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	if !storable(f.Channel) {
		return nil, nil
	}
	list, err := deliveries.List(ctx, d.db, p.PersonID, f)
	for n := range list {
		list[n] = readableBy(words.Of(ctx), p, list[n])
	}
	return list, err
}

// Delivery is a delivery of the principal.
func (d *Data) Delivery(ctx context.Context, id string) (deliveries.Delivery, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return deliveries.Delivery{}, err
	}
	if !storable(id) {
		return deliveries.Delivery{}, models.ErrNotFound
	}
	found, err := deliveries.Of(ctx, d.db, id)
	if err == nil && found.PersonID != p.PersonID {
		found, err = deliveries.Delivery{}, fmt.Errorf("delivery %s: %w", id, models.ErrNotFound)
	}
	return readableBy(words.Of(ctx), p, found), err
}

// RetryDelivery is deliveries.Retry of a delivery of the principal.
func (d *Data) RetryDelivery(ctx context.Context, q deliveries.Queue, id string) error {
	own, err := d.Delivery(ctx, id)
	if err != nil {
		return err
	}
	return deliveries.Retry(ctx, d.db, q, own.ID)
}

// What follows is for whoever has a link of a mail: its token proves that they read the
// mail, and no principal is asked for.

// ChannelOfLink is the channel whose link has a token, or models.ErrNotFound.
func (d *Data) ChannelOfLink(ctx context.Context, token string) (deliveries.Channel, error) {
	if token == "" || len(token) > maxSecret || !storable(token) {
		return deliveries.Channel{}, models.ErrNotFound
	}
	return deliveries.ChannelByToken(ctx, d.db, token)
}

// ConfirmChannel says that messages of a channel are wanted.
func (d *Data) ConfirmChannel(ctx context.Context, token string) (deliveries.Channel, error) {
	c, err := d.ChannelOfLink(ctx, token)
	if err != nil {
		return c, err
	}
	return c, deliveries.Confirm(ctx, d.db, c.ID)
}

// Unsubscribe stops the messages of a channel.
func (d *Data) Unsubscribe(ctx context.Context, token string) (deliveries.Channel, error) {
	c, err := d.ChannelOfLink(ctx, token)
	if err != nil {
		return c, err
	}
	return c, deliveries.Unsubscribe(ctx, d.db, c.ID)
}

// Sees reports whether the principal sees all that a delivery of theirs tells of: stores
// may have left their reach since it was written.
func (p Principal) Sees(d deliveries.Delivery) bool {
	if d.Reach == "" || d.Kind == deliveries.Test || d.Kind == deliveries.Confirmation {
		return true
	}
	then, err := reach.Parse(d.Reach)
	return err == nil && then.Within(p.Reach)
}

// readableBy is a delivery as its person may read it now. What was said of stores that
// they do not see any more is left out, also what a receiver answered, which may repeat it.
func readableBy(w *words.Words, p Principal, d deliveries.Delivery) deliveries.Delivery {
	if p.Sees(d) {
		return d
	}
	d.Message, d.Payload = deliveries.Message{Title: w.Say("A message about stores you can no longer see")}, nil
	tries := make([]deliveries.Try, len(d.Tries))
	for n, t := range d.Tries {
		t.Answer = ""
		tries[n] = t
	}
	d.Tries = tries
	return d
}

// mustOwnChannels gives an entered.Problem unless all channels are the principal's.
func (d *Data) mustOwnChannels(ctx context.Context, p Principal, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	own, err := deliveries.ChannelsOf(ctx, d.db, p.PersonID)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(own, func(c deliveries.Channel) bool { return c.ID == id }) {
			return entered.Problem{Where: "channels", Expected: "channels of your own", Found: "one that there is not", Words: words.Later("One of these channels no longer exists. Choose others.")}
		}
	}
	return nil
}
