package materialized

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// mostMoves is how often in a row the data may change before a refresh gives up. The next one
// goes on.
const mostMoves = 20

// A Refresher brings the tables up to date.
type Refresher struct {
	db      *models.DB
	figures *figures.Figures
	sizes   sizes
}

// sizes bound what is done at a time.
type sizes struct {
	dates   int // dates of the past that are computed
	members int // stores of which they are
	stores  int // stores whose rows are in memory
	rows    int // days of stores that are compared and written in a transaction, and perhaps one store's more
}

var usualSizes = sizes{dates: 31, members: math.MaxInt32, stores: 4096, rows: 1 << 14}

// smaller is for data that change before so much is done.
func (s sizes) smaller() sizes {
	s.dates = max(1, s.dates/2)
	s.members = max(models.ManyStores/2, min(s.members, 1<<15)/2)
	return s
}

// New returns a Refresher of the database of some figures.
func New(db *models.DB, f *figures.Figures) *Refresher { return &Refresher{db, f, usualSizes} }

// Done is what a refresh did.
type Done struct {
	AsOf     models.OptionalInstant // of the rows
	Stores   int                    // that have rows now, or could have
	Days     int64                  // rows that were written because they were new or differed
	Outages  int64                  // likewise
	Computed int64                  // days of stores that were computed

	parts int // of the past
}

// Refresh brings the tables up to date. It ends with ctx and with the first error; what is
// written until then stays, and is right. The error is models.ErrDataMoved where the data
// changed again and again meanwhile. Progress may be nil; it is told of dates of the past.
func (r *Refresher) Refresh(ctx context.Context, progress figures.Progress) (done Done, err error) {
	size := r.sizes
	for moves := 0; ; moves++ {
		before := done.parts
		err := r.refresh(ctx, size, &done, progress)
		if errors.Is(err, errElsewhere) && ctx.Err() == nil { // each such write brings both nearer to their end
			moves--
			continue
		}
		if !errors.Is(err, models.ErrDataMoved) || moves >= mostMoves {
			if err != nil {
				err = fmt.Errorf("day figures and outages for SQL: %w", err)
			}
			return done, err
		}
		size = size.smaller()
		if done.parts > before {
			moves = 0
		}
	}
}

// refresh brings the tables up to the present version of the data.
func (r *Refresher) refresh(ctx context.Context, size sizes, done *Done, progress figures.Progress) error {
	s, err := r.figures.Snapshot(ctx)
	if err != nil {
		return err
	}
	run, err := r.newRun(ctx, s.Whole(), size, done)
	if err != nil {
		return err
	}
	done.AsOf, done.Stores = s.KnownAsOf(), len(s.Stores)
	if err := run.recent(ctx); err != nil {
		return err
	}
	return run.past(ctx, progress)
}

// A run is a refresh with one snapshot.
type run struct {
	db       *models.DB
	figures  *figures.Figures
	size     sizes
	snapshot *figures.Snapshot
	states   []state     // by index of the snapshot
	heard    heard       // of all stores
	known    uptime.Span // the time of which something can be known of any store
	byID     []int       // indexes of the snapshot, by id
	gone     []int32     // ids of stores that have rows and are no more
	first    uptime.Date // the oldest date that the snapshot has of all stores
	days     map[zonedDate]uptime.Span
	done     *Done
}

type zonedDate struct {
	zone string
	date uptime.Date
}

func (r *Refresher) newRun(ctx context.Context, s *figures.Snapshot, size sizes, done *Done) (*run, error) {
	u := &run{db: r.db, figures: r.figures, size: size, snapshot: s, days: map[zonedDate]uptime.Span{}, byID: make([]int, len(s.Stores)), done: done}
	for n := range u.byID {
		u.byID[n] = n
	}
	slices.SortFunc(u.byID, func(a, b int) int { return cmp.Compare(s.Stores[a].ID, s.Stores[b].ID) })
	u.first = uptime.DateOf(s.Span().From.Time().Date()) + 3 // in every zone it begins a day later and more
	if first := s.FirstPollAt(); first.Known {
		// The first poll speaks for a day before it, unless polls from before were deleted.
		u.known = uptime.Span{From: models.InstantAt(first.At.Add(-uptime.Day)).Latest(s.KeptFrom).At, To: s.AsOf}
	}
	if err := r.db.View(ctx, func(tx *models.Tx) error { return u.readStates(ctx, tx) }); err != nil {
		return nil, err
	}
	return u, nil
}

// date is the local date of store n at an instant.
func (u *run) date(n int, at uptime.Instant) uptime.Date {
	return uptime.DateOf(at.Time().In(u.snapshot.Location(n)).Date())
}

// day is the time of a local date of store n, until the as-of instant.
func (u *run) day(n int, date uptime.Date) (uptime.Span, error) {
	key := zonedDate{u.snapshot.Stores[n].ZoneName(), date}
	span, some := u.days[key]
	if !some {
		var err error
		if span, err = u.snapshot.SpanOfDates(n, date, date); err != nil {
			return span, err
		}
		span.To = max(span.From, min(span.To, u.snapshot.AsOf))
		u.days[key] = span
	}
	return span, nil
}
