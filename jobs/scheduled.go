package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
)

const (
	// scheduledEvery is how often a server looks for reports that are due, and for those
	// that have ended and are not told yet.
	scheduledEvery = 2 * time.Second
	// scheduledAtOnce bounds of how many one look tells. The next look does the rest.
	scheduledAtOnce = 100
)

// RunScheduled makes the scheduled reports that are due, and tells people of those that
// have ended. Every server does this; of each run one of them writes the rows.
func (j *Jobs) RunScheduled(ctx context.Context) error {
	_, err := j.runScheduled(ctx)
	return err
}

func (j *Jobs) runScheduled(ctx context.Context) (again time.Duration, err error) {
	due, askErr := j.askDue(ctx)
	ended, settleErr := j.settleRuns(ctx)
	told, tellErr := j.tellAwaited(ctx)
	if err := errors.Join(askErr, settleErr, tellErr); err != nil || due+ended+told > 0 {
		return 0, err
	}
	next, err := scheduled.NextDue(ctx, j.db)
	return j.untilDue(next), err
}

// askDue asks for the reports that are due, and says how many that were.
func (j *Jobs) askDue(ctx context.Context) (count int, err error) {
	ids, err := scheduled.Due(ctx, j.db, uptime.At(j.worker.now()))
	return len(ids), errors.Join(err, eachOf(ctx, ids, func(id string) error {
		var full models.QueueFull
		err := j.askRun(ctx, id)
		if errors.As(err, &full) {
			j.log.DebugContext(ctx, "a scheduled report waits for the queue", "id", id, "error", err)
			return nil // it stays due, and the next look tries again
		}
		return err
	}))
}

// eachOf does something for each of a list. One that fails costs nobody else theirs.
func eachOf[T any](ctx context.Context, list []T, do func(T) error) error {
	var failed []error
	for _, one := range list {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := protect(func() error { return do(one) }); err != nil {
			failed = append(failed, err)
		}
	}
	return errors.Join(failed...)
}

// askRun asks for one report that is due, or writes down why none is made.
func (j *Jobs) askRun(ctx context.Context, id string) error {
	s, err := scheduled.Any(ctx, j.db, id)
	if errors.Is(err, models.ErrNotFound) {
		return nil // it was removed a moment ago
	}
	if err != nil {
		return err
	}
	p, may, err := j.accounts.Recipient(ctx, s.PersonID)
	if err != nil {
		return err
	}
	why := whyNoRun(s, p, may)
	if why.Empty() && s.Group != "" {
		some, err := access.NewGroupsWithin(j.db, p.Reach).GroupExists(ctx, s.Group)
		if err != nil {
			return err
		}
		if !some {
			why = words.Later("No report: you can see no store in the group {group}.", "group", s.Group)
		}
	}
	by, err := access.Asker(access.With(ctx, p))
	if err != nil {
		return err
	}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		now := uptime.At(j.worker.now())
		s, run, due, err := scheduled.Take(ctx, tx, s.ID, now)
		if err != nil || !due {
			return err
		}
		if !why.Empty() {
			run.Note(why)
			run.Close(now)
			return scheduled.AddRun(ctx, tx, &run)
		}
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		scope, behind := s.Scope(run, version.NewestPollAt)
		if behind {
			run.Note(words.Later("There are no polls for {period}, so the report covers the latest such period that has polls.", "period", s.Period.Words()))
		}
		r := models.NewReport(models.FromSchedule, scope, "run:"+run.ID).For(by)
		if _, err := tx.AskReport(ctx, r, j.settings.QueueLimit); err != nil {
			return err
		}
		if run.ReportID = r.ID; !s.ToFolder {
			run.FiledAt = models.InstantAt(now)
		}
		if err := scheduled.AddRun(ctx, tx, &run); err != nil {
			return err
		}
		return j.insert(ctx, tx, models.ReportWork, r.ID)
	})
}

// whyNoRun says why no report is made for a person; empty where one is.
func whyNoRun(s scheduled.Report, p access.Principal, may bool) words.Message {
	switch {
	case !may && s.PersonID == "":
		return words.Later("No report: this schedule is older than the accounts of this server and belongs to no one. Create it again.")
	case !may:
		return words.Later("No report: the account is disabled.")
	case !p.May(access.MakeReports):
		return words.Later("No report: viewers cannot generate reports.")
	}
	return words.Message{}
}
