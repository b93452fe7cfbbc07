package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/web"
)

// twoGroups are two groups in Chicago with a store each, polled until 18:13 UTC.
func (s *site) twoGroups() *site {
	s.t.Helper()
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\nkettle,active,2023-01-25 16:13:00 UTC\nkettle,inactive,2023-01-25 17:13:00 UTC\nkettle,inactive,2023-01-25 18:13:00 UTC\ntaco,active,2023-01-25 18:13:00 UTC\n"},
		file{"names.csv", "store_id,name,group,city\nkettle,Blue Kettle,Kowalski,Boise\ntaco,Taco Airport,Lopez,Reno\n"},
		file{"zones.csv", "store_id,timezone_str\nkettle,America/Chicago\ntaco,America/Chicago\n"})
	return s
}

func TestTheFirstVisitToAlertsLeadsToAChannelAndThenToARule(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Viewer, reach.All())
		page := s.ask(http.MethodGet, "/alerts", s.as(a)).page(t)
		if got := page.Find(".steps a.primary"); got.Length() != 1 || got.AttrOr("href", "") != "/channels#add" {
			t.Errorf("without a channel, the primary buttons are %q", texts(got))
		}
		s.addChannel(a.ID, false)
		if got := s.ask(http.MethodGet, "/alerts", s.as(a)).page(t).Find(".steps a.primary").AttrOr("href", ""); got != "/channels#add" {
			t.Errorf("with a channel that is not confirmed, the first step is %q", got)
		}
		works := s.addChannel(a.ID, true)
		page = s.ask(http.MethodGet, "/alerts", s.as(a)).page(t)
		if got := page.Find(".steps a.primary"); got.Length() != 1 || got.AttrOr("href", "") != "/alerts/new" {
			t.Errorf("with a channel, the primary buttons are %q", texts(got))
		}
		form := s.ask(http.MethodGet, "/alerts/new", s.as(a)).page(t)
		if got := form.Find("[name=channel][checked]"); got.Length() != 1 || got.AttrOr("value", "") != works.ID || form.Find("[name=channel]").Length() != 2 {
			t.Errorf("%d of %d channels are chosen", got.Length(), form.Find("[name=channel]").Length())
		}
		if got := form.Find("[name=zone]").AttrOr("value", ""); got != "America/Chicago" {
			t.Errorf("the quiet hours are in %q", got)
		}
	})
}

func TestARuleIsSaidInOneSentenceAndCanBeChangedSwitchedAndRemoved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		who, channel := s.as(a), s.addChannel(a.ID, true)
		do := func(target, done string, pairs ...string) {
			t.Helper()
			if got := s.ask(http.MethodPost, target, who, form(pairs...)); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/alerts?done="+done {
				t.Fatalf("%s: status %d to %q: %s", target, got.StatusCode, got.Header.Get("Location"), text(got.page(t).Find(".problem")))
			}
		}
		do("/alerts", "saved", "kind", "offline", "scope", "group", "for_group", "Kowalski", "after", "30", "after_unit", "minutes", "back", "true", "enabled", "true",
			"remind", "240", "again", "60", "quiet_from", "23:00", "quiet_to", "07:00", "zone", "America/Chicago", "channel", channel.ID)
		page := s.ask(http.MethodGet, "/alerts?done=saved", who).page(t)
		want := "Tell me when a store of Kowalski is offline for 30 minutes. Also when it is over. Nothing is sent between 23:00 and 07:00, America/Chicago. A reminder comes every 4 hours until someone acknowledges it. To till. OnTurn off Tell me when a store of Kowalski is offline for 30 minutes."
		if got := strings.ReplaceAll(text(page.Find("#rules li")), "minutes.Also", "minutes. Also"); got != want {
			t.Errorf("the rule is\n%s\nwant\n%s", got, want)
		}
		if got := text(page.Find(".done")); got != "Rule saved." {
			t.Errorf("it says %q", got)
		}
		rule := page.Find("#rules a").AttrOr("href", "")
		shown := s.ask(http.MethodGet, rule, who).page(t)
		for field, value := range map[string]string{"after": "30", "quiet_from": "23:00", "quiet_to": "07:00", "zone": "America/Chicago"} {
			if got := shown.Find("[name="+field+"]").AttrOr("value", ""); got != value {
				t.Errorf("the form has %s = %q, want %q", field, got, value)
			}
		}
		if shown.Find("[name=kind][value=offline][checked], [name=back][checked], [name=scope][value=group][checked], [name=remind] option[value='240'][selected]").Length() != 4 {
			t.Error("the form forgets what was chosen")
		}
		do(rule, "saved", "kind", "offline", "scope", "store", "for_store", "kettle", "after", "2", "after_unit", "hours")
		do(rule+"/enable", "enabled")
		if got := text(s.ask(http.MethodGet, "/alerts", who).page(t).Find("#rules li")); !strings.HasPrefix(got, "Tell me when Blue Kettle is offline for 2 hours.This rule has no channel, so no messages are sent. OnTurn off") {
			t.Errorf("changed, the rule is %q", got)
		}
		do(rule+"/disable", "disabled")
		do(rule+"/remove", "removed")
		if got := s.ask(http.MethodGet, rule, who); got.StatusCode != http.StatusNotFound {
			t.Errorf("a rule that was removed: status %d", got.StatusCode)
		}
		key := withKey(s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All()))
		if records := s.audited("action=alert-rule.add", key); len(records) != 1 || records[0].Detail != "a store of Kowalski is offline for 30 minutes" {
			t.Errorf("the log says %v", records)
		}
	})
}

func TestARuleThatCannotBeIsShownAgainWithWhatWasTyped(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a, other := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil)), s.person(access.Owner, reach.All())
	foreign := s.addChannel(other.ID, true)
	for _, tt := range []struct {
		pairs          string
		field, problem string
	}{
		{"kind=&scope=all&after=30", "kind", "what the rule looks for"},
		{"kind=earthquake&scope=all&after=30", "kind", "what the rule looks for"},
		{"kind=import_failed", "kind", "people who can see all stores"},
		{"kind=source_failing", "kind", "people who can see all stores"},
		{"kind=offline&after=30", "scope", "Choose for whom it is"},
		{"kind=offline&scope=group&for_group=Lopez&after=30", "group", "no store in the group Lopez."},
		{"kind=offline&scope=group&for_group=Nobody&after=30", "group", "no store in the group Nobody."},
		{"kind=offline&scope=group&after=30", "group", "Enter the name of a group."},
		{"kind=offline&scope=store&for_store=taco&after=30", "store", "no store with the id taco."},
		{"kind=offline&scope=store&for_store=nowhere&after=30", "store", "no store with the id nowhere."},
		{"kind=offline&scope=store&for_store=a%00b&after=30", "store", "cannot be stored"},
		{"kind=offline&scope=all&after=", "after", "a whole number"},
		{"kind=offline&scope=all&after=-5", "after", "a whole number"},
		{"kind=offline&scope=all&after=1e3", "after", "a whole number"},
		{"kind=offline&scope=all&after=9999999999999999999", "after", "a whole number"},
		{"kind=offline&scope=all&after=1000&after_unit=hours", "after", "0 min to 2 d"},
		{"kind=no_data&scope=all&after=5", "after", "from 1 h 30 min"},
		{"kind=offline&scope=all&after=30&again=0", "", ""},
		{"kind=offline&scope=all&after=30&again=99999", "again", "from 1 min"},
		{"kind=offline&scope=all&after=30&remind=1", "remind", "from 15 min"},
		{"kind=offline&scope=all&after=30&quiet_from=23:00", "quiet", "two times such as"},
		{"kind=offline&scope=all&after=30&quiet_from=25:00&quiet_to=07:00", "quiet", "two times such as"},
		{"kind=offline&scope=all&after=30&quiet_from=23:00&quiet_to=23:00&zone=UTC", "quiet", "must end at another time"},
		{"kind=offline&scope=all&after=30&quiet_from=23:00&quiet_to=07:00", "zone", "America/Chicago"},
		{"kind=offline&scope=all&after=30&quiet_from=23:00&quiet_to=07:00&zone=Local", "zone", "America/Chicago"},
		{"kind=offline&scope=all&after=30&zone=Nowhere/Land", "zone", "America/Chicago"},
		{"kind=offline&scope=all&after=30&channel=" + foreign.ID, "channel", "no longer exists"},
		{"kind=offline&scope=all&after=30&channel=%00", "channel", "no longer exists"},
	} {
		for _, target := range []string{"/alerts", "/alerts/backtest"} {
			got := s.ask(http.MethodPost, target, s.as(a), body("application/x-www-form-urlencoded", tt.pairs))
			if tt.field == "" && tt.problem == "" {
				if got.StatusCode >= 400 {
					t.Errorf("%s %s: status %d", target, tt.pairs, got.StatusCode)
				}
				continue
			}
			page := got.page(t)
			problem := text(page.Find("#rule-" + tt.field + "-problem"))
			if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(problem, tt.problem) || page.Find("h1").Length() != 1 {
				t.Errorf("%s %s: status %d, %q, want %q", target, tt.pairs, got.StatusCode, problem, tt.problem)
			}
			if strings.Contains(got.body, foreign.Address) || strings.Contains(text(page.Find("form")), "till") {
				t.Errorf("%s %s: it tells of a channel of somebody else", target, tt.pairs)
			}
		}
	}
	partial := s.ask(http.MethodPost, "/alerts/backtest", s.as(a), asHTMX, form("kind", "offline", "scope", "all", "after", "x"))
	if partial.StatusCode != http.StatusUnprocessableEntity || partial.Header.Get("HX-Retarget") != "#rule" || partial.page(t).Find("html head title").Length() != 0 {
		t.Errorf("asked by htmx, a refused form is answered with %d for %q", partial.StatusCode, partial.Header.Get("HX-Retarget"))
	}
	if rules, err := alerts.Rules(t.Context(), s.db, a.ID); err != nil || len(rules) != 1 {
		t.Errorf("there are %d rules (%v), want that one alone which was not refused", len(rules), err)
	}
}

func TestNobodySeesOrChangesWhatIsSomebodyElses(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		owner, other := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil)), s.person(access.Operator, reach.All())
		rule := s.addRule(owner.ID, entered.Store("kettle"))
		incident := s.addIncident(rule, "kettle")
		s.ask(http.MethodPost, "/stores/kettle/pause", s.as(owner), form("until", "2023-02-01"))
		page := s.ask(http.MethodGet, "/alerts", s.as(other))
		if strings.Contains(page.body, "Blue Kettle") || strings.Contains(page.body, rule.ID) {
			t.Error("an operator sees what an owner is told")
		}
		for _, target := range []string{"/alerts/" + rule.ID, "/alerts/" + rule.ID + "/enable", "/alerts/" + rule.ID + "/disable", "/alerts/" + rule.ID + "/remove", "/alerts/incidents/" + incident.ID + "/acknowledge"} {
			if a := s.ask(http.MethodPost, target, s.as(other), form("kind", "offline", "scope", "all", "after", "5")); a.StatusCode != http.StatusNotFound {
				t.Errorf("POST %s by somebody else: status %d", target, a.StatusCode)
			}
		}
		if a := s.ask(http.MethodPost, "/alerts/backtest", s.as(other), form("id", rule.ID, "kind", "offline", "scope", "all", "after", "5")); a.StatusCode != http.StatusNotFound {
			t.Errorf("trying the rule of somebody else: status %d", a.StatusCode)
		}
		// An id in the form is not the address.
		if a := s.ask(http.MethodPost, "/alerts", s.as(other), form("id", rule.ID, "kind", "offline", "scope", "all", "after", "5")); a.StatusCode != http.StatusSeeOther {
			t.Errorf("with an id in the form: status %d", a.StatusCode)
		}
		s.ask(http.MethodPost, "/alerts/incidents/acknowledge", s.as(other))
		s.ask(http.MethodPost, "/stores/kettle/resume", s.as(other))
		if now, err := alerts.RuleOf(t.Context(), s.db, owner.ID, rule.ID); err != nil || now.After != rule.After || !now.Enabled {
			t.Errorf("the rule is now %+v (%v)", now, err)
		}
		found, err := alerts.Incidents(t.Context(), s.db, owner.ID, alerts.IncidentFilter{ID: incident.ID})
		if err != nil || len(found) != 1 || found[0].Acknowledged() {
			t.Errorf("the incident is now %+v (%v)", found, err)
		}
		if pauses, err := alerts.Pauses(t.Context(), s.db, owner.ID); err != nil || len(pauses) != 1 {
			t.Errorf("the pauses are %v (%v)", pauses, err)
		}
		if text := text(s.ask(http.MethodGet, "/stores/kettle", s.as(other)).page(t).Find("#alerts")); strings.Contains(text, "paused") {
			t.Errorf("an operator sees on the store's page: %q", text)
		}
		// What left the reach is not shown any more, nor acknowledged.
		within := reach.Of([]string{"Lopez"}, nil)
		if _, err := s.server.Accounts().ChangePerson(t.Context(), owner.ID, access.Change{Reach: &within}); err != nil {
			t.Fatal(err)
		}
		if a := s.ask(http.MethodGet, "/alerts", s.as(owner)); strings.Contains(a.body, "Blue Kettle") || strings.Contains(a.body, "Boise") {
			t.Error("an owner sees a store that is theirs no more")
		}
		if a := s.ask(http.MethodPost, "/alerts/incidents/"+incident.ID+"/acknowledge", s.as(owner)); a.StatusCode != http.StatusNotFound {
			t.Errorf("acknowledging what left the reach: status %d", a.StatusCode)
		}
	})
}

func TestAnIncidentIsToldOnceAMessageToldOfIt(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.All())
		rule := s.addRule(a.ID, entered.All)
		i := s.addIncident(rule, "kettle")
		told := func() string {
			t.Helper()
			return text(s.ask(http.MethodGet, "/alerts", s.as(a)).page(t).Find("#open td[data-label=Message]"))
		}
		notices := func(change map[string]any) {
			t.Helper()
			s.write(func(g *gorm.DB) *gorm.DB {
				return g.Model(&alerts.Notice{}).Where("incident_id = ?", i.ID).Updates(change)
			})
		}
		notices(map[string]any{"message_id": ""}) // no channel worked
		if got := told(); !strings.HasPrefix(got, "Not sent: no channel works") {
			t.Errorf("where nothing was sent: %q", got)
		}
		withdrawn := s.addIncident(rule, "taco", func(i *alerts.Incident) { i.Phase, i.Ending = alerts.Withdrawn, alerts.Undone })
		s.write(func(g *gorm.DB) *gorm.DB {
			return g.Model(&alerts.Notice{}).Where("incident_id = ?", withdrawn.ID).Update("message_id", "")
		})
		past := text(s.ask(http.MethodGet, "/alerts", s.as(a)).page(t).Find("#past td[data-label=Message]"))
		if !strings.HasPrefix(past, "Not sent: it was already over") {
			t.Errorf("withdrawn before anything was sent: %q", past)
		}
		notices(map[string]any{"told_at": nil}) // such as in quiet hours
		if got := told(); !strings.HasPrefix(got, "Will be sent") {
			t.Errorf("before the message: %q", got)
		}
		s.addTold(s.addChannel(a.ID, true), "Blue Kettle is offline", i)
		if got := told(); !strings.HasPrefix(got, "Sent") {
			t.Errorf("after a message: %q", got)
		}
	})
}

func TestWhatGoesOnIsListedWorstFirstAndCanBeAcknowledged(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.All())
		who, rule := s.as(a), s.addRule(a.ID, entered.All)
		short := s.addIncident(rule, "taco", func(i *alerts.Incident) { i.Began = uptime.At(now).Add(-40 * uptime.Minute) })
		s.addIncident(rule, "kettle")
		s.addIncident(rule, "kettle", func(i *alerts.Incident) {
			i.Phase, i.Ending, i.EndedAt = alerts.Over, alerts.CameBack, models.InstantAt(i.Began.Add(15*uptime.Minute))
		})
		s.addIncident(rule, "taco", func(i *alerts.Incident) { i.Phase, i.ToldAt = alerts.Withdrawn, models.OptionalInstant{} })
		s.addIncident(rule, "taco", func(i *alerts.Incident) {
			i.Phase, i.EndedAt, i.FoundAt = alerts.Over, models.InstantAt(uptime.At(now).Add(-31*uptime.Day)), uptime.At(now).Add(-32*uptime.Day)
		})
		page := s.ask(http.MethodGet, "/alerts", who).page(t)
		rows := cells(page.Find("#open tbody tr"))
		if len(rows) != 2 || !strings.HasPrefix(rows[0], "Blue Kettle Boise · Kowalski | Offline since 11:35 CST38 min so far | Sent 12:05 CST Any store is offline for 30 minutes | Acknowledge Blue KettlePause alerts for Blue Kettle") || !strings.HasPrefix(rows[1], "Taco Airport") {
			t.Errorf("what goes on is %q", rows)
		}
		past := cells(page.Find("#past tbody tr"))
		if len(past) != 2 || !strings.Contains(past[0], "Was a false alarm") || !strings.Contains(past[0], "Not sent: it was already over") || !strings.Contains(past[1], "Was offline 15 min | 11:35 CST | 11:50 CST") {
			t.Errorf("what is over is %q", past)
		}
		if got := s.ask(http.MethodPost, "/alerts/incidents/"+short.ID+"/acknowledge", who); got.Header.Get("Location") != "/alerts?done=acknowledged" {
			t.Errorf("status %d to %q", got.StatusCode, got.Header.Get("Location"))
		}
		rows = cells(s.ask(http.MethodGet, "/alerts", who).page(t).Find("#open tbody tr"))
		if !strings.Contains(rows[1], "Acknowledged by ") || strings.Contains(rows[1], "Acknowledge Taco") {
			t.Errorf("after acknowledging, the row is %q", rows[1])
		}
		if page.Find("form[action='/alerts/incidents/acknowledge']").Length() != 1 {
			t.Error("not everything can be acknowledged at once")
		}
		s.ask(http.MethodPost, "/alerts/incidents/acknowledge", who)
		if left := s.ask(http.MethodGet, "/alerts", who).page(t).Find("form[action$=acknowledge]"); left.Length() != 0 {
			t.Errorf("after acknowledging all, %d buttons are left", left.Length())
		}
		for _, target := range []string{"/alerts?page=0", "/alerts?page=99&open=99", "/alerts?open=-1"} {
			if got := s.ask(http.MethodGet, target, who); got.StatusCode != http.StatusOK {
				t.Errorf("%s: status %d", target, got.StatusCode)
			}
		}
		if part := s.ask(http.MethodGet, "/alerts", who, asHTMX, header("HX-Target", "past")); !strings.HasPrefix(part.body, `<div id="past"`) {
			t.Errorf("the part is %.60s", part.body)
		}
	})
}

func TestAStoreIsPausedForOnePersonUntilTheEndOfADay(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		clock := now
		s.server.SetClock(func() time.Time { return clock })
		a, other := s.person(access.Viewer, reach.All()), s.person(access.Viewer, reach.All())
		who := s.as(a)
		shown := func(who func(*http.Request)) string {
			t.Helper()
			return text(s.ask(http.MethodGet, "/stores/kettle", who).page(t).Find("#alerts"))
		}
		if got := shown(who); !strings.HasPrefix(got, "Pause alerts for Blue Kettle") {
			t.Errorf("the page of a store says %q", got)
		}
		for _, until := range []string{"", "2023-01-24", "2026-01-01", "soon", "2023-02-30", "0001-01-01"} {
			got := s.ask(http.MethodPost, "/stores/kettle/pause", who, form("until", until))
			if problem := text(got.page(t).Find("#pause-until-problem")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(problem, " a date ") {
				t.Errorf("until %q: status %d, %q", until, got.StatusCode, problem)
			}
		}
		if got := s.ask(http.MethodPost, "/stores/kettle/pause", who, form("until", "2023-01-25")); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/stores/kettle#alerts" {
			t.Fatalf("status %d to %q", got.StatusCode, got.Header.Get("Location"))
		}
		const paused = "Your alerts for this store are paused until the end of Wed 25 Jan 2023.Resume alerts"
		if got := shown(who); got != paused {
			t.Errorf("paused, the page says %q", got)
		}
		if got := shown(s.as(other)); !strings.HasPrefix(got, "Pause alerts") {
			t.Errorf("to another person it says %q", got)
		}
		if pauses, err := alerts.Pauses(t.Context(), s.db, a.ID); err != nil || len(pauses) != 1 || uptime.DateText(pauses[0].Until) != "2023-01-26" {
			t.Errorf("the pauses are %v (%v)", pauses, err)
		}
		if got := text(s.ask(http.MethodGet, "/alerts", who).page(t).Find("#paused li")); got != "Blue Kettleuntil the end of Wed 25 Jan 2023Resume Blue Kettle" {
			t.Errorf("the list of pauses says %q", got)
		}
		clock = time.Date(2023, time.January, 26, 5, 59, 0, 0, time.UTC) // 23:59 there
		if got := shown(who); got != paused {
			t.Errorf("a minute before its end the pause is %q", got)
		}
		clock = clock.Add(time.Minute)
		if got := shown(who); !strings.HasPrefix(got, "Pause alerts") {
			t.Errorf("at its end the pause is %q", got)
		}
		s.ask(http.MethodPost, "/stores/kettle/pause", who, form("until", "2023-02-26", "back", "list"))
		if got := s.ask(http.MethodPost, "/stores/kettle/resume", who); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(shown(who), "Pause alerts") {
			t.Errorf("resumed: status %d, %q", got.StatusCode, shown(who))
		}
		if got := s.ask(http.MethodPost, "/stores/kettle/resume", who); got.StatusCode != http.StatusSeeOther {
			t.Errorf("resumed twice: status %d", got.StatusCode)
		}
	})
}

func TestWhoeverHasAMessageCanAcknowledgeItAndSeesNothingElse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.twoGroups()
		a := s.person(access.Owner, reach.All())
		rule := s.addRule(a.ID, entered.All)
		told, untold := s.addIncident(rule, "kettle"), s.addIncident(rule, "taco")
		d := s.addTold(s.addChannel(a.ID, true), "Blue Kettle has been offline since 11:35 CST", told)
		target := "/acknowledge/" + d.Token
		acknowledged := func(i alerts.Incident) bool {
			t.Helper()
			found, err := alerts.Incidents(t.Context(), s.db, a.ID, alerts.IncidentFilter{ID: i.ID})
			if err != nil || len(found) != 1 {
				t.Fatal(found, err)
			}
			return found[0].Acknowledged()
		}
		for range 3 { // programs that check mail
			got := s.ask(http.MethodGet, target)
			page := got.page(t)
			if got.StatusCode != http.StatusOK || text(page.Find("h1")) != d.Message.Title || page.Find("nav, main a, .asof").Length() != 0 || strings.Contains(got.body, "Taco") || strings.Contains(got.body, a.ID) {
				t.Errorf("status %d: %s", got.StatusCode, text(page.Find("body")))
			}
			if got.Header.Get("X-Robots-Tag") == "" || !strings.HasPrefix(got.Header.Get("Referrer-Policy"), "no-referrer") || got.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("the headers let the token out: %v", got.Header)
			}
		}
		s.ask(http.MethodHead, target)
		if acknowledged(told) {
			t.Fatal("looking at it acknowledges")
		}
		for range 2 {
			if got := s.ask(http.MethodPost, target); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != target {
				t.Errorf("status %d to %q", got.StatusCode, got.Header.Get("Location"))
			}
		}
		if !acknowledged(told) || acknowledged(untold) {
			t.Errorf("acknowledged: told %v, not told %v", acknowledged(told), acknowledged(untold))
		}
		page := s.ask(http.MethodGet, target).page(t)
		if got := text(page.Find(".done")); !strings.HasPrefix(got, "Acknowledged by the link of a message") || page.Find("main form").Length() != 0 {
			t.Errorf("afterwards it says %q", got)
		}
		key := withKey(s.key(s.person(access.Operator, reach.All()), access.AdminScope, reach.All()))
		for _, r := range s.audited("action=alert.acknowledge", key) {
			if strings.Contains(fmt.Sprint(r), d.Token) {
				t.Errorf("the log has the token: %v", r)
			}
		}
		// Unknown, of another kind, of somebody disabled, and gone: all alike.
		want := s.ask(http.MethodGet, "/acknowledge/"+strings.Repeat("x", 43))
		channel := s.addChannel(a.ID, true)
		foreign := s.addDelivery(channel, models.Complete, "A message of another kind")
		for what, token := range map[string]string{"of another kind": foreign.Token, "of a channel": channel.Token, "with a zero byte": "a%00b", "long": strings.Repeat("y", 4000), "an id": d.ID} {
			if got := s.ask(http.MethodGet, "/acknowledge/"+token); got.StatusCode != http.StatusNotFound || got.body != want.body {
				t.Errorf("%s: status %d", what, got.StatusCode)
			}
		}
		if _, err := s.server.Accounts().DisablePerson(t.Context(), a.ID); err != nil {
			t.Fatal(err)
		}
		if got := s.ask(http.MethodGet, target); got.StatusCode != http.StatusNotFound || got.body != want.body {
			t.Errorf("of somebody who is disabled: status %d", got.StatusCode)
		}
		s.write(func(g *gorm.DB) *gorm.DB { return g.Where("id = ?", d.ID).Delete(&d) })
		if got := s.ask(http.MethodPost, target); got.StatusCode != http.StatusNotFound {
			t.Errorf("one that is gone: status %d", got.StatusCode)
		}
	})
}

func TestAPersonTriesOneRuleAtATime(t *testing.T) {
	s := onSQLite(t).twoGroups()
	a, other := s.person(access.Owner, reach.All()), s.person(access.Owner, reach.All())
	end := web.HoldTrial(t.Context(), s.server, "person:"+a.ID)
	try := func(a account) string {
		t.Helper()
		got := s.ask(http.MethodPost, "/alerts/backtest", s.as(a), asHTMX, form("kind", "offline", "scope", "all", "after", "30"))
		if got.StatusCode != http.StatusOK {
			t.Errorf("status %d", got.StatusCode)
		}
		return text(got.page(t).Find("#backtest .problem"))
	}
	if got := try(a); got != "Other rules are being tried. Try again in a moment." {
		t.Errorf("while another rule of the same person is tried: %q", got)
	}
	if got := try(other); got != "" {
		t.Errorf("meanwhile somebody else is told %q", got)
	}
	end()
	if got := try(a); got != "" {
		t.Errorf("afterwards: %q", got)
	}
}

func TestARuleIsTriedBeforeItIsSaved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withFlapping()
		a := s.person(access.Owner, reach.Of([]string{"Kowalski"}, nil))
		channel := s.addChannel(a.ID, true)
		try := func(pairs ...string) *goquery.Document {
			t.Helper()
			got := s.ask(http.MethodPost, "/alerts/backtest", s.as(a), form(append([]string{"channel", channel.ID, "scope", "all", "back", "true"}, pairs...)...))
			if got.StatusCode != http.StatusOK {
				t.Fatalf("status %d: %s", got.StatusCode, text(got.page(t).Find(".problem")))
			}
			return got.page(t)
		}
		page := try("kind", "offline", "after", "30")
		messages := page.Find("#backtest details")
		if got := text(page.Find("#backtest h2").First()); messages.Length() < 4 || got != fmt.Sprintf("%d messages in 2 days", messages.Length()) {
			t.Errorf("it says %q and shows %d messages", got, messages.Length())
		}
		if got := text(page.Find("#backtest .lead")); got != "From 23 Jan 2023 to 25 Jan 2023, tried on 1 store. There are no older data." {
			t.Errorf("it was tried on %q", got)
		}
		if got := text(page.Find("#backtest-stores li")); got != fmt.Sprintf("Blue Kettle, Boise %d messages", messages.Length()) {
			t.Errorf("the stores are %q", got)
		}
		if got := text(page.Find("#backtest")); strings.Contains(got, "Taco") || !strings.Contains(text(messages.Last()), "Blue Kettle") {
			t.Errorf("an owner of one group reads %q", got)
		}
		longer := try("kind", "offline", "after", "4", "after_unit", "hours").Find("#backtest details").Length()
		want := fmt.Sprintf("That is more than one a day. With 4 hours, it would have been %d.", longer)
		if got := text(page.Find("#backtest .callout")); longer >= messages.Length() || got != want {
			t.Errorf("the advice is %q, want %q", got, want)
		}
		// What was typed is still there, nothing was saved, and one button saves it.
		if page.Find("[name=channel][checked]").Length() != 1 || page.Find("[name=after]").AttrOr("value", "") != "30" {
			t.Error("the form forgets what was typed")
		}
		if rules, err := alerts.Rules(t.Context(), s.db, a.ID); err != nil || len(rules) != 0 {
			t.Errorf("trying a rule left %v (%v)", rules, err)
		}
		part := s.ask(http.MethodPost, "/alerts/backtest", s.as(a), asHTMX, form("kind", "offline", "scope", "all", "after", "30"))
		if !strings.HasPrefix(part.body, "<section id=\"backtest\"") {
			t.Errorf("the part is %.60s", part.body)
		}
		if got := text(try("kind", "polls_stale", "after", "3", "after_unit", "hours").Find("#backtest")); !strings.HasPrefix(got, "No data to try it on") {
			t.Errorf("a rule by the clock: %q", got)
		}
		rule := s.addRule(a.ID, entered.Group("Kowalski"))
		if got := try("id", rule.ID, "kind", "offline", "after", "30").Find("form[action='/alerts/" + rule.ID + "'] [formaction^='/alerts/backtest']").Length(); got != 1 {
			t.Errorf("trying a rule that there is, the form has %d buttons to try it", got)
		}
	})
}

// withFlapping are two groups with a store each in Chicago, polled every hour for two days. One
// is offline for an hour again and again, and once for four.
func (s *site) withFlapping() *site {
	s.t.Helper()
	s.twoGroups()
	polls := "store_id,status,timestamp_utc\n"
	for hour := range 48 {
		at := time.Date(2023, time.January, 23, 18, 13, 0, 0, time.UTC).Add(time.Duration(hour) * time.Hour).Format("2006-01-02 15:04:05 UTC")
		state := "active"
		if hour%8 == 3 || hour%8 == 4 && hour < 40 || hour >= 20 && hour < 24 {
			state = "inactive"
		}
		polls += "kettle," + state + "," + at + "\ntaco," + state + "," + at + "\n"
	}
	s.load(file{"more.csv", polls})
	return s
}
