package scheduled

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/uptime"
	"lightson/models/words"
)

// MostOfPerson is how many scheduled reports a person may have.
const MostOfPerson = 50

// Of reads a scheduled report of a person, or gives models.ErrNotFound.
func Of(ctx context.Context, db *models.DB, person, id string) (r Report, err error) {
	if !storable(id) {
		return r, models.ErrNotFound
	}
	if err := db.GORM(ctx).Where("id = ? AND person_id = ?", id, person).Take(&r).Error; err != nil {
		return r, fmt.Errorf("scheduled report %s: %w", id, models.NotFound(err))
	}
	return r, nil
}

// Any reads a scheduled report, whosever it is, or gives models.ErrNotFound.
func Any(ctx context.Context, db *models.DB, id string) (r Report, err error) {
	if err := db.GORM(ctx).Where("id = ?", id).Take(&r).Error; err != nil {
		return r, fmt.Errorf("scheduled report %s: %w", id, models.NotFound(err))
	}
	return r, nil
}

// List are the scheduled reports of a person, the oldest first.
func List(ctx context.Context, db *models.DB, person string) (list []Report, err error) {
	if err := db.GORM(ctx).Where("person_id = ?", person).Order("created_at, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read scheduled reports: %w", err)
	}
	return list, nil
}

// Add writes a new scheduled report of its person, which was cleaned.
func Add(ctx context.Context, db *models.DB, r *Report, now uptime.Instant) error {
	r.ID, r.CreatedAt, r.NextAt, r.Paused = models.NewID(), now, r.Times.Next(now), false
	err := db.Update(ctx, func(tx *models.Tx) error {
		var count int64
		if err := tx.GORM(ctx).Model(&Report{}).Where("person_id = ?", r.PersonID).Count(&count).Error; err != nil {
			return err
		}
		if count >= MostOfPerson {
			return entered.Problem{Where: "name", Expected: "at most 50 scheduled reports", Found: "one more", Words: words.Later("You can have at most 50 scheduled reports. Remove one first.")}
		}
		return tx.GORM(ctx).Create(r).Error
	})
	if err != nil {
		return fmt.Errorf("add scheduled report: %w", err)
	}
	return nil
}

// Change replaces what a person entered of a scheduled report. Where that is other times, the
// next one is after now; else one that is due stays so.
func Change(ctx context.Context, db *models.DB, r Report, now uptime.Instant) error {
	return change(ctx, db, r.PersonID, r.ID, func(row *Report) {
		r.CreatedBy, r.CreatedAt, r.Paused, r.RunAskedAt = row.CreatedBy, row.CreatedAt, row.Paused, row.RunAskedAt
		if r.NextAt = row.NextAt; r.Times != row.Times {
			r.NextAt = r.Times.Next(now)
		}
		*row = r
	})
}

// Pause ends or begins again what happens by the clock. Times that came meanwhile are not
// made up for.
func Pause(ctx context.Context, db *models.DB, person, id string, paused bool, now uptime.Instant) error {
	return change(ctx, db, person, id, func(row *Report) {
		if row.Paused && !paused {
			row.NextAt = row.Times.Next(now)
		}
		row.Paused = paused
	})
}

// AskRun has a report made soon, whenever it is due. To ask again before that changes
// nothing.
func AskRun(ctx context.Context, db *models.DB, person, id string, now uptime.Instant) error {
	return change(ctx, db, person, id, func(row *Report) {
		row.RunAskedAt = row.RunAskedAt.Or(models.InstantAt(now))
	})
}

// Remove deletes a scheduled report of a person with its history. Reports that it made
// stay.
func Remove(ctx context.Context, db *models.DB, person, id string) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		done := tx.GORM(ctx).Where("id = ? AND person_id = ?", id, person).Delete(&Report{})
		if done.Error == nil && done.RowsAffected == 0 {
			return models.ErrNotFound
		}
		if done.Error != nil {
			return done.Error
		}
		return tx.GORM(ctx).Where("scheduled_id = ?", id).Delete(&Run{}).Error
	})
	if err != nil {
		return fmt.Errorf("remove scheduled report %s: %w", id, err)
	}
	return nil
}

func change(ctx context.Context, db *models.DB, person, id string, do func(*Report)) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		var row Report
		err := locked(tx.GORM(ctx)).Where("id = ? AND person_id = ?", id, person).Take(&row).Error
		if err != nil {
			return models.NotFound(err)
		}
		do(&row)
		return save(ctx, tx, row)
	})
	if err != nil {
		return fmt.Errorf("change scheduled report %s: %w", id, err)
	}
	return nil
}

func save(ctx context.Context, tx *models.Tx, row Report) error {
	return tx.GORM(ctx).Select("*").Where("id = ?", row.ID).Updates(&row).Error
}

// locked makes a query lock the rows that it finds until the transaction ends. SQLite
// has one writer at a time anyway.
func locked(g *gorm.DB) *gorm.DB { return g.Clauses(clause.Locking{Strength: "UPDATE"}) }
