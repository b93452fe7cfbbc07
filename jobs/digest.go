package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/uptime"
	"lightson/models/words"
)

// digestEvery is how often a server looks for digests that are due.
const digestEvery = 10 * time.Second

// sendDigests sends the digests that are due. Servers go through them in different orders,
// so that they share the work; who is second finds the row moved on.
func (j *Jobs) sendDigests(ctx context.Context) (again time.Duration, err error) {
	ids, err := digests.Due(ctx, j.db, uptime.At(j.worker.now()))
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 {
		next, err := digests.NextDue(ctx, j.db)
		return j.untilDue(next), err
	}
	rand.Shuffle(len(ids), func(a, b int) { ids[a], ids[b] = ids[b], ids[a] })
	return 0, eachOf(ctx, ids, func(id string) error {
		if err := j.sendDigest(ctx, id); err != nil {
			return fmt.Errorf("digest %s: %w", id, err)
		}
		return nil
	})
}

// sendDigest sends a digest, unless it waits for polls or somebody else was quicker.
func (j *Jobs) sendDigest(ctx context.Context, id string) error {
	now := uptime.At(j.worker.now())
	d, err := digests.Of(ctx, j.db, id)
	if errors.Is(err, models.ErrNotFound) || err == nil && d.NextAt > now {
		return nil
	}
	if err != nil {
		return err
	}
	list, text, err := j.composeDigest(ctx, d, now)
	if err != nil || text == "" {
		return err
	}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		ours, err := digests.Finish(ctx, tx, d, now, text)
		if err != nil || !ours {
			return err
		}
		return j.Deliver(ctx, tx, list)
	})
}

// composeDigest makes the deliveries of a digest, and says to its person what becomes of it;
// nothing where it waits.
func (j *Jobs) composeDigest(ctx context.Context, d digests.Digest, now uptime.Instant) (list []deliveries.Delivery, text string, err error) {
	who, ok, err := j.accounts.Recipient(ctx, d.PersonID)
	if err != nil {
		return nil, "", err
	}
	w := words.In(who.Language)
	if !ok {
		return nil, w.Say(digests.TextNobody), nil
	}
	c, err := digests.ComposeDue(ctx, j.db, j.worker.figures, who.Reach, d, now)
	switch {
	case err != nil:
		return nil, "", err
	case c.Stores == 0:
		return nil, w.Say(digests.TextNoStores), nil
	case c.Waits:
		return nil, "", nil
	case c.Nothing() && !d.WhenNothing:
		return nil, w.Say(digests.TextNothing), nil
	}
	channels, err := deliveries.ChannelsOf(ctx, j.db, d.PersonID)
	if err != nil {
		return nil, "", err
	}
	cause := d.Cause(c.Period)
	list, err = c.DeliveriesTo(channels, who.Language, who.Reach, cause, now)
	if err == nil && len(list) == 0 {
		return nil, w.Say(digests.TextNowhere), nil
	}
	if err == nil {
		list, err = digests.Untold(ctx, j.db, cause, list)
	}
	switch {
	case err != nil:
		return nil, "", err
	case len(list) == 0:
		return nil, w.Say(digests.TextAgain), nil
	default:
		return list, c.SentText(w, len(list)), nil
	}
}
