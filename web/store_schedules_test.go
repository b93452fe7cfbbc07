package web_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
)

// special adds special days, which must be some.
func (s *site) special(days ...entered.SpecialDay) {
	s.t.Helper()
	if err := entered.AddSpecialDays(s.t.Context(), s.db, days); err != nil {
		s.t.Fatal(err)
	}
	s.catchUp()
}

// specialDay is one row, closed where it has no times.
func specialDay(of entered.Subject, date, note string, seconds ...int) entered.SpecialDay {
	d, _ := uptime.ParseDate(date)
	row := entered.ClosedOn(of, d)
	if len(seconds) == 2 {
		row.Start, row.End = seconds[0], seconds[1]
	}
	row.Note = note
	return row
}

const hour = 3600

// schedule gives a store hours for every day of the week from a date on.
func (s *site) schedule(code, from string, start, end int) {
	s.t.Helper()
	ctx := s.t.Context()
	date, _ := uptime.ParseDate(from)
	n, _ := s.snapshot().Find(code)
	id := s.snapshot().Stores[n].ID
	var rows []models.Hours
	for _, known := range s.snapshot().Calendars[n].Schedules {
		for _, h := range known.Hours {
			rows = append(rows, models.Hours{StoreID: id, ValidFrom: known.From, Day: h.Day, StartS: h.Start, EndS: h.End})
		}
	}
	for day := range 7 {
		rows = append(rows, models.Hours{StoreID: id, ValidFrom: date, Day: day, StartS: start, EndS: end})
	}
	err := s.db.Update(ctx, func(tx *models.Tx) error {
		version, err := tx.LockDataVersion(ctx)
		if err != nil {
			return err
		}
		version.RenewBy(models.DataChange{Others: true})
		return errors.Join(tx.ReplaceHours(ctx, []int32{id}, rows), tx.SaveDataVersion(ctx, version))
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// withDated loads stores whose hours changed, as of Wednesday 2023-01-25 12:00 in Chicago.
func (s *site) withDated() *site {
	s.t.Helper()
	polls := "store_id,status,timestamp_utc\n"
	for _, day := range []string{"18", "19", "20", "21", "22", "23", "24", "25"} {
		polls += "changed,active,2023-01-" + day + " 18:00:00 UTC\nold,active,2023-01-" + day + " 18:00:00 UTC\nnight,active,2023-01-" + day + " 02:00:00 UTC\n"
	}
	hours := "store_id,day,start_time_local,end_time_local\n"
	for day := range 7 {
		hours += fmt.Sprintf("changed,%d,09:00,17:00\nnight,%d,18:00,02:00\n", day, day)
	}
	s.load(file{"polls.csv", polls}, file{"hours.csv", hours},
		file{"names.csv", "store_id,name,group\nchanged,The Changed,Family\nold,The Old,Family\n"})
	s.schedule("changed", "2023-01-24", 11*hour, 15*hour)
	s.schedule("old", "2023-01-20", 10*hour, 12*hour)
	s.schedule("old", "2023-02-01", 10*hour, 13*hour)
	return s
}

func TestAStoreShowsItsSchedulesWithTheirDates(t *testing.T) {
	s := onSQLite(t).withDated()
	for code, want := range map[string]struct{ now, others string }{
		"changed": {"From 24 Jan 2023", "Until 23 Jan 2023"},
		"old":     {"From 20 Jan 2023 until 31 Jan 2023", "Until 19 Jan 2023|From 1 Feb 2023"},
		"night":   {"", ""},
	} {
		page := s.open("/stores/" + code)
		hours := page.Find("#hours")
		others := texts(hours.Find("details.other-hours h3"))
		now := strings.Join(texts(hours.ChildrenFiltered("h3")), "|")
		if want.now != "" {
			want.now += "|"
		}
		if now != want.now+"Special days" || strings.Join(others, "|") != want.others {
			t.Errorf("%s: now %q, others %q", code, now, others)
		}
	}
	page := s.open("/stores/changed")
	if got := text(page.Find("#hours > table.hours").First()); !strings.Contains(got, "11:00–15:00") || strings.Contains(got, "09:00") {
		t.Errorf("now: %s", got)
	}
	if got := text(page.Find("#hours details.other-hours table.hours")); !strings.Contains(got, "09:00–17:00") || strings.Contains(got, "11:00") {
		t.Errorf("before: %s", got)
	}
	if got := text(s.open("/stores/old").Find("#hours details.other-hours")); !strings.Contains(got, "Until 19 Jan 2023 Always open No hours were given for this time") && !strings.Contains(got, "Until 19 Jan 2023Always open") {
		t.Errorf("before the first hours: %s", got)
	}
}

func TestAStoreShowsItsSpecialDaysAroundToday(t *testing.T) {
	s := onSQLite(t).withDated()
	s.special(
		specialDay(entered.Store("changed"), "2023-01-17", "Too long ago"),
		specialDay(entered.Store("changed"), "2023-01-18", "A week ago"),
		specialDay(entered.All, "2023-01-24", "For nobody here"),
		specialDay(entered.Store("changed"), "2023-01-24", "Inventory", 10*hour, 12*hour), specialDay(entered.Store("changed"), "2023-01-24", "Inventory", 18*hour, 2*hour),
		specialDay(entered.Group("Family"), "2023-11-23", "Thanksgiving Day"),
		specialDay(entered.Group("Other"), "2023-11-24", "Of others"))
	want := "Wed 18 Jan 2023A week ago: closed all day|" +
		"Tue 24 Jan 2023Inventory: 10:00–12:00 and 18:00–02:00 (next day)|" +
		"Thu 23 Nov 2023Thanksgiving Day: closed all dayfor group Family"
	if got := strings.Join(texts(s.open("/stores/changed").Find(".special-lines tbody tr")), "|"); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		t.Errorf("%s, want\n%s", got, want)
	}
	if got := texts(s.open("/stores/night").Find(".special-lines tbody tr")); len(got) != 1 || !strings.Contains(got[0], "for all stores") {
		t.Errorf("another store: %q", got)
	}
}

// Wherever a figure of a special day is explained, it is said.
func TestWhatASpecialDayDidIsSaidWhereItsFiguresAreExplained(t *testing.T) {
	s := onSQLite(t).withDated()
	s.special(
		specialDay(entered.Group("Family"), "2023-01-23", "Thanksgiving Day"),
		specialDay(entered.Store("night"), "2023-01-24", "", 10*hour, 12*hour))
	page := s.open("/stores/changed?day=2023-01-23")
	closed := "Closed all day: Thanksgiving Day. This special day of group Family stands in the place of the weekly hours, 09:00–17:00."
	explained := text(page.Find("#explain .panel"))
	for _, want := range []string{closed, "Closed all day: nothing counts.", "= open 0 min"} {
		if !strings.Contains(explained, want) {
			t.Errorf("the explanation does not say %q: %s", want, explained)
		}
	}
	strips := texts(page.Find("details.day"))
	if got := strings.Join(strips, "\n"); !strings.Contains(got, "Closed: Thanksgiving Day") || !strings.Contains(got, closed) || strings.Count(got, "Thanksgiving") != 2 {
		t.Errorf("the strips say %s", got)
	}
	// The opening of the evening before stays whole.
	explained = text(s.open("/stores/night?day=2023-01-24").Find("#explain .panel"))
	for _, want := range []string{"Special hours, 10:00–12:00. This special day of the store stands in the place of the weekly hours, 18:00–02:00 (next day).",
		"Opening 00:00–02:00 CST", "Opening 10:00–12:00 CST", "= open 4 h"} {
		if !strings.Contains(explained, want) {
			t.Errorf("the night's explanation does not say %q: %s", want, explained)
		}
	}
	if strings.Contains(explained, "18:00–24:00") || strings.Contains(explained, "Opening 18:00") {
		t.Errorf("the weekly opening still counts: %s", explained)
	}
	if got := text(s.open("/stores/changed?day=2023-01-22").Find("#explain")); strings.Contains(got, "special") || strings.Contains(got, "Special") {
		t.Errorf("another date: %s", got)
	}
}

// An id can be any text, and the links must lead to its store.
func TestTheLinksBesideTheHoursLeadToTheStore(t *testing.T) {
	s := onSQLite(t)
	code := `a/b?c&d="e"`
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\n\"a/b?c&d=\"\"e\"\"\",active,2023-01-25 18:00:00 UTC\n"})
	links := map[string]bool{}
	s.open("/stores/" + url.PathEscape(code)).Find("#hours a").Each(func(_ int, a *goquery.Selection) { links[a.AttrOr("href", "")] = true })
	for _, want := range []string{"/special-days?store=" + url.QueryEscape(code), "/stores/" + url.PathEscape(code) + "/openings.ics"} {
		if !links[want] {
			t.Errorf("no link to %s in %v", want, links)
		}
	}
}
