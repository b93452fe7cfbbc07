package uptime_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// Each piece is given only the polls and openings around it.
func TestOutagesFoundInPiecesAreThoseOfTheWhole(t *testing.T) {
	joined, long := 0, 0
	for seed := range uint64(3000) {
		d := seeded(7e6 + seed)
		s := d.scene(35)
		whole := uptime.Span{From: s.asOf.Add(-d.micros(30 * uptime.Day)), To: s.asOf.Add(d.micros(uptime.Day))}
		if d.oneIn(2) {
			whole.To = whole.From.Add(d.micros(whole.Length()))
		}
		h := s.history(whole)
		h.Excused = nil
		want := h.Outages(whole)
		var got []uptime.Outage
		for _, piece := range d.cuts(s, whole) {
			h := s.history(piece)
			h.Excused, h.Polls = nil, s.pollsFor(h.Openings, piece)
			if opening, needed := h.NeedsLater(piece); needed {
				for _, p := range s.polls {
					if p.At > piece.To.Add(uptime.Reach) && opening.Contains(p.At) {
						h.Polls = append(slices.Clip(h.Polls), p)
						break
					}
				}
			}
			for _, o := range h.OutagesIn(piece, whole) {
				if last := len(got) - 1; last >= 0 && got[last].Ended == uptime.GoesOn && got[last].To == o.From {
					got[last] = got[last].Then(o)
					joined++
				} else {
					got = append(got, o)
				}
			}
		}
		if len(want) > 0 && len(got) > 0 && want[0].From == whole.From && want[0].Seen < got[0].Seen {
			got[0].Seen = want[0].Seen // in polls that are older than those that were given
			long++
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("seed %d, %v (-whole +pieces):\n%s\n%s", seed, whole, diff, s)
		}
	}
	if joined == 0 || long == 0 {
		t.Errorf("%d outages were joined, %d had begun long before: the test says nothing", joined, long)
	}
}

// The state at the end of the time is what tells: the newest poll is often that of the
// as-of instant itself.
func TestAnOutageThatEndsWithTheTimeDoesNotGoOn(t *testing.T) {
	asOf := at("2023-01-25 18:00")
	always, hours := []uptime.Span{uptime.Always}, []uptime.Span{span("2023-01-25 09:00", "2023-01-25 18:00")}
	inactive := uptime.Poll{At: at("2023-01-25 16:00")}
	for name, tt := range map[string]struct {
		openings []uptime.Span
		polls    []uptime.Poll
		ended    uptime.End
	}{
		"seen active at the end":   {always, []uptime.Poll{inactive, {At: asOf, Active: true}}, uptime.CameBack},
		"seen inactive at the end": {always, []uptime.Poll{inactive, {At: asOf}}, uptime.GoesOn},
		"not seen at the end":      {always, []uptime.Poll{inactive}, uptime.GoesOn},
		"closed at the end":        {hours, []uptime.Poll{inactive}, uptime.AtClose},
		"silent since the end":     {always, []uptime.Poll{{At: asOf.Add(-uptime.Day)}}, uptime.Unseen},
	} {
		h := uptime.History{Openings: tt.openings, Polls: tt.polls, AsOf: asOf}
		outages := h.Outages(uptime.Span{From: asOf.Add(-uptime.Day), To: asOf})
		if len(outages) != 1 || outages[0].To != asOf || outages[0].Ended != tt.ended {
			t.Errorf("%s: %+v, want one that ended: %s", name, outages, tt.ended)
		}
		for _, later := range []uptime.Micros{uptime.Minute, uptime.Day} {
			h.AsOf = asOf.Add(later) // the end of the range is not that of the data
			if again := h.Outages(uptime.Span{From: asOf.Add(-uptime.Day), To: asOf}); !cmp.Equal(outages, again) {
				t.Errorf("%s, as of later: %+v, want %+v", name, again, outages)
			}
		}
	}
}
