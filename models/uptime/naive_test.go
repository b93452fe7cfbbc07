package uptime_test

import (
	"sort"
	"time"

	"lightson/models/uptime"
)

// This file computes the same figures a second time, slowly and from the
// words of the rule alone: calendar days by time.AddDate, clock changes by
// trying every minute, states by asking one moment after the other. It takes
// nothing from the engine but the types it is compared in.

// naiveOpening is one opening; polls are those made during it, not after as-of.
type naiveOpening struct {
	opens, closes time.Time
	polls         []naivePoll
}

type naivePoll struct {
	at     time.Time
	active bool
}

// naiveWallTime is when clocks in loc first show the date and time that u
// shows in UTC; where they never do, that time on the clocks of before the gap.
func naiveWallTime(u time.Time, loc *time.Location) time.Time {
	shown := func(t time.Time) time.Time {
		_, offset := t.In(loc).Zone()
		return t.Add(time.Duration(offset) * time.Second)
	}
	// With one offset around there is one answer. No place is more than 26
	// hours from UTC.
	_, before := u.Add(-26 * time.Hour).In(loc).Zone()
	_, after := u.Add(26 * time.Hour).In(loc).Zone()
	if before == after {
		return u.Add(-time.Duration(before) * time.Second)
	}
	for t := u.Add(-26 * time.Hour); ; t = t.Add(time.Minute) {
		if shown(t).Equal(u) {
			return t
		}
		if shown(t).After(u) {
			minuteAgo := t.Add(-time.Minute)
			return u.Add(-shown(minuteAgo).Sub(minuteAgo))
		}
	}
}

// naiveOpenings lays the rows out over the days before and after asOf.
func naiveOpenings(s scene, daysBefore, daysAfter int) []naiveOpening {
	if len(s.hours) == 0 {
		return []naiveOpening{{opens: time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC), closes: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}
	weekdays := [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	year, month, day := s.asOf.Time().Date()
	var open []naiveOpening
	for d := -daysBefore; d <= daysAfter; d++ {
		midnight := time.Date(year, month, day+d, 0, 0, 0, 0, time.UTC)
		for _, h := range s.hours {
			if midnight.Weekday() != weekdays[h.Day] {
				continue
			}
			from := midnight.Add(time.Duration(h.Start) * time.Second)
			to := midnight.Add(time.Duration(h.End) * time.Second)
			if from.Equal(to) {
				to = to.AddDate(0, 0, 1)
			} else if to.Format("15:04") == "23:59" {
				to = midnight.AddDate(0, 0, 1)
			}
			if !to.After(from) {
				to = to.AddDate(0, 0, 1)
			}
			o := naiveOpening{opens: naiveWallTime(from, s.loc), closes: naiveWallTime(to, s.loc)}
			if o.opens.Before(o.closes) {
				open = append(open, o)
			}
		}
	}
	// Join any two that meet until none do.
	sort.Slice(open, func(i, j int) bool { return open[i].opens.Before(open[j].opens) })
	for i := 0; i+1 < len(open); {
		if open[i].closes.Before(open[i+1].opens) {
			i++
			continue
		}
		if open[i].closes.Before(open[i+1].closes) {
			open[i].closes = open[i+1].closes
		}
		open = append(open[:i+1], open[i+2:]...)
	}
	return open
}

// naiveStore gives the openings around asOf, each with its polls.
func naiveStore(s scene, daysBefore, daysAfter int) []naiveOpening {
	openings := naiveOpenings(s, daysBefore, daysAfter)
	for i := range openings {
		o := &openings[i]
		for _, p := range s.polls {
			t := p.At.Time()
			if p.At <= s.asOf && !t.Before(o.opens) && t.Before(o.closes) {
				o.polls = append(o.polls, naivePoll{t, p.Active})
			}
		}
	}
	return openings
}

// stateAt is the rule for one moment t of the opening.
func (o naiveOpening) stateAt(t time.Time) uptime.State {
	speaker := -1 // the last poll until t, else the first of the opening
	for i, p := range o.polls {
		if !p.at.After(t) {
			speaker = i
		}
	}
	if speaker >= 0 && !t.Before(o.polls[speaker].at.Add(24*time.Hour)) {
		return uptime.NoData
	}
	if speaker < 0 {
		if len(o.polls) == 0 || t.Before(o.polls[0].at.Add(-24*time.Hour)) {
			return uptime.NoData
		}
		speaker = 0
	}
	if o.polls[speaker].active {
		return uptime.Up
	}
	return uptime.Down
}

// naiveStretches asks for the state between every two moments at which
// anything could change, from one moment to another.
func naiveStretches(openings []naiveOpening, from, to time.Time) []uptime.Stretch {
	var stretches []uptime.Stretch
	for _, o := range openings {
		if !o.opens.Before(to) || !o.closes.After(from) {
			continue
		}
		moments := []time.Time{from, to, o.opens, o.closes}
		for _, p := range o.polls {
			moments = append(moments, p.at, p.at.Add(24*time.Hour), p.at.Add(-24*time.Hour))
		}
		sort.Slice(moments, func(i, j int) bool { return moments[i].Before(moments[j]) })
		fresh := true // the first stretch of an opening never continues another
		for i := 1; i < len(moments); i++ {
			a, b := moments[i-1], moments[i]
			inside := !a.Before(from) && !b.After(to) && !a.Before(o.opens) && !b.After(o.closes)
			if !inside || !a.Before(b) {
				continue
			}
			state := o.stateAt(a)
			if n := len(stretches); !fresh && stretches[n-1].State == state {
				stretches[n-1].To = uptime.At(b)
				continue
			}
			fresh = false
			stretches = append(stretches, uptime.Stretch{Span: uptime.Span{From: uptime.At(a), To: uptime.At(b)}, State: state})
		}
	}
	return stretches
}

// naiveFigures adds up the stretches of one window.
func naiveFigures(stretches []uptime.Stretch) uptime.Figures {
	var f uptime.Figures
	for _, s := range stretches {
		length := uptime.Micros(s.To - s.From)
		f.Open += length
		if s.State == uptime.Up {
			f.Up += length
		}
		if s.State == uptime.Down {
			f.Down += length
			f.Outages++
			if length > f.Longest {
				f.Longest = length
			}
		}
	}
	return f
}

// naiveNow looks for the moment at which the present state began.
func naiveNow(openings []naiveOpening, asOf uptime.Instant) uptime.Current {
	c := uptime.Current{State: uptime.Closed, Since: uptime.Beginning, Until: uptime.Forever}
	t := asOf.Time()
	for _, o := range openings {
		switch {
		case !o.closes.After(t):
			c.Since = uptime.At(o.closes)
		case o.opens.After(t):
			if c.State == uptime.Closed && c.Until == uptime.Forever {
				c.Until = uptime.At(o.opens)
			}
		default:
			justAfter := t.Add(time.Microsecond)
			stretches := naiveStretches([]naiveOpening{o}, o.opens, justAfter)
			c.State = stretches[len(stretches)-1].State
			c.Since = stretches[len(stretches)-1].From
			c.Until = uptime.At(o.closes)
		}
	}
	return c
}
