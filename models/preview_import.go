package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/models/uptime"
)

var (
	// ErrNotPreview says that an import is not, or no longer, a preview.
	ErrNotPreview = errors.New("not a preview")
	// ErrElsewhere says that the files of a preview are on another server.
	ErrElsewhere = errors.New("the files are on another server")
)

// AddPreview records an import whose preview waits for a yes. Nobody works on
// it, so nobody misses a worker.
func (tx *Tx) AddPreview(ctx context.Context, i *Import) error {
	return tx.addImport(ctx, i, Previewed)
}

// SavePreview replaces the preview of an import.
func (db *DB) SavePreview(ctx context.Context, id string, p *Preview) error {
	return db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).
			Select("Preview").Updates(&Import{Preview: p})
		return previewed("renew", id, done.RowsAffected, done.Error)
	})
}

// ConfirmPreview queues an import that was a preview.
func (tx *Tx) ConfirmPreview(ctx context.Context, id string) error {
	done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).
		Updates(map[string]any{"state": Queued, "queued_at": now()})
	return previewed("confirm", id, done.RowsAffected, done.Error)
}

// DiscardPreview ends a preview without importing anything.
func (db *DB) DiscardPreview(ctx context.Context, id string) error {
	return db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).
			Updates(map[string]any{"state": Cancelled, "finished_at": now()})
		return previewed("discard", id, done.RowsAffected, done.Error)
	})
}

func previewed(what, id string, rows int64, err error) error {
	if err == nil && rows == 0 {
		err = ErrNotPreview
	}
	if err != nil {
		return fmt.Errorf("%s preview %s: %w", what, id, err)
	}
	return nil
}

// OldPreviews are the ids of previews from before an instant.
func (db *DB) OldPreviews(ctx context.Context, before time.Time) (ids []string, err error) {
	err = db.GORM(ctx).Model(&Import{}).
		Where("state = ? AND created_at < ?", Previewed, uptime.At(before)).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for old previews: %w", err)
	}
	return ids, nil
}
