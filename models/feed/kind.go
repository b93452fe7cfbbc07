package feed

import (
	"strings"

	"lightson/models/words"
)

// A Kind is what a file is about.
type Kind uint8

const (
	Polls Kind = iota + 1
	Hours
	Zones
	Names
	SpecialDays
)

// String is the kind as the database calls it.
func (k Kind) String() string { return words.Later(k.Words()).String() }

// Words are the kind as people call it.
func (k Kind) Words() words.Text {
	switch k {
	case Polls:
		return "polls"
	case Hours:
		return "business hours"
	case Zones:
		return "time zones"
	case Names:
		return "store names"
	case SpecialDays:
		return "special days"
	default:
		return "unknown|kind of a file"
	}
}

// A column is a column that we read, whatever the file calls it.
type column uint8

const (
	storeID column = iota
	status
	timestamp
	day
	startTime
	endTime
	zone
	name
	group
	city
	validFrom
	reason
	date
	note
	columnCount
)

// columnNames are the names that a column may have; the first is the one that
// people are told.
var columnNames = [columnCount][]string{
	storeID:   {"store_id"},
	status:    {"status"},
	timestamp: {"timestamp_utc"},
	day:       {"day", "dayOfWeek", "day_of_week"},
	startTime: {"start_time_local"},
	endTime:   {"end_time_local"},
	zone:      {"timezone_str", "timezone"},
	name:      {"name", "store_name"},
	group:     {"group", "group_name", "chain", "owner"},
	city:      {"city"},
	validFrom: {"valid_from"},
	reason:    {"reason"},
	date:      {"date"},
	note:      {"note"},
}

// kinds are told apart in this order; see matchingKinds.
var kinds = []Kind{Polls, Hours, Zones, Names, SpecialDays}

// columns are those that a file of the kind must have.
func (k Kind) columns() []column {
	switch k {
	case Polls:
		return []column{storeID, status, timestamp}
	case Hours:
		return []column{storeID, day, startTime, endTime}
	case Zones:
		return []column{storeID, zone}
	case SpecialDays:
		return []column{storeID, date, startTime, endTime}
	default:
		return []column{storeID, name}
	}
}

// optional are those that it may have as well.
func (k Kind) optional() []column {
	switch k {
	case Polls:
		return []column{reason}
	case Hours:
		return []column{validFrom}
	case Names:
		return []column{group, city}
	case SpecialDays:
		return []column{note}
	default:
		return nil
	}
}

// header is the header line of a file of the kind, as people are told it: short, so
// that the usual columns are seen.
func (k Kind) header() string {
	columns := k.columns()
	if k == Names {
		columns = append(columns, k.optional()...)
	}
	return strings.Join(namesOf(columns), ",")
}

func namesOf(columns []column) (names []string) {
	for _, c := range columns {
		names = append(names, columnNames[c][0])
	}
	return names
}

// columnNamed is the column that a name in a header stands for, if we read it.
func columnNamed(name string) (column, bool) {
	for c, names := range columnNames {
		for _, n := range names {
			if strings.EqualFold(n, name) {
				return column(c), true
			}
		}
	}
	return 0, false
}
