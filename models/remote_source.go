package models

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"lightson/models/uptime"
	"lightson/models/words"
)

// A RemoteSource is an address from which a file is fetched on a schedule. The row
// records the last check, so that a file is fetched again only if it changed.
type RemoteSource struct {
	ID      string // a digest of the whole URL, secrets included
	Number  int    // its place in the settings, from 1
	URL     string // fit to be shown: without passwords and other secrets
	State   SourceState
	Outcome words.Stored // of the last check, as a sentence

	ETag         string `gorm:"column:etag"` // the ETag of the last answer
	LastModified string // the Last-Modified of the last answer, unchanged
	Digest       string // SHA-256 of what was imported last
	Bytes        int64  // its size
	ImportID     string // the import of it

	CheckedAt uptime.Instant // 0 before the first check
	ChangedAt uptime.Instant // when something new was last found; 0 = never
	NextAt    uptime.Instant // when it is due again
	Failures  int            // in a row
}

// TableName implements GORM's Tabler.
func (RemoteSource) TableName() string { return "sources" }

// SourceState is how the last check of a source ended.
type SourceState string

const (
	SourceNew       SourceState = "new" // not checked yet
	SourceTakenIn   SourceState = "taken_in"
	SourceUnchanged SourceState = "unchanged"
	SourceRefused   SourceState = "refused" // its file is not a feed
	SourceFailed    SourceState = "failed"
)

// Sources are the sources in the order of the settings.
func (db *DB) Sources(ctx context.Context) ([]RemoteSource, error) {
	var sources []RemoteSource
	if err := db.GORM(ctx).Order("number").Find(&sources).Error; err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return sources, nil
}

// SetSources makes these the sources. Sources that stay keep their records, others are
// deleted.
func (db *DB) SetSources(ctx context.Context, sources []RemoteSource) error {
	err := db.Update(ctx, func(tx *Tx) error {
		g := tx.GORM(ctx)
		ids := []string{""} // an empty list would delete nothing
		for _, s := range sources {
			ids = append(ids, s.ID)
			s.State, s.Outcome = SourceNew, words.Later("Not checked yet.").Stored()
			keep := clause.OnConflict{
				Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"number", "url"}),
			}
			if err := g.Clauses(keep).Create(&s).Error; err != nil {
				return err
			}
		}
		return g.Where("id NOT IN ?", ids).Delete(&RemoteSource{}).Error
	})
	if err != nil {
		return fmt.Errorf("set sources: %w", err)
	}
	return nil
}

// SaveSource writes how a check of a source ended. It does not add a source that was
// deleted meanwhile.
func (db *DB) SaveSource(ctx context.Context, s RemoteSource) error {
	err := db.Update(ctx, func(tx *Tx) error {
		return tx.GORM(ctx).Model(&s).Select("*").Updates(&s).Error
	})
	if err != nil {
		return fmt.Errorf("save source %s: %w", s.URL, err)
	}
	return nil
}

// ClaimSource moves the time at which a source is due, unless its record has changed
// since the caller read it. It reports whether it did: then the caller alone checks
// the source.
func (db *DB) ClaimSource(ctx context.Context, known RemoteSource, next uptime.Instant) (claimed bool, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&RemoteSource{}).
			Where("id = ? AND next_at = ? AND checked_at = ?", known.ID, known.NextAt, known.CheckedAt).Update("next_at", next)
		claimed = done.RowsAffected == 1
		return done.Error
	})
	if err != nil {
		return false, fmt.Errorf("claim source %s: %w", known.URL, err)
	}
	return claimed, nil
}
