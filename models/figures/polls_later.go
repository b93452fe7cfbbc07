package figures

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

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
