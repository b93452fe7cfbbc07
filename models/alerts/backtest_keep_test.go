package alerts_test

import (
	"fmt"
	"testing"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

func TestABacktestIsComputedOnceForWhoMaySeeTheSame(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.polls("a inactive 13:00", "b inactive 13:00", "c inactive 13:00", "c inactive 14:00", "c inactive 15:00", "c inactive 16:00", "a active 16:30", "b active 16:30")
		var kept alerts.Backtests
		run := func(within reach.Reach, change func(*alerts.Rule)) alerts.Backtest {
			t.Helper()
			s, err := d.f.SnapshotWithin(ctx, within)
			if err != nil {
				t.Fatal(err)
			}
			r := alerts.NewRule(alerts.Offline, uptime.Hour)
			if change != nil {
				change(&r)
			}
			b, err := kept.Run(ctx, d.f, s, r, within)
			if err != nil {
				t.Fatal(err)
			}
			again, err := alerts.RunBacktest(ctx, d.f, s, r, within)
			if got, want := fmt.Sprint(b), fmt.Sprint(again); got != want || err != nil {
				t.Fatalf("kept is\n%s\ncomputed is\n%s, %v", got, want, err)
			}
			if len(b.Messages) == 0 {
				t.Fatalf("nothing was told: %+v", b)
			}
			return b
		}
		same := func(a, b alerts.Backtest) bool { return &a.Messages[0] == &b.Messages[0] }

		first := run(reach.All(), nil)
		if again := run(reach.All(), func(r *alerts.Rule) { r.ID, r.PersonID, r.Channels, r.Enabled = "x", "y", []string{"z"}, false }); !same(first, again) {
			t.Error("the same was computed twice")
		}
		for _, within := range []reach.Reach{reach.Of([]string{"G"}, nil), reach.Of([]string{"H"}, nil), reach.Of(nil, []string{"b"})} {
			if own := run(within, nil); same(first, own) || own.Stores >= first.Stores {
				t.Errorf("%s was given what all stores tell", within)
			}
		}
		for name, change := range map[string]func(*alerts.Rule){
			"subject": func(r *alerts.Rule) { r.Subject = entered.Group("H") },
			"kind":    func(r *alerts.Rule) { r.Kind = alerts.NoData },
			"after":   func(r *alerts.Rule) { r.After = uptime.Hour },
			"again":   func(r *alerts.Rule) { r.Again = 2 * uptime.Hour },
			"remind":  func(r *alerts.Rule) { r.Remind = uptime.Hour },
			"back":    func(r *alerts.Rule) { r.TellBack = false },
			"quiet":   func(r *alerts.Rule) { r.QuietFrom, r.QuietTo, r.Zone = 0, 3600, "UTC" },
			"zone":    func(r *alerts.Rule) { r.QuietFrom, r.QuietTo, r.Zone = 0, 3600, "Asia/Beirut" },
		} {
			if other := run(reach.All(), change); same(first, other) {
				t.Errorf("a rule with another %s was given what was kept", name)
			}
		}
		if again := run(reach.All(), nil); !same(first, again) {
			t.Error("what was kept is gone")
		}
		d.polls("a inactive 17:00")
		if after := run(reach.All(), nil); same(first, after) {
			t.Error("a backtest of old data was given")
		}
	})
}
