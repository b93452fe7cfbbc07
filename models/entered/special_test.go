package entered_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

var (
	thanksgiving = uptime.DateOf(2026, time.November, 26)
	christmas    = uptime.DateOf(2026, time.December, 25)
	newYear      = uptime.DateOf(2027, time.January, 1)
	nine, five   = 9 * 3600, 17 * 3600
)

// times is a row of a subject on a date.
func times(s entered.Subject, date uptime.Date, start, end int, note string) entered.SpecialDay {
	return entered.SpecialDay{Subject: s, Date: date, Start: start, End: end, Note: note, By: "Ana", At: 7}
}

func closedOn(s entered.Subject, date uptime.Date) entered.SpecialDay {
	d := entered.ClosedOn(s, date)
	d.By, d.At = "Ana", 7
	return d
}

func add(t *testing.T, db *models.DB, days ...entered.SpecialDay) {
	t.Helper()
	if err := entered.AddSpecialDays(ctx, db, days); err != nil {
		t.Fatal(err)
	}
}

func special(t *testing.T, db *models.DB) (s entered.Special) {
	t.Helper()
	err := db.View(ctx, func(tx *models.Tx) (err error) {
		s, err = entered.ReadSpecial(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func versions(t *testing.T, db *models.DB) models.DataVersion {
	t.Helper()
	v, err := db.DataVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// daysText is "2026-11-26 9-17 18-20, 2026-12-25 closed".
func daysText(days []uptime.SpecialDay) string {
	var text []string
	for _, d := range days {
		line := uptime.DateText(d.Date)
		for _, h := range d.Hours {
			if h.Closed() {
				line += " closed"
			} else {
				line += fmt.Sprintf(" %d-%d", h.Start/3600, h.End/3600)
			}
		}
		text = append(text, line)
	}
	return strings.Join(text, ", ")
}

func TestAStoresOwnSpecialDayGoesBeforeItsGroupsAndThisBeforeAll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		add(t, db,
			closedOn(entered.All, thanksgiving), closedOn(entered.All, christmas), closedOn(entered.All, newYear),
			times(entered.Group("Orbit"), christmas, nine, five, "Brunch"), times(entered.Group("Orbit"), christmas, 18*3600, 20*3600, ""),
			times(entered.Group("Orbit"), newYear, 12*3600, five, ""),
			closedOn(entered.Store("1"), christmas), times(entered.Store("2"), christmas+1, nine, five, ""),
			times(entered.Store("gone"), christmas, nine, five, ""), times(entered.Group("Gone"), christmas, nine, five, ""))
		s := special(t, db)
		for _, c := range []struct {
			store models.Store
			want  string
		}{
			{models.Store{Code: "0"}, "2026-11-26 closed, 2026-12-25 closed, 2027-01-01 closed"},
			{models.Store{Code: "1", Group: "Orbit"}, "2026-11-26 closed, 2026-12-25 closed, 2027-01-01 12-17"},
			{models.Store{Code: "1", Group: "Or\u200bbit "}, "2026-11-26 closed, 2026-12-25 closed, 2027-01-01 12-17"},
			{models.Store{Code: "2"}, "2026-11-26 closed, 2026-12-25 closed, 2026-12-26 9-17, 2027-01-01 closed"},
			{models.Store{Code: "3", Group: "Orbit"}, "2026-11-26 closed, 2026-12-25 9-17 18-20, 2027-01-01 12-17"},
			{models.Store{Code: "4", Group: "Else"}, "2026-11-26 closed, 2026-12-25 closed, 2027-01-01 closed"},
			{models.Store{Code: "Orbit"}, "2026-11-26 closed, 2026-12-25 closed, 2027-01-01 closed"}, // a store's id is no group
		} {
			if got := daysText(s.Of(c.store)); got != c.want {
				t.Errorf("store %s of %q: %s, want %s", c.store.Code, c.store.Group, got, c.want)
			}
		}
		var notes []string
		for _, d := range s.Notes(models.Store{Code: "3", Group: "Orbit"}) {
			notes = append(notes, fmt.Sprintf("%s of %s by %s %d: %s", uptime.DateText(d.Date), d.Subject, d.By, d.At, d.Note))
		}
		want := []string{
			"2026-11-26 of all stores by Ana 7: ", "2026-12-25 of group Orbit by Ana 7: Brunch",
			"2026-12-25 of group Orbit by Ana 7: ", "2027-01-01 of group Orbit by Ana 7: ",
		}
		if diff := cmp.Diff(want, notes); diff != "" {
			t.Error(diff)
		}
	})
}

func TestNoSpecialDaysAreNone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if s := special(t, db); s.Some() || len(s.Of(models.Store{Code: "1", Group: "A"})) != 0 {
			t.Errorf("%+v", s)
		}
		var zero entered.Special
		if zero.Some() || len(zero.Of(models.Store{Code: "1", Group: "A"})) != 0 || len(zero.Notes(models.Store{})) != 0 {
			t.Error("the zero value has special days")
		}
	})
}

// A naive twin: for each date, the rows of the narrowest subject that has any.
func TestSpecialDaysAgreeWithANaiveChoice(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var rows []entered.SpecialDay
		for range random.IntN(12) {
			subject := []entered.Subject{entered.All, entered.Group("A"), entered.Group("B"), entered.Store("1"), entered.Store("2")}[random.IntN(5)]
			row := times(subject, thanksgiving+uptime.Date(random.IntN(4)), random.IntN(3)*3600, five, "")
			if random.IntN(3) == 0 {
				row = closedOn(subject, row.Date)
			}
			rows = append(rows, row)
		}
		before := slices.Clone(rows)
		s := entered.NewSpecial(rows)
		if !slices.Equal(rows, before) {
			t.Fatal("the rows were changed")
		}
		for _, store := range []models.Store{{Code: "1", Group: "A"}, {Code: "2"}, {Code: "3", Group: "B"}, {Code: "4", Group: "C"}} {
			var want []entered.SpecialDay
			for date := thanksgiving; date < thanksgiving+4; date++ {
				for _, subject := range []entered.Subject{entered.Store(store.Code), entered.Group(store.Group), entered.All} {
					of := slices.DeleteFunc(slices.Clone(rows), func(d entered.SpecialDay) bool { return d.Subject != subject || d.Date != date })
					slices.SortFunc(of, func(a, b entered.SpecialDay) int { return a.Start*100_000 + a.End - b.Start*100_000 - b.End })
					if len(of) > 0 {
						want = append(want, of...)
						break
					}
				}
			}
			if diff := cmp.Diff(want, s.Notes(store)); diff != "" {
				t.Fatalf("store %s of %v\n%s", store.Code, rows, diff)
			}
			n := 0
			for _, day := range s.Of(store) {
				for _, h := range day.Hours {
					if want[n].Date != day.Date || want[n].Start != h.Start || want[n].End != h.End {
						t.Fatalf("%s, want %v", daysText(s.Of(store)), want)
					}
					n++
				}
			}
			if n != len(want) {
				t.Fatalf("%d rows, want %d", n, len(want))
			}
		}
	}
}

func TestSpecialDaysReplaceThoseOfTheirSubjectAndDateOnly(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		orbit := entered.Group("Orbit")
		add(t, db, times(orbit, christmas, nine, 12*3600, "a"), times(orbit, christmas, 13*3600, five, "a"), times(orbit, newYear, nine, five, "b"),
			times(entered.Store("Orbit"), christmas, nine, five, "c"), closedOn(entered.All, christmas))
		first := versions(t, db)

		// The same again, as a form that is sent twice, by somebody else and later.
		again := times(orbit, newYear, nine, five, " b\u200b ")
		again.By, again.At = "Ben", 8
		add(t, db, again, again)
		if v := versions(t, db); v != first {
			t.Errorf("the same special days again: %+v became %+v", first, v)
		}

		changed := times(orbit, christmas, nine, five, "d")
		changed.By, changed.At = "Ben", 9
		add(t, db, changed)
		if v := versions(t, db); v.Version == first.Version || v.Entered != first.Entered || v.PastMark != first.PastMark {
			t.Errorf("other special days: %+v became %+v", first, v)
		}
		got, err := entered.SpecialDays(ctx, db, entered.SpecialFilter{})
		want := []entered.SpecialDay{
			closedOn(entered.All, christmas), changed, times(entered.Store("Orbit"), christmas, nine, five, "c"), times(orbit, newYear, nine, five, "b"),
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(err, diff)
		}

		for name, tt := range map[string]struct {
			filter entered.SpecialFilter
			want   []entered.SpecialDay
		}{
			"of a subject": {entered.SpecialFilter{Subject: &orbit}, []entered.SpecialDay{want[1], want[3]}},
			"of all":       {entered.SpecialFilter{Subject: &entered.All}, want[:1]},
			"from a date":  {entered.SpecialFilter{First: newYear}, want[3:]},
			"to a date":    {entered.SpecialFilter{Last: newYear - 1}, want[:3]},
			"of a day":     {entered.SpecialFilter{First: christmas, Last: christmas}, want[:3]},
		} {
			got, err := entered.SpecialDays(ctx, db, tt.filter)
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Error(name, err, diff)
			}
		}
	})
}

func TestSpecialDaysAreRemovedWithAllTheirRows(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		orbit := entered.Group("Orbit")
		add(t, db, times(orbit, christmas, nine, 12*3600, ""), times(orbit, christmas, 13*3600, five, ""), times(orbit, newYear, nine, five, ""), closedOn(entered.All, christmas))
		before := versions(t, db)
		if n, err := entered.RemoveSpecialDays(ctx, db, orbit, []uptime.Date{thanksgiving}); n != 0 || err != nil || versions(t, db) != before {
			t.Errorf("where there is nothing: %d, %v, %+v", n, err, versions(t, db))
		}
		if n, err := entered.RemoveSpecialDays(ctx, db, orbit, nil); n != 0 || err != nil || versions(t, db) != before {
			t.Errorf("of no date: %d, %v, %+v", n, err, versions(t, db))
		}
		if n, err := entered.RemoveSpecialDays(ctx, db, entered.Subject{Scope: entered.OfGroup, Name: " Orbit\u200b"}, []uptime.Date{christmas, thanksgiving}); n != 2 || err != nil || versions(t, db).Version == before.Version {
			t.Errorf("%d rows went, %v", n, err)
		}
		if got := daysText(special(t, db).Of(models.Store{Group: "Orbit"})); got != "2026-12-25 closed, 2027-01-01 9-17" {
			t.Error(got)
		}
	})
}

func TestManySpecialDaysAreReadAndReplaced(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var days []entered.SpecialDay
		for n := range 2500 { // more than one statement names
			days = append(days, times(entered.Store(fmt.Sprint(n)), christmas, nine, five, ""), closedOn(entered.Store(fmt.Sprint(n)), newYear))
		}
		add(t, db, days...)
		before := versions(t, db)
		add(t, db, days...)
		if v := versions(t, db); v != before {
			t.Errorf("the same again: %+v became %+v", before, v)
		}
		days[4998].Start = 10 * 3600
		add(t, db, days...)
		if got := daysText(special(t, db).Of(models.Store{Code: "2499"})); got != "2026-12-25 10-17, 2027-01-01 closed" {
			t.Error(got)
		}
		if n, err := modelstest.Count(db, "special_days"); n != 5000 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestADryRunReplacesNoSpecialDays(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		add(t, db, closedOn(entered.All, christmas))
		err := db.Update(ctx, func(tx *models.Tx) error {
			return entered.ReplaceSpecialDays(ctx, tx.DryRun(), []entered.SubjectDate{closedOn(entered.All, christmas).On()}, []entered.SpecialDay{closedOn(entered.All, newYear)})
		})
		if got := daysText(special(t, db).Of(models.Store{})); err != nil || got != "2026-12-25 closed" {
			t.Error(got, err)
		}
	})
}

func TestWhatCannotBeASpecialDayIsSaidInASentence(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var many []entered.SpecialDay
		for n := range entered.MostSpecialRows + 1 {
			many = append(many, times(entered.All, christmas, n*60, five, ""))
		}
		of := func(s entered.Subject) []entered.SpecialDay {
			return []entered.SpecialDay{times(s, christmas, nine, five, "")}
		}
		for name, tt := range map[string]struct {
			days []entered.SpecialDay
			want string
		}{
			"no days":         {nil, "date: expected at least one date, found none"},
			"too early":       {[]entered.SpecialDay{closedOn(entered.All, entered.FirstSpecialDay-1)}, "date: expected 2000-01-01 to 2100-01-01, found 1999-12-31"},
			"too late":        {[]entered.SpecialDay{closedOn(entered.All, entered.LastSpecialDay+1)}, "date: expected 2000-01-01 to 2100-01-01, found 2100-01-02"},
			"a negative time": {[]entered.SpecialDay{times(entered.All, christmas, -1, five, "")}, "times: expected times of the day such as 09:00 and 17:00, found -1 s and 61200 s after midnight"},
			"after midnight":  {[]entered.SpecialDay{times(entered.All, christmas, nine, 26*3600, "")}, "times: expected times of the day such as 09:00 and 17:00, found 32400 s and 93600 s after midnight"},
			"half closed":     {[]entered.SpecialDay{times(entered.All, christmas, 86400, five, "")}, "times: expected times of the day such as 09:00 and 17:00, found 86400 s and 61200 s after midnight"},
			"closed and open": {[]entered.SpecialDay{closedOn(entered.All, christmas), times(entered.All, christmas, nine, five, "")}, "times of 2026-12-25: expected either closed all day or times for all stores, found both"},
			"too many":        {many, "times of 2026-12-25: expected at most 48 for all stores, found 49"},
			"a long note":     {[]entered.SpecialDay{times(entered.All, christmas, nine, five, strings.Repeat("é", 501))}, "note: expected at most 500 characters, found 501"},
			"a broken note":   {[]entered.SpecialDay{times(entered.All, christmas, nine, five, "\xff")}, "note: expected text in UTF-8, found ?"},
			"no scope":        {of(entered.Subject{}), "scope: expected store, group or all, found nothing"},
			"another scope":   {of(entered.Subject{Scope: "city", Name: "Tyre"}), "scope: expected store, group or all, found city"},
			"no name":         {of(entered.Store("")), "name: expected the id of a store or the name of a group, found nothing"},
			"no visible name": {of(entered.Subject{Scope: entered.OfGroup, Name: "\u200b"}), "name: expected the id of a store or the name of a group, found nothing"},
			"a name of all":   {of(entered.Subject{Scope: entered.OfAll, Name: "x"}), "name: expected no name with the scope all, found x"},
			"a broken name":   {of(entered.Store("a\xff")), "name: expected text in UTF-8, found a?"},
			"a NUL":           {of(entered.Store("a\x00")), "name: expected text in UTF-8, found a?"},
			"a long name":     {of(entered.Store(strings.Repeat("1", 501))), "name: expected at most 500 bytes, found 501"},
		} {
			err := entered.AddSpecialDays(ctx, db, tt.days)
			var problem entered.Problem
			if !errors.As(err, &problem) || problem.Error() != tt.want {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
		}
		if n, err := modelstest.Count(db, "special_days"); n != 0 || err != nil || versions(t, db).Version != 0 {
			t.Errorf("%d rows were written, %v", n, err)
		}
		// What just fits.
		add(t, db, many[1:]...)
		add(t, db, closedOn(entered.Store("1"), entered.FirstSpecialDay), times(entered.Store("1"), entered.LastSpecialDay, 0, 86400, strings.Repeat("é", 500)),
			times(entered.Store("2"), christmas, nine, nine, "all day long"))
		if got := len(special(t, db).Of(models.Store{Code: "1"})); got != 3 {
			t.Errorf("%d special days", got)
		}
	})
}
