package modelstest

import (
	"pgregory.net/rapid"

	"lightson/models/uptime"
)

// ZoneNames are zones of all kinds: with and without clock changes, by half an hour,
// at midnight, and with offsets that are no whole hours.
var ZoneNames = []string{
	"America/Chicago", "America/New_York", "America/St_Johns", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC",
}

// DrawTown draws some stores with polls that repeat, contradict each other and
// reach back over weeks. Often clocks change in the last week.
func DrawTown(t *rapid.T) Town {
	stores := []string{"1", "2", "8419537941919820732", "=x", "a,b", "é"}[:rapid.IntRange(1, 6).Draw(t, "stores")]
	newest := At(rapid.SampledFrom([]string{"2023-01-25 18:13:22.47922", "2023-03-12 12:00", "2023-11-05 12:00"}).Draw(t, "newest"))
	w := Town{Hours: map[string][]uptime.Hours{}, Zones: map[string][]string{}}
	ago := rapid.OneOf(
		rapid.Custom(func(t *rapid.T) uptime.Micros { // on a grid, so that polls meet
			return uptime.Micros(rapid.IntRange(0, 60).Draw(t, "hours")) * uptime.Hour
		}),
		rapid.Custom(func(t *rapid.T) uptime.Micros {
			return uptime.Micros(rapid.Int64Range(0, int64(10*uptime.Day)).Draw(t, "micros"))
		}),
		rapid.Custom(func(t *rapid.T) uptime.Micros { // long ago
			return uptime.Micros(rapid.IntRange(6, 40).Draw(t, "days"))*uptime.Day + uptime.Micros(rapid.IntRange(-1, 1).Draw(t, "micro"))
		}))
	poll := rapid.Custom(func(t *rapid.T) TownPoll {
		return TownPoll{
			Store:  rapid.SampledFrom(stores).Draw(t, "store"),
			At:     newest.Add(-ago.Draw(t, "ago")),
			Active: rapid.Bool().Draw(t, "active"),
		}
	})
	w.Polls = rapid.SliceOfN(poll, 1, 60).Draw(t, "polls")
	wall := rapid.OneOf(
		rapid.SampledFrom([]int{0, 2 * 3600, 9000, 9 * 3600, 17 * 3600, 86340, 86399}),
		rapid.IntRange(0, 86399))
	hours := rapid.Custom(func(t *rapid.T) uptime.Hours {
		return uptime.Hours{Day: rapid.IntRange(0, 6).Draw(t, "day"), Start: wall.Draw(t, "start"), End: wall.Draw(t, "end")}
	})
	for _, store := range stores {
		switch rapid.IntRange(0, 3).Draw(t, "hours of "+store) {
		case 0: // always open
		case 1: // open but for an hour of the week: openings that began before what is read
			w.Hours[store] = []uptime.Hours{
				{Day: 0}, {Day: 1}, {Day: 2}, {Day: 3}, {Day: 4}, {Day: 5},
				{Day: 6, Start: 0, End: 23 * 3600},
			}
		default:
			w.Hours[store] = rapid.SliceOfN(hours, 1, 9).Draw(t, "rows")
		}
		if zones := rapid.SliceOfN(rapid.SampledFrom(ZoneNames), 0, 2).Draw(t, "zones of "+store); len(zones) > 0 {
			w.Zones[store] = zones
		}
	}
	return w
}
