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

// alertTimeout bounds one look. It is longer than that of a query, because the figures may
// have to be computed.
const alertTimeout = 5 * time.Minute

// tellAlerts judges what alert rules are about and makes messages of what they found. It is
// safe to repeat and to run on several servers: whoever judges locks a row first, and writes
// how far it came in the same transaction.
func (j *Jobs) tellAlerts(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, alertTimeout)
	defer cancel()
	who, err := j.alertRecipients(ctx)
	if err != nil || len(who) == 0 {
		return err
	}
	if err := j.judgeAlerts(ctx, who); err != nil {
		return err
	}
	if err := alerts.JudgeClock(ctx, j.db, who, j.instant()); err != nil {
		return err
	}
	return j.composeAlerts(ctx, who)
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
		who[person] = alerts.Recipient{Told: ok, Reach: p.Reach, Imports: ok && p.May(access.ReadImports)}
	}
	return who, nil
}

// judgeAlerts judges the present data. Where they change meanwhile, the next look judges.
func (j *Jobs) judgeAlerts(ctx context.Context, who alerts.Recipients) error {
	due, err := alerts.ToJudge(ctx, j.db)
	if err != nil || !due {
		return err
	}
	s, err := j.worker.figures.Snapshot(ctx)
	if err != nil {
		return err
	}
	if err = alerts.Judge(ctx, j.db, s, who, j.instant()); errors.Is(err, models.ErrDataMoved) {
		return nil
	}
	return err
}
