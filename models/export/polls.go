package export

import (
	"context"
	"fmt"
	"io"
	"strings"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// WritePolls writes every stored poll as a polls feed, in no particular order. Only where
// pollers gave reasons, it has a column for them.
func WritePolls(ctx context.Context, db *models.DB, w io.Writer) error {
	header := []string{"store_id", "status", "timestamp_utc"}
	withReasons, err := hasReasons(ctx, db)
	if err != nil {
		return fmt.Errorf("export polls: %w", err)
	}
	if withReasons {
		header = append(header, "reason")
	}
	return writeCSV(ctx, db, w, "polls", header, func(tx *models.Tx, write row) error {
		codes := map[int32]string{}
		if err := tx.EachStore(ctx, func(s models.Store) { codes[s.ID] = strings.Clone(s.Code) }); err != nil {
			return err
		}
		p := pollWriter{write: write, withReasons: withReasons}
		if !withReasons {
			return tx.PollTable().ReadDays(ctx, polls.FirstDay, polls.LastDay, func(day, store int32, packed polls.Day) error {
				return p.day(codes[store], day, packed, nil)
			})
		}
		return p.daysWithReasons(ctx, tx, codes)
	})
}

// hasReasons reports whether any poll has a reason.
func hasReasons(ctx context.Context, db *models.DB) (some bool, err error) {
	err = db.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM poll_reasons)").Scan(&some).Error
	return some, err
}

// A pollWriter writes the polls of days.
type pollWriter struct {
	write       row
	withReasons bool
	polls       []uptime.Poll
}

// daysWithReasons reads the reasons of a day before its polls.
func (p *pollWriter) daysWithReasons(ctx context.Context, tx *models.Tx, codes map[int32]string) error {
	for before := polls.LastDay + 1; ; {
		day, some, err := tx.PollTable().LastDay(ctx, before)
		if err != nil || !some {
			return err
		}
		reasons := map[int32]map[int64]string{} // by store and microsecond
		err = tx.ReasonTable().ReadDays(ctx, day, day, func(_, store int32, packed polls.Reasons) error {
			of := map[int64]string{}
			reasons[store] = of
			return packed.Each(func(micro int64, text []byte) { of[micro] = string(text) })
		})
		if err != nil {
			return err
		}
		err = tx.PollTable().ReadDays(ctx, day, day, func(_, store int32, packed polls.Day) error {
			return p.day(codes[store], day, packed, reasons[store])
		})
		if err != nil {
			return err
		}
		before = day
	}
}

// day writes the polls of a store on a day.
func (p *pollWriter) day(code string, day int32, packed polls.Day, reasons map[int64]string) (err error) {
	if p.polls, err = packed.AppendPolls(p.polls[:0], day); err != nil {
		return fmt.Errorf("store %s: %w", code, err)
	}
	for _, poll := range p.polls {
		cells := []string{code, feed.StatusText(poll.Active), feed.TimestampText(int64(poll.At))}
		if p.withReasons {
			_, micro := polls.Split(poll.At)
			cells = append(cells, reasons[micro])
		}
		if err := p.write(cells...); err != nil {
			return err
		}
	}
	return nil
}
