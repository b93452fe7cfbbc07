package jobs

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/uptime"
)

// alertEvery is how often a server looks whether there is something to judge or to tell.
const alertEvery = 2 * time.Second

// alertsAgain is how often it does what depends on the time alone: rules that go by the
// clock, and notices that wait for the end of quiet hours or for others.
const alertsAgain = 10 * time.Second

// alertTimeout bounds one look. It is longer than that of a query, because the figures may
// have to be computed.
const alertTimeout = 5 * time.Minute

// tellAlerts judges what alert rules are about and makes messages of what they found. It is
// safe to repeat and to run on several servers: whoever judges locks a row first, and writes
// how far it came in the same transaction. While nothing changes it asks one small query.
func (j *Jobs) tellAlerts(ctx context.Context) (again time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, alertTimeout)
	defer cancel()
	due, err := alerts.FindDue(ctx, j.db)
	switch {
	case err != nil:
		return 0, err
	case !due.Any():
		return never, nil
	case j.alerted.lately(due, j.worker.now()):
		return j.alerted.at.Add(alertsAgain).Sub(j.worker.now()), nil
	}
	return 0, j.tellDueAlerts(ctx, due)
}

func (j *Jobs) tellDueAlerts(ctx context.Context, due alerts.Due) error {
	who, err := j.alertRecipients(ctx)
	if err != nil {
		return err
	}
	// Whatever cannot be judged, such as figures that cannot be computed, keeps nobody from
	// being told that polls stopped, or what was found before.
	var failed error
	if due.Judge {
		failed = j.judgeAlerts(ctx, who)
	}
	failed = errors.Join(failed, alerts.JudgeClock(ctx, j.db, who, j.instant()))
	if due, err = alerts.FindDue(ctx, j.db); err == nil && due.Waiting > 0 {
		err = j.composeAlerts(ctx, who)
	}
	if failed = errors.Join(failed, err); failed == nil {
		j.alerted = alertLook{due, j.worker.now()}
	}
	return failed
}

// An alertLook is what there was to do when it was done last.
type alertLook struct {
	due alerts.Due
	at  time.Time
}

// lately reports whether nothing but a short time can have brought anything new since.
func (l alertLook) lately(due alerts.Due, now time.Time) bool {
	return !due.Judge && due == l.due && now.Sub(l.at) < alertsAgain
}

func (j *Jobs) instant() uptime.Instant { return uptime.At(j.worker.now()) }

// alertRecipients says what everybody may be told now who has rules, or whom something
// waits for.
func (j *Jobs) alertRecipients(ctx context.Context) (alerts.Recipients, error) {
	people, err := alerts.People(ctx, j.db)
	if err != nil {
		return nil, err
	}
	who := alerts.Recipients{}
	for _, person := range people {
		p, ok, err := j.accounts.Recipient(ctx, person)
		if err != nil {
			return nil, err
		}
		who[person] = alerts.Recipient{Told: ok, Reach: p.Reach, Imports: ok && p.May(access.ReadImports), Language: p.Language}
	}
	return who, nil
}

// judgeAlerts judges the present data. Where they change meanwhile, the next look judges, and
// also where it changes what people may be told: they were asked before the judgement.
func (j *Jobs) judgeAlerts(ctx context.Context, who alerts.Recipients) error {
	s, err := j.worker.figures.Snapshot(ctx)
	if err != nil {
		return err
	}
	err = alerts.Judge(ctx, j.db, s, who, j.instant())
	switch {
	case errors.Is(err, models.ErrDataMoved):
		return nil
	case err != nil:
		return err
	}
	now, err := j.alertRecipients(ctx)
	if err != nil {
		return err
	}
	for person, before := range who {
		r, asked := now[person]
		if asked && (r.Told != before.Told || r.Imports != before.Imports || r.Reach.String() != before.Reach.String()) {
			return j.db.Update(ctx, func(tx *models.Tx) error { return alerts.JudgeAgain(ctx, tx) })
		}
	}
	return nil
}
