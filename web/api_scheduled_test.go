package web_test

import (
	"net/http"
	"strings"
	"testing"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/scheduled"
	"lightson/models/uptime"
)

type scheduledJSON struct {
	ID, Name, Every, Time, Cron, Zone, Group, Period string
	Day                                              *int
	Files                                            []string
	Paused                                           bool
	NextAt                                           string `json:"next_at"`
	AskedAt                                          string `json:"run_asked_at"`
	Runs                                             []struct {
		ByHand   bool   `json:"by_hand"`
		ReportID string `json:"report_id"`
		Problem  string
	}
}

func TestAReportIsScheduledByScripts(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		who := s.as(a)
		added := done[scheduledJSON](s, 201, http.MethodPost, "/api/v1/scheduled-reports", who,
			jsonBody(`{"name":"Weekly","every":"weekly","day":0,"time":"07:00","zone":"America/Chicago","group":"Kowalski","period":"last-week","files":["xlsx","range"]}`))
		at := "/api/v1/scheduled-reports/" + added.ID
		if added.NextAt != "2023-01-30T13:00:00.000000Z" || added.Group != "Kowalski" || len(added.Files) != 2 || added.Paused {
			t.Errorf("it is %+v", added)
		}
		changed := done[scheduledJSON](s, 200, http.MethodPatch, at, who, jsonBody(`{"every":"cron","cron":"0 7 1 * *","group":null,"name":"Monthly"}`))
		if changed.Cron != "0 7 1 * *" || changed.Time != "" || changed.Day != nil || changed.Group != "" || changed.Period != "last-week" {
			t.Errorf("changed, it is %+v", changed)
		}
		if got := done[scheduledJSON](s, 200, http.MethodPost, at+"/pause", who); !got.Paused || got.NextAt != "" {
			t.Errorf("paused, it is %+v", got)
		}
		if got := done[scheduledJSON](s, 200, http.MethodPost, at+"/resume", who); got.Paused || got.NextAt == "" {
			t.Errorf("resumed, it is %+v", got)
		}
		if got := done[scheduledJSON](s, 200, http.MethodPost, at+"/run", who); got.AskedAt == "" {
			t.Errorf("asked for now, it is %+v", got)
		}
		run := scheduled.Run{ID: models.NewID(), ScheduledID: added.ID, ByHand: true, DueAt: uptime.At(now), AskedAt: uptime.At(now), Why: "No report: it is a test.", Filed: []string{}}
		s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&run) })
		shown := done[scheduledJSON](s, 200, http.MethodGet, at, who)
		if len(shown.Runs) != 1 || !shown.Runs[0].ByHand || shown.Runs[0].ReportID != "" || shown.Runs[0].Problem != "No report: it is a test." {
			t.Errorf("its runs are %+v", shown.Runs)
		}
		if list := s.call(http.MethodGet, "/api/v1/scheduled-reports", who); !strings.Contains(list.body, added.ID) {
			t.Errorf("the list is %s", list.body)
		}
		s.gone(at, who)
	})
}

func TestWhoMakesNoReportsReadsPausesAndRemovesWhatTheyHad(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a := s.person(access.Viewer, reach.All())
	who, own := s.as(a), s.addScheduled(a.ID)
	at := "/api/v1/scheduled-reports/" + own.ID
	for _, refusal := range []answer{
		s.call(http.MethodPost, "/api/v1/scheduled-reports", who, jsonBody(`{"name":"Weekly","every":"daily","time":"07:00","zone":"UTC"}`)),
		s.call(http.MethodPatch, at, who, jsonBody(`{"name":"Mine"}`)), s.call(http.MethodPost, at+"/run", who),
	} {
		refused(t, refusal, http.StatusForbidden, "Making reports is for owners and operators")
	}
	done[scheduledJSON](s, 200, http.MethodPost, at+"/pause", who)
	s.gone(at, who)
}

func TestEachFieldOfAScheduledReportIsRefusedByItsName(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a, other := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil)), s.person(access.Owner, reach.All())
	foreign := s.addChannel(other.ID, true)
	const whole = `"name":"Weekly","every":"daily","time":"07:00","zone":"UTC"`
	for sent, want := range map[string]string{
		`"every":"daily","time":"07:00","zone":"UTC"`:                            "name: expected a name, such as Weekly report",
		`"name":"Weekly","every":"never","time":"07:00","zone":"UTC"`:            "every: expected daily, weekly, monthly or cron",
		`"name":"Weekly","every":"weekly","time":"07:00","zone":"UTC"`:           "day: expected 0 (Monday)",
		`"name":"Weekly","every":"monthly","day":32,"time":"07:00","zone":"UTC"`: "day: expected a day of the month, 1 to 31, found 32",
		`"name":"Weekly","every":"daily","zone":"UTC"`:                           "time: expected a time such as 07:00",
		`"name":"Weekly","every":"daily","time":"24:00","zone":"UTC"`:            "time: expected a time from 00:00 to 23:59",
		`"name":"Weekly","every":"cron","cron":"often","zone":"UTC"`:             "cron: expected ",
		`"name":"Weekly","every":"daily","time":"07:00"`:                         "zone: expected a time zone such as America/Chicago, found nothing",
		whole + `,"group":"Lopez"`:                                               "group: expected the name of a group that has stores, found Lopez",
		whole + `,"period":"ever"`:                                               "period: expected yesterday, last-7-days, last-week or last-month",
		whole + `,"files":["pdf"]`:                                               "files: expected csv, details, range or xlsx",
		whole + `,"files":["range"]`:                                             "files: expected a range for the range CSV",
		whole + `,"attach":true`:                                                 "files: expected a file to attach",
		whole + `,"channels":["` + foreign.ID + `"]`:                             "channels: expected channels of your own",
		whole + `,"files":["csv"],"to_folder":true`:                              "folder: expected no folder: it is for operators who see all stores",
		whole + `,"corrected":1`:                                                 "corrected: expected true or false",
		whole + `,"paused":true`:                                                 "a field that is not known",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/scheduled-reports", s.as(a), jsonBody("{"+sent+"}")), http.StatusBadRequest, want)
	}
}
