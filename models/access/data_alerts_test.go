package access_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

func TestAlertRulesAreTheirPersonsAlone(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		enteredTown(t, db)
		d := access.NewData(db, modelstest.Figures(t, db))
		person := func(id string, within reach.Reach) access.Principal {
			p := as(access.Viewer, within)
			p.ID, p.PersonID = id, id
			return p
		}
		ana := access.With(t.Context(), person("ana", reach.Of([]string{"Ana's"}, nil)))
		ben := access.With(t.Context(), person("ben", reach.Of(nil, []string{"b1"})))
		channel := deliveries.Channel{ID: "c", PersonID: "ben", Kind: deliveries.Email, Name: "Mail", Address: "b@example.com", Token: "t", CreatedAt: 1}
		if err := db.Update(t.Context(), func(tx *models.Tx) error { return tx.GORM(t.Context()).Create(&channel).Error }); err != nil {
			t.Fatal(err)
		}
		rule := func(change func(*alerts.Rule)) *alerts.Rule {
			r := alerts.NewRule(alerts.Offline, uptime.Hour)
			change(&r)
			return &r
		}
		own := rule(func(r *alerts.Rule) { r.Subject = entered.Group("Ana's") })
		if err := d.SaveAlertRule(ana, own); err != nil {
			t.Fatal(err)
		}
		for what, err := range map[string]error{
			"another's rule":     d.SaveAlertRule(ben, rule(func(r *alerts.Rule) { r.ID = own.ID })),
			"removing another's": d.RemoveAlertRule(ben, own.ID),
			"pausing another's":  d.Pause(ana, "b1", 20000),
			"a bad token":        func() error { _, err := d.ToldMessage(ana, "\x00"); return err }(),
		} {
			if !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := d.SaveAlertRule(ana, rule(func(r *alerts.Rule) { r.Kind = alerts.ImportFailed })); !errors.Is(err, access.ErrForbidden) {
			t.Error("imports without their reach:", err)
		}
		var problem entered.Problem
		for where, r := range map[string][]*alerts.Rule{
			"name":     {rule(func(r *alerts.Rule) { r.Subject = entered.Group("Ben's") }), rule(func(r *alerts.Rule) { r.Subject = entered.Store("b1") }), rule(func(r *alerts.Rule) { r.Subject = entered.Store("b9") })},
			"channels": {rule(func(r *alerts.Rule) { r.Channels = []string{"c"} })},
		} {
			for _, foreign := range r {
				if err := d.SaveAlertRule(ana, foreign); !errors.As(err, &problem) || problem.Where != where {
					t.Errorf("a rule of another's %s: %v", where, err)
				}
			}
		}
		if err := d.SaveAlertRule(ana, rule(func(r *alerts.Rule) { r.After = -1 })); !errors.As(err, &problem) || problem.Where != "after" {
			t.Error("a time before now:", err)
		}
		if list, err := d.AlertRules(ben); len(list) != 0 || err != nil {
			t.Errorf("ben sees %+v, %v", list, err)
		}
		if list, err := d.AlertRules(ana); len(list) != 1 || list[0].ID != own.ID || err != nil {
			t.Errorf("ana sees %+v, %v", list, err)
		}
	})
}

func TestAListOfIncidentsIsFullWhateverIsOutOfReachBetween(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		enteredTown(t, db)
		d := access.NewData(db, modelstest.Figures(t, db))
		var rows []alerts.Incident
		add := func(store string, kind alerts.Kind, count int) {
			for range count {
				rows = append(rows, alerts.Incident{ID: fmt.Sprintf("%05d", len(rows)), PersonID: "ana", Kind: kind, Store: store, Phase: alerts.Going, Spoken: alerts.Going})
			}
		}
		add("a1", alerts.Offline, 7)
		add("b1", alerts.Offline, 40)
		add("a1", alerts.Offline, 2)
		add("", alerts.ImportFailed, 30)
		add("b1", alerts.Offline, 30)
		add("", alerts.PollsStale, 1)
		if err := db.Update(t.Context(), func(tx *models.Tx) error { return tx.GORM(t.Context()).CreateInBatches(&rows, 50).Error }); err != nil {
			t.Fatal(err)
		}
		owner := as(access.Viewer, reach.Of([]string{"Ana's"}, nil))
		owner.ID, owner.PersonID = "ana", "ana"
		ana := access.With(t.Context(), owner)
		ids := func(f alerts.IncidentFilter) string {
			t.Helper()
			list, err := d.Incidents(ana, f)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, i := range list {
				ids = append(ids, i.ID)
			}
			return strings.Join(ids, " ")
		}
		for want, f := range map[string]alerts.IncidentFilter{
			"00109 00048 00047 00006":                                     {Limit: 4},
			"00048 00047 00006 00005":                                     {Limit: 4, Before: "00109"},
			"00005 00004 00003 00002 00001 00000":                         {Limit: 9, Before: "00006"},
			"00109 00048 00047 00006 00005 00004 00003 00002 00001 00000": {},
			"00048": {Limit: 1, Store: "a1"},
			"00109": {ID: "00109", Limit: 1},
			"":      {Store: "b1", Open: true},
		} {
			if got := ids(f); got != want {
				t.Errorf("%+v: %q, want %q", f, got, want)
			}
		}
	})
}
