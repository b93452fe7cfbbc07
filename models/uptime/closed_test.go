package uptime_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

func TestAStoreOfClosedDaysIsNeverOpen(t *testing.T) {
	chicago := location("America/Chicago")
	week := uptime.Windows(at("2023-01-25 18:00"))[uptime.LastWeek]
	zone := uptime.NewZone(chicago, week)
	var closed []uptime.Hours
	for day := range 7 {
		closed = append(closed, uptime.ClosedDay(day))
		if !closed[day].Closed() {
			t.Errorf("day %d is not closed", day)
		}
		if openings := uptime.Openings(zone, uptime.Weekly(closed), week); len(openings) != 0 {
			t.Errorf("open at %v with %d closed days", openings, day+1)
		}
	}
	open := uptime.Hours{Day: 2, Start: 9 * 3600, End: 17 * 3600}
	want := uptime.Openings(zone, uptime.Weekly([]uptime.Hours{open}), week)
	if diff := cmp.Diff(want, uptime.Openings(zone, uptime.Weekly(append(closed, open)), week)); diff != "" || len(want) == 0 {
		t.Errorf("closed days change the hours of another row: %s", diff)
	}
	for _, h := range []uptime.Hours{{}, {Start: 0, End: 86399}, {Start: 86399, End: 86399}} {
		if h.Closed() {
			t.Errorf("%+v is closed", h)
		}
	}
}
