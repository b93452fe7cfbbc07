package uptime_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

func TestNow(t *testing.T) {
	const day = "2023-01-23 "
	shifts := []uptime.Span{span(day+"09:00", day+"11:00"), span(day+"12:00", day+"15:00")}
	always := []uptime.Span{uptime.Always}
	known := func(s uptime.State, since, until string) uptime.Current {
		return uptime.Current{State: s, Since: at(since), SinceKnown: true, Until: at(until), UntilKnown: true}
	}
	tests := map[string]struct {
		openings []uptime.Span
		polls    []uptime.Poll
		asOf     string
		want     uptime.Current
	}{
		"up since it opened":            {shifts, polls(day + "12:30 a"), day + "13:00", known(uptime.Up, day+"12:00", day+"15:00")},
		"down since it was seen down":   {shifts, polls(day+"12:30 a", day+"12:40 i", day+"12:50 i"), day + "13:00", known(uptime.Down, day+"12:40", day+"15:00")},
		"seen this very instant":        {shifts, polls(day+"12:30 a", day+"13:00 i"), day + "13:00", known(uptime.Down, day+"13:00", day+"15:00")},
		"not yet seen":                  {shifts, polls(day + "10:00 a"), day + "13:00", known(uptime.NoData, day+"12:00", day+"15:00")},
		"seen only later":               {shifts, polls(day + "14:00 a"), day + "13:00", known(uptime.NoData, day+"12:00", day+"15:00")},
		"opening this very instant":     {shifts, polls(day + "12:00 i"), day + "12:00", known(uptime.Down, day+"12:00", day+"15:00")},
		"closing this very instant":     {shifts, polls(day + "10:00 a"), day + "11:00", known(uptime.Closed, day+"11:00", day+"12:00")},
		"closed between shifts":         {shifts, polls(day + "11:30 a"), day + "11:45", known(uptime.Closed, day+"11:00", day+"12:00")},
		"closed before any opening":     {shifts, nil, day + "08:00", uptime.Current{State: uptime.Closed, Since: uptime.Beginning, Until: at(day + "09:00"), UntilKnown: true}},
		"closed after the last opening": {shifts, nil, day + "16:00", uptime.Current{State: uptime.Closed, Since: at(day + "15:00"), SinceKnown: true, Until: uptime.Forever}},
		"no openings":                   {nil, nil, day + "16:00", uptime.Current{State: uptime.Closed, Since: uptime.Beginning, Until: uptime.Forever}},
		"always open, never seen":       {always, nil, day + "16:00", uptime.Current{State: uptime.NoData, Since: uptime.Beginning, Until: uptime.Forever}},
		"always open, unseen for a day": {always, polls("2023-01-22 16:00 a"), day + "16:00", uptime.Current{State: uptime.NoData, Since: at(day + "16:00"), SinceKnown: true, Until: uptime.Forever}},
		"always open, unseen for less":  {always, polls("2023-01-22 16:00:00.000001 a"), day + "16:00", uptime.Current{State: uptime.Up, Since: at("2023-01-21 16:00:00.000001"), SinceKnown: true, Until: uptime.Forever}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if want := &tt.want; want.State != uptime.Closed { // seen when it was polled last in its opening
				for _, p := range tt.polls {
					if p.At <= at(tt.asOf) && (p.At >= at(day+"12:00") || tt.openings[0] == uptime.Always) {
						want.Seen, want.SeenKnown = p.At, true
					}
				}
			}
			if diff := cmp.Diff(tt.want, uptime.History{Openings: tt.openings, Polls: tt.polls, AsOf: at(tt.asOf)}.Now()); diff != "" {
				t.Errorf("differs (-want +got):\n%s", diff)
			}
		})
	}
}
