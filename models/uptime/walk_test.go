package uptime_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// stretch reads two instants of 2023-01-23.
func stretch(from, to string, s uptime.State) uptime.Stretch {
	return uptime.Stretch{Span: span("2023-01-23 "+from, "2023-01-23 "+to), State: s}
}

func TestWalk(t *testing.T) {
	const day = "2023-01-23 "
	noon := []uptime.Span{span(day+"12:00", day+"15:00")}
	twice := []uptime.Span{span(day+"09:00", day+"11:00"), span(day+"12:00", day+"15:00")}
	always := []uptime.Span{uptime.Always}
	all := span(day+"00:00", "2023-01-24 00:00")
	tests := map[string]struct {
		openings []uptime.Span
		polls    []uptime.Poll
		asOf     string
		within   uptime.Span
		want     []uptime.Stretch
	}{
		"never open": {nil, polls(day + "12:00 a"), day + "23:00", all, nil},
		"never seen": {
			twice, nil, day + "23:00", all,
			[]uptime.Stretch{stretch("09:00", "11:00", uptime.NoData), stretch("12:00", "15:00", uptime.NoData)},
		},
		"one poll speaks for its whole opening and for no other": {
			twice, polls(day + "10:00 a"), day + "23:00", all,
			[]uptime.Stretch{stretch("09:00", "11:00", uptime.Up), stretch("12:00", "15:00", uptime.NoData)},
		},
		"polls that saw the same are one stretch": {
			noon, polls(day+"12:10 i", day+"13:00 i", day+"14:00 a"), day + "23:00", all,
			[]uptime.Stretch{stretch("12:00", "14:00", uptime.Down), stretch("14:00", "15:00", uptime.Up)},
		},
		"openings that see the same are two stretches": {
			twice, polls(day+"10:00 i", day+"12:00 i"), day + "23:00", all,
			[]uptime.Stretch{stretch("09:00", "11:00", uptime.Down), stretch("12:00", "15:00", uptime.Down)},
		},
		"a poll at the closing time is not of that opening": {
			noon, polls(day+"12:00 a", day+"15:00 i"), day + "23:00", all,
			[]uptime.Stretch{stretch("12:00", "15:00", uptime.Up)},
		},
		"a poll after as-of is not used": {
			noon, polls(day+"12:00 a", day+"13:00:00.000001 i"), day + "13:00", all,
			[]uptime.Stretch{stretch("12:00", "13:00", uptime.Up)},
		},
		"a first poll exactly at as-of speaks for the time before it": {
			noon, polls(day + "13:00 i"), day + "13:00", all,
			[]uptime.Stretch{stretch("12:00", "13:00", uptime.Down)},
		},
		"a first poll exactly at as-of does so beside later ones": {
			noon, polls(day+"13:00 i", day+"13:00:00.000001 a", day+"14:00 a"), day + "13:00", all,
			[]uptime.Stretch{stretch("12:00", "13:00", uptime.Down)},
		},
		"time after as-of is not visited": {noon, polls(day + "11:00 a"), day + "11:30", all, nil},
		"the last poll before still speaks": {
			noon, polls(day+"12:30 a", day+"13:00 i"), day + "23:00", span(day+"14:00", day+"14:30"),
			[]uptime.Stretch{stretch("14:00", "14:30", uptime.Down)},
		},
		"a later poll is not the first of its opening": {
			always, polls("2023-01-21 10:00 a", day+"10:00 i"), day + "23:00", span(day+"09:00", day+"11:00"),
			[]uptime.Stretch{stretch("09:00", "10:00", uptime.NoData), stretch("10:00", "11:00", uptime.Down)},
		},
		"silence of exactly 24 hours is no silence": {
			always, polls("2023-01-22 10:00 i", day+"10:00 i"), day + "23:00", span(day+"09:00", day+"11:00"),
			[]uptime.Stretch{stretch("09:00", "11:00", uptime.Down)},
		},
		"silence of a microsecond more is": {
			always, polls("2023-01-22 10:00 i", day+"10:00:00.000001 i"), day + "23:00", span(day+"09:00", day+"11:00"),
			[]uptime.Stretch{
				stretch("09:00", "10:00", uptime.Down),
				stretch("10:00", "10:00:00.000001", uptime.NoData),
				stretch("10:00:00.000001", "11:00", uptime.Down),
			},
		},
		"a first poll a day later says nothing of the time asked about": {
			always, polls("2023-01-24 12:00 a"), "2023-01-24 23:00", span(day+"09:00", day+"11:00"),
			[]uptime.Stretch{stretch("09:00", "11:00", uptime.NoData)},
		},
		"a first poll less than a day later does": {
			always, polls("2023-01-24 10:00 a"), "2023-01-24 23:00", span(day+"09:00", day+"11:00"),
			[]uptime.Stretch{stretch("09:00", "10:00", uptime.NoData), stretch("10:00", "11:00", uptime.Up)},
		},
		"nothing within nothing": {noon, polls(day + "12:00 a"), day + "23:00", span(day+"13:00", day+"13:00"), nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []uptime.Stretch
			uptime.History{Openings: tt.openings, Polls: tt.polls, AsOf: at(tt.asOf)}.Walk(tt.within, func(s uptime.Stretch) { got = append(got, s) })
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("stretches differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStatesHaveNames(t *testing.T) {
	for state, want := range map[uptime.State]string{
		uptime.NoData: "no data", uptime.Up: "up", uptime.Down: "down", uptime.Closed: "closed",
	} {
		if got := state.String(); got != want {
			t.Errorf("%d is %q, want %q", state, got, want)
		}
	}
}
