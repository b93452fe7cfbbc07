package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// aim sets a target as the list of targets does.
func (s *site) aim(scope, name, percent string, changes ...func(*http.Request)) answer {
	s.t.Helper()
	return s.ask(http.MethodPost, "/targets", append(changes, form("scope", scope, "name", name, "percent", percent, "from", "list"))...)
}

func (s *site) aimed(scope, name, percent string) {
	s.t.Helper()
	if a := s.aim(scope, name, percent); a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("target %s of %s %s: %d %.200s", percent, scope, name, a.StatusCode, a.body)
	}
}

// put sends JSON as a script does.
func (s *site) put(content string, changes ...func(*http.Request)) answer {
	s.t.Helper()
	return s.call(http.MethodPut, "/api/v1/targets", append(changes, body("application/json", content))...)
}

func TestNothingIsSaidOfTargetsBeforeThereIsOne(t *testing.T) {
	s := onSQLite(t).withChains()
	report := s.report()
	snapshot := s.snapshot()
	for _, address := range []string{"/", overviewOf(someGroups(snapshot)[1]), "/stores", "/groups", snapshotURL(snapshot.Stores[0].Code), "/reports/" + report.ID} {
		page := s.open(address)
		page.Find(".set-target").Remove()
		if got := strings.ToLower(text(page.Find("main"))); strings.Contains(got, "target") || strings.Contains(got, "place in") {
			t.Errorf("%s: %s", address, got)
		}
	}
}

// A target is set on the page of a store, counts at once on pages that were kept, is changed
// and taken away; that of the group, and that of all, count in its place.
func TestTheTargetOfAStore(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		group := someGroups(snapshot)[1]
		n := worstOf(snapshot, members(snapshot, group))
		code, week := snapshot.Stores[n].Code, snapshot.Figures[n][uptime.LastWeek]
		address := snapshotURL(code)
		check := func(what string, percent int, of string) {
			t.Helper()
			for range 2 { // made, and kept
				page := s.open(address)
				said := texts(page.Find(".tile .window-target"))
				if percent == 0 {
					if len(said) > 0 || page.Find(".target .facts").Length() > 0 {
						t.Errorf("%s: %q", what, said)
					}
					continue
				}
				want := fmt.Sprintf("target %d %% · missed by", percent)
				if met, _ := (entered.Target{Percent: percent * 100}).Met(week); met {
					want = fmt.Sprintf("target %d %% · met", percent)
				}
				if last := said[len(said)-1]; !strings.HasPrefix(last, want) {
					t.Errorf("%s: %q, want %q", what, last, want)
				}
				if facts := text(page.Find(".target .facts")); !strings.Contains(facts, fmt.Sprintf("Target%d %% of %s", percent, of)) || !strings.Contains(facts, "January so far") || !strings.Contains(facts, "Left in January") {
					t.Errorf("%s: %q", what, facts)
				}
			}
		}
		check("none", 0, "")
		s.aimed("all", "", "90")
		check("of all", 90, "all stores")
		s.aimed("group", group, "80 %")
		check("of its group", 80, "the group "+group)
		if a := s.ask(http.MethodPost, address+"/target", form("percent", "100")); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != address+"#target" {
			t.Fatalf("%d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		check("its own", 100, "this store")
		if got := s.open(address).Find("#target-percent").AttrOr("value", ""); got != "100" {
			t.Errorf("the field shows %q", got)
		}
		s.ask(http.MethodPost, address+"/target", form("percent", ""))
		check("without its own", 80, "the group "+group)
		s.aimed("group", group, "0")
		s.aimed("all", "", "")
		check("taken away", 0, "")
	})
}

// What the API says of targets is what package entered judges.
func TestScriptsSetTargetsAndReadHowStoresStandToThem(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		group := someGroups(snapshot)[1]
		own := members(snapshot, group)[0]
		for _, put := range []string{
			`{"scope":"all","percent":95}`, fmt.Sprintf(`{"scope":"group","name":%q,"percent":99.95}`, group),
			fmt.Sprintf(`{"scope":"store","name":%q,"percent":12.5}`, snapshot.Stores[own].Code),
		} {
			if a := s.put(put); a.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d %s", put, a.StatusCode, a.body)
			}
		}
		target := func(n int) entered.Target {
			switch {
			case n == own:
				return entered.Target{Percent: 12_50}
			case snapshot.Stores[n].Group == group:
				return entered.Target{Percent: 99_95}
			default:
				return entered.Target{Percent: 95_00}
			}
		}
		months, err := s.figures.Months(t.Context(), snapshot, members(snapshot, ""))
		if err != nil {
			t.Fatal(err)
		}
		word := func(met, judged bool) string {
			if !judged {
				return "null"
			}
			return fmt.Sprint(met)
		}
		var list struct {
			Stores []struct {
				ID     string
				Target struct {
					Percent                   float64
					MetDay, MetWeek, MetMonth json.RawMessage
					Month                     string
				}
				Rank *figures.Rank
			}
		}
		a := s.call(http.MethodGet, "/api/v1/stores?limit=1000&sort=store")
		if err := json.Unmarshal([]byte(strings.NewReplacer("met_day", "MetDay", "met_week", "MetWeek", "met_month", "MetMonth").Replace(a.body)), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Stores) != len(snapshot.Stores) {
			t.Fatalf("%d stores", len(list.Stores))
		}
		missed := 0
		for _, got := range list.Stores {
			n, _ := snapshot.Find(got.ID)
			aim := target(n)
			met, judged := aim.Met(snapshot.Corrected(n)[uptime.LastWeek])
			if judged && !met {
				missed++
			}
			want := fmt.Sprint(float64(aim.Percent)/100, word(aim.Met(snapshot.Corrected(n)[uptime.LastDay])), word(met, judged), word(months[n].Met(aim)), "2023-01")
			if said := fmt.Sprint(got.Target.Percent, string(got.Target.MetDay), string(got.Target.MetWeek), string(got.Target.MetMonth), got.Target.Month); said != want {
				t.Errorf("store %s: %s, want %s", got.ID, said, want)
			}
			rank, known := snapshot.Rank(n)
			if known != (got.Rank != nil) || known && *got.Rank != rank {
				t.Errorf("store %s: place %v, want %v", got.ID, got.Rank, rank)
			}
			if one := s.call(http.MethodGet, "/api/v1"+snapshotURL(got.ID)); !strings.Contains(one.body, fmt.Sprintf(`"percent":%v`, float64(aim.Percent)/100)) {
				t.Errorf("store %s alone: %.300s", got.ID, one.body)
			}
		}
		var chosen struct{ Total int }
		if err := json.Unmarshal([]byte(s.call(http.MethodGet, "/api/v1/stores?target=missed").body), &chosen); err != nil || chosen.Total != missed || missed == 0 {
			t.Errorf("%d stores miss their target, want %d, %v", chosen.Total, missed, err)
		}
		sum := figures.Month{Kept: true}
		var week uptime.Figures
		for _, n := range members(snapshot, group) {
			sum.Add(months[n])
			week.Add(snapshot.Corrected(n)[uptime.LastWeek])
		}
		left, _ := sum.Left(entered.Target{Percent: 99_95})
		groups := s.call(http.MethodGet, "/api/v1/groups?q="+url.QueryEscape(group)).body
		if want := fmt.Sprintf(`"met_week":%s,`, word((entered.Target{Percent: 99_95}).Met(week))); !strings.Contains(groups, want) || !strings.Contains(groups, fmt.Sprintf(`"left_us":%d`, left)) {
			t.Errorf("the group: %s, want %s and %d left", groups, want, left)
		}
		if got := s.call(http.MethodGet, "/api/v1/targets").body; !strings.Contains(got, `"total":3`) || !strings.Contains(got, `"percent":99.95`) {
			t.Errorf("targets: %s", got)
		}
		if a := s.put(`{"scope":"all","percent":null}`); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `"percent":null`) {
			t.Errorf("taken away: %d %s", a.StatusCode, a.body)
		}
		if got := s.call(http.MethodGet, "/api/v1/targets").body; !strings.Contains(got, `"total":2`) {
			t.Errorf("targets: %s", got)
		}
	})
}

func TestATargetThatIsNoneIsRefusedAndChangesNothing(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	code, group := snapshot.Stores[0].Code, someGroups(snapshot)[1]
	for _, typed := range []string{"many", "-1", "100.01", "99.999", "1e2", "0x10", "99.", "1000", "9 9", "99,5,1", "<b>", "NaN", "٩٩"} {
		for name, a := range map[string]answer{
			"store": s.ask(http.MethodPost, snapshotURL(code)+"/target", form("percent", typed)),
			"group": s.ask(http.MethodPost, "/targets", form("scope", "group", "name", group, "percent", typed)),
			"list":  s.aim("group", group, typed),
		} {
			page := a.page(t)
			field := page.Find("[name=percent][aria-invalid]")
			if a.StatusCode != http.StatusUnprocessableEntity || field.AttrOr("value", "") != typed || text(page.Find(".problem")) != "Enter a percentage such as 99.5, or leave the field empty." {
				t.Errorf("%s, %q: %d, %q, %q", name, typed, a.StatusCode, field.AttrOr("value", ""), text(page.Find(".problem")))
			}
		}
	}
	for _, content := range []string{
		`{"scope":"all"}`, `{"scope":"all","percent":"99"}`, `{"scope":"all","percent":100.5}`, `{"scope":"all","percent":1e1}`, `{"scope":"moon","percent":9}`, `[]`, `{"scope":"group","percent":9}`,
		`{"scope":"all","percent":9,"also":1}`, `{"scope":"all","percent":9} {}`, `{"scope":"all","percent":true}`, ``,
	} {
		if a := s.put(content); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d %s", content, a.StatusCode, a.body)
		}
	}
	for _, content := range []string{`{"scope":"store","name":"nobody","percent":9}`, `{"scope":"group","name":"Nobody's","percent":9}`} {
		if a := s.put(content); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d %s", content, a.StatusCode, a.body)
		}
	}
	if a := s.aim("store", "nobody", "99"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(text(a.page(t).Find(".problem")), "nobody") {
		t.Errorf("a store that there is not: %d", a.StatusCode)
	}
	if a := s.aim("all", "", "9", header("Sec-Fetch-Site", "cross-site")); a.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", a.StatusCode)
	}
	if a := s.ask(http.MethodPut, "/api/v1/targets", body("application/json", `{"scope":"all","percent":9}`), header("Sec-Fetch-Site", "cross-site")); a.StatusCode != http.StatusForbidden {
		t.Errorf("a script of another site: %d", a.StatusCode)
	}
	if got := s.call(http.MethodGet, "/api/v1/targets").body; !strings.Contains(got, `"total":0`) {
		t.Errorf("one of them was taken: %s", got)
	}
}

// An owner of some stores of a group must not learn how many others there are, nor how they
// stand. Targets of others are not there for them.
func TestPlacesAreToldToWhoSeesTheWholeGroup(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		snapshot := s.snapshot()
		groups := someGroups(snapshot)
		group, other := groups[1], groups[2]
		stores := members(snapshot, group)
		if other == group || len(stores) < 2 {
			t.Fatal("this needs two groups")
		}
		n := stores[0]
		code := snapshot.Stores[n].Code
		for _, target := range []entered.Target{
			{Subject: entered.All, Percent: 90_00}, {Subject: entered.Group(other), Percent: 77_77}, {Subject: entered.Store(snapshot.Stores[stores[1]].Code), Percent: 66_66},
		} {
			if err := entered.SetTarget(t.Context(), s.db, target); err != nil {
				t.Fatal(err)
			}
		}
		all := []string{}
		for _, member := range stores {
			all = append(all, snapshot.Stores[member].Code)
		}
		whole, single, each := s.person(access.Owner, reach.Of([]string{group}, nil)), s.person(access.Owner, reach.Of(nil, []string{code})), s.person(access.Owner, reach.Of(nil, all))
		_, ranked := snapshot.Rank(n)
		for _, who := range []struct {
			name   string
			as     account
			placed bool
			sees   []string
		}{
			{"of the group", whole, ranked, []string{"90 %", "66.66 %"}}, {"of the store", single, false, []string{"90 %"}},
			{"of each store", each, false, []string{"90 %", "66.66 %"}},
		} {
			_, page := s.get(snapshotURL(code), s.as(who.as))
			if got := strings.Contains(text(page.Find(".target .facts")), "Place in"); got != who.placed {
				t.Errorf("%s: the page tells a place: %v", who.name, got)
			}
			a := s.ask(http.MethodGet, "/api/v1"+snapshotURL(code), s.as(who.as), asScript)
			if got := !strings.Contains(a.body, `"rank":null`); got != who.placed {
				t.Errorf("%s: the API tells a place: %v", who.name, got)
			}
			_, page = s.get("/targets", s.as(who.as))
			if got := texts(page.Find("table.targets td[data-label=Target]")); strings.Join(got, "|") != strings.Join(who.sees, "|") {
				t.Errorf("%s sees targets of %q, want %q", who.name, got, who.sees)
			}
			if a := s.aim("group", other, "50", s.as(who.as)); a.StatusCode == http.StatusSeeOther {
				t.Errorf("%s sets the target of another group", who.name)
			}
			if a := s.ask(http.MethodPost, "/targets", s.as(who.as), form("scope", "all", "percent", "50")); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s sets the target of all: %d", who.name, a.StatusCode)
			}
		}
		if a := s.aim("group", group, "50", s.as(single)); a.StatusCode == http.StatusSeeOther {
			t.Error("the owner of one store sets the target of its group")
		}
		if a := s.aim("group", group, "51", s.as(whole)); a.StatusCode != http.StatusSeeOther {
			t.Errorf("the owner of a group cannot set its target: %d", a.StatusCode)
		}
		viewer := s.person(access.Viewer, reach.All())
		if a := s.aim("all", "", "50", s.as(viewer)); a.StatusCode != http.StatusForbidden {
			t.Errorf("a viewer sets targets: %d", a.StatusCode)
		}
		_, page := s.get(snapshotURL(code), s.as(viewer))
		if page.Find("form[action$='/target']").Length() > 0 || page.Find(".target .facts").Length() == 0 {
			t.Error("a viewer is shown the form, or not the target")
		}
	})
}

func TestAReportKeepsTheTargetsThatItWasMadeWith(t *testing.T) {
	s := onSQLite(t).withChains()
	s.aimed("all", "", "99.5")
	report := s.report()
	s.aimed("all", "", "1")
	page := s.open("/reports/" + report.ID)
	rows, headers := page.Find("#report-rows tbody tr"), texts(page.Find("#report-rows thead th"))
	if last := headers[len(headers)-1]; last != "Target" {
		t.Fatalf("the last column is %q", last)
	}
	missed := 0
	for _, cell := range texts(rows.Find("td:last-child")) {
		if cell == "99.5 %, missed" {
			missed++
		} else if cell != "99.5 %, met" && cell != "99.5 %" {
			t.Errorf("a row says %q", cell)
		}
	}
	if facts := text(page.Find(".facts").First()); missed == 0 || !strings.Contains(facts, "missed theirs") {
		t.Errorf("%d missed, and the report says %q", missed, facts)
	}
	api := s.call(http.MethodGet, "/api/v1/reports/"+report.ID+"/rows?limit=1000").body
	if !strings.Contains(api, `"target":{"percent":99.5,"met_day":`) || !strings.Contains(api, `"met_range":null`) {
		t.Errorf("rows: %.500s", api)
	}
}

// A store whose time is excused is judged without it, on its page and in lists.
func TestATargetIsJudgedByCorrectedFigures(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	n := worstOf(snapshot, members(snapshot, ""))
	code := snapshot.Stores[n].Code
	s.aimed("store", code, "99.9")
	list := func() bool { return strings.Contains(text(s.open("/stores?target=missed").Find("table.stores")), code) }
	if !list() {
		t.Fatal("the worst store does not miss its target")
	}
	for _, o := range snapshot.History(n, pollsOf(t, snapshot, n)).Outages(uptime.Span{From: snapshot.AsOf.Add(-uptime.Week), To: snapshot.AsOf}) {
		c := entered.Correction{Subject: entered.Store(code), From: o.From, To: o.To, Category: entered.Other}
		if err := entered.AddCorrection(t.Context(), s.db, &c); err != nil {
			t.Fatal(err)
		}
	}
	s.catchUp()
	if list() {
		t.Error("what is excused counts against it")
	}
	said := texts(s.open(snapshotURL(code)).Find(".window-target"))
	if last := said[len(said)-1]; last != "target 99.9 % · met with corrections" {
		t.Errorf("the page says %q", said)
	}
}

func pollsOf(t *testing.T, s *figures.Snapshot, n int) []uptime.Poll {
	t.Helper()
	polls, err := s.PollsOf(n)
	if err != nil {
		t.Fatal(err)
	}
	return polls
}

func TestWhoSetATargetIsInTheAuditLog(t *testing.T) {
	s := onSQLite(t).withChains()
	s.aimed("all", "", "97.5")
	s.put(`{"scope":"all","percent":0}`)
	got := s.audited("action=target.set")
	if len(got) != 2 || got[0].Target.Kind != "all" || !strings.Contains(got[1].String(), "97.5") {
		t.Errorf("records: %v", got)
	}
}
