package models

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"

	"lightson/models/polls"
	"lightson/models/uptime"
)

// WritePollsCSV writes every stored poll as a polls feed, in no particular order.
// Loading it into an empty database gives the same reports. The file is for programs,
// so ids are not guarded against spreadsheets.
func (db *DB) WritePollsCSV(ctx context.Context, w io.Writer) error {
	buffer := bufio.NewWriterSize(w, 256<<10)
	out := csv.NewWriter(buffer)
	if err := out.Write([]string{"store_id", "status", "timestamp_utc"}); err != nil {
		return err
	}
	err := db.View(ctx, func(tx *Tx) error {
		codes := map[int32]string{}
		if err := tx.StoreTable().Read(ctx, func(s Store) { codes[s.ID] = s.Code }); err != nil {
			return err
		}
		var day []uptime.Poll
		return tx.PollTable().ReadDays(ctx, polls.FirstDay, polls.LastDay, func(number, store int32, packed polls.Day) (err error) {
			if day, err = packed.AppendPolls(day[:0], number); err != nil {
				return fmt.Errorf("store %s: %w", codes[store], err)
			}
			for _, p := range day {
				if err := out.Write([]string{codes[store], statusOf(p), p.At.Time().Format("2006-01-02 15:04:05.999999 UTC")}); err != nil {
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

func statusOf(p uptime.Poll) string {
	if p.Active {
		return "active"
	}
	return "inactive"
}
