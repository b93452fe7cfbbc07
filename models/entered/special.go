package entered

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/uptime"
)

// A SpecialDay is one row of the hours of a date, which stand in the place of the weekly
// ones. A date may have several. One on which stores are closed all day has only the row
// that Closed reports.
type SpecialDay struct {
	Subject
	Date  uptime.Date
	Start int            `gorm:"column:start_s"` // as in uptime.Hours
	End   int            `gorm:"column:end_s"`
	Note  string         // what day it is
	By    string         `gorm:"column:entered_by"`
	At    uptime.Instant `gorm:"column:entered_at"`
}

// TableName implements GORM's Tabler.
func (SpecialDay) TableName() string { return "special_days" }

// ClosedOn is the row that closes the stores of a subject on a date.
func ClosedOn(s Subject, date uptime.Date) SpecialDay {
	closed := uptime.ClosedDay(0)
	return SpecialDay{Subject: s, Date: date, Start: closed.Start, End: closed.End}
}

// Closed reports whether the row says that the stores are closed all day.
func (d SpecialDay) Closed() bool { return d.hours().Closed() }

func (d SpecialDay) hours() uptime.Hours { return uptime.Hours{Start: d.Start, End: d.End} }

// compare orders by date, subject and time.
func (d SpecialDay) compare(e SpecialDay) int {
	return cmp.Or(cmp.Compare(d.Date, e.Date), d.Subject.compare(e.Subject), cmp.Compare(d.Start, e.Start), cmp.Compare(d.End, e.End))
}

// Special are all special days, for asking which of them are a store's. The zero value has
// none.
type Special struct {
	all    specialDays
	groups map[string]specialDays // with those of all on the dates that a group has none for
	stores map[string]specialDays // only the stores' own
}

// specialDays are special days by date, as rows and as package uptime takes them.
type specialDays struct {
	rows []SpecialDay // sorted
	days []uptime.SpecialDay
}

// Some reports whether there are any special days.
func (s Special) Some() bool { return len(s.all.rows)+len(s.groups)+len(s.stores) > 0 }

// Of are the special days of a store, sorted by date. The caller must not change them:
// stores share them.
func (s Special) Of(store models.Store) []uptime.SpecialDay { return s.of(store).days }

// Notes are the rows behind Of, in the same order.
func (s Special) Notes(store models.Store) []SpecialDay { return s.of(store).rows }

func (s Special) of(store models.Store) specialDays {
	shared, found := s.groups[names.Visible(store.Group)]
	if !found {
		shared = s.all
	}
	if own, found := s.stores[store.Code]; found {
		return own.over(shared)
	}
	return shared
}

// over are these days, and those of others on dates that these have none for.
func (d specialDays) over(others specialDays) specialDays {
	if len(others.rows) == 0 {
		return d
	}
	rows := slices.Clone(d.rows)
	for _, row := range others.rows {
		if !d.has(row.Date) {
			rows = append(rows, row)
		}
	}
	return newSpecialDays(rows)
}

func (d specialDays) has(date uptime.Date) bool {
	_, found := slices.BinarySearchFunc(d.days, date, func(day uptime.SpecialDay, date uptime.Date) int { return cmp.Compare(day.Date, date) })
	return found
}

// newSpecialDays sorts rows, of which each date has those of one subject.
func newSpecialDays(rows []SpecialDay) specialDays {
	slices.SortFunc(rows, SpecialDay.compare)
	hours := make([]uptime.Hours, len(rows))
	days := make([]uptime.SpecialDay, 0, len(rows))
	for n, row := range rows {
		hours[n] = row.hours()
		if n == 0 || row.Date != rows[n-1].Date {
			days = append(days, uptime.SpecialDay{Date: row.Date})
		}
		last := &days[len(days)-1]
		last.Hours = hours[n-len(last.Hours) : n+1 : n+1]
	}
	return specialDays{rows, days}
}

// NewSpecial makes special days ready to be asked. It keeps none of the rows' order.
func NewSpecial(rows []SpecialDay) Special {
	var all []SpecialDay
	groups, stores := map[string][]SpecialDay{}, map[string][]SpecialDay{}
	for _, row := range rows {
		switch row.Scope {
		case OfAll:
			all = append(all, row)
		case OfGroup:
			groups[row.Name] = append(groups[row.Name], row)
		case OfStore:
			stores[row.Name] = append(stores[row.Name], row)
		}
	}
	s := Special{newSpecialDays(all), make(map[string]specialDays, len(groups)), make(map[string]specialDays, len(stores))}
	for name, rows := range groups {
		s.groups[name] = newSpecialDays(rows).over(s.all)
	}
	for code, rows := range stores {
		s.stores[code] = newSpecialDays(rows)
	}
	return s
}

// ReadSpecial reads all special days.
func ReadSpecial(ctx context.Context, tx *models.Tx) (Special, error) {
	rows, err := readSpecialDays(tx.GORM(ctx))
	if err != nil {
		return Special{}, err
	}
	return NewSpecial(rows), nil
}

// readSpecialDays reads rows that a statement chooses, in no particular order. A chain can
// have a hundred thousand of them, too many for GORM's reflection.
func readSpecialDays(g *gorm.DB) (days []SpecialDay, err error) {
	rows, err := g.Model(&SpecialDay{}).Select("scope", "name", "date", "start_s", "end_s", "note", "entered_by", "entered_at").Rows()
	if err != nil {
		return nil, fmt.Errorf("read special days: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d SpecialDay
		if err := rows.Scan(&d.Scope, &d.Name, &d.Date, &d.Start, &d.End, &d.Note, &d.By, &d.At); err != nil {
			return nil, fmt.Errorf("read special days: %w", err)
		}
		days = append(days, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read special days: %w", err)
	}
	return days, nil
}

// A SpecialFilter chooses special days for a list. The zero value chooses all.
type SpecialFilter struct {
	Subject     *Subject    // nil = any
	First, Last uptime.Date // 0 = without a bound
}

// SpecialDays are the chosen rows, sorted by date, subject (all, groups, stores) and time.
func SpecialDays(ctx context.Context, db *models.DB, f SpecialFilter) ([]SpecialDay, error) {
	g := db.GORM(ctx)
	if f.Subject != nil {
		g = g.Where("scope = ? AND name = ?", f.Subject.Scope, f.Subject.Name)
	}
	if f.First != 0 {
		g = g.Where("date >= ?", f.First)
	}
	if f.Last != 0 {
		g = g.Where("date <= ?", f.Last)
	}
	rows, err := readSpecialDays(g)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, SpecialDay.compare)
	return rows, nil
}
