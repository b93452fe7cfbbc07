package alerts_test

import (
	"fmt"
	"testing"

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
				d.want("offline", "Ann's is offline since 15:00 EET")
				for range days * 2 {
					at = at.Add(12 * uptime.Hour)
					d.pollsAt(at, "a inactive", "b active")
					d.want("it goes on", "")
				}
				at = at.Add(uptime.Hour)
				d.pollsAt(at, "a active", "b active")
				d.want("it ends", "Ann's is back")
				for range 3 {
					at = at.Add(uptime.Hour)
					d.pollsAt(at, "a active", "b active")
					d.want("it is over", "")
				}
			})
		})
	}
}
