package web_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/recurring"
	"lightson/models/scheduled"
	"lightson/models/uptime"
)

// addScheduled is a report that is made every morning for a person.
func (s *site) addScheduled(person string, change ...func(*scheduled.Report)) scheduled.Report {
	s.t.Helper()
	r := scheduled.Report{PersonID: person, Name: "Morning", Times: recurring.Times{Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago"}}
	for _, do := range change {
		do(&r)
	}
	if err := r.Clean(); err != nil {
		s.t.Fatal(err)
	}
	r.ID, r.CreatedAt, r.NextAt = models.NewID(), uptime.At(now), r.Times.Next(uptime.At(now))
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&r) }) // beyond the number that people may have
	return r
}

func TestAReportIsScheduledShownChangedPausedAndRemoved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		owner := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		who, channel := s.as(owner), s.addChannel(owner.ID, true)
		post := func(target string, pairs ...string) string {
			t.Helper()
			got := s.ask(http.MethodPost, target, who, form(pairs...))
			if got.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s: status %d: %s", target, got.StatusCode, text(got.page(t).Find(".problem")))
			}
			return got.Header.Get("Location")
		}
		at := post("/scheduled-reports", "name", "Weekly <b>", "every", "weekly", "weekday", "0", "at", "07:00", "zone", "America/Chicago",
			"group", "Kowalski", "period", "last-week", "file", "range", "channel", channel.ID, "attach", "true")
		at, done, _ := strings.Cut(at, "?")
		page := s.ask(http.MethodGet, at+"?"+done, who).page(t)
		if got := text(page.Find(".lead").First()); got != "every Monday at 07:00, America/Chicago · Kowalski · last week, Monday to Sunday · to till" {
			t.Errorf("the page says %q", got)
		}
		if page.Find("h1").Text() != "Weekly <b>" || text(page.Find(".done")) != "Report scheduled." || !strings.HasPrefix(text(page.Find(".state-row")), "Next: Mon ") {
			t.Errorf("the page says %q, %q", page.Find("h1").Text(), text(page.Find(".state-row")))
		}
		for _, chosen := range []string{"[name=every] [value=weekly][selected]", "[name=file][value=range][checked]", "[name=attach][checked]", "[name=channel][checked]", "[name=group] [value=Kowalski][selected]"} {
			if page.Find(chosen).Length() != 1 {
				t.Errorf("the form forgets what was chosen: %s", chosen)
			}
		}
		post(at, "name", "Monthly", "every", "monthly", "month_day", "31", "at", "06:30", "zone", "UTC")
		post(at + "/pause")
		if got := text(s.ask(http.MethodGet, "/scheduled-reports", who).page(t).Find("#scheduled li")); got != "Monthlyon the last day of every month at 06:30, UTC · All stores you can see Paused" {
			t.Errorf("the list says %q", got)
		}
		post(at + "/resume")
		post(at + "/run")
		if page := s.ask(http.MethodGet, at, who).page(t); !strings.Contains(text(page.Find("main")), "The report will be generated in a moment.") || page.Find("form[action$='/run']").Length() != 0 {
			t.Error("it can be asked for twice")
		}
		post(at + "/remove")
		if got := s.ask(http.MethodGet, at, who); got.StatusCode != http.StatusNotFound {
			t.Errorf("removed, it answers %d", got.StatusCode)
		}
		key := withKey(s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All()))
		if records := s.audited("action=scheduled-report.add", key); len(records) != 1 || records[0].Detail != "Weekly <b>, every Monday at 07:00, America/Chicago" {
			t.Errorf("the log says %v", records)
		}
	})
}

func TestAScheduleThatCannotBeIsShownAgainWithWhatWasTyped(t *testing.T) {
	s := onSQLite(t).twoGroups()
	owner, other := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil)), s.person(access.Owner, reach.All())
	foreign := s.addChannel(other.ID, true)
	for _, tt := range []struct{ pairs, field, want string }{
		{"name=", "name", "Enter a name, such as “Weekly report”."},
		{"name=" + strings.Repeat("x", 101), "name", "Use at most 100 characters. This name has 101."},
		{"every=hourly", "every", "Choose how often."},
		{"every=weekly&weekday=7", "weekday", "Choose a day of the week."},
		{"every=monthly&month_day=x", "month_day", "Expected a day of the month, 1 to 31, found x."},
		{"at=25:00", "at", "Enter a time such as 07:00."},
		{"every=cron&cron=* * * * *", "cron", "Choose times that are at least 15 minutes apart."},
		{"every=cron&cron=0 25 * * *", "cron", "The cron expression is not valid at 25. It needs minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5."},
		{"zone=Local", "zone", "Enter a time zone such as America/Chicago."},
		{"group=Palmer", "group", "You can see no store in the group Palmer."},
		{"period=for-ever", "period", "Choose a time range from the list."},
		{"file=exe", "file", "Choose files from the list."},
		{"file=range", "file", "The range CSV needs a time range. Choose a time range, or leave this file out."},
		{"attach=true", "file", "Choose at least one file to attach or to save in the folder."},
		{"channel=" + foreign.ID, "", "One of these channels no longer exists. Choose others."},
		{"to_folder=true&file=csv", "", "Only operators who see all stores can save files in a folder."},
		{"to_folder=true&file=csv&folder=../out", "", "Enter a folder inside the reports folder of the server, such as weekly/west."},
		{"to_folder=true&file=csv&folder=/etc", "", "Enter a folder inside the reports folder of the server, such as weekly/west."},
		{"to_folder=true&file=csv&folder=a/.hidden", "", "Enter a folder inside the reports folder of the server, such as weekly/west."},
		{"to_folder=true&file=csv&folder=a\\b", "", "Enter a folder inside the reports folder of the server, such as weekly/west."},
	} {
		values := url.Values{"name": {"Morning & more"}, "every": {"daily"}, "at": {"07:00"}, "zone": {"UTC"}}
		typed, err := url.ParseQuery(tt.pairs)
		if err != nil {
			t.Fatal(err)
		}
		pairs := []string{}
		maps.Copy(values, typed)
		for field, list := range values {
			pairs = append(pairs, field, list[0])
		}
		got := s.ask(http.MethodPost, "/scheduled-reports", s.as(owner), form(pairs...))
		page := got.page(t)
		if said := text(page.Find("#add .problem")); got.StatusCode != http.StatusUnprocessableEntity || said != tt.want {
			t.Errorf("%s: status %d, %q, want %q", tt.pairs, got.StatusCode, said, tt.want)
		}
		if tt.field != "" && page.Find("#add [name="+tt.field+"][aria-describedby$=problem]").Length() == 0 {
			t.Errorf("%s: the field does not say what is wrong with it", tt.pairs)
		}
		if name := page.Find("#add [name=name]").AttrOr("value", ""); name != values.Get("name") {
			t.Errorf("%s: the name that was typed is %q", tt.pairs, name)
		}
	}
}

func TestAViewerReadsWhySchedulesAreNotForThem(t *testing.T) {
	s := onSQLite(t).twoGroups()
	viewer := s.person(access.Viewer, reach.All())
	r := s.addScheduled(viewer.ID) // from when they were more
	for _, target := range []string{"/scheduled-reports", "/scheduled-reports/" + r.ID} {
		page := s.ask(http.MethodGet, target, s.as(viewer)).page(t)
		if !strings.Contains(text(page.Find("main")), "you cannot schedule any") || page.Find("[name=cron], form[action$='/run']").Length() != 0 {
			t.Errorf("%s: %s", target, text(page.Find("main")))
		}
	}
	for target, want := range map[string]int{"": http.StatusForbidden, "/run": http.StatusForbidden, "/pause": http.StatusSeeOther} {
		if got := s.ask(http.MethodPost, "/scheduled-reports/"+r.ID+target, s.as(viewer), form("name", "x")); got.StatusCode != want {
			t.Errorf("POST %s: status %d, want %d", target, got.StatusCode, want)
		}
	}
}

func TestTheHistorySaysWhatBecameOfEachRun(t *testing.T) {
	s := onSQLite(t).twoGroups()
	owner := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
	r, channel := s.addScheduled(owner.ID), s.addChannel(owner.ID, true)
	add := func(minutes int, change func(*scheduled.Run)) {
		t.Helper()
		at := uptime.At(now).Add(uptime.Micros(minutes) * uptime.Minute)
		run := scheduled.Run{ID: models.NewID(), ScheduledID: r.ID, DueAt: at, AskedAt: at, Filed: []string{}}
		change(&run)
		s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&run) })
	}
	add(1, func(run *scheduled.Run) { run.Why = "No report: viewers cannot generate reports." })
	add(2, func(run *scheduled.Run) { run.ReportID = "deleted" })
	add(3, func(run *scheduled.Run) {
		d := s.addDelivery(channel, models.Complete, "Morning is ready")
		s.write(func(g *gorm.DB) *gorm.DB { return g.Model(&d).Update("cause", run.ID) })
		run.ReportID, run.DueAt, run.Filed = s.report().ID, run.DueAt.Add(-uptime.Day), []string{"west/Morning 2023-01-25.csv"}
	})
	page := s.ask(http.MethodGet, "/scheduled-reports/"+r.ID, s.as(owner)).page(t)
	list := text(page.Find("#runs"))
	for _, want := range []string{"Not generated", "viewers cannot generate reports", "Report too old, deleted", "Not visible to you", "Started late, at", "In the folder: west/Morning 2023-01-25.csv", "till · sent"} {
		if !strings.Contains(list, want) {
			t.Errorf("the history does not say %q: %s", want, list)
		}
	}
	if page.Find("#runs a[href^='/reports/']").Length() != 0 {
		t.Error("the history leads to a report that the owner does not see")
	}
}

func TestAReportThatIsNotReadyIsWaitedForByAButton(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		operator := s.person(access.Operator, reach.All())
		who := s.as(operator)
		r := models.NewReport(models.FromAPI, models.ReportScope{}, "")
		if err := s.jobs.AskReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if page := s.ask(http.MethodGet, "/reports/"+r.ID, who).page(t); page.Find("#report-await").Length() != 0 {
			t.Error("who has no channel is promised to be told")
		}
		s.addChannel(operator.ID, true)
		if page := s.ask(http.MethodGet, "/reports/"+r.ID, who).page(t); page.Find("form[action='/reports/"+r.ID+"/await'] #report-await").Length() != 1 {
			t.Fatal("no button")
		}
		for range 2 {
			if got := s.ask(http.MethodPost, "/reports/"+r.ID+"/await", who, form()); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/reports/"+r.ID {
				t.Fatalf("status %d", got.StatusCode)
			}
		}
		if page := s.ask(http.MethodGet, "/reports/"+r.ID, who).page(t); page.Find("#report-await").Length() != 0 || !strings.Contains(text(page.Find("#report")), "We will tell you when it is ready.") {
			t.Error("the page does not show that it is waited for")
		}
		if n, err := modelstest.Count(s.db, "awaited_reports"); err != nil || n != 1 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestAReportIsDownloadedAsASpreadsheet(t *testing.T) {
	s := onSQLite(t).twoGroups()
	r := s.report()
	got := s.ask(http.MethodGet, "/reports/"+r.ID+"/report.xlsx")
	book, err := excelize.OpenReader(bytes.NewReader([]byte(got.body)))
	if err != nil || got.Header.Get("Content-Type") != "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" || !strings.HasSuffix(got.Header.Get("Content-Disposition"), `.xlsx`) && !strings.Contains(got.Header.Get("Content-Disposition"), `.xlsx"`) {
		t.Fatalf("%v, %v", err, got.Header)
	}
	defer book.Close()
	if rows, err := book.GetRows("Stores"); err != nil || int64(len(rows)) != r.Stores+1 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	if link := s.open("/reports/" + r.ID).Find("a[href$='/report.xlsx']"); text(link) != "Excel" {
		t.Errorf("the page offers %q", text(link))
	}
}
