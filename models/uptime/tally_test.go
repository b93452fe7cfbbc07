package uptime_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/uptime"
)

// pollsFor are the polls that a caller reads to measure one piece of time,
// and the older one that it looks up where it is asked to.
func (s scene) pollsFor(openings []uptime.Span, piece uptime.Span) []uptime.Poll {
	since, until := piece.From.Add(-uptime.Reach), piece.To.Add(uptime.Reach)
	from := slices.IndexFunc(s.polls, func(p uptime.Poll) bool { return p.At >= since })
	if from < 0 {
		from = len(s.polls)
	}
	read := slices.DeleteFunc(slices.Clone(s.polls[from:]), func(p uptime.Poll) bool { return p.At > until })
	opening, needed := uptime.History{Openings: openings, Polls: read}.NeedsEarlier(piece)
	if !needed {
		return read
	}
	for n := from - 1; n >= 0; n-- {
		if opening.Contains(s.polls[n].At) {
			return append([]uptime.Poll{s.polls[n]}, read...)
		}
	}
	return read
}

// cuts divides a span into some pieces, often where something happens.
func (d draw) cuts(s scene, whole uptime.Span) []uptime.Span {
	ends := []uptime.Instant{whole.From, whole.To}
	for range d(8) {
		ends = append(ends, whole.From.Add(d.micros(whole.Length())))
		if len(s.polls) > 0 {
			ends = append(ends, pick(d, s.polls...).At.Add(pick(d, 0, 0, uptime.Reach, -uptime.Reach, 1)))
		}
	}
	ends = slices.DeleteFunc(ends, func(i uptime.Instant) bool { return i < whole.From || i > whole.To })
	slices.Sort(ends)
	var pieces []uptime.Span
	for n := range len(ends) - 1 {
		pieces = append(pieces, uptime.Span{From: ends[n], To: ends[n+1]})
	}
	return pieces
}

// Each piece is given only the polls and openings around it.
func TestARangeMeasuredInPiecesIsTheRangeMeasuredWhole(t *testing.T) {
	joined, looked, later := 0, 0, 0
	for seed := range uint64(3000) {
		d := seeded(3e6 + seed)
		s := d.scene(35)
		whole := uptime.Span{From: s.asOf.Add(-d.micros(30 * uptime.Day)), To: s.asOf.Add(d.micros(uptime.Day))}
		if d.oneIn(2) {
			whole.To = whole.From.Add(d.micros(whole.Length()))
		}
		var want [1]uptime.Figures
		s.history(whole).Measure([]uptime.Span{whole}, want[:])

		var tally uptime.Tally
		outages := 0
		for _, piece := range d.cuts(s, whole) {
			h := s.history(piece)
			h.Polls = s.pollsFor(h.Openings, piece)
			if len(h.Polls) > 0 && h.Polls[0].At < piece.From.Add(-uptime.Reach) {
				looked++
			}
			if opening, needed := h.NeedsLater(piece); needed {
				for _, p := range s.polls {
					if p.At > piece.To.Add(uptime.Reach) && opening.Contains(p.At) {
						h.Polls = append(slices.Clip(h.Polls), p)
						later++
						break
					}
				}
			}
			h.Pieces(piece, tally.Add)
			outages += len(h.Outages(piece))

		}
		if diff := cmp.Diff(want[0], tally.Figures()); diff != "" {
			t.Fatalf("seed %d, %v (-whole +pieces):\n%s\n%s", seed, whole, diff, s)
		}
		joined += outages - want[0].Outages
	}
	if joined == 0 || looked == 0 || later == 0 {
		t.Errorf("%d outages were joined, %d earlier polls and %d later ones looked up: the test says nothing", joined, looked, later)
	}
}

func TestATallyJoinsWhatTouchesInOneStateAndNothingElse(t *testing.T) {
	down := func(from, to string) uptime.Piece {
		return uptime.Piece{Stretch: uptime.Stretch{Span: span(from, to), State: uptime.Down}}
	}
	for name, tt := range map[string]struct {
		pieces  []uptime.Piece
		outages int
		longest uptime.Micros
	}{
		"nothing":     {nil, 0, 0},
		"one outage":  {[]uptime.Piece{down("2023-01-25 10:00", "2023-01-25 11:00")}, 1, uptime.Hour},
		"cut in two":  {[]uptime.Piece{down("2023-01-25 10:00", "2023-01-25 11:00"), down("2023-01-25 11:00", "2023-01-25 11:30")}, 1, 90 * uptime.Minute},
		"with a gap":  {[]uptime.Piece{down("2023-01-25 10:00", "2023-01-25 11:00"), down("2023-01-25 12:00", "2023-01-25 12:30")}, 2, uptime.Hour},
		"cut in many": {[]uptime.Piece{down("2023-01-25 10:00", "2023-01-25 11:00"), down("2023-01-25 11:00", "2023-01-25 12:00"), down("2023-01-25 12:00", "2023-01-25 13:00")}, 1, 3 * uptime.Hour},
		"up between": {[]uptime.Piece{
			down("2023-01-25 10:00", "2023-01-25 11:00"), {Stretch: uptime.Stretch{Span: span("2023-01-25 11:00", "2023-01-25 12:00"), State: uptime.Up}}, down("2023-01-25 12:00", "2023-01-25 12:10"),
		}, 2, uptime.Hour},
		"where the calendar of computers begins": {[]uptime.Piece{down("1970-01-01 00:00", "1970-01-01 01:00")}, 1, uptime.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			var tally uptime.Tally
			var open, down uptime.Micros
			for _, s := range tt.pieces {
				tally.Add(s)
				open += s.Length()
				if s.State == uptime.Down {
					down += s.Length()
				}
			}
			want := uptime.Figures{Open: open, Up: open - down, Down: down, Outages: tt.outages, Longest: tt.longest}
			if diff := cmp.Diff(want, tally.Figures()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
