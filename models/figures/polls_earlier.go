package figures

import (
	"context"
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
