package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/reports"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
)

// settleRuns tells people of reports that have ended, and puts their files where they
// were to be put. It says of how many.
func (j *Jobs) settleRuns(ctx context.Context) (count int, err error) {
	ids, err := scheduled.Open(ctx, j.db, scheduledAtOnce)
	return len(ids), errors.Join(err, eachOf(ctx, ids, func(id string) error { return j.settleRun(ctx, id) }))
}

func (j *Jobs) settleRun(ctx context.Context, id string) error {
	run, s, err := scheduled.RunWithReport(ctx, j.db, id)
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
	r, err := j.db.Report(ctx, run.ReportID)
	if err == nil && !r.State.Final() {
		return nil
	}
	var why words.Message
	switch {
	case errors.Is(err, models.ErrNotFound):
		why = words.Later("No message was sent: the report was deleted before.")
	case err != nil:
		return err
	case !may:
		why = words.Later("No message was sent: the account is disabled.")
	case !access.Sees(p, r):
		why = words.Later("No message was sent: you can no longer see the report.")
	}
	if !why.Empty() {
		return j.closeRun(ctx, run, why)
	}
	if !run.ToldAt.Known {
		if err := j.tellRun(ctx, p, s, run, r); err != nil {
			return err
		}
	}
	if !run.FiledAt.Known {
		return j.fileRun(ctx, p, s, run, r)
	}
	return nil
}

// closeRun says that nothing more happens about a run, and why.
func (j *Jobs) closeRun(ctx context.Context, run scheduled.Run, why words.Message) error {
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return scheduled.ChangeRun(ctx, tx, run.ID, func(run *scheduled.Run) error {
			run.Note(why)
			run.Close(uptime.At(j.worker.now()))
			return nil
		})
	})
}

// tellRun writes the deliveries of a run whose report has ended, once.
func (j *Jobs) tellRun(ctx context.Context, p access.Principal, s scheduled.Report, run scheduled.Run, r models.Report) error {
	channels, err := j.workingChannels(ctx, s.PersonID)
	if err != nil {
		return err
	}
	channels = s.Chosen(channels)
	figures, err := j.reportFigures(ctx, r, len(channels) > 0)
	if err != nil {
		return err
	}
	told := telling{deliveries.Report, run.ID, s.Payload(run, r), func(w *words.Words) deliveries.Message { return s.Message(w, run, r, figures) }}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		return scheduled.ChangeRun(ctx, tx, run.ID, func(run *scheduled.Run) error {
			if run.ToldAt.Known {
				return nil
			}
			run.ToldAt = models.InstantAt(uptime.At(j.worker.now()))
			if len(s.Channels) > len(channels) {
				run.Note(words.Later("Some of its channels do not work."))
			}
			return j.tellEach(ctx, tx, p, channels, told)
		})
	})
}

// A telling is what the channels of a person are told of a cause.
type telling struct {
	kind    deliveries.Kind
	cause   string
	payload json.RawMessage
	message func(w *words.Words) deliveries.Message
}

// tellEach writes one delivery to each of some channels of a person, as the person was when
// it was found out what to tell.
func (j *Jobs) tellEach(ctx context.Context, tx *models.Tx, p access.Principal, channels []deliveries.Channel, t telling) error {
	list := make([]deliveries.Delivery, len(channels))
	for n, c := range channels {
		list[n] = deliveries.New(c, t.kind, t.message(c.Words(p.Language)))
		list[n].Cause, list[n].Payload, list[n].Reach = t.cause, t.payload, p.Reach.String()
	}
	return j.Deliver(ctx, tx, list)
}

// workingChannels are the channels of a person that messages are sent to.
func (j *Jobs) workingChannels(ctx context.Context, person string) ([]deliveries.Channel, error) {
	list, err := deliveries.ChannelsOf(ctx, j.db, person)
	return slices.DeleteFunc(list, func(c deliveries.Channel) bool { return !c.Works() }), err
}

// reportFigures sum up a complete report for a message, if one is written.
func (j *Jobs) reportFigures(ctx context.Context, r models.Report, wanted bool) (f scheduled.Figures, err error) {
	if !wanted || r.State != models.Complete {
		return f, nil
	}
	for row, err := range reports.Rows(ctx, j.db, r.ID) {
		if err != nil {
			return f, err
		}
		if r.Corrected {
			row = row.Corrected()
		}
		f.Add(row.Store, row.Name, row.Main())
	}
	return f, nil
}

// tellAwaited tells people of reports that they wait for, and says of how many.
func (j *Jobs) tellAwaited(ctx context.Context) (count int, err error) {
	now := uptime.At(j.worker.now())
	ended, err := scheduled.Ended(ctx, j.db, now, scheduledAtOnce)
	return len(ended), errors.Join(err, eachOf(ctx, ended, func(a scheduled.Awaited) error { return j.tellReady(ctx, a) }))
}

// tellReady tells somebody of a report, unless they may not see it any more.
func (j *Jobs) tellReady(ctx context.Context, a scheduled.Awaited) error {
	p, may, err := j.accounts.Recipient(ctx, a.PersonID)
	if err != nil {
		return err
	}
	var channels []deliveries.Channel
	r, err := j.db.Report(ctx, a.ReportID)
	switch {
	case errors.Is(err, models.ErrNotFound):
	case err != nil:
		return err
	case may && access.Sees(p, r):
		if channels, err = j.workingChannels(ctx, a.PersonID); err != nil {
			return err
		}
	}
	told := telling{deliveries.Ready, "ready:" + a.ReportID, scheduled.ReadyPayload(r), func(w *words.Words) deliveries.Message { return scheduled.ReadyMessage(w, r) }}
	return j.db.Update(ctx, func(tx *models.Tx) error {
		first, err := a.Tell(ctx, tx, uptime.At(j.worker.now()))
		if err != nil || !first {
			return err
		}
		return j.tellEach(ctx, tx, p, channels, told)
	})
}
