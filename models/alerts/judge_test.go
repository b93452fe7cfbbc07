package alerts_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// pollsAt takes polls in as one import, each a store, a state and a day and time of January
// 2023.
func (d *desk) pollsAt(at uptime.Instant, list ...string) {
	d.Helper()
	rows := make([]string, len(list))
	for n, p := range list {
		var store, state string
		if _, err := fmt.Sscan(p, &store, &state); err != nil {
			d.Fatal(err)
		}
		rows[n] = fmt.Sprintf("%s,%s,%s UTC", store, state, at.Time().UTC().Format("2006-01-02 15:04:05"))
	}
	modelstest.Load(d.T, d.db, modelstest.PollsFile(rows...))
}

func TestALongOutageThatEndedIsNotToldAgain(t *testing.T) {
	for _, days := range []int{4, 12} {
		t.Run(fmt.Sprintf("%d days", days), func(t *testing.T) {
			each(t, func(d *desk) {
				d.rule(alerts.Offline, nil)
				at := modelstest.At("2023-01-25 13:00")
				d.pollsAt(at, "a inactive", "b active")
				d.pollsAt(at.Add(45*uptime.Minute), "b active")
				d.want("offline", "Ann's has been offline since 15:00 EET")
				for range days * 2 {
					at = at.Add(12 * uptime.Hour)
					d.pollsAt(at, "a inactive", "b active")
					d.want("it goes on", "")
				}
				at = at.Add(uptime.Hour)
				d.pollsAt(at, "a active", "b active")
				d.want("it ends", "Ann's is back online")
				for range 3 {
					at = at.Add(uptime.Hour)
					d.pollsAt(at, "a active", "b active")
					d.want("it is over", "")
				}
			})
		})
	}
}

// What is judged after an import has to be what looking at everything then finds.
func TestJudgingWhatIsNewFindsWhatJudgingEverythingFinds(t *testing.T) {
	each(t, func(d *desk) {
		appended, found := 0, 0
		for seed := range uint64(3) {
			random := rand.New(rand.NewPCG(seed, 14))
			for _, after := range []uptime.Micros{0, 30 * uptime.Minute, 3 * uptime.Hour} {
				d.rule(alerts.Offline, func(r *alerts.Rule) { r.After, r.Remind, r.TellBack = after, 5*uptime.Hour, after > 0 })
			}
			d.rule(alerts.NoData, func(r *alerts.Rule) { r.Remind = 6 * uptime.Hour })
			at := modelstest.At("2023-01-25 12:00").Add(uptime.Micros(seed) * 20 * uptime.Day)
			if seed > 0 {
				modelstest.Load(d.T, d.db, modelstest.HoursFile("a,0,08:00:00,20:00:00", "a,1,08:00:00,20:00:00", "a,2,22:00:00,23:59:00", "b,3,00:00:00,23:00:00"))
			}
			var last models.Import
			for range 40 {
				at = at.Add(uptime.Micros(1+random.IntN(9)) * 20 * uptime.Minute)
				if random.IntN(12) == 0 {
					at = at.Add(uptime.Micros(random.IntN(60)) * uptime.Hour) // nobody polled
				}
				polled := at
				if random.IntN(5) == 0 {
					polled = at.Add(-uptime.Micros(random.IntN(80)) * uptime.Hour / 2) // they come late
				}
				var rows []string
				for _, store := range []string{"a", "b", "c"} {
					if random.IntN(3) > 0 {
						state := []string{"active", "inactive"}[random.IntN(2)]
						rows = append(rows, fmt.Sprintf("%s,%s,%s", store, state, modelstest.Stamp(polled)))
					}
				}
				switch {
				case len(rows) > 0:
					last = modelstest.Load(d.T, d.db, modelstest.PollsFile(rows...))
				case last.ID != "":
					modelstest.Undo(d.T, d.db, last)
					last = models.Import{}
				}
				s, err := d.f.Snapshot(ctx)
				if err != nil {
					d.Fatal(err)
				}
				news, all, only, err := alerts.JudgeBothWays(ctx, d.db, s, d.who, d.now)
				if err != nil || news != all {
					d.Fatalf("seed %d, %s: %v; judging what is new:\n%s\njudging everything:\n%s", seed, modelstest.Stamp(at), err, news, all)
				}
				if only {
					appended++
					found += len(news)
				}
				d.judge()
			}
		}
		if appended < 30 || found == 0 {
			d.Errorf("only %d times nothing but later polls came, and %d bytes of what was new", appended, found)
		}
	})
}
