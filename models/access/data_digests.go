package access

import (
	"context"
	"fmt"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

// Digests are a person's own, as channels are: those of somebody else are
// models.ErrNotFound.

// Digests are the digests of the principal, the oldest first.
func (d *Data) Digests(ctx context.Context) ([]digests.Digest, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	return digests.OfPerson(ctx, d.db, p.PersonID)
}

// Digest is a digest of the principal.
func (d *Data) Digest(ctx context.Context, id string) (digests.Digest, error) {
	_, own, err := d.ownDigest(ctx, id)
	return own, err
}

func (d *Data) ownDigest(ctx context.Context, id string) (p Principal, own digests.Digest, err error) {
	if p, err = whoMay(ctx, KeepAlerts); err != nil {
		return p, own, err
	}
	if !storable(id) {
		return p, own, models.ErrNotFound
	}
	own, err = digests.Of(ctx, d.db, id)
	if err == nil && own.PersonID != p.PersonID {
		own, err = digests.Digest{}, fmt.Errorf("digest %s: %w", id, models.ErrNotFound)
	}
	return p, own, err
}

// SaveDigest adds a digest of the principal, or with an ID changes one: of which stores it
// is, when it is due, to which channels it goes and whether it also says that there is
// nothing to say. It gives an entered.Problem or a recurring.Problem for what cannot be; a
// store or group of which the principal sees nothing is a Problem of its name.
func (d *Data) SaveDigest(ctx context.Context, g *digests.Digest, now time.Time) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return err
	}
	if g.ID != "" {
		if _, _, err := d.ownDigest(ctx, g.ID); err != nil {
			return err
		}
	}
	if err := g.Clean(uptime.At(now)); err != nil {
		return err
	}
	if err := mustSeeSome(ctx, d.db, p.Reach, g.Subject); err != nil {
		return err
	}
	if err := d.mustOwnChannels(ctx, p, g.Channels); err != nil {
		return err
	}
	if g.ID != "" {
		return digests.Change(ctx, d.db, *g)
	}
	g.PersonID, g.CreatedBy = p.PersonID, enteredBy(p, g.CreatedBy)
	return digests.Add(ctx, d.db, g)
}

// RemoveDigest deletes a digest of the principal.
func (d *Data) RemoveDigest(ctx context.Context, id string) error {
	if _, _, err := d.ownDigest(ctx, id); err != nil {
		return err
	}
	return digests.Remove(ctx, d.db, id)
}

// DigestNow is what a digest of the principal would say now.
func (d *Data) DigestNow(ctx context.Context, id string, now time.Time) (digests.Content, error) {
	p, own, err := d.ownDigest(ctx, id)
	if err != nil {
		return digests.Content{}, err
	}
	return digests.Compose(ctx, d.db, d.figures, p.Reach, own, uptime.At(now))
}

// SendDigest sends a digest of the principal as it is now, whether it is due or not, at
// most once a minute. It changes nothing about when it is due.
func (d *Data) SendDigest(ctx context.Context, q deliveries.Queue, id string, now time.Time) error {
	p, own, err := d.ownDigest(ctx, id)
	if err != nil {
		return err
	}
	c, err := digests.Compose(ctx, d.db, d.figures, p.Reach, own, uptime.At(now))
	if err != nil {
		return err
	}
	if c.Stores == 0 {
		return entered.Problem{Where: "name", Expected: "a store that you see", Found: "none any more", Words: words.Later("You can no longer see any of its stores.")}
	}
	channels, err := deliveries.ChannelsOf(ctx, d.db, c.PersonID)
	if err != nil {
		return err
	}
	cause := "digest " + id + " at " + now.UTC().Format("2006-01-02 15:04")
	list, err := c.DeliveriesTo(channels, p.Language, p.Reach, cause, uptime.At(now))
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return entered.Problem{Where: "channels", Expected: "one that works", Found: "none", Words: words.Later("None of its channels works. Confirm or enable one first.")}
	}
	return d.db.Update(ctx, func(tx *models.Tx) error { return q.Deliver(ctx, tx, list) })
}
