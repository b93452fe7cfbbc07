package figures

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A storeNeedingEarlier was open when the polls that were read begin, and was
// polled only much later. An earlier poll of the same opening would mean that the
// first poll read is not the first of the opening, and does not speak for the
// time before it.
type storeNeedingEarlier struct {
	n       int
	opening uptime.Span
}

// needsEarlier reports whether a poll that was not read may decide the figures of
// store n, and the opening that it was made in.
func (p *period) needsEarlier(n int, read []uptime.Poll) (opening uptime.Span, needed bool) {
	first := p.stores[n].FirstPollAt
	if !first.Known || first.At >= p.readFrom() {
		return uptime.Span{}, false // all its polls were read
	}
	return uptime.NeedsEarlier(p.openings[n], read, p.span)
}

// readEarlier sets the earlier poll of a store, if there is one.
func (p *period) readEarlier(ctx context.Context, tx *models.Tx, incomplete storeNeedingEarlier) error {
	store, opening := p.stores[incomplete.n], incomplete.opening
	if store.FirstPollAt.At >= opening.From {
		// Its state is not known here and has no effect: the poll is too old to
		// speak in the span.
		p.earlier[incomplete.n] = uptime.Poll{At: store.FirstPollAt.At, Active: true}
		return nil
	}
	first, _ := polls.Split(opening.From)
	last, _ := polls.Split(p.readFrom())
	err := tx.PollTable().ReadStore(ctx, store.ID, first, last, func(day int32, packed polls.Day) error {
		found, err := packed.AppendPolls(nil, day)
		for _, poll := range found {
			if opening.From <= poll.At && poll.At < p.readFrom() {
				p.earlier[incomplete.n] = poll
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("store %s: %w", store.Code, err)
	}
	return nil
}
