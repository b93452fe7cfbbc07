package imports

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// WritePollsCSV writes every stored poll as a polls feed, in no particular order.
// Loading it into an empty database gives the same reports. The file is for programs,
// so ids are not guarded against spreadsheets.
func WritePollsCSV(ctx context.Context, db *models.DB, w io.Writer) error {
	buffer := bufio.NewWriterSize(w, 256<<10)
	out := csv.NewWriter(buffer)
	if err := out.Write([]string{"store_id", "status", "timestamp_utc"}); err != nil {
		return err
	}
	err := db.View(ctx, func(tx *models.Tx) error {
		codes := map[int32]string{}
		if err := tx.StoreTable().Read(ctx, func(s models.Store) { codes[s.ID] = s.Code }); err != nil {
			return err
		}
		var day []uptime.Poll
		return tx.PollTable().ReadDays(ctx, polls.FirstDay, polls.LastDay, func(number, store int32, packed polls.Day) (err error) {
			if day, err = packed.AppendPolls(day[:0], number); err != nil {
				return fmt.Errorf("store %s: %w", codes[store], err)
			}
			for _, p := range day {
				if err := out.Write([]string{codes[store], statusText(p.Active), stampText(p.At)}); err != nil {
					return err
				}
			}
			return nil
		})
	})
	if err != nil {
		return fmt.Errorf("export polls: %w", err)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffer.Flush()
}

// statusText is a status as a polls feed has it.
func statusText(active bool) string {
	if active {
		return "active"
	}
	return "inactive"
}

// stampText is an instant as a polls feed has it.
func stampText(at uptime.Instant) string { return at.Time().Format("2006-01-02 15:04:05.999999 UTC") }
