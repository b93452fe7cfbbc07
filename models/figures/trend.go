package figures

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"lightson/models"
	"lightson/models/uptime"
)

// TrendDays is how many local dates a trend goes back: two weeks, and the two by which the
// dates of two zones can differ, so that two weeks of any of them are among these.
const TrendDays = 14 + 2

// A Trend is a snapshot and what came before it: the windows before the last ones,
// figures by day, and the hours of the week in which stores are down. It is
// computed from the version of the data of its snapshot, and never changes.
type Trend struct {
	*Snapshot

	// Dates are those of Days, oldest first. The last is the latest local date
	// of all stores at the as-of instant. There are no dates where nobody was ever polled, and
	// where there are no stores.
	Dates []uptime.Date

	whole    *Trend               // that this one was narrowed from; nil where it has all stores
	zones    map[string]*zoneDays // the dates of each zone
	changes  []weekChange         // by store
	before   []weekBefore         // by store
	heatMaps *heatMaps
	from     uptime.Instant // of the older parts
	older    []uptime.Line  // by store, of the line that the snapshot has the newer part of
	within   narrowed[*Trend]
}

// Before are the figures of store n in the hour, the day and the week before the last ones.
// They are as of the same instant as the snapshot, so that polls made after these windows
// speak for them too.
func (t *Trend) Before(n int) (before [uptime.WindowCount]uptime.Figures) {
	previous := previousWindows(t.AsOf)
	t.Whole().line(t.InWhole(n)).Measure(t.AsOf, nil, previous[:], before[:])
	return before
}

// Change is how much longer store n was down in the last week than in the week before;
// where it was down for less, it is negative. It is unknown where too little was seen of
// either week to compare them, see [uptime.Figures.ComparableTo].
func (t *Trend) Change(n int) (change uptime.Micros, known bool) {
	c := t.Whole().changes[t.InWhole(n)]
	if c == unknownChange {
		return 0, false
	}
	return uptime.Micros(c), true
}

// A weekChange is a Change in microseconds, or unknown.
type weekChange int64

const unknownChange weekChange = math.MinInt64

// previousWindows are the hour, day and week before the last ones.
func previousWindows(asOf uptime.Instant) (spans [uptime.WindowCount]uptime.Span) {
	for n, last := range uptime.Windows(asOf) {
		spans[n] = uptime.Span{From: last.From.Add(-last.Length()), To: last.From}
	}
	return spans
}

// computeTrend computes the trend of the kept snapshot.
func (f *Figures) computeTrend(ctx context.Context) (*Trend, error) {
	s, err := f.Snapshot(ctx)
	if err != nil {
		return nil, err
	}
	t, err := f.trendOf(ctx, s)
	if err != nil {
		return nil, fmt.Errorf("trend: %w", err)
	}
	return t, nil
}

// trendOf computes the trend of a snapshot or, where the data changed, of a new one.
func (f *Figures) trendOf(ctx context.Context, s *Snapshot) (t *Trend, err error) {
	if err := f.computing.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer f.computing.Release(1)
	given, ticket := s, f.snapshots.takeTicket()
	err = f.db.View(ctx, func(tx *models.Tx) error {
		err := tx.RequireVersion(ctx, s.Version)
		if errors.Is(err, models.ErrDataMoved) {
			// The new snapshot is of the version that this view sees. While imports
			// follow each other, a kept one might be out of date each time.
			s, err = f.newestOf(ctx, tx)
		}
		if err != nil {
			return err
		}
		latest, _ := f.trends.known()
		t, err = followTrend(ctx, tx, latest, s)
		if errors.Is(err, errOutdated) {
			t, err = newTrend(ctx, tx, s)
		}
		return err
	})
	if err == nil && t.Snapshot != given {
		f.snapshots.offer(t.Snapshot, ticket)
	}
	return t, err
}

// newTrend computes the trend of a snapshot. It reads only the days before those
// that the snapshot has, and does not keep them.
func newTrend(ctx context.Context, tx *models.Tx, s *Snapshot) (*Trend, error) {
	t := emptyTrend(s)
	if len(t.Dates) == 0 {
		return t, nil // nobody was ever polled
	}
	p, err := t.readPeriod(ctx, tx)
	if err != nil {
		return nil, err
	}
	t.from = p.span.From
	if err := p.computeOpenings(ctx, t.linesUntil()); err != nil {
		return nil, err
	}
	measure := func(n int, polls []uptime.Poll) {
		t.setOlder(n, p.history(n, polls))
		t.measureChange(n)
	}
	if err := p.measureAll(ctx, tx, measure, nil); err != nil {
		return nil, err
	}
	_, err = t.heatMap(ctx)
	return t, err
}

// emptyTrend has room for the trend of a snapshot.
func emptyTrend(s *Snapshot) *Trend {
	return &Trend{
		Snapshot: s, Dates: s.trendDates(), zones: s.daysByZone(), heatMaps: newHeatMaps(),
		older: make([]uptime.Line, len(s.Stores)), before: make([]weekBefore, len(s.Stores)), changes: slices.Repeat([]weekChange{unknownChange}, len(s.Stores)),
	}
}

// linesUntil is until when the lines of the trend reach.
func (t *Trend) linesUntil() uptime.Instant {
	if t.carry == nil {
		return t.AsOf
	}
	return t.carry.linesUntil()
}

// begins is the instant from which on the trend needs to know what was.
func (t *Trend) begins() uptime.Instant {
	from := previousWindows(t.AsOf)[uptime.LastWeek].From
	for _, zone := range t.period.zones {
		from = min(from, zone.day(zone.date(t.AsOf)-(TrendDays-1)).From)
	}
	return from
}

// readPeriod is a period of all stores that has the polls of the snapshot and those
// of the days before it that the trend needs. It has no openings yet.
func (t *Trend) readPeriod(ctx context.Context, tx *models.Tx) (*period, error) {
	p := t.period.derive(allIndexes(len(t.Stores)), uptime.Span{From: t.begins(), To: t.AsOf})
	first, _ := p.days()
	last, _ := t.period.days()
	older := newDensePolls(first, last-1)
	if err := older.read(ctx, tx.PollTable(), first, last-1); err != nil {
		return nil, fmt.Errorf("read polls: %w", err)
	}
	p.polls = append([]packedPolls{older}, t.period.polls...)
	return p, nil
}

// A weekBefore is what the week before the last one is compared by.
type weekBefore struct {
	open, up, down, near uptime.Micros
	glide                uptime.SpanGlide
}

func (w weekBefore) figures() uptime.Figures {
	return uptime.Figures{Open: w.open, Up: w.up, Down: w.down, Close: w.near}
}

// measureChange compares the two weeks of store n.
func (t *Trend) measureChange(n int) {
	week := previousWindows(t.AsOf)[uptime.LastWeek]
	line := t.line(n)
	var before [1]uptime.Figures
	line.Measure(t.AsOf, nil, []uptime.Span{week}, before[:])
	t.setBefore(n, before[0], line.Glide(week))
}

// moveChange is measureChange for store n, which is store o of an earlier trend, and of which
// nothing changed until an instant. It reports false where it measured the line.
func (t *Trend) moveChange(was *Trend, n, o int, same uptime.Instant) (moved bool) {
	week, before := previousWindows(t.AsOf)[uptime.LastWeek], was.before[o].figures()
	glide, moved := was.before[o].glide.Move(&before, uptime.Micros(t.AsOf-was.AsOf))
	if !moved || same < week.To {
		t.measureChange(n)
		return false
	}
	t.setBefore(n, before, glide)
	return true
}

func (t *Trend) setBefore(n int, before uptime.Figures, glide uptime.SpanGlide) {
	t.before[n] = weekBefore{before.Open, before.Up, before.Down, before.Close, glide}
	t.changes[n] = unknownChange
	if last := &t.Figures[n][uptime.LastWeek]; last.ComparableTo(before) {
		t.changes[n] = weekChange(last.Down - before.Down)
	}
}
