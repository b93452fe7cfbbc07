package export

import (
	"context"
	"io"
	"strconv"

	"lightson/models"
	"lightson/models/uptime"
)

// WriteHours writes the business hours of every store as a feed, sorted by store and date.
// Only where some hours hold from a date on, it has a column for the dates.
func WriteHours(ctx context.Context, db *models.DB, w io.Writer) error {
	header := []string{"store_id", "day", "start_time_local", "end_time_local"}
	dated, err := hasDates(ctx, db)
	if err != nil {
		return err
	}
	if dated {
		header = append(header, "valid_from")
	}
	return writeCSV(ctx, db, w, "hours", header, func(tx *models.Tx, write row) error {
		stores, err := tx.Stores(ctx)
		if err != nil {
			return err
		}
		hours, err := tx.AllHours(ctx)
		if err != nil {
			return err
		}
		for _, s := range stores {
			for _, schedule := range hours[s.ID] {
				for _, h := range schedule.Hours {
					start, end := clockTexts(h)
					cells := []string{s.Code, strconv.Itoa(h.Day), start, end}
					if dated {
						cells = append(cells, validFrom(schedule.From))
					}
					if err := write(cells...); err != nil {
						return err
					}
				}
			}
		}
		return nil
	})
}

// hasDates reports whether any hours hold from a date on.
func hasDates(ctx context.Context, db *models.DB) (some bool, err error) {
	err = db.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM hours WHERE valid_from <> ?)", uptime.Ever).Scan(&some).Error
	return some, err
}

// validFrom is the date from which hours hold, or nothing where they hold for all time.
func validFrom(from uptime.Date) string {
	if from == uptime.Ever {
		return ""
	}
	return uptime.DateText(from)
}

// clockTexts are the times of a row as feeds have them; none for a closed day. An end at
// midnight is 00:00:00, the next day's beginning.
func clockTexts(h uptime.Hours) (start, end string) {
	if h.Closed() {
		return "", ""
	}
	return uptime.LongClockText(h.Start), uptime.LongClockText(h.End)
}

// WriteZones writes the time zones of every store that has one as a feed, sorted by store.
func WriteZones(ctx context.Context, db *models.DB, w io.Writer) error {
	return writeStores(ctx, db, w, "zones", []string{"store_id", "timezone_str"}, func(_ *models.Tx, s models.Store) ([]string, error) {
		if s.Zone == "" {
			return nil, nil
		}
		return []string{s.Code, s.Zone}, nil
	})
}

// WriteNames writes the names, groups and cities of every store that has any as a feed,
// sorted by store. A store of which nothing else is known, neither polls nor hours nor a
// zone, is there without any, so that it is in reports of what is loaded again.
func WriteNames(ctx context.Context, db *models.DB, w io.Writer) error {
	var withHours map[int32]bool
	return writeStores(ctx, db, w, "names", []string{"store_id", "name", "group", "city"}, func(tx *models.Tx, s models.Store) ([]string, error) {
		if s.Name == "" && s.Group == "" && s.City == "" {
			if withHours == nil {
				var err error
				if withHours, err = storesWithHours(ctx, tx); err != nil {
					return nil, err
				}
			}
			if s.Zone != "" || s.FirstPollAt.Known || withHours[s.ID] {
				return nil, nil
			}
		}
		return []string{s.Code, s.Name, s.Group, s.City}, nil
	})
}

func storesWithHours(ctx context.Context, tx *models.Tx) (map[int32]bool, error) {
	hours, err := tx.AllHours(ctx)
	with := make(map[int32]bool, len(hours))
	for id, schedules := range hours {
		with[id] = len(schedules) > 0
	}
	return with, err
}

// writeStores writes the cells of each store that has some.
func writeStores(ctx context.Context, db *models.DB, w io.Writer, what string, header []string, cells func(*models.Tx, models.Store) ([]string, error)) error {
	return writeCSV(ctx, db, w, what, header, func(tx *models.Tx, write row) error {
		stores, err := tx.Stores(ctx)
		if err != nil {
			return err
		}
		for _, s := range stores {
			of, err := cells(tx, s)
			if err == nil && of != nil {
				err = write(of...)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}
