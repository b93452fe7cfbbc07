package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

const (
	oldHours  = "store_id,day,start_time_local,end_time_local\na,0,09:00,17:00\na,1,09:00,17:00\n"
	newHours  = "store_id,day,start_time_local,end_time_local\na,0,10:00,16:00\na,1,09:00,17:00\n"
	fewPolls  = "store_id,status,timestamp_utc\na,active,2023-01-02 18:00:00 UTC\na,active,2023-01-25 18:00:00 UTC\n"
	newHours2 = "store_id,day,start_time_local,end_time_local\na,0,11:00,16:00\na,1,09:00,17:00\n"
)

func TestAPreviewSaysFromWhenHoursHold(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"hours.csv", oldHours}, file{"polls.csv", fewPolls})
		id := s.preview(file{"new.csv", newHours})
		page := s.open("/imports/" + id)
		change := text(page.Find("#changes-heading + p + table tbody tr:first-child"))
		if !strings.Contains(change, "Mon–Tue 09:00–17:00") || !strings.Contains(change, "Mon 10:00–16:00, Tue 09:00–17:00") || !strings.Contains(change, "from 25 Jan 2023") {
			t.Errorf("the change is shown as %s", change)
		}
		// Four Mondays from 2 January on, whose hours would be others.
		if facts := text(page.Find("#import")); !strings.Contains(facts, "would change the opening hours of 4 days of 1 store") {
			t.Errorf("the days are not told: %s", facts)
		}
		choose := func(from, date string) answer {
			return s.ask(http.MethodPost, "/imports/"+id+"/preview", form("hours_from", from, "hours_from_date", date))
		}
		if a := choose("date", "2023-01-32"); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "hours_from_date: expected always, or a date") {
			t.Errorf("a date that is none: %d", a.StatusCode)
		}
		for want, choice := range map[string][2]string{"for all time": {"always", ""}, "from 1 Feb 2023": {"date", "2023-02-01"}} {
			choose(choice[0], choice[1]).leadsTo(t, "/imports/"+id)
			page = s.open("/imports/" + id)
			if change := text(page.Find("#changes-heading + p + table tbody tr:first-child")); !strings.Contains(change, want) || page.Find(".callout").Length() > 0 {
				t.Errorf("want %s, got %s", want, change)
			}
			if got := page.Find("#hours-choice option[selected]").AttrOr("value", "none"); got != choice[0] {
				t.Errorf("%s is chosen", got)
			}
		}
	})
}

func TestHoursAreAppliedToThePastByOneButton(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"hours.csv", oldHours}, file{"polls.csv", fewPolls})
		id := s.load(file{"new.csv", newHours}).ID
		page := s.open("/imports/" + id)
		if got := text(page.Find("#past-hours p")); !strings.Contains(got, "The new hours of 1 store apply from 25 Jan 2023 on. Applied to the past too, they would change the opening hours of 4 days of 1 store.") {
			t.Errorf("the page says %s", got)
		}
		press := page.Find("#past-hours form").AttrOr("action", "")
		for range 2 {
			s.ask(http.MethodPost, press).leadsTo(t, "/imports/"+id)
			page = s.open("/imports/" + id)
			if got := text(page.Find("#past-hours")); !strings.Contains(got, "These hours were also applied to the past.") || page.Find("#past-hours form").Length() > 0 {
				t.Errorf("once done, the page says %s", got)
			}
		}
		done := page.Find("#past-hours a").AttrOr("href", "")
		by := s.open(done)
		if !strings.Contains(text(by.Find("#import")), "for all time") || !strings.Contains(text(by.Find("#import")), "192.0.2.1") {
			t.Errorf("the import that did it: %s", text(by.Find("#import")))
		}
		again := decode[jsonImport](t, s.call(http.MethodPost, "/api/v1/imports/"+id+"/apply-hours"))
		if "/imports/"+again.ID != done {
			t.Errorf("the API names %s, the page %s", again.ID, done)
		}
		s.ask(http.MethodPost, done+"/undo").leadsTo(t, done)
		if s.open("/imports/"+id).Find("#past-hours form").Length() != 1 {
			t.Error("undone, it cannot be done again")
		}
		refused(t, s.call(http.MethodPost, "/api/v1/imports/"+again.ID+"/apply-hours"), 409, "changed no hours from a date on")
	})
}

func TestAnUploadChoosesFromWhenHoursHold(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"hours.csv", oldHours}, file{"polls.csv", fewPolls})
	refused(t, s.call(http.MethodPost, "/api/v1/imports?hours_from=yesterday", files(file{"new.csv", newHours})), 400, "hours_from: expected always, or a date from 1970 to 2100 such as 2023-01-24, found \"yesterday\"")
	refused(t, s.call(http.MethodPost, "/api/v1/imports", fieldAndFiles("hours_from", "yesterday", file{"new.csv", newHours})), 400, "hours_from: expected always")
	if left := s.staged(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for _, send := range []func() answer{
		func() answer {
			return s.call(http.MethodPost, "/api/v1/imports?hours_from=always", files(file{"new.csv", newHours}))
		},
		func() answer {
			return s.call(http.MethodPost, "/api/v1/imports", fieldAndFiles("hours_from", "always", file{"new.csv", newHours2}))
		},
	} {
		i := decode[jsonImport](t, send())
		done := s.workOffImport(i.ID)
		if done.HoursFrom != "always" || len(done.Files[0].Notes) != 1 || done.Files[0].Notes[0].Text.String() != "Changed hours: 1 store for all time." {
			t.Errorf("%q, %+v", done.HoursFrom, done.Files[0].Notes)
		}
		if got := text(s.open("/imports/" + i.ID).Find("#import")); !strings.Contains(got, "Hours applyfor all time") {
			t.Errorf("the page says %s", got)
		}
	}
}

// fieldAndFiles is a form with a field before its files.
func fieldAndFiles(field, value string, list ...file) func(*http.Request) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	_ = form.WriteField(field, value)
	for _, f := range list {
		part, err := form.CreateFormFile("files", f.name)
		if err != nil {
			panic(err) // a buffer takes everything
		}
		_, _ = part.Write([]byte(f.text))
	}
	_ = form.Close()
	return body(form.FormDataContentType(), b.String())
}
