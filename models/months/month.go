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

// bounds are those of the partition in SQL.
func (m Month) bounds() string {
	if m == earlier {
		return fmt.Sprintf("FROM (MINVALUE) TO (%d)", m.To)
	}
	return fmt.Sprintf("FROM (%d) TO (%d)", m.From, m.To)
}
