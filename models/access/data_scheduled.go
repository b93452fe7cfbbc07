package access

import (
	"context"
	"slices"
	"time"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
)

// Scheduled reports are a person's own, as channels are: those of somebody else are
// models.ErrNotFound. Who may be told but makes no reports, such as a viewer, can read,
// pause and remove what they had, and nothing more.

// ScheduledReports are the scheduled reports of the principal, the oldest first, and the
// latest run of each that had one, as ScheduledRuns has it.
func (d *Data) ScheduledReports(ctx context.Context) ([]scheduled.Report, map[string]scheduled.PastRun, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, nil, err
	}
	list, err := scheduled.List(ctx, d.db, p.PersonID)
	if err != nil {
		return nil, nil, err
	}
	latest, err := scheduled.Latest(ctx, d.db, p.PersonID)
	for id, run := range latest {
		latest[id] = runFor(p, run)
	}
	return list, latest, err
}

// runFor is a run without its report where that is not within reach any more.
func runFor(p Principal, run scheduled.PastRun) scheduled.PastRun {
	if run.Report.ID != "" && !Sees(p, run.Report) {
		run.Report = models.Report{}
	}
	return run
}

// ScheduledReport is a scheduled report of the principal.
func (d *Data) ScheduledReport(ctx context.Context, id string) (scheduled.Report, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return scheduled.Report{}, err
	}
	return scheduled.Of(ctx, d.db, p.PersonID, id)
}

// ScheduledRuns are at most limit runs of a scheduled report of the principal, the latest
// first. A report that is not within reach any more is left out of its run.
func (d *Data) ScheduledRuns(ctx context.Context, id string, limit int) ([]scheduled.PastRun, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	if _, err := scheduled.Of(ctx, d.db, p.PersonID, id); err != nil {
		return nil, err
	}
	runs, err := scheduled.History(ctx, d.db, id, limit)
	for n, run := range runs {
		runs[n] = runFor(p, run)
	}
	return runs, err
}

// SaveScheduledReport adds a scheduled report of the principal, or with an ID changes one.
// What cannot be is an entered.Problem: a group of which the principal sees no store, a
// channel of somebody else, a folder for whoever may have none.
func (d *Data) SaveScheduledReport(ctx context.Context, r *scheduled.Report, now time.Time) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err == nil {
		p, err = whoMay(ctx, MakeReports)
	}
	if err != nil {
		return err
	}
	r.PersonID = p.PersonID
	if r.ID != "" {
		if _, err := scheduled.Of(ctx, d.db, p.PersonID, r.ID); err != nil {
			return err
		}
	}
	if err := r.Clean(); err != nil {
		return err
	}
	if err := d.checkScheduled(ctx, p, *r); err != nil {
		return err
	}
	if r.ID != "" {
		return scheduled.Change(ctx, d.db, *r, uptime.At(now))
	}
	r.CreatedBy = enteredBy(p, r.CreatedBy)
	return scheduled.Add(ctx, d.db, r, uptime.At(now))
}

func (d *Data) checkScheduled(ctx context.Context, p Principal, r scheduled.Report) error {
	if r.Group != "" {
		exists, err := NewGroupsWithin(d.db, p.Reach).GroupExists(ctx, r.Group)
		if err != nil {
			return err
		}
		if !exists {
			return entered.Problem{Where: "group", Expected: "the name of a group that has stores", Found: r.Group, Words: words.Later("You can see no store in the group {group}.", "group", r.Group)}
		}
	}
	if err := d.mustOwnChannels(ctx, p, r.Channels); err != nil {
		return err
	}
	if r.ToFolder && !MayFile(p) {
		return entered.Problem{Where: "folder", Expected: "no folder: it is for operators who see all stores", Found: "a folder", Words: words.Later("Only operators who see all stores can save files in a folder.")}
	}
	return nil
}

// MayPutIntoFolder reports whether the principal may have files put into a folder of the
// server.
func (d *Data) MayPutIntoFolder(ctx context.Context) bool {
	p, err := Of(ctx)
	return err == nil && MayFile(p)
}

// RunScheduledReport has a scheduled report of the principal made soon.
func (d *Data) RunScheduledReport(ctx context.Context, id string, now time.Time) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err == nil {
		p, err = whoMay(ctx, MakeReports)
	}
	if err != nil || !storable(id) {
		return orNotFound(err)
	}
	return scheduled.AskRun(ctx, d.db, p.PersonID, id, uptime.At(now))
}

// PauseScheduledReport ends what happens by the clock with a scheduled report of the
// principal, or begins it again.
func (d *Data) PauseScheduledReport(ctx context.Context, id string, paused bool, now time.Time) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil || !storable(id) {
		return orNotFound(err)
	}
	return scheduled.Pause(ctx, d.db, p.PersonID, id, paused, uptime.At(now))
}

// RemoveScheduledReport deletes a scheduled report of the principal. The reports that it
// made stay.
func (d *Data) RemoveScheduledReport(ctx context.Context, id string) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil || !storable(id) {
		return orNotFound(err)
	}
	return scheduled.Remove(ctx, d.db, p.PersonID, id)
}

func orNotFound(err error) error {
	if err == nil {
		err = models.ErrNotFound
	}
	return err
}

// AwaitReport has the principal told once a report that they see has ended. told is false
// where it has ended already.
func (d *Data) AwaitReport(ctx context.Context, id string, now time.Time) (told bool, err error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return false, err
	}
	r, err := d.Report(ctx, id)
	if err != nil || r.State.Final() {
		return false, err
	}
	return true, scheduled.Await(ctx, d.db, r.ID, p.PersonID, uptime.At(now))
}

// Awaiting says of a report that has not ended whether the principal is told then, and
// whether they have a channel that works.
func (d *Data) Awaiting(ctx context.Context, id string) (awaited, reachable bool, err error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return false, false, err
	}
	if awaited, err = scheduled.IsAwaited(ctx, d.db, id, p.PersonID); err != nil {
		return false, false, err
	}
	channels, err := deliveries.ChannelsOf(ctx, d.db, p.PersonID)
	return awaited, slices.ContainsFunc(channels, deliveries.Channel.Works), err
}
