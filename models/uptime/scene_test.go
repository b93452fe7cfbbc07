package uptime_test

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"lightson/models/uptime"
)

// A scene is one store at one as-of instant, with all its polls.
type scene struct {
	zone  string
	loc   *time.Location
	hours []uptime.Hours // for all time, until the first of dated
	polls []uptime.Poll
	asOf  uptime.Instant

	dated   []uptime.Schedule // in order
	special []uptime.SpecialDay
	near    uptime.Micros
	excused []uptime.Span
}

// calendar is when the store is open.
func (s scene) calendar() uptime.Calendar {
	c := uptime.Weekly(s.hours)
	c.Schedules = append(c.Schedules, s.dated...)
	c.Special = s.special
	return c
}

// history is what a caller knows who has all polls, for some time.
func (s scene) history(over uptime.Span) uptime.History {
	return uptime.History{Openings: s.openingsOver(over), Polls: s.polls, AsOf: s.asOf, Near: s.near, Excused: s.excused}
}

// week is the history of the last week.
func (s scene) week() uptime.History { return s.history(uptime.Windows(s.asOf)[2]) }

var zones = []string{
	"America/Chicago", "America/New_York", "America/Denver", "America/Los_Angeles", "America/Phoenix",
	"America/Sao_Paulo", "America/St_Johns", "Africa/Casablanca", "Asia/Beirut", "Asia/Kolkata",
	"Asia/Kathmandu", "Australia/Lord_Howe", "Australia/Sydney", "Europe/London", "Europe/Dublin",
	"Pacific/Apia", "Pacific/Chatham", "Pacific/Kiritimati", "UTC",
}

// draw gives a number from 0 to below n. Random sources, rapid and the fuzzer
// each bring their own, so that all of them invent the same kind of stores.
type draw func(n int) int

func seeded(seed uint64) draw {
	return rand.New(rand.NewPCG(seed, 1)).IntN
}

// oneIn is true once in n times.
func (d draw) oneIn(n int) bool { return d(n) == 0 }

func pick[T any](d draw, from ...T) T { return from[d(len(from))] }

// micros is less than m, often a round number.
func (d draw) micros(m uptime.Micros) uptime.Micros {
	step := pick(d, uptime.Hour, 30*uptime.Minute, uptime.Minute, uptime.Second, 1)
	return uptime.Micros(d(int(max(1, m/step)))) * step
}

// scene invents a store, with polls over some days.
func (d draw) scene(days int) scene {
	s := scene{zone: pick(d, zones...)}
	s.loc = location(s.zone)
	s.asOf = d.asOf(s.loc)
	s.hours = d.hours()
	s.near = pick(d, uptime.Near(uptime.Hour), uptime.Near(uptime.Hour), 0, 10*uptime.Minute, uptime.Reach)
	if d.oneIn(2) {
		d.changes(&s)
	}
	s.polls = d.polls(s, days)
	return s
}

// changes gives the store other hours from some dates on, special days and corrections.
func (d draw) changes(s *scene) {
	today := uptime.DateOf(s.asOf.Time().Date())
	date := func() uptime.Date { return today + 3 - uptime.Date(d(pick(d, 8, 8, 35))) }
	from := map[uptime.Date]bool{}
	for range d(3) {
		from[date()] = true
	}
	for _, date := range slices.Sorted(maps.Keys(from)) {
		s.dated = append(s.dated, uptime.Schedule{From: date, Hours: d.hours()})
	}
	special := map[uptime.Date]bool{}
	for range d(4) {
		special[date()] = true
	}
	for _, date := range slices.Sorted(maps.Keys(special)) {
		day := uptime.SpecialDay{Date: date}
		for range d(3) {
			day.Hours = append(day.Hours, uptime.Hours{Day: d(7), Start: d.clock(), End: d.clock()})
		}
		if d.oneIn(4) {
			day.Hours = append(day.Hours, uptime.ClosedDay(0))
		}
		s.special = append(s.special, day)
	}
	at := s.asOf.Add(-9 * uptime.Day)
	for range d(4) {
		span := uptime.Span{From: at.Add(d.micros(4 * uptime.Day)), To: 0}
		if span.To = span.From.Add(1 + d.micros(uptime.Day)); span.From > at {
			s.excused = append(s.excused, span)
		}
		at = span.To
	}
}

// asOf is a time in this century, mostly close to a clock change.
func (d draw) asOf(loc *time.Location) uptime.Instant {
	t := time.Date(2005+d(25), time.January, 1+d(365), d(24), 0, 0, 0, time.UTC)
	if d.oneIn(12) {
		t = time.Date(2011, time.December, 30, 10, 0, 0, 0, time.UTC) // Apia leaves out a day
	} else if _, change := t.In(loc).ZoneBounds(); !change.IsZero() && !d.oneIn(4) {
		t = change
	}
	return uptime.At(t).Add(-2 * uptime.Day).Add(d.micros(10 * uptime.Day))
}

func (d draw) hours() []uptime.Hours {
	daily := func(h uptime.Hours) (rows []uptime.Hours) {
		for day := range 7 {
			rows = append(rows, uptime.Hours{Day: day, Start: h.Start, End: h.End})
		}
		return rows
	}
	var hours []uptime.Hours
	switch d(8) {
	case 0: // always open
	case 1: // the same every day
		hours = daily(uptime.Hours{Start: d.clock(), End: d.clock()})
	case 2: // split shift
		hours = append(daily(uptime.Hours{Start: d.clock(), End: d.clock()}), daily(uptime.Hours{Start: d.clock(), End: d.clock()})...)
	case 3: // one row
		hours = []uptime.Hours{{Day: d(7), Start: d.clock(), End: d.clock()}}
	case 4: // whole days, all or some of them
		hours = daily(uptime.Hours{Start: 0, End: pick(d, 0, clock("23:59"), clock("23:59:59"))})[d(3):]
	case 5: // a short gap in the week
		start := pick(d, d.clock(), clock("02:00"), clock("00:00"))
		hours = daily(uptime.Hours{Start: start, End: start})
		h := &hours[d(7)]
		h.Start = (h.Start + pick(d, 0, 60, 1800, 3600)) % (24 * 60 * 60)
	default: // anything, overlaps too
		for range 1 + d(14) {
			hours = append(hours, uptime.Hours{Day: d(7), Start: d.clock(), End: d.clock()})
		}
	}
	return hours
}

// clock is a time of day, often one at which something goes wrong somewhere.
func (d draw) clock() int {
	if d.oneIn(3) {
		return d(24 * 60 * 60)
	}
	return clock(pick(d, "00:00", "00:00", "00:30", "01:00", "01:30", "01:45", "02:00", "02:15", "02:30", "03:00",
		"06:00", "09:00", "12:00", "17:00", "22:00", "23:30", "23:58:59", "23:59", "23:59:30", "23:59:59"))
}

// polls is sorted, with one poll per instant, none after as-of.
func (d draw) polls(s scene, days int) []uptime.Poll {
	var ps []uptime.Poll
	add := func(at uptime.Instant) {
		ps = append(ps, uptime.Poll{At: at, Active: !d.oneIn(3)})
	}
	since := s.asOf.Add(-uptime.Micros(days) * uptime.Day)
	switch d(4) {
	case 0: // none but those on edges
	case 1: // about once an hour, for some days
		from := since.Add(d.micros(uptime.Micros(days) * uptime.Day))
		for at, n := from, 0; at < s.asOf && n < 60; n++ {
			add(at)
			at = at.Add(50*uptime.Minute + d.micros(20*uptime.Minute))
		}
	default: // now and then
		for range d(25) {
			add(since.Add(d.micros(uptime.Micros(days) * uptime.Day)))
		}
	}
	edges := []uptime.Instant{s.asOf}
	for _, w := range uptime.Windows(s.asOf) {
		edges = append(edges, w.From)
	}
	for _, o := range naiveOpenings(s, 9, 1) {
		edges = append(edges, uptime.At(o.opens), uptime.At(o.closes))
	}
	for _, p := range ps {
		edges = append(edges, p.At)
	}
	for range d(6) { // on an edge, beside it, and where a poll's reach ends
		add(pick(d, edges...).Add(pick[uptime.Micros](d, 0, 0, -1, 1)).Add(pick(d, 0, -uptime.Reach, uptime.Reach)))
	}
	slices.SortStableFunc(ps, func(a, b uptime.Poll) int { return cmp.Compare(a.At, b.At) })
	ps = slices.CompactFunc(ps, func(a, b uptime.Poll) bool { return a.At == b.At })
	return slices.DeleteFunc(ps, func(p uptime.Poll) bool { return p.At > s.asOf || p.At < since })
}

// openings asks the engine for the openings of the last week.
func (s scene) openings() []uptime.Span { return s.openingsOver(uptime.Windows(s.asOf)[2]) }

func (s scene) openingsOver(over uptime.Span) []uptime.Span {
	return uptime.Openings(uptime.NewZone(s.loc, over), s.calendar(), over)
}

// figures asks the engine for the three windows.
func (s scene) figures() [3]uptime.Figures {
	windows := uptime.Windows(s.asOf)
	var figures [3]uptime.Figures
	s.week().Measure(windows[:], figures[:])
	return figures
}

// String is the scene as Go-ish text, to be read when a test fails.
func (s scene) String() string {
	text := fmt.Sprintf("%s as of %s", s.zone, s.asOf.Time().Format(time.RFC3339Nano))
	for _, h := range s.hours {
		text += fmt.Sprintf("\n\tday %d %s – %s", h.Day, time.Duration(h.Start)*time.Second, time.Duration(h.End)*time.Second)
	}
	for _, schedule := range s.dated {
		text += fmt.Sprintf("\n\tfrom %s on %v", uptime.DateText(schedule.From), schedule.Hours)
	}
	for _, day := range s.special {
		text += fmt.Sprintf("\n\ton %s %v", uptime.DateText(day.Date), day.Hours)
	}
	if len(s.excused) > 0 {
		text += "\nexcused:" + describe(s.excused)
	}
	for _, p := range s.polls {
		text += fmt.Sprintf("\n\t%s %v", p.At.Time().Format(time.RFC3339Nano), p.State())
	}
	return text + "\nopenings:" + describe(s.openings())
}
