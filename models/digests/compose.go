package digests

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// Compose finds out what a digest says now to somebody of a reach, whether it is due or not.
func Compose(ctx context.Context, db *models.DB, f *figures.Figures, within reach.Reach, d Digest, now uptime.Instant) (Content, error) {
	return compose(ctx, db, f, within, d, now, now, now)
}

// ComposeDue finds out what a digest that is due says to somebody of a reach. Where polls
// are late it waits for Patience.
func ComposeDue(ctx context.Context, db *models.DB, f *figures.Figures, within reach.Reach, d Digest, now uptime.Instant) (Content, error) {
	due := d.Due(now)
	return compose(ctx, db, f, within, d, due, due.Add(Patience), now)
}

// compose finds out what a digest says of the period before an instant. It waits until
// another for late polls. Where data change meanwhile it begins again. All digests of one
// version of the data share its snapshot.
func compose(ctx context.Context, db *models.DB, f *figures.Figures, within reach.Reach, d Digest, at, until, now uptime.Instant) (c Content, err error) {
	for range 5 {
		s, err := f.SnapshotWithin(ctx, within)
		if err != nil {
			return c, err
		}
		c = Content{Digest: d, Period: PeriodBefore(d.Every, d.Today(at)), Today: d.Today(now), AsOf: s.AsOf, AsOfKnown: s.AsOfKnown, snapshot: s}
		if err = c.find(ctx, db, f, now < until); !errors.Is(err, models.ErrDataMoved) {
			return c, err
		}
	}
	return c, models.ErrDataMoved // the next look tries again
}

// find finds out everything. With mayWait it leaves that for later where polls are late. The
// error is models.ErrDataMoved where the data are no longer those of the snapshot.
func (c *Content) find(ctx context.Context, db *models.DB, f *figures.Figures, mayWait bool) error {
	stores := storesOf(c.snapshot, c.Subject)
	if c.Stores = len(stores); c.Stores == 0 {
		return nil
	}
	if err := c.findEnds(stores); err != nil {
		return err
	}
	if c.Waits = mayWait && !c.Complete(); c.Waits {
		return nil
	}
	if !c.AsOfKnown {
		c.Lost = NoData
		return nil
	}
	measured, err := f.MeasureDates(ctx, c.snapshot, stores, c.Period.First, c.Period.Last)
	var kept figures.KeptError
	if errors.As(err, &kept) {
		c.Lost, c.KeptFrom = NotKept, kept.From
		return nil
	}
	if err != nil {
		return err
	}
	if c.Unended == c.Stores && c.untouched(stores) {
		c.Lost = NoDataYet
		return nil
	}
	targets, err := entered.ReadTargets(ctx, db)
	if err != nil {
		return err
	}
	c.sort(stores, measured, targets)
	last := c.Period.Before()
	before, err := f.MeasureDates(ctx, c.snapshot, stores, last.First, last.Last)
	switch {
	case errors.As(err, &kept):
		c.BeforeLost = true
	case err != nil:
		return err
	}
	for _, figures := range before.Figures {
		c.Before.Add(figures)
	}
	return c.addOutages(ctx, f, stores)
}
