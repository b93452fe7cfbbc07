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
	near          time.Duration
	excused       [][2]time.Time
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
	if len(s.hours) == 0 && len(s.dated) == 0 && len(s.special) == 0 {
		return []naiveOpening{{opens: time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC), closes: time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)}}
	}
	weekdays := [7]time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	year, month, day := s.asOf.Time().Date()
	var open []naiveOpening
	for d := -daysBefore; d <= daysAfter; d++ {
		midnight := time.Date(year, month, day+d, 0, 0, 0, 0, time.UTC)
		rows, isSpecial := naiveRows(s, midnight)
		for _, h := range rows {
			if !isSpecial && midnight.Weekday() != weekdays[h.Day] || h.Start == 24*60*60 {
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

// naiveRows are the rows of a date: those of the special day, or the weekly hours that
// hold on it. Where there are none it is open all day.
func naiveRows(s scene, midnight time.Time) (rows []uptime.Hours, isSpecial bool) {
	for _, day := range s.special {
		if midnight.Unix() == int64(day.Date)*24*60*60 {
			return day.Hours, true
		}
	}
	rows = s.hours
	for _, schedule := range s.dated {
		if midnight.Unix() >= int64(schedule.From)*24*60*60 {
			rows = schedule.Hours
		}
	}
	if len(rows) == 0 {
		return []uptime.Hours{{}}, true
	}
	return rows, false
}

// naiveStore gives the openings around asOf, each with its polls.
func naiveStore(s scene, daysBefore, daysAfter int) []naiveOpening {
	openings := naiveOpenings(s, daysBefore, daysAfter)
	for i := range openings {
		o := &openings[i]
		o.near = time.Duration(s.near) * time.Microsecond
		for _, e := range s.excused {
			o.excused = append(o.excused, [2]time.Time{e.From.Time(), e.To.Time()})
		}
		for _, p := range s.polls {
			t := p.At.Time()
			if p.At <= s.asOf && !t.Before(o.opens) && t.Before(o.closes) {
				o.polls = append(o.polls, naivePoll{t, p.Active})
			}
		}
	}
	return openings
}

// pieceAt is the rule for one moment t of the opening.
func (o naiveOpening) pieceAt(t time.Time) (p uptime.Piece) {
	for _, e := range o.excused {
		if !t.Before(e[0]) && t.Before(e[1]) {
			p.State = uptime.Excused
			return p
		}
	}
	speaker := -1 // the last poll until t, else the first of the opening
	for i, p := range o.polls {
		if !p.at.After(t) {
			speaker = i
		}
	}
	before := speaker < 0
	if before {
		if len(o.polls) == 0 || t.Before(o.polls[0].at.Add(-24*time.Hour)) {
			return p
		}
		speaker = 0
	}
	said := o.polls[speaker]
	if !before && !t.Before(said.at.Add(24*time.Hour)) {
		return p
	}
	p.State = uptime.Down
	if said.active {
		p.State = uptime.Up
	}
	p.Certain = !before && speaker+1 < len(o.polls) && o.polls[speaker+1].active == said.active
	p.Close = before && !t.Before(said.at.Add(-o.near)) || !before && t.Before(said.at.Add(o.near))
	return p
}

// naivePieces asks between every two moments at which anything could change, from one
// moment to another.
func naivePieces(openings []naiveOpening, from, to time.Time) []uptime.Piece {
	var pieces []uptime.Piece
	for _, o := range openings {
		if !o.opens.Before(to) || !o.closes.After(from) {
			continue
		}
		moments := []time.Time{from, to, o.opens, o.closes}
		for _, p := range o.polls {
			moments = append(moments, p.at, p.at.Add(24*time.Hour), p.at.Add(-24*time.Hour), p.at.Add(o.near), p.at.Add(-o.near))
		}
		for _, e := range o.excused {
			moments = append(moments, e[0], e[1])
		}
		sort.Slice(moments, func(i, j int) bool { return moments[i].Before(moments[j]) })
		for i := 1; i < len(moments); i++ {
			a, b := moments[i-1], moments[i]
			inside := !a.Before(from) && !b.After(to) && !a.Before(o.opens) && !b.After(o.closes)
			if inside && a.Before(b) {
				p := o.pieceAt(a)
				p.From, p.To = uptime.At(a), uptime.At(b)
				pieces = append(pieces, p)
			}
		}
	}
	return pieces
}

// naiveStretches joins pieces of one state. Openings never touch.
func naiveStretches(openings []naiveOpening, from, to time.Time) []uptime.Stretch {
	var stretches []uptime.Stretch
	for _, p := range naivePieces(openings, from, to) {
		if n := len(stretches); n > 0 && stretches[n-1].State == p.State && stretches[n-1].To == p.From {
			stretches[n-1].To = p.To
			continue
		}
		stretches = append(stretches, p.Stretch)
	}
	return stretches
}

// naiveFigures are those of one window.
func naiveFigures(openings []naiveOpening, from, to time.Time) uptime.Figures {
	var f uptime.Figures
	for _, p := range naivePieces(openings, from, to) {
		addNaive(&f, p, uptime.Micros(p.To-p.From))
	}
	for _, s := range naiveStretches(openings, from, to) {
		if s.State == uptime.Down {
			f.Outages++
			f.Longest = max(f.Longest, uptime.Micros(s.To-s.From))
		}
	}
	return f
}

func addNaive(f *uptime.Figures, p uptime.Piece, length uptime.Micros) {
	f.Open += length
	if p.Close {
		f.Close += length
	}
	switch {
	case p.State == uptime.Excused:
		f.Excused += length
	case p.State == uptime.Up && p.Certain:
		f.Up, f.CertainUp = f.Up+length, f.CertainUp+length
	case p.State == uptime.Up:
		f.Up += length
	case p.State == uptime.Down && p.Certain:
		f.Down, f.CertainDown = f.Down+length, f.CertainDown+length
	case p.State == uptime.Down:
		f.Down += length
	}
}

// naiveOutages looks at each outage from the beginning of its opening on.
func naiveOutages(openings []naiveOpening, from, to time.Time) []uptime.Outage {
	var outages []uptime.Outage
	for _, o := range openings {
		for _, s := range naiveStretches([]naiveOpening{o}, o.opens, to) {
			inside := uptime.Span{From: max(s.From, uptime.At(from)), To: s.To}
			if s.State != uptime.Down || inside.From >= inside.To {
				continue
			}
			found := uptime.Outage{Span: inside}
			since := s.From
			for _, p := range o.polls {
				switch at := uptime.At(p.at); {
				case at < s.From && p.active && !p.at.Add(24*time.Hour).Before(s.From.Time()):
					since = at
				case at < s.From:
					since = s.From
				case at < s.To && !found.SeenKnown:
					found.Seen, found.SeenKnown = at, true
				case at == s.To && p.active:
					found.Ended = uptime.CameBack
				}
			}
			for _, p := range naivePieces([]naiveOpening{o}, maxTime(from, since.Time()), s.To.Time()) {
				if p.State == uptime.Excused {
					continue
				}
				found.Most += uptime.Micros(p.To - p.From)
				if p.Certain && p.State == uptime.Down && p.From >= inside.From {
					found.Least += uptime.Micros(p.To - p.From)
				}
			}
			if found.Ended == uptime.GoesOn {
				found.Ended = uptime.Unseen
			}
			if s.To == uptime.At(o.closes) {
				found.Ended = uptime.AtClose
			}
			if o.pieceAt(s.To.Time()).State == uptime.Excused {
				found.Ended = uptime.Corrected
			}
			if s.To == uptime.At(to) && o.closes.After(to) && o.pieceAt(to).State == uptime.Down {
				found.Ended = uptime.GoesOn
			}
			outages = append(outages, found)
		}
	}
	return outages
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
			o.excused = nil // the state is what was seen, whatever was corrected
			for _, p := range o.polls {
				c.Seen, c.SeenKnown = uptime.At(p.at), true
			}
			stretches := naiveStretches([]naiveOpening{o}, o.opens, justAfter)
			c.State = stretches[len(stretches)-1].State
			c.Since = stretches[len(stretches)-1].From
			c.Until = uptime.At(o.closes)
		}
	}
	return c
}
