package imports

import (
	"fmt"
	"testing"

	"lightson/models"
	"lightson/models/uptime"
)

// No two stores have the same hours, so that none are counted together.
func BenchmarkDaysOfAYearThatDiffer(b *testing.B) {
	newest := uptime.Instant(20_000) * uptime.Instant(uptime.Day)
	for b.Loop() {
		days := dayCounter{today: newToday(models.InstantAt(newest)), alike: map[dayKey]*alikeStores{}}
		for n := range 14_000 {
			store := models.Store{ID: int32(n), Code: fmt.Sprint(n), FirstPollAt: models.InstantAt(newest.Add(-365 * uptime.Day))}
			var was, is []uptime.Hours
			for day := range 7 {
				was = append(was, uptime.Hours{Day: day, Start: 8*3600 + n%3600, End: 17*3600 + n/3600})
				is = append(is, uptime.Hours{Day: day, Start: 10 * 3600, End: 16 * 3600})
			}
			before := uptime.Weekly(was).Schedules
			after := append(before[:1:1], uptime.Schedule{From: 19_999, Hours: is})
			if some, err := days.addPast(store, before, after); !some || err != nil {
				b.Fatal(some, err)
			}
		}
		if total, err := days.count(); err != nil || total < 14_000*300 {
			b.Fatal(total, err)
		}
	}
}
