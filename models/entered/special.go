package entered

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
	Sees        func(Subject) bool // nil = every subject
	Subject     *Subject           // nil = any
	First, Last uptime.Date        // 0 = without a bound
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
	if f.Sees != nil {
		rows = slices.DeleteFunc(rows, func(d SpecialDay) bool { return !f.Sees(d.Subject) })
	}
	slices.SortFunc(rows, SpecialDay.compare)
	return rows, nil
}

// The dates that can be special days, and how many rows one of them can have.
const (
	FirstSpecialDay uptime.Date = 10957 // 2000-01-01
	LastSpecialDay  uptime.Date = 47482 // 2100-01-01
	MostSpecialRows             = 48
)

// AddSpecialDays replaces all rows of the subjects and dates that the days name. Of each
// subject and date they must hold either the row of a closed day or times; several of the
// same times are one. It gives a Problem where they do not fit. Where the same was there
// already, nothing changes, not even who entered it.
func AddSpecialDays(ctx context.Context, db *models.DB, days []SpecialDay) error {
	days, err := cleanSpecialDays(days)
	if err != nil {
		return err
	}
	return update(ctx, db, "add special days", func(tx *models.Tx) (changed bool, err error) {
		return PutSpecialDays(ctx, tx, days)
	})
}

// dated is what AddSpecialDays replaces as a whole.
type dated struct {
	Subject
	Date uptime.Date
}

// cleanSpecialDays checks days, cleans their notes and drops those that say the same.
func cleanSpecialDays(days []SpecialDay) ([]SpecialDay, error) {
	if len(days) == 0 {
		return nil, problem("days", "at least one date", "none")
	}
	days = slices.Clone(days)
	for n := range days {
		d := &days[n]
		if err := d.Subject.clean(); err != nil {
			return nil, err
		}
		if d.Date < FirstSpecialDay || d.Date > LastSpecialDay {
			return nil, problem("date", "2000-01-01 to 2100-01-01", dateText(d.Date))
		}
		if !d.Closed() && !typed(d.Start, d.End) || d.Closed() && d.hours() != (uptime.Hours{Start: ClosedOn(All, 0).Start, End: ClosedOn(All, 0).End}) {
			return nil, problem("times", "times of the day such as 09:00 and 17:00", fmt.Sprintf("%d s to %d s", d.Start, d.End))
		}
		note, err := cleanNote(d.Note)
		if err != nil {
			return nil, err
		}
		d.Note = note
	}
	slices.SortStableFunc(days, SpecialDay.compare)
	days = slices.CompactFunc(days, func(a, b SpecialDay) bool { return a.compare(b) == 0 })
	for _, of := range byDate(days) {
		closed := slices.ContainsFunc(of, SpecialDay.Closed)
		switch first := of[0]; {
		case closed && len(of) > 1:
			return nil, problem("times of "+dateText(first.Date), "either closed all day or times for "+first.Subject.String(), "both")
		case len(of) > MostSpecialRows:
			return nil, problem("times of "+dateText(first.Date), "at most 48 for "+first.Subject.String(), uptime.CountText(int64(len(of))))
		}
	}
	return days, nil
}

// typed reports whether people can type two times: up to 24:00 for the end.
func typed(start, end int) bool {
	const day = int(uptime.Day / uptime.Second)
	return start >= 0 && start < day && end >= 0 && end <= day
}

// byDate splits sorted rows by subject and date.
func byDate(days []SpecialDay) map[dated][]SpecialDay {
	split := map[dated][]SpecialDay{}
	for _, d := range days {
		key := dated{d.Subject, d.Date}
		split[key] = append(split[key], d)
	}
	return split
}

// dateText is "2023-01-24".
func dateText(d uptime.Date) string {
	const day = uptime.Instant(uptime.Day)
	return (uptime.Instant(d) * day).Time().Format("2006-01-02")
}

// PutSpecialDays does what AddSpecialDays does, in a transaction of a caller who has locked
// the version of the data, checked the days, and renews the version where anything
// changed.
func PutSpecialDays(ctx context.Context, tx *models.Tx, days []SpecialDay) (changed bool, err error) {
	wanted := byDate(days)
	known, err := specialDaysAt(ctx, tx, slices.Collect(maps.Keys(wanted)))
	if err != nil {
		return false, err
	}
	var remove []dated
	var add []SpecialDay
	for key, rows := range wanted {
		if !slices.EqualFunc(known[key], rows, saysTheSame) {
			remove, add = append(remove, key), append(add, rows...)
		}
	}
	if len(add) == 0 {
		return false, nil
	}
	if _, err := deleteSpecialDays(ctx, tx, remove); err != nil {
		return false, err
	}
	slices.SortFunc(add, SpecialDay.compare)
	if err := tx.GORM(ctx).CreateInBatches(add, rowsPerStatement).Error; err != nil {
		return false, fmt.Errorf("add special days: %w", err)
	}
	return true, nil
}

// rowsPerStatement keeps a statement within the 32,766 variables that SQLite allows.
const rowsPerStatement = 1000

// saysTheSame reports whether two rows differ in nothing but who entered them and when.
func saysTheSame(a, b SpecialDay) bool { return a.compare(b) == 0 && a.Note == b.Note }

// specialDaysAt reads the rows of subjects and dates, each sorted by time.
func specialDaysAt(ctx context.Context, tx *models.Tx, at []dated) (map[dated][]SpecialDay, error) {
	found := map[dated][]SpecialDay{}
	for subject, dates := range datesOf(at) {
		for some := range slices.Chunk(dates, rowsPerStatement) {
			rows, err := readSpecialDays(tx.GORM(ctx).Where("scope = ? AND name = ? AND date IN ?", subject.Scope, subject.Name, some))
			if err != nil {
				return nil, err
			}
			slices.SortFunc(rows, SpecialDay.compare)
			for _, d := range rows {
				key := dated{d.Subject, d.Date}
				found[key] = append(found[key], d)
			}
		}
	}
	return found, nil
}

func datesOf(at []dated) map[Subject][]uptime.Date {
	dates := map[Subject][]uptime.Date{}
	for _, d := range at {
		dates[d.Subject] = append(dates[d.Subject], d.Date)
	}
	return dates
}

func deleteSpecialDays(ctx context.Context, tx *models.Tx, at []dated) (removed int64, err error) {
	for subject, dates := range datesOf(at) {
		for some := range slices.Chunk(dates, rowsPerStatement) {
			done := tx.GORM(ctx).Where("scope = ? AND name = ? AND date IN ?", subject.Scope, subject.Name, some).Delete(&SpecialDay{})
			if done.Error != nil {
				return removed, fmt.Errorf("remove special days: %w", done.Error)
			}
			removed += done.RowsAffected
		}
	}
	return removed, nil
}

// RemoveSpecialDays removes all rows of a subject on some dates, and returns how many it
// removed.
func RemoveSpecialDays(ctx context.Context, db *models.DB, subject Subject, dates []uptime.Date) (removed int64, err error) {
	at := make([]dated, len(dates))
	for n, date := range dates {
		at[n] = dated{subject, date}
	}
	err = update(ctx, db, "remove special days", func(tx *models.Tx) (changed bool, err error) {
		removed, err = deleteSpecialDays(ctx, tx, at)
		return removed > 0, err
	})
	return removed, err
}
