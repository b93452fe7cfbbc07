package digests

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Digest tells a person again and again how some stores did.
type Digest struct {
	ID       string
	PersonID string // whose it is; empty where it was made while there were no accounts
	entered.Subject

	Every recurring.Every // daily, weekly or monthly
	Day   int             // see recurring.Times
	At    int             `gorm:"column:at_s"` // likewise
	Zone  string

	Channels    []string `gorm:"serializer:json"` // ids
	WhenNothing bool     // it is also sent where there is nothing to report

	NextAt   uptime.Instant         // when it is due next
	LastAt   models.OptionalInstant // when it was due last
	LastText string                 // what became of it then, a sentence

	CreatedBy string
	CreatedAt uptime.Instant `gorm:"autoCreateTime:false"`
}

// TableName implements GORM's Tabler.
func (Digest) TableName() string { return "digests" }

// Most is how many digests a person may have.
const Most = 50

// Patience is how long a digest waits for polls of its period that are late.
const Patience = 3 * uptime.Hour

// Times are when the digest is due.
func (d Digest) Times() recurring.Times {
	return recurring.Times{Every: d.Every, Day: d.Day, At: d.At, Zone: d.Zone}
}

// Clean brings the digest into its normal form and says when it is due next. Errors are an
// entered.Problem or a recurring.Problem.
func (d *Digest) Clean(now uptime.Instant) (err error) {
	if d.Subject, err = d.Subject.Clean(); err != nil {
		return err
	}
	if d.Every == recurring.ByCron {
		return recurring.Problem{Where: "every", Expected: "daily, weekly or monthly", Found: string(d.Every), Words: words.Later("Choose how often.")}
	}
	times := d.Times()
	if err := times.Clean(); err != nil {
		return err
	}
	d.Every, d.Day, d.At, d.Zone = times.Every, times.Day, times.At, times.Zone
	slices.Sort(d.Channels)
	if d.Channels = slices.Compact(d.Channels); len(d.Channels) == 0 {
		return entered.Problem{Where: "channels", Expected: "at least one", Found: "none", Words: words.Later("Choose at least one channel.")}
	}
	d.NextAt = times.Next(now)
	return nil
}

// Due is when the digest was last due, at a time when it is due.
func (d Digest) Due(now uptime.Instant) uptime.Instant {
	due, _ := d.Times().CatchUp(d.NextAt, now)
	return due
}

// Today is the date that the clocks of the digest's zone show.
func (d Digest) Today(now uptime.Instant) uptime.Date { return d.Times().Today(now) }

// Location is the digest's zone.
func (d Digest) Location() *time.Location { return d.Times().Location() }

// Cause names the delivery of a period: each channel is sent it once.
func (d Digest) Cause(p Period) string { return "digest " + d.ID + " " + p.key() }

// Of reads a digest, or gives models.ErrNotFound.
func Of(ctx context.Context, db *models.DB, id string) (d Digest, err error) {
	if err := db.GORM(ctx).Where("id = ?", id).Take(&d).Error; err != nil {
		return d, fmt.Errorf("digest %s: %w", id, models.NotFound(err))
	}
	return d, nil
}

// OfPerson are the digests of a person, the oldest first.
func OfPerson(ctx context.Context, db *models.DB, person string) (list []Digest, err error) {
	if err := db.GORM(ctx).Where("person_id = ?", person).Order("created_at, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read digests: %w", err)
	}
	return list, nil
}

// Due are the ids of the digests that are due.
func Due(ctx context.Context, db *models.DB, now uptime.Instant) (ids []string, err error) {
	if err := db.GORM(ctx).Model(&Digest{}).Where("next_at <= ?", now).Order("next_at, id").Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("look for digests that are due: %w", err)
	}
	return ids, nil
}

// NextDue is when the next digest is due, if there is any.
func NextDue(ctx context.Context, db *models.DB) (next models.OptionalInstant, err error) {
	var first []uptime.Instant
	if err := db.GORM(ctx).Model(&Digest{}).Order("next_at").Limit(1).Pluck("next_at", &first).Error; err != nil {
		return next, fmt.Errorf("look when a digest is due: %w", err)
	}
	for _, at := range first {
		next = models.InstantAt(at)
	}
	return next, nil
}

// Add writes a new digest that is Clean, unless its person has Most already.
func Add(ctx context.Context, db *models.DB, d *Digest) error {
	d.ID, d.CreatedAt = models.NewID(), models.Now()
	return db.Update(ctx, func(tx *models.Tx) error {
		var has int64
		if err := tx.GORM(ctx).Model(&Digest{}).Where("person_id = ?", d.PersonID).Count(&has).Error; err != nil {
			return fmt.Errorf("count digests: %w", err)
		}
		if has >= Most {
			return entered.Problem{Where: "digests", Expected: fmt.Sprintf("at most %d", Most), Found: "one more", Words: words.Later("You can have at most {most} digests. Remove one first.", "most", Most)}
		}
		if err := tx.GORM(ctx).Create(d).Error; err != nil {
			return fmt.Errorf("add digest: %w", err)
		}
		return nil
	})
}

// Change writes what a person may change of a digest that is Clean. Where its times stay the
// same, one that is due stays so: it may wait for polls.
func Change(ctx context.Context, db *models.DB, d Digest) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		var found Digest
		if err := tx.GORM(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", d.ID).Take(&found).Error; err != nil {
			return fmt.Errorf("change digest %s: %w", d.ID, models.NotFound(err))
		}
		if found.Times() == d.Times() {
			d.NextAt = found.NextAt
		}
		done := tx.GORM(ctx).Model(&d).Where("id = ?", d.ID).
			Select("Scope", "Name", "Every", "Day", "At", "Zone", "Channels", "WhenNothing", "NextAt").Updates(&d)
		if done.Error != nil {
			return fmt.Errorf("change digest: %w", done.Error)
		}
		return nil
	})
}

// Remove deletes a digest. What it sent stays in the log of deliveries.
func Remove(ctx context.Context, db *models.DB, id string) error {
	return db.Update(ctx, func(tx *models.Tx) error {
		done := tx.GORM(ctx).Where("id = ?", id).Delete(&Digest{})
		if done.Error != nil {
			return fmt.Errorf("remove digest: %w", done.Error)
		}
		if done.RowsAffected == 0 {
			return models.ErrNotFound
		}
		return nil
	})
}

// Finish locks a digest and, where it is still due as it was read, says what became of it
// and when it is due next. It reports false where somebody else was quicker, or changed it.
func Finish(ctx context.Context, tx *models.Tx, d Digest, now uptime.Instant, text string) (ours bool, err error) {
	var found Digest
	err = tx.GORM(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ? AND next_at = ?", d.ID, d.NextAt).Limit(1).Find(&found).Error
	if err != nil || found.ID == "" {
		return false, err
	}
	if found.Subject != d.Subject || found.Times() != d.Times() || !slices.Equal(found.Channels, d.Channels) || found.WhenNothing != d.WhenNothing {
		return false, nil
	}
	due, next := d.Times().CatchUp(d.NextAt, now)
	err = tx.GORM(ctx).Model(&Digest{}).Where("id = ?", d.ID).Updates(map[string]any{
		"next_at": next, "last_at": due, "last_text": text,
	}).Error
	return err == nil, err
}
