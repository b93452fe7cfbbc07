package models

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"

	"lightson/models/uptime"
)

// WritePollsCSV writes every poll that is known as a polls feed, in no
// particular order. Loading it into an empty database gives the same reports. Ids are
// written as they are, not guarded against spreadsheets: this file is for
// programs.
func (db *DB) WritePollsCSV(ctx context.Context, w io.Writer) error {
	buffer := bufio.NewWriterSize(w, 256<<10)
	out := csv.NewWriter(buffer)
	if err := out.Write([]string{"store_id", "status", "timestamp_utc"}); err != nil {
		return err
	}
	err := db.View(ctx, func(tx *Tx) error {
		codes := map[int32]string{}
		if err := tx.bulk.stores.read(ctx, func(s Store) { codes[s.ID] = s.Code }); err != nil {
			return err
		}
		var polls []uptime.Poll
		return tx.bulk.polls.readDays(ctx, firstDay, lastDay, func(day, store int32, packed PollDay) (err error) {
			if polls, err = packed.AppendPolls(polls[:0], day); err != nil {
				return fmt.Errorf("store %s: %w", codes[store], err)
			}
			for _, p := range polls {
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
