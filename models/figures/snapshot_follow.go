package figures

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sort"
	"sync"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// A carry is what the next snapshot goes on from: it measures only stores of which something
// changed, and slides the windows of the others along their lines.
type carry struct {
	openings [][]uptime.Span // by store: those of the period, and later ones
	until    uptime.Instant  // openings reach until here
	lines    []uptime.Line   // by store, from the beginning of Span or up to a day before it on, until linesUntil
	glides   []uptime.Glide  // by store: how its windows go on along its line, where that was asked for
}

// linesUntil is the latest as-of instant of a snapshot that goes on from this one, which no line
// has to reach beyond.
func (c *carry) linesUntil() uptime.Instant { return c.until.Add(-ahead) }

// carriedFor is for how long openings and lines are carried from snapshot to snapshot. They
// are all made anew as well where the UTC day of the first poll is another.
const carriedFor = uptime.Day

// lineScratch are lines that are copied when they are complete, so that each takes as much
// memory as it needs.
var lineScratch = sync.Pool{New: func() any { return new(uptime.Line) }}

// lineOf is the line of store n, given its polls.
func (s *Snapshot) lineOf(n int, polls []uptime.Poll) uptime.Line {
	known := s.period.history(n, polls)
	known.Openings = s.carry.openings[n]
	return clonedLine(known, uptime.Span{From: s.period.span.From, To: s.carry.linesUntil()})
}

func clonedLine(known uptime.History, within uptime.Span) uptime.Line {
	scratch := lineScratch.Get().(*uptime.Line)
	defer lineScratch.Put(scratch)
	*scratch = known.AppendLine((*scratch)[:0], within)
	return slices.Clone(*scratch)
}

// measureLine computes the figures of store n from its line.
func (s *Snapshot) measureLine(n int) {
	windows, line := uptime.Windows(s.AsOf), s.carry.lines[n]
	line.Measure(s.AsOf, nil, windows[:], s.Figures[n][:])
	if s.period.excuses(n) {
		s.corrected[n] = new([uptime.WindowCount]uptime.Figures)
		line.Measure(s.AsOf, s.excused[n], windows[:], s.corrected[n][:])
	}
}

// trimOpenings sets the openings of the period to those that are carried, as far as they meet
// its time.
func (s *Snapshot) trimOpenings() {
	over := uptime.Span{From: s.period.readFrom(), To: s.AsOf.Add(ahead)}
	s.period.openings = make([][]uptime.Span, len(s.carry.openings))
	for n, openings := range s.carry.openings {
		from := sort.Search(len(openings), func(i int) bool { return openings[i].To > over.From })
		to := from
		for to < len(openings) && openings[to].From < over.To {
			to++
		}
		s.period.openings[n] = openings[from:to:to]
	}
}

// A following computes a snapshot from the one before it.
type following struct {
	*Snapshot
	was     *Snapshot
	change  models.DataChange
	origin  []int32    // by store: its index in the snapshot before; -1 for one that is measured from its polls
	past    commonPast // of polls
	touched []touch    // by id
}

// A touch says which polls of a store changed.
type touch uint8

const (
	touchedRead  touch = iota + 1 // some of those that are read
	touchedOlder                  // older ones as well
)

// follow computes the snapshot of the version that a view sees from an earlier one. It reads
// what changed since then, and measures the stores of which something did. It is errOutdated
// where that cannot be told, and where the next snapshot is not close enough.
func (f *Figures) follow(ctx context.Context, tx *models.Tx, was *Snapshot) (*Snapshot, error) {
	if was == nil || was.carry == nil || !was.AsOfKnown {
		return nil, errOutdated
	}
	version, err := tx.DataVersion(ctx)
	if err != nil {
		return nil, err
	}
	newest := version.NewestPollAt
	if !newest.Known || newest.At < was.AsOf || newest.At >= was.AsOf.Add(carriedFor) || version.KeptFrom != was.KeptFrom {
		return nil, errOutdated
	}
	next := &following{was: was}
	var known bool
	if next.change, known, err = tx.ChangesSince(ctx, was.Version, version.Version); err != nil {
		return nil, err
	} else if !known {
		return nil, errOutdated
	}
	next.Snapshot = &Snapshot{
		Version: version.Version, AsOf: newest.At, AsOfKnown: true, KeptFrom: version.KeptFrom, pastMark: version.PastMark,
		PollEvery: f.pollEvery, carry: &carry{until: was.carry.until},
	}
	next.period = newPeriod(times{}, uptime.Span{From: newest.At.Add(-history + uptime.Reach), To: newest.At}, newest.At, uptime.Near(f.pollEvery))
	for _, step := range []func(context.Context, *models.Tx) error{next.takeStores, next.takePolls, next.takeOpenings, next.takeFigures} {
		if err := step(ctx, tx); err != nil {
			return nil, err
		}
	}
	return next.Snapshot, nil
}

// takeStores takes over the stores, or reads them again where anything but polls changed.
func (f *following) takeStores(ctx context.Context, tx *models.Tx) error {
	if !f.change.Others {
		f.Stores, f.Calendars, f.excused, f.special, f.excuses = f.was.Stores, f.was.Calendars, f.was.excused, f.was.special, f.was.excuses
		f.period.times = f.was.period.times
		f.origin = make([]int32, len(f.Stores))
		for n := range f.origin {
			f.origin[n] = int32(n)
		}
		return nil
	}
	if err := f.readStores(ctx, tx); err != nil {
		return err
	}
	f.origin = make([]int32, len(f.Stores))
	return parallel(ctx, len(f.Stores), func(first, last int) error {
		var is, was []byte
		for n := first; n < last; n++ {
			f.origin[n] = -1
			o, some := f.was.Find(f.Stores[n].Code)
			if !some || f.Stores[n].FirstPollAt != f.was.Stores[o].FirstPollAt {
				continue
			}
			is, was = f.appendStore(is[:0], n), f.was.appendStore(was[:0], o)
			if bytes.Equal(is, was) {
				f.origin[n] = int32(o)
			}
		}
		return nil
	})
}

// takePolls takes over the days, and reads those again that changed or are new.
func (f *following) takePolls(ctx context.Context, tx *models.Tx) (err error) {
	highest := int32(-1)
	for n := range f.Stores {
		highest = max(highest, f.Stores[n].ID)
	}
	f.touched = make([]touch, highest+1)
	first, last := f.period.days()
	for day, stores := range f.change.Polls {
		if day < first { // it decides at most which poll is the first of its opening, see needsEarlier
			if len(stores) == 0 {
				return errOutdated
			}
			f.touch(stores, touchedOlder)
		}
	}
	was, dense := f.was.packed(), newDensePolls(first, last)
	for n := range dense.days {
		day := first + int32(n)
		dense.days[n] = was.on(day)
		stores, changed := f.change.Polls[day]
		if !changed && day < was.end() {
			continue
		}
		if len(stores) == 0 || day >= was.end() {
			dense.days[n] = newDayPolls()
			if err := dense.read(ctx, tx.PollTable(), day, day); err != nil {
				return fmt.Errorf("read polls: %w", err)
			}
			f.touch(dense.on(day).differing(was.on(day)), touchedRead)
			continue
		}
		stores = slices.Compact(slices.Sorted(slices.Values(stores)))
		if dense.days[n], err = was.on(day).replaced(ctx, tx.PollTable(), day, stores); err != nil {
			return fmt.Errorf("read polls: %w", err)
		}
		f.touch(stores, touchedRead)
	}
	f.setPolls(dense)
	f.past = newCommonPast(dense, was)
	return nil
}

// touch notes stores of which polls changed, of those that are read or of older ones.
func (f *following) touch(stores []int32, how touch) {
	for _, store := range stores {
		if store >= 0 && int(store) < len(f.touched) {
			f.touched[store] = max(f.touched[store], how)
		}
	}
}

// takeOpenings takes over the openings, and computes those of stores whose hours changed. All
// are computed where the carried ones do not reach far enough.
func (f *following) takeOpenings(ctx context.Context, _ *models.Tx) error {
	f.period.loaded = f.was.period.zones
	if f.AsOf.Add(ahead) > f.carry.until {
		clearOrigin(f.origin)
		return f.computeOpenings(ctx)
	}
	if !f.change.Others {
		f.period.zones, f.carry.openings = f.was.period.zones, f.was.carry.openings
		f.trimOpenings()
		return nil
	}
	over := uptime.Span{From: f.period.readFrom(), To: f.carry.until}
	for _, store := range f.Stores { // but none that no store has any more
		if zone, some := f.was.period.zones[store.ZoneName()]; some {
			f.period.zones[store.ZoneName()] = zone
		}
	}
	if err := f.period.loadZones(over); err != nil {
		return err
	}
	f.carry.openings = make([][]uptime.Span, len(f.Stores))
	err := parallel(ctx, len(f.Stores), func(first, last int) error {
		for n := first; n < last; n++ {
			if o := f.origin[n]; o >= 0 {
				f.carry.openings[n] = f.was.carry.openings[o]
				continue
			}
			f.carry.openings[n] = uptime.Openings(f.period.zoneOf(n).offsets, f.Calendars[n], over)
		}
		return nil
	})
	f.trimOpenings()
	return err
}

// takeFigures measures the stores that something changed of, and slides the others.
func (f *following) takeFigures(ctx context.Context, tx *models.Tx) error {
	f.allocate()
	if first, _ := f.period.days(); first != f.was.packed().first {
		clearOrigin(f.origin) // which polls need an earlier one is to be found again
	}
	var extended, anew []int
	slid := make([]int, 0, len(f.Stores))
	for n, o := range f.origin {
		touched := f.touched[f.Stores[n].ID]
		if touched == touchedOlder {
			f.origin[n] = -1
		}
		if f.origin[n] < 0 {
			continue
		}
		if touched == touchedRead {
			extended = append(extended, n)
		} else {
			slid = append(slid, n)
		}
		if poll, some := f.was.period.earlier[int(o)]; some {
			f.period.earlier[n] = poll
		}
	}
	f.period.sortByID(extended)
	err := f.each(ctx, extended, f.extend)
	if err == nil {
		err = f.each(ctx, slid, f.slide)
	}
	for n, o := range f.origin {
		if o < 0 {
			anew = append(anew, n)
			delete(f.period.earlier, n) // it is to be found again
		}
	}
	if err == nil {
		err = f.period.measureStores(ctx, tx, anew, f.measure, nil)
	}
	f.Polls = f.PollsRead(allIndexes(len(f.Stores)))
	return err
}

// each takes a step for some of the stores, which appends polls to dst and gives it back.
func (f *following) each(ctx context.Context, stores []int, step func(n int, dst []uptime.Poll) ([]uptime.Poll, error)) error {
	return parallel(ctx, len(stores), func(first, last int) (err error) {
		var unpacked []uptime.Poll
		for _, n := range stores[first:last] {
			if unpacked, err = step(n, unpacked[:0]); err != nil {
				return err
			}
		}
		return nil
	})
}

// extend computes store n, of which polls changed and nothing else, from the snapshot before:
// what was until the last poll that is the same in both stays as it was. Where there is none, the
// store is left to be measured.
func (f *following) extend(n int, dst []uptime.Poll) (unpacked []uptime.Poll, err error) {
	o, id := f.origin[n], f.Stores[n].ID
	common, some := f.past.lastPoll(id)
	if !some {
		f.origin[n] = -1
		return dst, nil
	}
	day, _ := polls.Split(common)
	if dst, err = f.packed().appendFrom(dst, id, day); err != nil {
		return dst, fmt.Errorf("store %s: %w", f.Stores[n].Code, err)
	}
	recent := dst[pollIndex(dst, common):]
	known := uptime.History{Openings: f.carry.openings[n], Polls: recent, AsOf: f.AsOf, Near: f.period.near}
	scratch := lineScratch.Get().(*uptime.Line)
	defer lineScratch.Put(scratch)
	*scratch = known.AppendLine((*scratch)[:0], uptime.Span{From: common, To: f.carry.linesUntil()})
	f.carry.lines[n] = f.was.carry.lines[o].JoinAt(common, *scratch, trimmedFrom(f.period.span.From))
	f.measureLine(n)
	f.polls[n] = f.was.polls[o] + f.past.added(id)
	if f.takeNow(n, recent[len(recent)-1]) {
		return dst, nil
	}
	if dst, err = f.period.appendPolls(dst[:0], n); err == nil {
		f.measureNow(n, dst)
	}
	return dst, err
}

// trimmedFrom is where lines begin that go on. It moves once a day, so that a line that the one
// of a trend ends with begins where it did.
func trimmedFrom(from uptime.Instant) uptime.Instant {
	day, _ := polls.Split(from)
	return polls.InstantOf(day, 0)
}

// takeNow sets the state of store n, given its last poll. It reports false where more polls
// tell it.
func (f *following) takeNow(n int, last uptime.Poll) (known bool) {
	openings := f.period.openings[n]
	i := sort.Search(len(openings), func(i int) bool { return openings[i].To > f.AsOf })
	if i == len(openings) || openings[i].From > f.AsOf {
		f.measureNow(n, nil) // closed, which no poll tells
		return true
	}
	now, known := f.carry.lines[n].Now(f.AsOf, openings[i], last)
	if known {
		f.Now[n] = now
	}
	return known
}

// slide computes store n, of which nothing changed, from the snapshot before.
func (f *following) slide(n int, dst []uptime.Poll) (unpacked []uptime.Poll, err error) {
	o := f.origin[n]
	f.carry.lines[n] = f.was.carry.lines[o]
	switch glide := f.was.carry.glides[o]; {
	case f.period.excuses(n):
		f.measureLine(n)
	case glide.Until(f.AsOf):
		f.Figures[n], f.carry.glides[n] = f.was.Figures[o], glide
		glide.Move(&f.Figures[n], uptime.Micros(f.AsOf-f.was.AsOf))
	default:
		earlier, windows := uptime.Windows(f.was.AsOf), uptime.Windows(f.AsOf)
		f.carry.lines[n].Slide(f.AsOf, earlier[:], f.was.Figures[o][:], windows[:], f.Figures[n][:])
		f.carry.glides[n] = f.carry.lines[n].Glide(f.AsOf)
	}
	f.polls[n] = f.was.polls[o]
	if now := f.was.Now[o]; steady(now, f.AsOf) {
		f.Now[n] = now
		return dst, nil
	}
	if dst, err = f.period.appendPolls(dst, n); err == nil {
		f.measureNow(n, dst)
	}
	return dst, err
}

// steady reports whether a state still holds at a later instant, where nobody polled the store
// since and its hours are the same.
func steady(now uptime.Current, at uptime.Instant) bool {
	switch {
	case at >= now.Until:
		return false
	case now.State == uptime.Closed:
		return now.SinceKnown && now.UntilKnown && now.Since > at.Add(-farAround)
	case now.State == uptime.NoData:
		return true
	default:
		return now.SeenKnown && at < now.Seen.Add(uptime.Reach)
	}
}

func clearOrigin(origin []int32) {
	for n := range origin {
		origin[n] = -1
	}
}
