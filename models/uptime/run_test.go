package uptime_test

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/uptime"
)

// steadyPolls see mostly the same for weeks, with pauses around what one poll
// speaks for.
func (d draw) steadyPolls(asOf uptime.Instant) []uptime.Poll {
	active := d.oneIn(2)
	changes, holes := pick(d, 4, 60, 1000), pick(d, 4, 60, 1000)
	var ps []uptime.Poll
	at := asOf.Add(-pick(d, 0, 0, uptime.Hour, 23*uptime.Hour, uptime.Reach, 12*uptime.Day))
	for range d(70) {
		ps = append(ps, uptime.Poll{At: at, Active: active})
		pause := pick(d, 12*uptime.Hour, 23*uptime.Hour, uptime.Reach)
		if d.oneIn(holes) {
			pause = pick(d, uptime.Reach+1, 3*uptime.Day, 20*uptime.Day)
		}
		at = at.Add(-pause)
		if d.oneIn(changes) {
			active = !active
		}
	}
	slices.SortFunc(ps, func(a, b uptime.Poll) int { return cmp.Compare(a.At, b.At) })
	return ps
}

// A caller that reads the last days, and goes further back only where NeedsRun asks
// for it, comes to the state, since and until of one that reads everything.
func TestSinceAndUntilAreThoseOfAllPolls(t *testing.T) {
	draws, needed, beyond := 0, 0, 0
	check := func(t *rapid.T) {
		draws++
		d := draw(func(n int) int { return rapid.IntRange(0, n-1).Draw(t, "n") })
		s := d.scene(9)
		gap := slices.ContainsFunc(naiveOpenings(s, 40, 25), func(o naiveOpening) bool {
			return o.opens.After(s.asOf.Add(-30*uptime.Day).Time()) && !o.opens.After(s.asOf.Time())
		})
		if !gap || d.oneIn(3) { // hours that leave no gap are none; the naive twin would begin them somewhere
			s.hours = nil
		}
		if !d.oneIn(4) {
			s.polls = d.steadyPolls(s.asOf)
		}
		readFrom := s.asOf.Add(-pick(d, uptime.Week, 9*uptime.Day, uptime.Day)).Add(-d.micros(uptime.Day))
		read := slices.IndexFunc(s.polls, func(p uptime.Poll) bool { return p.At >= readFrom })
		if read < 0 {
			read = len(s.polls)
		}
		older, latest := s.polls[:read], s.polls[read:]

		openings := s.openingsOver(s.aroundNow())
		known := uptime.History{Openings: openings, Polls: latest, AsOf: s.asOf}
		got := known.Now()
		if opening, needs := known.NeedsRun(readFrom); needs {
			needed++
			search := uptime.NewRunSearch(opening)
			for {
				n := min(len(older), 1+d(8))
				if n == 0 {
					search.NoMore()
					break
				}
				if search.Before(older[len(older)-n:]) {
					break
				}
				older = older[:len(older)-n]
			}
			if run, some := search.Run(); some {
				got = uptime.NowAfter(run, opening, latest, s.asOf)
				if got.Since < readFrom.Add(-uptime.Reach) {
					beyond++
				}
			}
		}
		agreeOnNow(t, s, naiveStore(s, 40, 25), got)
	}
	for round := 0; round < 3 && (needed == 0 || beyond == 0); round++ { // seven of a hundred states began long before
		rapid.Check(t, check)
	}
	if draws >= 100 && (needed == 0 || beyond == 0) { // make quick draws few
		t.Errorf("%d stores needed more and %d states began long before: the test says nothing", needed, beyond)
	}
}

// Without its oldest polls it is not known when a state began, only from when on.
func TestARunWithoutItsBeginningIsNotSince(t *testing.T) {
	const day = "2023-01-23 "
	asOf := at(day + "12:00")
	search := uptime.NewRunSearch(uptime.Always)
	search.Before(polls("2023-01-20 12:00 i", "2023-01-21 12:00 i"))
	run, some := search.Run()
	if !some || run.SinceKnown {
		t.Fatalf("run %+v, want one whose beginning is not known", run)
	}
	latest := polls("2023-01-22 12:00 i", day+"11:00 i")
	got := uptime.NowAfter(run, uptime.Always, latest, asOf)
	if want := (uptime.Current{State: uptime.Down, Since: at("2023-01-20 12:00"), Until: uptime.Forever, Seen: latest[1].At, SeenKnown: true}); got != want {
		t.Errorf("now is %+v, want %+v", got, want)
	}
	latest[0].At++ // more than a day after the run
	got = uptime.NowAfter(run, uptime.Always, latest, asOf)
	if want := (uptime.Current{State: uptime.Down, Since: latest[0].At, SinceKnown: true, Until: uptime.Forever, Seen: latest[1].At, SeenKnown: true}); got != want {
		t.Errorf("after a silence now is %+v, want %+v", got, want)
	}
}
