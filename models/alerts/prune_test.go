package alerts_test

import (
	"slices"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func TestIncidentsThatEndedLongAgoAreDeletedWithTheirNotices(t *testing.T) {
	each(t, func(d *desk) {
		newest := modelstest.At("2023-01-25 12:00")
		d.now = newest.Add(10 * uptime.Day)
		ago := func(from uptime.Instant, days int) uptime.Instant { return from.Add(-uptime.Micros(days) * uptime.Day) }
		var incidents []alerts.Incident
		var notices []alerts.Notice
		add := func(id string, kind alerts.Kind, phase alerts.Phase, found, fired uptime.Instant, ended models.OptionalInstant) {
			incidents = append(incidents, alerts.Incident{ID: id, Kind: kind, Store: "a", Fired: fired, EndedAt: ended, Phase: phase, Ending: map[alerts.Phase]alerts.Ending{alerts.Over: alerts.CameBack, alerts.Withdrawn: alerts.Undone}[phase], FoundAt: found})
			notices = append(notices, alerts.Notice{ID: id + " began", IncidentID: id}, alerts.Notice{ID: id + " ended", IncidentID: id})
		}
		long := ago(d.now, 401)
		add("old", alerts.Offline, alerts.Over, long, ago(newest, 450), models.InstantAt(ago(newest, 401)))
		add("withdrawn", alerts.NoData, alerts.Withdrawn, long, ago(newest, 401), models.OptionalInstant{})
		add("failed import", alerts.ImportFailed, alerts.Over, long, long, models.InstantAt(long))
		for n := range 450 { // more than one transaction deletes
			add("many "+modelstest.Stamp(newest.Add(uptime.Micros(n)*uptime.Minute)), alerts.Offline, alerts.Over, long, ago(newest, 500), models.InstantAt(ago(newest, 499)))
		}
		add("kept: goes on", alerts.Offline, alerts.Going, ago(d.now, 500), ago(newest, 500), models.OptionalInstant{})
		add("kept: ended lately", alerts.Offline, alerts.Over, ago(d.now, 500), ago(newest, 500), models.InstantAt(ago(newest, 399)))
		add("kept: found lately, in old data", alerts.Offline, alerts.Over, ago(d.now, 1), ago(newest, 500), models.InstantAt(ago(newest, 499)))
		add("kept: recent of the data", alerts.Offline, alerts.Over, long, ago(newest, 398), models.InstantAt(ago(newest, 395)))
		add("kept: failed lately", alerts.SourceFailing, alerts.Over, long, ago(d.now, 390), models.InstantAt(ago(d.now, 390)))
		err := d.db.Update(ctx, func(tx *models.Tx) error {
			if err := tx.GORM(ctx).CreateInBatches(incidents, 100).Error; err != nil {
				return err
			}
			return tx.GORM(ctx).CreateInBatches(notices, 100).Error
		})
		if err != nil {
			d.Fatal(err)
		}
		if n, err := alerts.Prune(ctx, d.db, d.now); n != 453 || err != nil {
			d.Errorf("%d deleted, %v", n, err)
		}
		left, err := alerts.Incidents(ctx, d.db, "", alerts.IncidentFilter{})
		if len(left) != 5 || err != nil || slices.ContainsFunc(left, func(i alerts.Incident) bool { return !strings.HasPrefix(i.ID, "kept") }) {
			d.Errorf("left %+v, %v", left, err)
		}
		if n, err := modelstest.Count(d.db, "notices"); n != 2*5 || err != nil {
			d.Errorf("%d notices, %v", n, err)
		}
		if n, err := alerts.Prune(ctx, d.db, d.now); n != 0 || err != nil {
			d.Errorf("again: %d deleted, %v", n, err)
		}
	})
}
