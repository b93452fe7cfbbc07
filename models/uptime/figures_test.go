package uptime_test

import (
	"testing"

	"lightson/models/uptime"
)

func TestNothingSeenIsNeitherAvailableNorUnavailable(t *testing.T) {
	f := uptime.Figures{Open: uptime.Hour}
	if _, ok := f.Availability(); ok {
		t.Error("availability is known, want not: nothing was seen")
	}
	if ratio, ok := f.Coverage(); !ok || ratio != 0 {
		t.Errorf("coverage = %v, %v, want 0", ratio, ok)
	}
	if _, ok := (uptime.Figures{}).Coverage(); ok {
		t.Error("coverage is known, want not: never open")
	}
}

func TestRatiosAreOfSeenAndOfOpenTime(t *testing.T) {
	f := uptime.Figures{Open: 8 * uptime.Hour, Up: 3 * uptime.Hour, Down: uptime.Hour}
	if ratio, ok := f.Availability(); !ok || ratio != 0.75 {
		t.Errorf("availability = %v, %v, want 0.75", ratio, ok)
	}
	if ratio, ok := f.Coverage(); !ok || ratio != 0.5 {
		t.Errorf("coverage = %v, %v, want 0.5", ratio, ok)
	}
	if f.NoData() != 4*uptime.Hour {
		t.Errorf("no data = %s h, want 4.00", f.NoData().Hours())
	}
}

func TestAGroupIsItsSummedTimeNotAMeanOfPercentages(t *testing.T) {
	group := uptime.Figures{Open: 10 * uptime.Hour, Up: 9 * uptime.Hour, Down: uptime.Hour, Outages: 2, Longest: 40 * uptime.Minute}
	group.Add(uptime.Figures{Open: 2 * uptime.Hour, Down: uptime.Hour, Outages: 1, Longest: uptime.Hour})
	want := uptime.Figures{Open: 12 * uptime.Hour, Up: 9 * uptime.Hour, Down: 2 * uptime.Hour, Outages: 3, Longest: uptime.Hour}
	if group != want {
		t.Errorf("group = %+v, want %+v", group, want)
	}
	if got := uptime.Percent(group.Up, group.Down); got != "81.82" {
		t.Errorf("availability = %s, want 81.82; the mean of 90 and 0 is not it", got)
	}
}

func TestMeasureForgetsWhatWasThere(t *testing.T) {
	windows := uptime.Windows(at("2023-01-25 18:00"))
	into := []uptime.Figures{{Open: 1}, {Up: 2}, {Down: 3}, {Outages: 4}}
	uptime.History{Openings: nil, Polls: nil, AsOf: windows[0].To}.Measure(windows[:], into)
	for i, f := range into[:3] {
		if f != (uptime.Figures{}) {
			t.Errorf("window %d of a store that is never open = %+v", i, f)
		}
	}
	if into[3].Outages != 4 {
		t.Error("Measure wrote beyond its windows")
	}
}

func TestNoWindowsAreNothingToMeasure(t *testing.T) {
	uptime.History{Openings: []uptime.Span{uptime.Always}, Polls: nil, AsOf: at("2023-01-25 18:00")}.Measure(nil, nil)
}

func TestAnOutageIsCountedInEveryWindowThatItReachesInto(t *testing.T) {
	asOf := at("2023-01-25 18:00")
	windows := uptime.Windows(asOf)
	var got [3]uptime.Figures
	ps := polls("2023-01-24 17:00 a", "2023-01-25 10:00 i", "2023-01-25 10:30 a", "2023-01-25 16:30 i", "2023-01-25 17:15 a")
	uptime.History{Openings: []uptime.Span{uptime.Always}, Polls: ps, AsOf: asOf}.Measure(windows[:], got[:])
	hour, day := got[0], got[1]
	if hour.Outages != 1 || hour.Longest != 15*uptime.Minute {
		t.Errorf("last hour: %d outages, longest %s min, want 1 and 15.00", hour.Outages, hour.Longest.Minutes())
	}
	if day.Outages != 2 || day.Longest != 45*uptime.Minute {
		t.Errorf("last day: %d outages, longest %s min, want 2 and 45.00", day.Outages, day.Longest.Minutes())
	}
}
