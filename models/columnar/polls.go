package columnar

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A Poll is a row of the file of polls.
type Poll struct {
	StoreID    string  `about:"the id that files, pages and the API use"                       parquet:"store_id,dict"`
	ObservedAt int64   `about:"when the store was polled"                                      parquet:"observed_at,timestamp(microsecond)"`
	Status     string  `about:"active or inactive"                                             parquet:"status,enum,dict"`
	Reason     *string `about:"what the poller said of why the store was inactive; mostly null" parquet:"reason,optional,dict"`
}

// WritePolls writes the polls of the stores within a reach on the UTC days from first to
// last, both included, counted since 1970-01-01, from one view of the database. Days are in
// order; the polls of a day are as they come.
func WritePolls(ctx context.Context, db *models.DB, within reach.Reach, first, last int32, w io.Writer) error {
	out := newTable[Poll](w)
	err := db.View(ctx, func(tx *models.Tx) error {
		codes := map[int32]string{}
		err := tx.EachStore(ctx, func(s models.Store) {
			if within.Has(s.Code, s.Group) {
				codes[s.ID] = strings.Clone(s.Code)
			}
		})
		if err != nil {
			return err
		}
		days, err := pollDays(ctx, tx, first, last)
		if err != nil {
			return err
		}
		p := pollWriter{out: out, codes: codes}
		for _, day := range days {
			if err := p.write(ctx, tx, day); err != nil {
				return err
			}
		}
		return nil
	})
	if err := out.close(err); err != nil {
		return fmt.Errorf("polls as Parquet: %w", err)
	}
	return nil
}

// pollDays are the days with polls from first to last, the oldest first.
func pollDays(ctx context.Context, tx *models.Tx, first, last int32) (days []int32, err error) {
	for before := last + 1; ; {
		day, some, err := tx.PollTable().LastDay(ctx, before)
		if err != nil || !some || day < first {
			slices.Reverse(days)
			return days, err
		}
		days = append(days, day)
		before = day
	}
}

type pollWriter struct {
	out   *table[Poll]
	codes map[int32]string // of the stores within reach
	polls []uptime.Poll
}

// write writes the polls of a day. Its reasons are read first: there are few.
func (p *pollWriter) write(ctx context.Context, tx *models.Tx, day int32) error {
	reasons := map[int32]map[int64]string{} // by store and microsecond
	err := tx.ReasonTable().ReadDays(ctx, day, day, func(_, store int32, packed polls.Reasons) error {
		of := map[int64]string{}
		reasons[store] = of
		return packed.Each(func(micro int64, text []byte) { of[micro] = string(text) })
	})
	if err != nil {
		return err
	}
	return tx.PollTable().ReadDays(ctx, day, day, func(_, store int32, packed polls.Day) (err error) {
		code, seen := p.codes[store]
		if !seen {
			return nil
		}
		if p.polls, err = packed.AppendPolls(p.polls[:0], day); err != nil {
			return fmt.Errorf("store %s: %w", code, err)
		}
		for _, poll := range p.polls {
			_, micro := polls.Split(poll.At)
			row := Poll{code, int64(poll.At), feed.StatusText(poll.Active), optionalText(reasons[store][micro])}
			if err := p.out.add(row); err != nil {
				return err
			}
		}
		return nil
	})
}
