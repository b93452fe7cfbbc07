package web_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/recurring"
	"lightson/models/uptime"
)

// addDigest is a digest of a person of all that they see, every day at 07:00 in Chicago.
func (s *site) addDigest(person string) digests.Digest {
	s.t.Helper()
	d := digests.Digest{
		ID: uuid.NewString(), PersonID: person, Subject: entered.All, Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago",
		Channels: []string{s.addChannel(person, true).ID}, NextAt: uptime.At(now.Add(24 * time.Hour)),
	}
	s.write(func(g *gorm.DB) *gorm.DB { return g.Create(&d) })
	return d
}

// said are the titles of the digests that were sent.
func (s *site) said() (titles []string) {
	s.t.Helper()
	var list []deliveries.Delivery
	if err := s.db.GORM(s.t.Context()).Where("kind = ?", deliveries.Digest).Order("created_at").Find(&list).Error; err != nil {
		s.t.Fatal(err)
	}
	for _, d := range list {
		titles = append(titles, d.Message.Title)
	}
	return titles
}

// digestFeeds are two stores of Ana's, of which one was offline for three hours yesterday,
// and one of Ben's, which was offline for longer.
func digestFeeds() []file {
	var rows []string
	for _, store := range []struct {
		code string
		down int // hours
	}{{"a1", 3}, {"a2", 0}, {"b1", 9}} {
		for hour := range 24 * 16 {
			at := now.Add(-time.Duration(hour) * time.Hour)
			status := "active"
			if back := now.Sub(at).Hours(); back >= 20 && back < 20+float64(store.down) {
				status = "inactive"
			}
			rows = append(rows, store.code+","+status+","+modelstest.Stamp(uptime.At(at)))
		}
	}
	return []file{
		{"polls.csv", modelstest.PollsFile(rows...)},
		{"names.csv", modelstest.NamesFile("a1,Ana One,Ana's,", "a2,Ana Two,Ana's,", "b1,Ben One,Ben's,")},
	}
}

func TestADigestIsAddedShownSentChangedAndRemoved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(digestFeeds()...)
		page := s.open("/digests")
		if got := text(page.Find(".empty-title")); got != "No digests yet" || page.Find(`#add a[href="/channels#add"]`).Length() != 1 {
			t.Errorf("the first visit says %q", got)
		}
		channel := s.addChannel("", true)
		send := func(target string, pairs ...string) answer {
			t.Helper()
			a := s.ask(http.MethodPost, target, form(pairs...))
			if a.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s: status %d: %s", target, a.StatusCode, text(a.page(t).Find(".problem")))
			}
			return s.ask(http.MethodGet, a.Header.Get("Location"))
		}
		page = send("/digests", "scope", "group", "for_group", "Ana's", "every", "daily", "time", "07:00", "zone", "America/Chicago", "channel", channel.ID).page(t)
		row := page.Find("#digests tbody tr")
		if got := text(row.Find("th .name")) + " | " + text(row.Find("th small")) + " | " + text(row.Find("td[data-label=To]")) + " | " + text(row.Find("td[data-label=Next]")); got != "Ana's | every day at 07:00, America/Chicago | till | Thu 26 Jan 2023, 07:00 CST" {
			t.Errorf("the row says %q", got)
		}
		id := strings.TrimPrefix(row.AttrOr("id", ""), "digest-")
		message := s.open("/digests/" + id + "/message")
		want := "Ana's, Tue 24 Jan 2023: 1 of 2 stores offline for a total of 3 h"
		if got := text(message.Find("main h3")); got != want || message.Find(`main a[href="/stores/a1"]`).Length() == 0 {
			t.Errorf("it would say %q, want %q", got, want)
		}
		send("/digests/" + id + "/send")
		if page := send("/digests/" + id + "/send").page(t); text(page.Find(".done")) != "The digest is on its way." {
			t.Errorf("after it was sent: %s", text(page.Find("main")))
		}
		if diff := cmp.Diff([]string{want}, s.said()); diff != "" {
			t.Errorf("twice within a minute (-want +got):\n%s", diff)
		}
		page = s.open("/digests/" + id)
		if page.Find("#digest-every-0[checked]").Length() != 1 || page.Find("#digest-channel-0[checked]").Length() != 1 || page.Find("#digest-group option[selected]").AttrOr("value", "") != "Ana's" {
			t.Error("the form does not have what the digest is")
		}
		page = send("/digests/"+id, "scope", "store", "for_store", "a2", "every", "monthly", "monthday", "31", "time", "06:30", "zone", "Europe/Oslo", "channel", channel.ID, "when_nothing", "true").page(t)
		if got := text(page.Find("#digests tbody tr th")); got != "Ana Two on the last day of every month at 06:30, Europe/Oslo" {
			t.Errorf("changed: %q", got)
		}
		if page := send("/digests/" + id + "/remove").page(t); page.Find("#digests tbody tr").Length() != 0 {
			t.Error("removed, and still there")
		}
	})
}

func TestFormsOfDigestsAreRefusedAtTheirField(t *testing.T) {
	s := onSQLite(t)
	s.load(digestFeeds()...)
	own, foreign := s.addDigest(""), s.addChannel("somebody else", true)
	fine := url.Values{"scope": {"all"}, "every": {"daily"}, "time": {"07:00"}, "zone": {"America/Chicago"}, "channel": own.Channels}
	for name, tt := range map[string]struct{ field, value, problem string }{
		"scope":            {"scope", "some", "digest-scope-problem"},
		"no time":          {"time", "", "digest-time-problem"},
		"no such time":     {"time", "25:00", "digest-time-problem"},
		"end of the day":   {"time", "24:00", "digest-time-problem"},
		"the machine's":    {"zone", "Local", "digest-zone-problem"},
		"no zone":          {"zone", "", "digest-zone-problem"},
		"every":            {"every", "cron", "digest-every-problem"},
		"no channel":       {"channel", "", "digest-channel-problem"},
		"foreign channel":  {"channel", foreign.ID, "digest-channel-problem"},
		"no day of a week": {"every", "weekly", "digest-day-problem"},
		"no day at all":    {"every", "monthly", "digest-day-problem"},
	} {
		typed := url.Values{}
		maps.Copy(typed, fine)
		typed.Set(tt.field, tt.value)
		if tt.value == "" {
			typed.Del(tt.field)
		}
		for _, target := range []string{"/digests", "/digests/" + own.ID} {
			a := s.ask(http.MethodPost, target, body("application/x-www-form-urlencoded", typed.Encode()))
			if got := text(a.page(t).Find("#" + tt.problem)); a.StatusCode != http.StatusUnprocessableEntity || got == "" {
				t.Errorf("%s at %s: status %d, %q: %s", name, target, a.StatusCode, got, text(a.page(t).Find(".problem")))
			}
		}
	}
	for range digests.Most {
		s.addDigest("")
	}
	if a := s.ask(http.MethodPost, "/digests", body("application/x-www-form-urlencoded", fine.Encode())); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "at most 50") {
		t.Errorf("one more than there may be: status %d", a.StatusCode)
	}
}

// An owner's digest is that of a server that has only their stores, whatever others are told
// and whatever happens to other stores.
func TestADigestTellsOfItsPersonsStoresOnly(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		one, other := newEstate("qzavi", "Asia/Tokyo", 7, 471137), newEstate("wyrmo", "Europe/Oslo", 60, 859053)
		shared := newNeighbourhood(t, db, one, other, true)
		alone := newNeighbourhood(t, modelstest.Open(t, modelstest.SQLite), one, other, false)
		ids := func(n *neighbourhood) (list []string) {
			people, _, err := n.server.Accounts().People(t.Context(), access.PeopleFilter{})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range people {
				if p.Email == one.tag+"@example.com" {
					for _, every := range []recurring.Every{recurring.Daily, recurring.Weekly, recurring.Monthly} {
						for _, of := range []entered.Subject{entered.All, entered.Group(one.group), entered.Store(one.stores[2]), entered.Group(other.group), entered.Store(other.stores[0])} {
							d := n.addDigest(p.ID)
							d.Every, d.Day, d.Subject = every, 1, of
							n.write(func(g *gorm.DB) *gorm.DB { return g.Save(&d) })
							list = append(list, d.ID)
						}
					}
				}
			}
			return list
		}
		ofShared, ofAlone := ids(shared), ids(alone)
		for round := range 2 {
			for n := range ofShared {
				got := shared.ask(http.MethodGet, "/digests/"+ofShared[n]+"/message", shared.asOne)
				want := alone.ask(http.MethodGet, "/digests/"+ofAlone[n]+"/message", alone.asOne)
				if diff := cmp.Diff(want.comparable(), got.comparable()); diff != "" || got.StatusCode != http.StatusOK {
					t.Errorf("digest %d, status %d (-alone +shared):\n%.2000s", n, got.StatusCode, diff)
				}
				for _, target := range []string{"", "/message", "/send", "/remove"} {
					method := http.MethodGet
					if target == "/send" || target == "/remove" {
						method = http.MethodPost
					}
					if a := shared.ask(method, "/digests/"+ofShared[n]+target, shared.asOther); a.StatusCode != http.StatusNotFound {
						t.Errorf("somebody else's digest %s: status %d", target, a.StatusCode)
					}
					if a := shared.ask(method, "/digests/"+ofShared[n]+target, shared.asOperator); a.StatusCode != http.StatusNotFound {
						t.Errorf("for an operator, somebody else's digest %s: status %d", target, a.StatusCode)
					}
				}
			}
			for _, group := range []string{other.group, "Nobody's"} { // neither is told from the other
				a := shared.ask(http.MethodPost, "/digests", shared.asOne, form("scope", "group", "for_group", group, "every", "daily", "time", "07:00", "zone", "UTC", "channel", "x"))
				if got := text(a.page(t).Find("#digest-group-problem")); a.StatusCode != http.StatusUnprocessableEntity || got != "You can see no store in the group "+group+"." {
					t.Errorf("a group out of reach: status %d, %q", a.StatusCode, got)
				}
			}
			if round == 0 {
				shared.load(one.more(1), other.more(1))
				alone.load(one.more(1))
			}
		}
	})
}

// What a digest says is what a report of the same range says, and the page of a store of the
// same day.
func TestTheNumbersOfADigestAreThoseOfReportAndPages(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		s := newSite(t, db)
		s.load(digestFeeds()...)
		d := s.addDigest("")
		ctx := access.With(t.Context(), access.Open())
		data := access.NewData(db, s.figures)
		a := s.ask(http.MethodPost, "/corrections", form("scope", "store", "store", "b1", "from", "2023-01-24T20:00", "to", "2023-01-24T23:00", "category", "other"))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("a correction: status %d", a.StatusCode)
		}
		for every, within := range map[recurring.Every]uptime.Span{
			recurring.Daily:  {From: modelstest.At("2023-01-24 06:00"), To: modelstest.At("2023-01-25 06:00")},
			recurring.Weekly: {From: modelstest.At("2023-01-16 06:00"), To: modelstest.At("2023-01-23 06:00")},
		} {
			d.Every = every
			s.write(func(g *gorm.DB) *gorm.DB { return g.Save(&d) })
			content, err := data.DigestNow(ctx, d.ID, now)
			if err != nil {
				t.Fatal(err)
			}
			asked := s.ask(http.MethodPost, "/trigger_report", form("from", within.From.Time().Format(time.RFC3339), "to", within.To.Time().Format(time.RFC3339)))
			id := strings.TrimPrefix(asked.Header.Get("Location"), "/get_report/")
			s.finish(s.claim(id))
			report, err := data.Report(ctx, id)
			if err != nil {
				t.Fatal(err)
			}
			var sum, corrected uptime.Figures
			for row, err := range data.Rows(ctx, report) {
				if err != nil {
					t.Fatal(err)
				}
				sum.Add(row.Range)
				corrected.Add(row.Corrected().Range)
				n := slices.IndexFunc(content.Worst.Shown, func(l digests.Line) bool { return l.Code == row.Store })
				if n >= 0 != (row.Range.Down > 0) || n >= 0 && content.Worst.Shown[n].Figures != row.Range {
					t.Errorf("%s, store %s: %+v in the report, %+v", every, row.Store, row.Range, content.Worst.Shown)
				}
			}
			if content.Sum != sum || content.Corrected != corrected {
				t.Errorf("%s: the digest adds up to %+v, %+v; the report to %+v, %+v", every, content.Sum, content.Corrected, sum, corrected)
			}
			snapshot, err := data.Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			var days uptime.Figures
			for n := range snapshot.Stores {
				past, err := data.StoreDays(ctx, snapshot, n, content.Period.First, content.Period.Last)
				if err != nil {
					t.Fatal(err)
				}
				for _, day := range past.Days(content.Period.First, content.Period.Last) {
					days.Add(past.Measure(day.Span)[0])
				}
			}
			if days.Open != sum.Open || days.Up != sum.Up || days.Down != sum.Down || days.Close != sum.Close {
				t.Errorf("%s: the days of the pages add up to %+v, the digest to %+v", every, days, sum)
			}
			log := fmt.Sprintf("/outages?from=%s&to=%s&sort=longest", within.From.Time().Format("2006-01-02T15:04:05"), within.To.Time().Format("2006-01-02T15:04:05"))
			if rows := s.open(log).Find("#outages tbody tr").Length(); rows != content.Outages.All {
				t.Errorf("%s: the log has %d outages, the digest %d", every, rows, content.Outages.All)
			}
		}
	})
}

// Whoever has an account sees nothing of what was made while there were none.
func TestDigestsOfBeforeThereWereAccountsAreNobodys(t *testing.T) {
	s := onSQLite(t)
	s.load(digestFeeds()...)
	d := s.addDigest("")
	who := s.as(s.person(access.Operator, reach.All()))
	if a := s.ask(http.MethodGet, "/digests/"+d.ID, who); a.StatusCode != http.StatusNotFound {
		t.Errorf("status %d, want 404", a.StatusCode)
	}
	if rows := s.ask(http.MethodGet, "/digests", who).page(t).Find("#digests tbody tr").Length(); rows != 0 {
		t.Errorf("%d are listed", rows)
	}
}
