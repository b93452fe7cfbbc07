package export

import (
	"context"
	"fmt"
	"io"
	"slices"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// WriteSpecialDays writes the special days of every store as a feed, sorted by store and
// date. Those of a group and of all stores are written for each store that they count for.
func WriteSpecialDays(ctx context.Context, db *models.DB, w io.Writer) error {
	header := []string{"store_id", "date", "start_time_local", "end_time_local", "note"}
	return writeCSV(ctx, db, w, "special days", header, func(tx *models.Tx, write row) error {
		stores, err := tx.Stores(ctx)
		if err != nil {
			return err
		}
		special, err := entered.ReadSpecial(ctx, tx)
		if err != nil {
			return err
		}
		for _, s := range stores {
			for _, d := range special.Notes(s) {
				start, end := clockTexts(uptime.Hours{Start: d.Start, End: d.End})
				if err := write(s.Code, uptime.DateText(d.Date), start, end, d.Note); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// WriteCorrections writes all corrections, also withdrawn ones, the oldest first. Instants
// are in UTC, as in RFC 3339.
func WriteCorrections(ctx context.Context, db *models.DB, w io.Writer) error {
	list, err := entered.Corrections(ctx, db, entered.CorrectionFilter{})
	if err != nil {
		return err
	}
	header := []string{"id", "scope", "name", "from", "to", "category", "note", "by", "at", "withdrawn_by", "withdrawn_at"}
	return writeCSV(ctx, db, w, "corrections", header, func(_ *models.Tx, write row) error {
		for _, c := range slices.Backward(list) {
			withdrawn := ""
			if c.Withdrawn() {
				withdrawn = instantText(c.WithdrawnAt.At)
			}
			err := write(c.ID, string(c.Scope), c.Name, instantText(c.From), instantText(c.To), string(c.Category), c.Note,
				c.By, instantText(c.At), c.WithdrawnBy, withdrawn)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// WriteSales writes the sales per open hour that were entered for stores and groups.
func WriteSales(ctx context.Context, db *models.DB, w io.Writer) error {
	sales, err := entered.ReadSales(ctx, db)
	if err != nil {
		return err
	}
	return writeCSV(ctx, db, w, "sales", []string{"scope", "name", "per_hour"}, func(_ *models.Tx, write row) error {
		for _, r := range sales.Rates() {
			if err := write(string(r.Scope), r.Name, r.PerHour.String()); err != nil {
				return err
			}
		}
		return nil
	})
}

// WriteTargets writes the targets that were entered, in percent.
func WriteTargets(ctx context.Context, db *models.DB, w io.Writer) error {
	targets, err := entered.ReadTargets(ctx, db)
	if err != nil {
		return err
	}
	return writeCSV(ctx, db, w, "targets", []string{"scope", "name", "percent", "by"}, func(_ *models.Tx, write row) error {
		for _, t := range targets.List() {
			if err := write(string(t.Scope), t.Name, hundredthsText(t.Percent), t.By); err != nil {
				return err
			}
		}
		return nil
	})
}

func instantText(at uptime.Instant) string {
	return at.Time().Format("2006-01-02T15:04:05.999999Z07:00")
}

// hundredthsText is a number of hundredths as a decimal number: 99.50.
func hundredthsText(n int) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }
