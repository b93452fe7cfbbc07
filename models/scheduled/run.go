package scheduled

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Run is one time that a report was due.
type Run struct {
	ID          string // also the cause of its deliveries
	ScheduledID string
	ByHand      bool
	DueAt       uptime.Instant
	AskedAt     uptime.Instant // when it was made: later than due where the server was down or busy
	ReportID    string         // empty where none was made
	Why         words.Stored   // of what was not done, in sentences
	ToldAt      models.OptionalInstant
	FiledAt     models.OptionalInstant // its files are in the folder, or never will be
	Filed       []string               `gorm:"serializer:json"` // names of the files
	FileTries   int
}

// TableName implements GORM's Tabler.
func (Run) TableName() string { return "scheduled_runs" }

// Note adds a sentence to why something was not done.
func (r *Run) Note(sentence words.Message) {
	if !strings.Contains(r.Why.String(), sentence.String()) {
		r.Why = words.Sentences(r.Why.Message(), sentence).Stored()
	}
}

// Late reports whether a run was made much later than it was due.
func (r Run) Late() bool {
	const much = 10 * uptime.Minute
	return !r.ByHand && r.AskedAt > r.DueAt.Add(much)
}

// Close says that nothing more is to be done about the run.
func (r *Run) Close(now uptime.Instant) {
	r.ToldAt = r.ToldAt.Or(models.InstantAt(now))
	r.FiledAt = r.FiledAt.Or(models.InstantAt(now))
}

// Due are the ids of reports of which one is to be made now, the longest due first.
func Due(ctx context.Context, db *models.DB, now uptime.Instant) (ids []string, err error) {
	err = db.GORM(ctx).Model(&Report{}).Where("(NOT paused AND next_at <= ?) OR run_asked_at IS NOT NULL", now).Order("next_at, id").Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for due reports: %w", err)
	}
	return ids, nil
}

// NextDue is when the next report is due, if there is any.
func NextDue(ctx context.Context, db *models.DB) (next models.OptionalInstant, err error) {
	var first []uptime.Instant
	if err := db.GORM(ctx).Model(&Report{}).Where("NOT paused").Order("next_at").Limit(1).Pluck("next_at", &first).Error; err != nil {
		return next, fmt.Errorf("look when a report is due: %w", err)
	}
	for _, at := range first {
		next = models.InstantAt(at)
	}
	return next, nil
}

// Take locks a report that is due and moves it to its next time. ok is false where it is
// not due any more: another server had it, or its person changed it. run is what is to be
// done, and is written by the caller with AddRun. Of several times that were missed it is
// the latest.
func Take(ctx context.Context, tx *models.Tx, id string, now uptime.Instant) (r Report, run Run, ok bool, err error) {
	err = locked(tx.GORM(ctx)).Where("id = ?", id).Take(&r).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return r, run, false, nil
	}
	if err != nil {
		return r, run, false, fmt.Errorf("take scheduled report %s: %w", id, err)
	}
	run = Run{ID: models.NewID(), ScheduledID: r.ID, AskedAt: now, Filed: []string{}}
	switch {
	case r.RunAskedAt.Known: // one that is due as well has its turn at the next look
		run.ByHand, run.DueAt = true, r.RunAskedAt.At
		r.RunAskedAt = models.OptionalInstant{}
	case !r.Paused && r.NextAt <= now:
		run.DueAt, r.NextAt = r.Times.CatchUp(r.NextAt, now)
	default:
		return r, run, false, nil
	}
	if err := save(ctx, tx, r); err != nil {
		return r, run, false, fmt.Errorf("take scheduled report %s: %w", id, err)
	}
	return r, run, true, nil
}

// AddRun writes a run in the transaction that took its report.
func AddRun(ctx context.Context, tx *models.Tx, run *Run) error {
	if err := tx.GORM(ctx).Create(run).Error; err != nil {
		return fmt.Errorf("add run of scheduled report %s: %w", run.ScheduledID, err)
	}
	return nil
}

// Open are the ids of runs whose reports have ended, or are gone, and whose person is not
// told yet or whose files are not in their folder yet. Runs of which nobody is told yet come
// first, so that those that wait for their folder hold up nobody.
func Open(ctx context.Context, db *models.DB, limit int) (ids []string, err error) {
	err = db.GORM(ctx).Model(&Run{}).Where("told_at IS NULL OR filed_at IS NULL").
		Where("NOT EXISTS (SELECT 1 FROM reports WHERE reports.id = scheduled_runs.report_id AND reports.state IN ?)", []models.State{models.Queued, models.Running}).
		Order("told_at IS NOT NULL, asked_at, id").Limit(limit).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for ended runs: %w", err)
	}
	return ids, nil
}

// RunWithReport reads a run and what it is a run of, or gives models.ErrNotFound: it may
// have been removed a moment ago.
func RunWithReport(ctx context.Context, db *models.DB, id string) (run Run, r Report, err error) {
	if err := db.GORM(ctx).Where("id = ?", id).Take(&run).Error; err != nil {
		return run, r, fmt.Errorf("run %s: %w", id, models.NotFound(err))
	}
	r, err = Any(ctx, db, run.ScheduledID)
	return run, r, err
}

// ChangeRun changes a run in a transaction that has locked it. Where the run is gone,
// nothing happens.
func ChangeRun(ctx context.Context, tx *models.Tx, id string, do func(*Run) error) error {
	var run Run
	err := locked(tx.GORM(ctx)).Where("id = ?", id).Take(&run).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil
	}
	if err == nil {
		err = do(&run)
	}
	if err == nil {
		err = tx.GORM(ctx).Select("*").Where("id = ?", run.ID).Updates(&run).Error
	}
	if err != nil {
		return fmt.Errorf("change run %s: %w", id, err)
	}
	return nil
}

// A PastRun is a run as its history shows it.
type PastRun struct {
	Run
	Report     models.Report // the zero value where there is none
	Deleted    bool          // there was one, and it was deleted as old reports are
	Deliveries []deliveries.Delivery
}

// History are at most limit runs of a scheduled report, the latest first.
func History(ctx context.Context, db *models.DB, id string, limit int) ([]PastRun, error) {
	var runs []Run
	if err := db.GORM(ctx).Where("scheduled_id = ?", id).Order("asked_at DESC, id DESC").Limit(limit).Find(&runs).Error; err != nil {
		return nil, fmt.Errorf("read runs: %w", err)
	}
	return past(ctx, db, runs)
}

// Latest are the latest runs of the scheduled reports of a person, by the ids of these.
func Latest(ctx context.Context, db *models.DB, person string) (map[string]PastRun, error) {
	var runs []Run
	err := db.GORM(ctx).Where(`id IN (SELECT (SELECT id FROM scheduled_runs WHERE scheduled_id = s.id ORDER BY asked_at DESC, id DESC LIMIT 1)
		FROM scheduled_reports AS s WHERE s.person_id = ?)`, person).Find(&runs).Error
	if err != nil {
		return nil, fmt.Errorf("read latest runs: %w", err)
	}
	list, err := past(ctx, db, runs)
	latest := make(map[string]PastRun, len(list))
	for _, run := range list {
		latest[run.ScheduledID] = run
	}
	return latest, err
}

// past adds to runs what became of them.
func past(ctx context.Context, db *models.DB, runs []Run) ([]PastRun, error) {
	if len(runs) == 0 {
		return nil, nil
	}
	ids, reportIDs := make([]string, len(runs)), make([]string, len(runs))
	for n, run := range runs {
		ids[n], reportIDs[n] = run.ID, run.ReportID
	}
	var reports []models.Report
	var told []deliveries.Delivery
	if err := db.GORM(ctx).Where("id IN ?", reportIDs).Find(&reports).Error; err != nil {
		return nil, fmt.Errorf("read reports of runs: %w", err)
	}
	if err := db.GORM(ctx).Where("cause IN ?", ids).Order("created_at, id").Find(&told).Error; err != nil {
		return nil, fmt.Errorf("read deliveries of runs: %w", err)
	}
	list := make([]PastRun, len(runs))
	for n, run := range runs {
		list[n] = PastRun{Run: run, Deleted: run.ReportID != ""}
		for _, r := range reports {
			if r.ID == run.ReportID {
				list[n].Report, list[n].Deleted = r, false
			}
		}
		for _, d := range told {
			if d.Cause == run.ID {
				list[n].Deliveries = append(list[n].Deliveries, d)
			}
		}
	}
	return list, nil
}
