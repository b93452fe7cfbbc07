package figures

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// needsEarlier reports whether a poll from before those that were read may decide the
// figures of store n, and the opening that it was made in. That is so where the store was
// open when the polls that were read begin, and was polled only much later: an earlier
// poll of the same opening would mean that the first poll read is not the first of the
// opening, and does not speak for the time before it.
func (p *period) needsEarlier(n int, read []uptime.Poll) (opening uptime.Span, needed bool) {
	first := p.stores[n].FirstPollAt
	if !first.Known || first.At >= p.readFrom() {
		return uptime.Span{}, false // all its polls were read
	}
	return p.history(n, read).NeedsEarlier(p.span)
}

// readEarlier sets the earlier poll of a store, if there is one.
func (p *period) readEarlier(ctx context.Context, tx *models.Tx, n int, opening uptime.Span) error {
	store := p.stores[n]
	if store.FirstPollAt.At >= opening.From {
		// Its state is not known here and has no effect: the poll is too old to
		// speak in the span.
		p.earlier[n] = uptime.Poll{At: store.FirstPollAt.At, Active: true}
		return nil
	}
	first, _ := polls.Split(opening.From)
	last, _ := polls.Split(p.readFrom())
	err := tx.PollTable().ReadStore(ctx, store.ID, first, last, func(day int32, packed polls.Day) error {
		found, err := packed.AppendPolls(nil, day)
		for _, poll := range found {
			if opening.From <= poll.At && poll.At < p.readFrom() {
				p.earlier[n] = poll
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store %s: %w", store.Code, err)
	}
	return nil
}

// needsLater reports whether a poll from after those that were read may decide how certain
// figures of store n are, and the opening that it was made in. That is so where the store
// is open when the polls that were read end, and was silent for a day then.
func (p *period) needsLater(n int, read []uptime.Poll) (opening uptime.Span, needed bool) {
	return p.history(n, read).NeedsLater(p.span)
}

// errFound ends reading: what was looked for is found.
var errFound = errors.New("found")

// readLater sets the later poll of a store, if there is one.
func (p *period) readLater(ctx context.Context, tx *models.Tx, n int, opening uptime.Span) error {
	within := uptime.Span{From: p.readTo() + 1, To: min(opening.To, p.asOf+1)}
	first, _ := polls.Split(within.From)
	last, _ := polls.Split(within.To - 1)
	err := tx.PollTable().ReadStore(ctx, p.stores[n].ID, first, last, func(day int32, packed polls.Day) error {
		found, err := packed.AppendPolls(nil, day)
		for _, poll := range found {
			if within.Contains(poll.At) {
				p.later[n] = poll
				return errFound
			}
		}
		return err
	})
	if err != nil && !errors.Is(err, errFound) {
		return fmt.Errorf("store %s: %w", p.stores[n].Code, err)
	}
	return nil
}
