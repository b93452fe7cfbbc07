package scheduled

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
)

// An Awaited is a report that somebody is told of once it has ended.
type Awaited struct {
	ReportID string
	PersonID string // empty where there were no accounts
	AskedAt  uptime.Instant
	ToldAt   models.OptionalInstant
}

// TableName implements GORM's Tabler.
func (Awaited) TableName() string { return "awaited_reports" }

// Await has a person told of a report, once. The report need not be recorded yet.
func Await(ctx context.Context, db *models.DB, report, person string, now uptime.Instant) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&Awaited{ReportID: report, PersonID: person, AskedAt: now}).Error
	})
	if err != nil {
		return fmt.Errorf("await report %s: %w", report, err)
	}
	return nil
}

// IsAwaited reports whether a person is told of a report, or was.
func IsAwaited(ctx context.Context, db *models.DB, report, person string) (bool, error) {
	var count int64
	err := db.GORM(ctx).Model(&Awaited{}).Where("report_id = ? AND person_id = ?", report, person).Count(&count).Error
	if err != nil {
		return false, fmt.Errorf("look for who awaits report %s: %w", report, err)
	}
	return count > 0, nil
}

// neverRecorded is how long after it was asked for a report that is not there is taken for
// one that never will be.
const neverRecorded = uptime.Day

// Ended are those who await reports that have ended, or that are gone.
func Ended(ctx context.Context, db *models.DB, now uptime.Instant, limit int) (list []Awaited, err error) {
	err = db.GORM(ctx).Where("told_at IS NULL").
		Where(`EXISTS (SELECT 1 FROM reports WHERE reports.id = awaited_reports.report_id AND reports.state IN ?)
			OR asked_at < ? AND NOT EXISTS (SELECT 1 FROM reports WHERE reports.id = awaited_reports.report_id)`,
			[]models.State{models.Complete, models.Failed, models.Cancelled}, now.Add(-neverRecorded)).
		Order("asked_at, report_id, person_id").Limit(limit).Find(&list).Error
	if err != nil {
		return nil, fmt.Errorf("look for awaited reports: %w", err)
	}
	return list, nil
}

// Tell marks somebody as told in the transaction that writes their deliveries. It reports
// whether they were not told before.
func (a Awaited) Tell(ctx context.Context, tx *models.Tx, now uptime.Instant) (first bool, err error) {
	done := tx.GORM(ctx).Model(&Awaited{}).Where("report_id = ? AND person_id = ? AND told_at IS NULL", a.ReportID, a.PersonID).
		Update("told_at", models.InstantAt(now))
	if done.Error != nil {
		return false, fmt.Errorf("tell of report %s: %w", a.ReportID, done.Error)
	}
	return done.RowsAffected > 0, nil
}
