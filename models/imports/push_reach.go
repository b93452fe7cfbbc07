package imports

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/reach"
)

// outsideExpected is what is expected of a poll of a store that the sender does not have,
// whether there is such a store or not.
const outsideExpected = "the id of a store within the reach of this key"

// rejectOutside rejects the rows of stores outside a reach. The transaction holds the merge
// lock, so that no store leaves a group meanwhile.
func (p *Push) rejectOutside(ctx context.Context, tx *models.Tx, within reach.Reach) error {
	if within.IsAll() {
		return nil
	}
	known, err := tx.StoresByCode(ctx, p.batch.stores.codes)
	if err != nil {
		return err
	}
	inside := func(code string) bool {
		store, exists := known[code]
		return exists && store.Within(within)
	}
	all, rows := p.batch, p.rows
	p.batch, p.rows = NewBatch("", p.now), nil
	for _, row := range rows {
		code, at, active := all.stores.codes[row.store], polls.InstantOf(row.day, row.mark), polls.IsActive(row.mark)
		if !inside(code) {
			reject := *feed.NewReject(feed.PollColumns()[0], []byte(code), outsideExpected)
			reject.Fields = []string{code, feed.StatusText(active), feed.TimestampText(int64(at))}
			p.answers[row.answer] = PushAnswer{Outcome: RejectedRow, Reject: reject}
			if err := p.rejectLog.add(reject); err != nil {
				return err
			}
			continue
		}
		if row.store, err = p.batch.number([]byte(code)); err != nil {
			return err
		}
		if err := p.batch.addPoll([]byte(code), int64(at), active, []byte(row.reason)); err != nil {
			return err
		}
		p.rows = append(p.rows, row)
	}
	if err := all.Close(); err != nil {
		return fmt.Errorf("reject polls of other stores: %w", err)
	}
	return nil
}
