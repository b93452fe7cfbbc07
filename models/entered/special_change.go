package entered

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// The dates that can be special days, and how many rows one of them can have.
var (
	FirstSpecialDay = uptime.DateOf(2000, time.January, 1)
	LastSpecialDay  = uptime.DateOf(2100, time.January, 1)
)

// MostSpecialRows is how many rows a subject can have on one date.
const MostSpecialRows = 48

// A SubjectDate is what is replaced as a whole: one date of one subject.
type SubjectDate struct {
	Subject
	Date uptime.Date
}

// On is the subject and the date of a row.
func (d SpecialDay) On() SubjectDate { return SubjectDate{d.Subject, d.Date} }

// AddSpecialDays replaces all rows of the subjects and dates that the days name, or gives
// a Problem, see CheckSpecialDays. Where the same was there already, nothing changes, not
// even who entered it.
func AddSpecialDays(ctx context.Context, db *models.DB, days []SpecialDay) error {
	days, err := CheckSpecialDays(days)
	if err != nil {
		return err
	}
	return update(ctx, db, "add special days", func(tx *models.Tx) (changed bool, err error) {
		wanted := byDate(days)
		known, err := SpecialDaysOn(ctx, tx, slices.Collect(maps.Keys(wanted)))
		if err != nil {
			return false, err
		}
		var on []SubjectDate
		var rows []SpecialDay
		for key, days := range wanted {
			if !SaySame(known[key], days) {
				on, rows = append(on, key), append(rows, days...)
			}
		}
		return len(on) > 0, ReplaceSpecialDays(ctx, tx, on, rows)
	})
}

// RemoveSpecialDays removes all rows of a subject on some dates, and returns how many it
// removed.
func RemoveSpecialDays(ctx context.Context, db *models.DB, subject Subject, dates []uptime.Date) (removed int64, err error) {
	if err := subject.clean(); err != nil {
		return 0, err
	}
	on := make([]SubjectDate, len(dates))
	for n, date := range dates {
		on[n] = SubjectDate{subject, date}
	}
	err = update(ctx, db, "remove special days", func(tx *models.Tx) (changed bool, err error) {
		removed, err = deleteSpecialDays(ctx, tx, on)
		return removed > 0, err
	})
	return removed, err
}

// CheckSpecialDays returns days as they can be stored: sorted, with clean names and notes,
// and without those that say the times of another again. Of each subject and date there
// must be either the row of a closed day or times. Otherwise it gives a Problem.
func CheckSpecialDays(days []SpecialDay) ([]SpecialDay, error) {
	if len(days) == 0 {
		return nil, problem("date", "at least one date", "none", "Choose at least one date.")
	}
	days = slices.Clone(days)
	for n := range days {
		if err := days[n].clean(); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(days, SpecialDay.compare)
	days = slices.CompactFunc(days, func(a, b SpecialDay) bool { return a.compare(b) == 0 })
	for start := 0; start < len(days); {
		first, end := days[start], start+1
		for end < len(days) && days[end].On() == first.On() {
			end++
		}
		of := days[start:end]
		start = end
		switch {
		case len(of) > 1 && slices.ContainsFunc(of, SpecialDay.Closed):
			return nil, problem("times of "+uptime.DateText(first.Date), "either closed all day or times for "+first.Subject.String(), "both", "Choose closed all day, or enter when it is open, not both.")
		case len(of) > MostSpecialRows:
			return nil, problem("times of "+uptime.DateText(first.Date), "at most 48 for "+first.Subject.String(), uptime.CountText(int64(len(of))), "Enter at most {most} times of opening for one day.", "most", MostSpecialRows)
		}
	}
	return days, nil
}

// clean checks a row by itself.
func (d *SpecialDay) clean() (err error) {
	if err := d.Subject.clean(); err != nil {
		return err
	}
	if d.Date < FirstSpecialDay || d.Date > LastSpecialDay {
		return problem("date", "2000-01-01 to 2100-01-01", uptime.DateText(d.Date),
			"Enter a date from {from} to {to}.", "from", uptime.DateText(FirstSpecialDay), "to", uptime.DateText(LastSpecialDay))
	}
	if closed := ClosedOn(d.Subject, d.Date); !typed(d.Start, d.End) && (d.Start != closed.Start || d.End != closed.End) {
		return problem("times", "times of the day such as 09:00 and 17:00", fmt.Sprintf("%d s and %d s after midnight", d.Start, d.End),
			"Enter times such as 09:00 to 17:00. An end before the start is on the next day.")
	}
	d.Note, err = cleanNote(d.Note)
	return err
}

// typed reports whether people can type two times: up to 24:00 for the end.
func typed(start, end int) bool {
	const day = int(uptime.Day / uptime.Second)
	return start >= 0 && start < day && end >= 0 && end <= day
}

// byDate splits rows by subject and date, in their order.
func byDate(days []SpecialDay) map[SubjectDate][]SpecialDay {
	split := map[SubjectDate][]SpecialDay{}
	for _, d := range days {
		split[d.On()] = append(split[d.On()], d)
	}
	return split
}

// SaySame reports whether the sorted rows of two dates differ in nothing but who entered
// them and when.
func SaySame(a, b []SpecialDay) bool {
	return slices.EqualFunc(a, b, func(a, b SpecialDay) bool { return a.compare(b) == 0 && a.Note == b.Note })
}

// Statements name many dates at a time. These keep them within the 32,766 variables that
// SQLite allows.
const (
	datesPerStatement = 1000
	rowsPerStatement  = 1000
)

// SpecialDaysOn reads the rows of subjects and dates, each sorted by time.
func SpecialDaysOn(ctx context.Context, tx *models.Tx, on []SubjectDate) (map[SubjectDate][]SpecialDay, error) {
	found := map[SubjectDate][]SpecialDay{}
	for some := range slices.Chunk(on, datesPerStatement) {
		where, args := among(some)
		rows, err := readSpecialDays(tx.GORM(ctx).Where(where, args...))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(rows, SpecialDay.compare)
		for _, d := range rows {
			found[d.On()] = append(found[d.On()], d)
		}
	}
	return found, nil
}

// among is a condition that rows are of some subjects and dates.
func among(on []SubjectDate) (where string, args []any) {
	args = make([]any, 0, 3*len(on))
	for _, o := range on {
		args = append(args, o.Scope, o.Name, o.Date)
	}
	return "(scope, name, date) IN (VALUES " + many("(?, ?, CAST(? AS INTEGER))", len(on)) + ")", args
}

// many repeats what stands for a row in a statement.
func many(row string, count int) string { return strings.Repeat(row+", ", count-1) + row }

// ReplaceSpecialDays deletes all rows of subjects and dates and adds rows as they are. Its
// caller has locked the version of the data, checked the rows, and renews the version. In a
// dry run it does nothing.
func ReplaceSpecialDays(ctx context.Context, tx *models.Tx, on []SubjectDate, rows []SpecialDay) error {
	if tx.Dry() {
		return nil
	}
	if _, err := deleteSpecialDays(ctx, tx, on); err != nil {
		return err
	}
	for some := range slices.Chunk(rows, rowsPerStatement) {
		args := make([]any, 0, 8*len(some))
		for _, d := range some {
			args = append(args, d.Scope, d.Name, d.Date, d.Start, d.End, d.Note, d.By, d.At)
		}
		err := tx.GORM(ctx).Exec("INSERT INTO special_days (scope, name, date, start_s, end_s, note, entered_by, entered_at) VALUES "+
			many("(?, ?, ?, ?, ?, ?, ?, ?)", len(some)), args...).Error
		if err != nil {
			return fmt.Errorf("add special days: %w", err)
		}
	}
	return nil
}

func deleteSpecialDays(ctx context.Context, tx *models.Tx, on []SubjectDate) (deleted int64, err error) {
	for some := range slices.Chunk(on, datesPerStatement) {
		where, args := among(some)
		done := tx.GORM(ctx).Where(where, args...).Delete(&SpecialDay{})
		if done.Error != nil {
			return deleted, fmt.Errorf("remove special days: %w", done.Error)
		}
		deleted += done.RowsAffected
	}
	return deleted, nil
}
