package jobs

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// digestEvery is how often a server looks for digests that are due.
const digestEvery = 10 * time.Second

// sendDigests sends the digests that are due. Servers go through them in different orders,
// so that they share the work; who is second finds the row moved on.
func (j *Jobs) sendDigests(ctx context.Context) error {
	ids, err := digests.Due(ctx, j.db, uptime.At(j.worker.now()))
	if err != nil || len(ids) == 0 {
		return err
	}
	rand.Shuffle(len(ids), func(a, b int) { ids[a], ids[b] = ids[b], ids[a] })
	var failed []error
	for _, id := range ids {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := protect(func() error { return j.sendDigest(ctx, id) }); err != nil {
			failed = append(failed, fmt.Errorf("digest %s: %w", id, err)) // it costs nobody else theirs
		}
	}
	return errors.Join(failed...)
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
	due := d.Due(now)
	period := digests.PeriodBefore(d.Every, d.Today(due))
	list, text, err := j.composeDigest(ctx, d, period, due, now)
	if err != nil || text == "" {
		return err
	}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		told, err := digests.Told(ctx, tx, d.Cause(period))
		if err != nil {
			return err
		}
		if told && len(list) > 0 {
			text = digests.TextAgain
		}
		ours, err := digests.Finish(ctx, tx, d, now, text)
		if err != nil || !ours {
			return err
		}
		return j.Deliver(ctx, tx, list)
	})
}

// composeDigest makes the deliveries of a digest, and says what becomes of it; nothing
// where it waits.
func (j *Jobs) composeDigest(ctx context.Context, d digests.Digest, period digests.Period, due, now uptime.Instant) (list []deliveries.Delivery, text string, err error) {
	who, ok, err := j.accounts.Recipient(ctx, d.PersonID)
	if err != nil {
		return nil, "", err
	}
	if !ok {
		return nil, digests.TextNobody, nil
	}
	c, err := j.digestContent(ctx, who, d, period, now)
	switch {
	case err != nil:
		return nil, "", err
	case c.Stores == 0:
		return nil, digests.TextNoStores, nil
	case c.Waits(due, now):
		return nil, "", nil
	case c.Nothing() && !d.WhenNothing:
		return nil, digests.TextNothing, nil
	}
	channels, err := deliveries.ChannelsOf(ctx, j.db, d.PersonID)
	if err != nil {
		return nil, "", err
	}
	if list, err = c.DeliveriesTo(channels, who.Reach, d.Cause(period), now); err != nil {
		return nil, "", err
	}
	if len(list) == 0 {
		return nil, digests.TextNowhere, nil
	}
	return list, c.SentText(len(list)), nil
}

// digestContent is what a digest says to somebody, of the data as they are now. All
// digests of one version of the data share its snapshot.
func (j *Jobs) digestContent(ctx context.Context, who access.Principal, d digests.Digest, period digests.Period, now uptime.Instant) (c digests.Content, err error) {
	targets, err := entered.ReadTargets(ctx, j.db)
	if err != nil {
		return c, err
	}
	for range 5 {
		snapshot, err := j.worker.figures.SnapshotWithin(ctx, who.Reach)
		if err != nil {
			return c, err
		}
		c, err = digests.Compose(ctx, j.worker.figures, snapshot, targets, d, period, now)
		if !errors.Is(err, models.ErrDataMoved) {
			return c, err
		}
	}
	return c, models.ErrDataMoved // the next look tries again
}
