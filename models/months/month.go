package months

import (
	"fmt"
	"math"
	"time"
)

// A Month is a partition of poll_days: the days from From until before To, counted since
// 1970-01-01 UTC.
type Month struct {
	Name     string // of the table
	From, To int32
}

// firstYear is the first year whose months are partitions of their own.
const firstYear = 2000

// earlier has all days before them. PostgreSQL plans a statement for each partition that it
// may have to read and locks it, so a feed with a poll in each of a thousand years must not
// make twelve thousand of them.
var earlier = Month{"poll_days_earlier", math.MinInt32, dayOf(firstYear, time.January)}

// Of is the month of a day.
func Of(day int32) Month {
	if day < earlier.To {
		return earlier
	}
	at := time.Unix(int64(day)*secondsPerDay, 0).UTC()
	return Month{fmt.Sprintf("poll_days_%04d_%02d", at.Year(), at.Month()), dayOf(at.Year(), at.Month()), dayOf(at.Year(), at.Month()+1)}
}

const secondsPerDay = 24 * 60 * 60

func dayOf(year int, month time.Month) int32 {
	return int32(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// Has reports whether a day is one of the month.
func (m Month) Has(day int32) bool { return m.From <= day && day < m.To }

// InTurn copies rows, those of each month by a call of copy of its own, after add has seen to it that
// there is a partition for them: none can be made while rows are copied. Rows of a month follow
// each other. A row is only valid until the next one is asked for.
func InTurn[Row any](next func() (row Row, more bool, err error), day func(Row) int32, add func(day int32) error, copy func(next func() (Row, bool, error)) error) error {
	row, more, err := next()
	for err == nil && more {
		month, first := Of(day(row)), true
		if err := add(day(row)); err != nil {
			return err
		}
		err = copy(func() (_ Row, some bool, err error) {
			if !first {
				row, more, err = next()
			}
			first = false
			return row, more && err == nil && month.Has(day(row)), err
		})
	}
	return err
}

// bounds are those of the partition in SQL.
func (m Month) bounds() string {
	if m == earlier {
		return fmt.Sprintf("FROM (MINVALUE) TO (%d)", m.To)
	}
	return fmt.Sprintf("FROM (%d) TO (%d)", m.From, m.To)
}
