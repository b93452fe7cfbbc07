package columnar

import (
	"context"
	"fmt"
	"io"

	"lightson/models/figures"
	"lightson/models/uptime"
)

// A Source computes figures of the stores of a snapshot.
type Source interface {
	MeasureDates(ctx context.Context, s *figures.Snapshot, stores []int, first, last uptime.Date) (figures.Range, error)
	EachOutage(ctx context.Context, s *figures.Snapshot, q figures.OutageQuery, visit func(*figures.StoreOutage) error) error
}

// A Day is a row of the file of days. Up, down and no data add up to open, and so do up, down
// and no data with corrections and what they excuse.
type Day struct {
	StoreID       string  `about:"the id that files, pages and the API use"                           parquet:"store_id,dict"`
	Group         *string `about:"the chain or owner it belongs to"                                   parquet:"group_name,optional,dict"`
	TimeZone      string  `about:"the IANA name of the zone in which the date is"                     parquet:"time_zone,dict"`
	Date          int32   `about:"local date; the last one of a store ends with the newest poll of all" parquet:"date,date"`
	Open          int64   `about:"time in business hours"                                             parquet:"open_us"`
	Up            int64   `about:"open time that polls saw active"                                    parquet:"up_us"`
	Down          int64   `about:"open time that polls saw inactive"                                  parquet:"down_us"`
	NoData        int64   `about:"open time that no poll speaks for"                                  parquet:"no_data_us"`
	LeastDown     int64   `about:"the least down time that the polls allow"                           parquet:"least_down_us"`
	MostDown      int64   `about:"the most down time that the polls allow"                            parquet:"most_down_us"`
	Outages       int32   `about:"outages that meet the date"                                         parquet:"outages"`
	Longest       int64   `about:"the longest of them on that date"                                   parquet:"longest_us"`
	Excused       int64   `about:"open time inside corrections"                                       parquet:"excused_us"`
	CorrectedUp   int64   `about:"up time outside corrections"                                        parquet:"corrected_up_us"`
	CorrectedDown int64   `about:"down time outside corrections"                                      parquet:"corrected_down_us"`
}

// WriteDays writes a row for each store of a snapshot and each of its local dates from first to
// last on which something can be known of it. Dates are in order, and the stores of a date
// as in the snapshot. The errors are those of figures.Figures.MeasureDates.
func WriteDays(ctx context.Context, of Source, s *figures.Snapshot, first, last uptime.Date, w io.Writer) error {
	out := newTable[Day](w)
	err := eachDate(s, first, last, func(date uptime.Date, stores []int) error {
		measured, err := of.MeasureDates(ctx, s, stores, date, date)
		for i, n := range stores {
			if err == nil {
				err = out.add(newDay(s, n, date, measured.Figures[i], measured.Corrected[i]))
			}
		}
		return err
	})
	if err := out.close(err); err != nil {
		return fmt.Errorf("days as Parquet: %w", err)
	}
	return nil
}

func eachDate(s *figures.Snapshot, first, last uptime.Date, visit func(uptime.Date, []int) error) error {
	oldest, newest, some := Dates(s)
	if !some {
		return nil
	}
	for date := max(first, oldest); date <= min(last, newest); date++ {
		var stores []int
		for n := range s.Stores {
			if from, to, known := s.Dates(n); known && from <= date && date <= to {
				stores = append(stores, n)
			}
		}
		if err := visit(date, stores); err != nil {
			return err
		}
	}
	return nil
}

// Dates are the first and the last local date of which something can be known of any store of
// a snapshot.
func Dates(s *figures.Snapshot) (first, last uptime.Date, some bool) {
	for n := range s.Stores {
		from, to, known := s.Dates(n)
		switch {
		case !known:
		case !some:
			first, last, some = from, to, true
		default:
			first, last = min(first, from), max(last, to)
		}
	}
	return first, last, some
}

func newDay(s *figures.Snapshot, n int, date uptime.Date, raw, corrected uptime.Figures) Day {
	store := s.Stores[n]
	return Day{
		StoreID: store.Code, Group: optionalText(store.Group), TimeZone: store.ZoneName(), Date: int32(date),
		Open: int64(raw.Open), Up: int64(raw.Up), Down: int64(raw.Down), NoData: int64(raw.NoData()), LeastDown: int64(raw.Least()), MostDown: int64(raw.Most()),
		Outages: int32(raw.Outages), Longest: int64(raw.Longest), Excused: int64(corrected.Excused), CorrectedUp: int64(corrected.Up), CorrectedDown: int64(corrected.Down),
	}
}
