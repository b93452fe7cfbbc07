package reports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/zones"
)

// A Sharing is what whoever helps to make a report in shards must know of it, as JSON.
type Sharing struct {
	Report  string `json:"report"`
	Attempt int    `json:"attempt"`
	Ticket  string `json:"ticket"`  // to the view of the data, see models.DB.ViewOf
	Version int64  `json:"version"` // of the data
	Entered int64  `json:"entered"` // likewise, of what people enter that changes no figure

	// Who would compute other figures, or write other rows, leaves it to the others.
	Rules     int           `json:"rules"`
	ZoneData  string        `json:"zone_data"`
	PollEvery uptime.Micros `json:"poll_every"`
}

// shardRules is the version of what decides the figures and the rows of a shard. Raise it when
// they change, so that servers of two versions do not make one report.
const shardRules = 1

// A Share has others told of the shards of a report, in the transaction that saves them.
type Share func(ctx context.Context, tx *models.Tx, s Sharing, shards int) error

// MakeInShards makes the report of an attempt, of so many stores at a time, and completes it.
// Whoever is told by share helps, see [Help]; so do goroutines of this process, where helpers is
// not 0. All see one state of the data. It ends as [Finish] does. Progress may be nil.
func MakeInShards(ctx context.Context, db *models.DB, f *figures.Figures, a models.Attempt, size, helpers int, share Share, progress figures.Progress) error {
	report, err := db.Report(ctx, a.ID)
	if err != nil {
		return err
	}
	sharded := shardedAttempt{db, a}
	return db.View(ctx, func(tx *models.Tx) error {
		l, err := newLane(ctx, tx, f, sharded, report)
		if err != nil {
			return err
		}
		sharing, err := l.sharing(ctx, tx)
		if err != nil {
			return err
		}
		ids, err := l.storesOf(ctx, tx)
		if err != nil {
			return err
		}
		shards := plan(a.ID, ids, min(size, MostShardStores))
		err = sharded.begin(ctx, shards, func(tx *models.Tx) error {
			if share == nil || len(shards) < 2 {
				return nil
			}
			return share(ctx, tx, sharing, len(shards))
		})
		if err != nil {
			return err
		}
		helping, stop := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer stop() // what helps may be at a shard that is done by now
		for range min(helpers, len(shards)-1) {
			running.Go(func() { _ = models.Caught(func() error { return Help(helping, db, f, sharing) }) }) // what it leaves, the lane does
		}
		if err := l.runOut(ctx, func(done int64) {
			if progress != nil {
				progress(done, int64(len(ids)))
			}
		}); err != nil {
			return err
		}
		return l.finish(ctx, len(shards))
	})
}

// Help computes shards of a report that another process makes, until all are taken. It does
// nothing where the report has ended, where the data cannot be seen any more as the other one sees
// them, and where it would compute other figures.
func Help(ctx context.Context, db *models.DB, f *figures.Figures, s Sharing) error {
	report, err := db.Report(ctx, s.Report)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if report.State != models.Running || report.Attempt != s.Attempt || s.Rules != shardRules || s.ZoneData != zones.Version() || s.PollEvery != f.PollEvery() {
		return nil
	}
	sharded := shardedAttempt{db, models.Attempt{Kind: models.ReportWork, ID: s.Report, Number: s.Attempt}}
	err = db.ViewOf(ctx, s.Ticket, func(tx *models.Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil || version.Version != s.Version || version.Entered != s.Entered {
			return err
		}
		l, err := newLane(ctx, tx, f, sharded, report)
		if err != nil {
			return err
		}
		return l.run(ctx, false, nil)
	})
	if errors.Is(err, models.ErrAttemptLost) || errors.Is(err, models.ErrDataMoved) {
		return nil // the other one is done, or has died
	}
	return err
}

// A lane computes one shard of a report after another.
type lane struct {
	shardedAttempt
	report  models.Report
	figures *figures.Figures
	shards  *figures.Shards
	wanted  func(models.Store) bool
	targets entered.Targets
	longest time.Duration // that a shard took
}

func newLane(ctx context.Context, tx *models.Tx, f *figures.Figures, a shardedAttempt, report models.Report) (*lane, error) {
	l := &lane{shardedAttempt: a, report: report, figures: f}
	within, err := report.Reach()
	if err != nil {
		return nil, err
	}
	l.wanted = func(s models.Store) bool {
		return s.Within(within) && (report.Group == "" || names.Visible(s.Group) == report.Group)
	}
	if l.shards, err = f.Shards(ctx, tx, report.AskedAsOf); err != nil {
		return nil, err
	}
	l.targets, err = entered.TargetsIn(ctx, tx)
	return l, err
}

// sharing shares the view of the lane.
func (l *lane) sharing(ctx context.Context, tx *models.Tx) (s Sharing, err error) {
	version, err := tx.DataVersion(ctx)
	if err != nil {
		return s, err
	}
	s = Sharing{
		Report: l.ID, Attempt: l.Number, Version: version.Version, Entered: version.Entered,
		Rules: shardRules, ZoneData: zones.Version(), PollEvery: l.figures.PollEvery(),
	}
	s.Ticket, err = tx.Share(ctx)
	return s, err
}

// storesOf are the ids of the stores that the report is about.
func (l *lane) storesOf(ctx context.Context, tx *models.Tx) (ids []int32, err error) {
	err = tx.EachStore(ctx, func(s models.Store) {
		if l.wanted(s) {
			ids = append(ids, s.ID)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("stores of report %s: %w", l.ID, err)
	}
	return ids, nil
}

// run computes shards until there are none left to take, see take.
func (l *lane) run(ctx context.Context, again bool, tell func(done int64)) error {
	for {
		s, some, err := l.take(ctx, again)
		if err != nil || !some {
			return err
		}
		if err := l.computeTold(ctx, s, tell); err != nil {
			return err
		}
	}
}

// runOut computes shards until all are done. Once others have begun with all that are left, it
// waits for them twice as long as its longest took, and then does theirs as well: they may have
// died.
func (l *lane) runOut(ctx context.Context, tell func(done int64)) error {
	if err := l.run(ctx, false, tell); err != nil {
		return err
	}
	for patience := time.Now().Add(2 * l.longest); time.Now().Before(patience); {
		if left, err := l.left(ctx); err != nil || left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(awaitEvery):
		}
	}
	return l.run(ctx, true, tell)
}

// awaitEvery is how often a lane looks whether others have done their shards.
const awaitEvery = 20 * time.Millisecond

// computeTold computes a shard, and tells of how many stores all together have done.
func (l *lane) computeTold(ctx context.Context, s shard, tell func(done int64)) error {
	began := time.Now()
	if err := l.compute(ctx, s); err != nil {
		return err
	}
	l.longest = max(l.longest, time.Since(began))
	if tell == nil {
		return nil
	}
	sum, err := l.done(ctx)
	if err != nil {
		return err
	}
	tell(sum.Stores)
	return nil
}

// compute computes a shard and saves it.
func (l *lane) compute(ctx context.Context, s shard) error {
	content, err := l.content(ctx, s)
	if err != nil {
		return err
	}
	var (
		parts []models.ReportPart
		work  errgroup.Group
	)
	for into, write := range l.writers(&s) {
		work.Go(func() error {
			return models.Caught(func() (err error) {
				*into, err = bytesOfRows(write, content.Rows())
				return err
			})
		})
	}
	work.Go(func() error {
		return models.Caught(func() (err error) {
			parts, err = pack(l.ID, s.Shard*partsPerShard, content.Rows())
			return err
		})
	})
	if err := work.Wait(); err != nil {
		return err
	}
	s.Stores, s.Polls, s.NoData = int64(len(content.Stores)), content.polls(), int64(content.withoutData())
	return l.save(ctx, s, parts)
}

// content is what the report says of a shard.
func (l *lane) content(ctx context.Context, s shard) (content Content, err error) {
	snapshot, err := l.shards.Between(ctx, s.Lowest, s.Highest, l.wanted)
	if err != nil {
		return content, err
	}
	content = About(snapshot, l.report.Group)
	content.Corrected, content.Targets = l.report.Corrected, l.targets
	if l.report.Ranged() {
		measured, err := l.shards.MeasureRange(ctx, snapshot, l.report.Scope().Range)
		content.Range = &measured
		return content, err
	}
	return content, nil
}

// writers are those of the report's files, by what becomes of the bytes of their rows.
func (l *lane) writers(s *shard) iter.Seq2[*int64, func(io.Writer, iter.Seq2[Row, error]) error] {
	return func(yield func(*int64, func(io.Writer, iter.Seq2[Row, error]) error) bool) {
		corrected, ranged := l.report.Corrected, l.report.Ranged()
		_ = yield(&s.CSVBytes, func(w io.Writer, rows iter.Seq2[Row, error]) error { return WriteCSV(w, corrected, rows) }) &&
			yield(&s.DetailsBytes, func(w io.Writer, rows iter.Seq2[Row, error]) error { return WriteDetailsCSV(w, ranged, rows) }) &&
			ranged && yield(&s.RangeBytes, WriteRangeCSV)
	}
}

// finish completes the report, of which all shards are done.
func (l *lane) finish(ctx context.Context, shards int) error {
	head := l.shards.Empty()
	if l.report.Ranged() && shards == 0 { // a range of which polls are no longer kept is none, also of no stores
		if _, err := l.shards.MeasureRange(ctx, head, l.report.Scope().Range); err != nil {
			return err
		}
	}
	sum, err := l.done(ctx)
	if err != nil {
		return err
	}
	for into, write := range l.writers(&sum) {
		header, err := bytesOfHeader(write)
		if err != nil {
			return err
		}
		*into += header
	}
	return l.update(ctx, func(tx *models.Tx) error {
		if err := tx.GORM(ctx).Where("report_id = ?", l.ID).Delete(&shard{}).Error; err != nil {
			return err
		}
		return l.Complete(ctx, tx, map[string]any{
			"as_of": head.KnownAsOf(), "data_version": head.Version, "zone_data": zones.Version(), "stores": sum.Stores, "polls": sum.Polls,
			"no_data": sum.NoData, "csv_bytes": sum.CSVBytes, "details_bytes": sum.DetailsBytes, "range_bytes": sum.RangeBytes,
			"files_version": FilesVersion, "poll_every": head.PollEvery, "shards": shards,
			"done": sum.Stores, "total": sum.Stores,
		})
	})
}
