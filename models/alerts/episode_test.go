package alerts

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/uptime"
)

const minute = uptime.Minute

// A scene is a store in small: some days in which minutes are drawn.
type scene struct {
	uptime.History
	after uptime.Micros
}

func drawSpans(t *rapid.T, what string, most int) (spans []uptime.Span) {
	marks := rapid.SliceOfNDistinct(rapid.IntRange(0, 4000), 0, 2*most, rapid.ID).Draw(t, what)
	slices.Sort(marks)
	for n := 0; n+1 < len(marks); n += 2 {
		if k := len(spans); k > 0 && spans[k-1].To == at0(marks[n]) {
			continue
		}
		spans = append(spans, uptime.Span{From: at0(marks[n]), To: at0(marks[n+1])})
	}
	return spans
}

// at0 is a minute of the scene.
func at0(m int) uptime.Instant { return uptime.Instant(0).Add(uptime.Micros(m) * minute) }

func drawScene(t *rapid.T) scene {
	s := scene{after: uptime.Micros(rapid.IntRange(0, 200).Draw(t, "after")) * minute}
	s.Openings = drawSpans(t, "openings", 4)
	if rapid.Bool().Draw(t, "always open") {
		s.Openings = []uptime.Span{uptime.Always}
	}
	s.Excused = drawSpans(t, "excused", 2)
	minutes := rapid.SliceOfNDistinct(rapid.IntRange(0, 4000), 0, 30, rapid.ID).Draw(t, "polls")
	slices.Sort(minutes)
	for _, m := range minutes {
		s.Polls = append(s.Polls, uptime.Poll{At: at0(m), Active: rapid.IntRange(0, 2).Draw(t, "active") == 0})
	}
	s.AsOf, s.Near = at0(rapid.IntRange(0, 4100).Draw(t, "as of")), 90*minute
	return s
}

func isIn(spans []uptime.Span, at uptime.Instant) bool {
	return slices.ContainsFunc(spans, func(s uptime.Span) bool { return s.Contains(at) })
}

// naiveOffline goes from minute to minute. At each it knows the polls until then only, and
// counts what they say of the minutes before.
func naiveOffline(s scene) (fired []uptime.Instant) {
	var told bool
	var seen []uptime.Poll // inactive polls of the episode
	for m := 0; at0(m) <= s.AsOf; m++ {
		now := at0(m)
		back := false
		for _, p := range s.Polls {
			if p.At != now || !isIn(s.Openings, now) {
				continue
			}
			if p.Active {
				back = true
			} else {
				seen = append(seen, p)
			}
		}
		if !told && s.fires(now, seen) {
			fired, told = append(fired, now), true
		}
		if back { // time that is full when the store is back was full
			seen, told = nil, false
		}
	}
	return fired
}

// fires reports whether what counts until now reaches the rule's time.
func (s scene) fires(now uptime.Instant, seen []uptime.Poll) bool {
	if len(seen) == 0 {
		return false
	}
	down := 0
	for at := seen[0].At.Add(-s.Near); at < now; at = at.Add(minute) {
		if s.countsAt(at, now, seen) {
			down++
		}
	}
	begins := s.countsAt(now, now, seen) || now == seen[len(seen)-1].At && !isIn(s.Excused, now)
	return (down > 0 || begins) && uptime.Micros(down)*minute >= s.after
}

// countsAt reports whether a minute counts as offline by the polls until now.
func (s scene) countsAt(at, now uptime.Instant, seen []uptime.Poll) bool {
	i := slices.IndexFunc(s.Openings, func(o uptime.Span) bool { return o.Contains(at) })
	if i < 0 || isIn(s.Excused, at) {
		return false
	}
	var before, after *uptime.Poll // of the same opening
	for n, p := range s.Polls {
		if p.At > now || !s.Openings[i].Contains(p.At) {
			continue
		}
		if p.At <= at {
			before = &s.Polls[n]
		} else if after == nil {
			after = &s.Polls[n]
		}
	}
	speaks := before
	if speaks == nil {
		speaks = after
	}
	if speaks == nil || speaks.Active || !slices.Contains(seen, *speaks) {
		return false
	}
	far := uptime.Micros(at - speaks.At)
	return far < s.Near && far >= -s.Near
}

func TestAnOutageFiresWhenGoingFromMinuteToMinuteSaysSo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		var got []uptime.Instant
		for _, e := range OfflineEpisodes(s.History, 0) {
			if fires, ok := e.Fires(s.after); ok && fires <= s.AsOf {
				got = append(got, fires)
			}
		}
		if want := naiveOffline(s); !slices.Equal(got, want) {
			t.Errorf("fires %v, want %v", got, want)
		}
	})
}

// replay steps through batches of polls, in their order. Each batch moves the as-of instant
// of the data to its newest poll.
func replay(r Rule, s scene, batches [][]uptime.Poll) (known []Incident, notices []Notice) {
	var polls []uptime.Poll
	asOf := uptime.Instant(0)
	for _, batch := range batches {
		polls = append(polls, batch...)
		slices.SortFunc(polls, func(a, b uptime.Poll) int { return int(a.At - b.At) })
		for _, p := range batch {
			asOf = max(asOf, p.At)
		}
		known, notices = stepTo(r, s, polls, asOf, known, notices)
	}
	return known, notices
}

func stepTo(r Rule, s scene, polls []uptime.Poll, asOf uptime.Instant, known []Incident, notices []Notice) ([]Incident, []Notice) {
	h := s.History
	h.Polls, h.AsOf = polls, asOf
	found := Found{Store: "a", Episodes: OfflineEpisodes(h, uptime.Beginning), From: uptime.Beginning, AsOf: asOf}
	changed, more := Step(r, known, found, asOf)
	for _, i := range changed {
		if n := slices.IndexFunc(known, func(k Incident) bool { return k.ID == i.ID }); n >= 0 {
			known[n] = i
		} else {
			known = append(known, i)
		}
	}
	return known, append(notices, more...)
}

func offlineRule(after uptime.Micros) Rule {
	r := NewRule(Offline, uptime.Hour)
	r.ID, r.After, r.Again, r.ActiveFrom = "r", after, uptime.Minute, models.InstantAt(-1<<50)
	return r
}

func TestHoweverPollsComeAnIncidentIsToldOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		if len(s.Polls) == 0 {
			return
		}
		order := rapid.Permutation(s.Polls).Draw(t, "order")
		var batches [][]uptime.Poll
		for len(order) > 0 {
			n := rapid.IntRange(1, len(order)).Draw(t, "batch")
			batches, order = append(batches, order[:n]), order[n:]
		}
		r := offlineRule(s.after)
		known, notices := replay(r, s, batches)
		began := map[string]int{}
		spoken := map[string]Phase{}
		for _, n := range notices {
			if n.Kind == Began || n.Kind == Was && n.Before == Untold {
				began[n.IncidentID]++
			}
			if spoken[n.IncidentID] != n.Before {
				t.Errorf("notice %s after %q was told %q", n.Kind, n.Before, spoken[n.IncidentID])
			}
			spoken[n.IncidentID] = map[NoticeKind]Phase{Began: Going, Ended: Over, Was: Over, Withdrew: Withdrawn, Reopened: Going}[n.Kind]
		}
		for id, times := range began {
			if times != 1 {
				t.Errorf("incident %s was told %d times", id, times)
			}
		}
		// Whoever was told anything knows in the end what is so.
		for _, i := range known {
			silent := i.Ending == Unknown || i.Quiet
			if told := spoken[i.ID]; told != Untold && told != i.Phase && !silent {
				t.Errorf("%s is %s, told %s", i.ID, i.Phase, told)
			}
		}
		// What stands is what the data say, in whatever order they came.
		newest := s.Polls[len(s.Polls)-1].At
		h := s.History
		h.AsOf = newest
		for _, e := range OfflineEpisodes(h, uptime.Beginning) {
			fires, ok := e.Fires(s.after)
			if !ok || fires > newest || asOf(e, newest) < newest.Add(-tooOld) {
				continue
			}
			if !slices.ContainsFunc(known, func(i Incident) bool { return i.Began == e.Began && i.EndedAt == e.EndedAt && i.Phase != Withdrawn }) {
				t.Errorf("no incident of %+v in %+v", e, known)
			}
		}
	})
}

func TestTheSameDataAgainTellNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		r := offlineRule(s.after)
		known, notices := stepTo(r, s, s.Polls, s.AsOf, nil, nil)
		before := len(notices)
		again := slices.Clone(known)
		again, notices = stepTo(r, s, s.Polls, s.AsOf, again, notices)
		if len(notices) != before || !slices.Equal(again, known) {
			t.Errorf("told %v, %+v became %+v", notices[before:], known, again)
		}
	})
}

func TestTakingDataBackAndInAgainLeavesTheSameIncidents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		r := offlineRule(s.after)
		kept := rapid.IntRange(0, len(s.Polls)).Draw(t, "kept")
		earlier := uptime.Instant(0)
		if kept > 0 {
			earlier = s.Polls[kept-1].At
		}
		known, notices := stepTo(r, s, s.Polls, s.AsOf, nil, nil)
		want := slices.Clone(known)
		known, notices = stepTo(r, s, s.Polls[:kept], min(earlier, s.AsOf), known, notices)
		known, notices = stepTo(r, s, s.Polls, s.AsOf, known, notices)
		for n, i := range want { // others are news as of the earlier data only
			if k := known[n]; k.ID != i.ID || k.Phase != i.Phase || k.EndedAt != i.EndedAt || k.Spoken != i.Spoken {
				t.Errorf("%+v, want %+v", k, i)
			}
		}
		began := 0
		for _, n := range notices {
			if n.Kind == Began || n.Before == Untold {
				began++
			}
		}
		if began > len(known) {
			t.Errorf("%d incidents were told %d times", len(known), began)
		}
	})
}

func TestAStoreIsToldAtMostAsOftenAsItsRuleSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawScene(t)
		if len(s.Polls) == 0 {
			return
		}
		r := offlineRule(s.after)
		r.Again = uptime.Micros(rapid.IntRange(1, 600).Draw(t, "again")) * minute
		var batches [][]uptime.Poll
		for n := range s.Polls {
			batches = append(batches, s.Polls[n:n+1])
		}
		_, notices := replay(r, s, batches)
		told := map[uptime.Instant]bool{}
		for _, n := range notices {
			if n.Before == Untold {
				told[n.AsOf] = true
			}
		}
		length := uptime.Micros(s.Polls[len(s.Polls)-1].At - s.Polls[0].At)
		if most := int(length/r.Again) + 2; len(told) > most {
			t.Errorf("told at %d instants in %d min, at most %d", len(told), length/minute, most)
		}
	})
}
