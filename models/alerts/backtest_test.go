package alerts_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"lightson/models/alerts"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

func TestABacktestTellsWhatTheJudgeAndTheComposerTold(t *testing.T) {
	kinds := []alerts.Kind{alerts.Offline, alerts.NoData}
	told := 0
	for seed := range uint64(6) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			dice := rand.New(rand.NewPCG(seed, 14))
			db := modelstest.Open(t, modelstest.SQLite)
			d := &desk{T: t, db: db, f: modelstest.Figures(t, db), who: alerts.Recipients{"": everything}, now: modelstest.At("2023-01-20 00:00")}
			modelstest.Load(t, db, modelstest.HoursFile("b,0,09:00:00,17:00:00", "b,1,09:00:00,17:00:00", "b,2,09:00:00,17:00:00", "b,3,18:00:00,02:00:00", "b,4,09:00:00,17:00:00", "b,5,00:00:00,00:00:00"))
			modelstest.Load(t, db, modelstest.PollsFile("a,active,2023-01-20 00:00:00 UTC", "b,active,2023-01-20 00:00:00 UTC", "z,active,2023-01-20 00:00:00 UTC"))
			change := func(r *alerts.Rule) {
				r.After = uptime.Micros(dice.IntN(4)) * 30 * uptime.Minute
				if r.Kind == alerts.NoData {
					r.After += 2 * uptime.Hour
				}
				r.Again, r.Remind = uptime.Micros(1+dice.IntN(5))*uptime.Hour, uptime.Micros(dice.IntN(3))*4*uptime.Hour
				r.TellBack = dice.IntN(2) == 0
				if dice.IntN(2) == 0 {
					r.QuietFrom, r.QuietTo, r.Zone = 3600*dice.IntN(12), 3600*(12+dice.IntN(12)), "Asia/Beirut"
				}
			}
			r := d.rule(kinds[seed%2], change)
			down := map[string]bool{}
			for hour := 1; hour <= 70; hour++ {
				at := modelstest.At("2023-01-20 00:00").Add(uptime.Micros(hour) * uptime.Hour)
				rows := []string{"z,active," + modelstest.Stamp(at)}
				for _, store := range []string{"a", "b"} {
					if dice.IntN(4) == 0 {
						down[store] = !down[store]
					}
					state := map[bool]string{true: "inactive", false: "active"}[down[store]]
					if dice.IntN(3) > 0 {
						rows = append(rows, store+","+state+","+modelstest.Stamp(at.Add(-uptime.Micros(dice.IntN(50))*uptime.Minute)))
					}
				}
				modelstest.Load(t, db, modelstest.PollsFile(rows...))
				d.now = at
				d.judge()
				d.letAnHourPass(at.Add(uptime.Hour))
			}
			s, err := d.f.Snapshot(ctx)
			if err != nil {
				t.Fatal(err)
			}
			b, err := alerts.RunBacktest(ctx, d.f, s, r, reach.All())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range b.Messages {
				if m.At < d.now {
					got = append(got, fmt.Sprint(m.At, 0, m.Message))
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(d.sent) {
				t.Errorf("the backtest told\n%v\nthe judge told\n%v", got, d.sent)
			}
			told += len(got)
			if n, err := modelstest.Count(db, "incidents"); int(n) != b.Incidents || err != nil {
				t.Errorf("%d incidents, the backtest has %d, %v", n, b.Incidents, err)
			}
		})
	}
	if told < 20 {
		t.Errorf("only %d messages were compared", told)
	}
}

// letAnHourPass composes every minute, as the ticks would.
func (d *desk) letAnHourPass(until uptime.Instant) {
	d.Helper()
	for d.now < until {
		due, err := alerts.FindDue(ctx, d.db)
		if err != nil {
			d.Fatal(err)
		}
		if due.Waiting == 0 {
			d.now = until
			return
		}
		if err := d.tryCompose(); err != nil {
			d.Fatal(err)
		}
		for n, m := range d.newDeliveries() {
			d.sent = append(d.sent, fmt.Sprint(d.now, n, m))
		}
		d.now = d.now.Add(uptime.Minute)
	}
}

func TestABacktestWithoutDataSaysSo(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	f := modelstest.Figures(t, db)
	s, err := f.Snapshot(ctx)
	if err != nil {
		t.Fatal(err)
	}
	b, err := alerts.RunBacktest(ctx, f, s, alerts.NewRule(alerts.Offline, uptime.Hour), reach.All())
	if err != nil || b.Short != "There are no data yet." || len(b.Messages) > 0 {
		t.Errorf("%+v, %v", b, err)
	}
}
