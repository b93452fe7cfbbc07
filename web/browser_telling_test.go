package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/recurring"
	"lightson/models/scheduled"
	"lightson/models/uptime"
)

// longTitle is a name as somebody may type it who does not think of narrow screens.
const longTitle = "Weekly_report_of_all_restaurants_in_the_west_for_the_owner_and_for_the_people_of_her_office"

// tellingPlaces are the pages of what is sent, kept and read elsewhere. A report in progress
// is one that the visitor may wait for.
func tellingPlaces(t *testing.T, s *site, group string, inProgress, awaited string, incidents ...alerts.Incident) []place {
	t.Helper()
	channel, asked := s.addChannel("", true), s.addChannel("", false)
	reported := s.addTold(channel, "Weekly report")
	sent := s.addTold(channel, "A store has been offline since 14:05 CST", incidents[0])
	known := s.addTold(channel, "Another store is offline", incidents[1])

	d := s.addDigest("")
	d.Subject, d.LastAt, d.LastText = entered.Group(group), models.InstantAt(uptime.At(now)), "There was nothing to report, so nothing was sent."
	s.write(func(g *gorm.DB) *gorm.DB { return g.Save(&d) })
	s.addDigest("")

	r := s.addScheduled("", func(r *scheduled.Report) {
		r.Name, r.Group, r.Channels = longTitle, group, []string{channel.ID, asked.ID}
		r.Times = recurring.Times{Every: recurring.ByCron, Cron: "*/15 7-19 * * 1-5", Zone: "America/Chicago"}
	})
	s.addScheduled("", func(r *scheduled.Report) { r.Paused = true })
	complete := s.report().ID
	for n, run := range []scheduled.Run{
		{ReportID: complete, Why: "The mail has links: the files are too big for it.", Filed: []string{"west/" + longTitle + " 2023-01-25.csv"}},
		{ReportID: complete, ByHand: true},
		{ReportID: "deleted"},
		{Why: "No report: viewers cannot generate reports."},
	} {
		run.ID, run.ScheduledID, run.DueAt = models.NewID(), r.ID, uptime.At(now.Add(-time.Duration(n)*time.Hour))
		run.AskedAt, run.Filed = run.DueAt, models.OrEmpty(run.Filed)
		s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&run) })
		if n == 0 {
			s.write(func(g *gorm.DB) *gorm.DB {
				return g.Model(&deliveries.Delivery{}).Where("id = ?", reported.ID).Update("cause", run.ID)
			})
		}
	}
	for _, target := range []string{"/feeds", "/feeds"} {
		s.ask(http.MethodPost, target, form("name", longTitle, "scope", "group", "for_group", group))
	}
	s.ask(http.MethodPost, "/acknowledge/"+known.Token)
	s.ask(http.MethodPost, "/reports/"+awaited+"/await")
	for target, want := range map[string]string{
		"/reports/" + inProgress: "Tell me when it is ready", "/reports/" + awaited: "We will tell you when it is ready.",
		"/feeds": longTitle, "/acknowledge/" + sent.Token: "It began an hour ago.", "/scheduled-reports/" + r.ID: "viewers cannot generate reports",
	} {
		if page := text(s.open(target).Find("main")); !strings.Contains(page, want) {
			t.Errorf("%s does not show what it should be looked at for: expected %q, found %s", target, want, page)
		}
	}
	return []place{
		{"scheduled reports", "/scheduled-reports"},
		{"scheduled report", "/scheduled-reports/" + r.ID},
		{"digests", "/digests"},
		{"digest", "/digests/" + d.ID},
		{"what a digest says", "/digests/" + d.ID + "/message"},
		{"feeds", "/feeds"},
		{"acknowledging", "/acknowledge/" + sent.Token},
		{"acknowledged", "/acknowledge/" + known.Token},
		{"confirming", "/confirm/" + asked.Token},
		{"report that one waits for", "/reports/" + awaited},
	}
}
