package models

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightson/models/uptime"
	"lightson/models/words"
)

var (
	// ErrNotPreview says that an import is not, or no longer, a preview.
	ErrNotPreview = errors.New("not a preview")
	// ErrElsewhere says that the files of a preview are on another server.
	ErrElsewhere = errors.New("the files are on another server")
)

// NoRoom says that files cannot wait here for their import, or their preview, until
// others are gone.
type NoRoom struct{ Why words.Message }

// Error implements error.
func (e NoRoom) Error() string { return e.Why.String() }

// ForPeople is the error as a sentence.
func (e NoRoom) ForPeople() words.Message { return e.Why }

// A Preview is what an import would do to the data of one version. The import itself
// gives the same numbers, unless the data change before it.
type Preview struct {
	Version int64 `json:"data_version"` // of the data that it was made with
	Counts  `json:"counts"`

	Stores    int64           `json:"stores"`        // that the files name
	AllStores int64           `json:"all_stores"`    // that were known before; 0 also in previews of earlier versions
	NewCodes  []string        `json:"new_stores"`    // the first few stores that no import named before
	From      OptionalInstant `json:"first_poll_at"` // the oldest and the newest poll
	To        OptionalInstant `json:"last_poll_at"`
	Changed   int64           `json:"changed"` // stores whose hours, zone or names would change
	Changes   []Change        `json:"changes"` // the first of them
	Conflicts []Conflict      `json:"conflicts"`
	HoursFrom string          `json:"hours_from"` // that it was made with, see Import.HoursFrom
	Hours     HoursChange     `json:"hours"`
	Zones     ZoneChange      `json:"zones"`
	Files     []PreviewFile   `json:"files"`
	MatchIDs  bool            `json:"match_ids"` // whether damaged ids are matched, see Import.MatchIDs
	Matches   int64           `json:"matches"`   // damaged ids that are matched, or could be

	// SameAs is the id of the earlier import of the same bytes; nothing would be read.
	SameAs   string         `json:"same_as"`
	SameAsAt uptime.Instant `json:"same_as_at"` // when it was done
}

// A PreviewFile is one file of a preview.
type PreviewFile struct {
	ImportFile
	Encoding  string     // such as UTF-8; empty where it was not read
	Delimiter string     // for people, such as commas
	First     [][]string // its header and first rows, unchanged
	Match     IDMatch    // of its damaged ids, whether it is made or not

	Stores int64 // that it names; 0 where nobody counted
	Known  int64 // those of them that were known before
}

// An IDMatch says how many damaged ids of a file can only stand for one known store each.
type IDMatch struct {
	Count     int64            // those that can
	Unmatched int64            // those that cannot; the notes of the file say why
	Examples  []IDMatchExample // the first few that can
}

// An IDMatchExample is a damaged id, with what is invisible in it escaped, and the store.
// For packages of models only.
type IDMatchExample struct{ Damaged, Known string }

// A Change is a change of the hours, the zone, the names or the special days of a store
// that was known before.
type Change struct {
	Store  string `json:"store"`
	Kind   string `json:"kind"`   // business hours, time zones, store names, special days
	Before string `json:"before"` // as text; empty = none
	After  string `json:"after"`
	From   string `json:"from"` // of hours: the date from which on they change, such as 2023-01-25; empty = for all time
}

// HoursChange is what an import does to the hours of stores that were known before.
type HoursChange struct {
	Stores  int64 `json:"stores"`   // whose hours change
	AllTime int64 `json:"all_time"` // those of them whose hours change for all time
	// First and Last are the dates, such as 2023-01-25, from which on the hours of the
	// others change; empty where there are none.
	First string `json:"first"`
	Last  string `json:"last"`

	// PastStores are the stores whose new hours could hold for all time as well, and
	// PastStoreDays on how many of their days, from their first poll on, opening hours
	// would be others then.
	PastStores    int64 `json:"past_stores"`
	PastStoreDays int64 `json:"past_store_days"`
}

// ZoneChange is what an import does to the zones of stores that were known before.
type ZoneChange struct {
	Stores    int64 `json:"stores"`     // whose zone changes
	StoreDays int64 `json:"store_days"` // of theirs, from their first poll on, on which opening hours would be others
}

// AddPreview records an import whose preview waits to be confirmed. No worker holds
// it, and Orphans does not find it.
func (tx *Tx) AddPreview(ctx context.Context, i *Import) error {
	return tx.addImport(ctx, i, Previewed)
}

// Previews counts the imports that are previews.
func (tx *Tx) Previews(ctx context.Context) (count int64, err error) {
	if err := tx.GORM(ctx).Model(&Import{}).Where("state = ?", Previewed).Count(&count).Error; err != nil {
		return 0, fmt.Errorf("count previews: %w", err)
	}
	return count, nil
}

// SavePreview replaces the preview of an import, or gives ErrNotPreview.
func (db *DB) SavePreview(ctx context.Context, id string, p *Preview) error {
	return db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).
			Select("Preview").Updates(&Import{Preview: p})
		return previewError("renew", id, done.RowsAffected, done.Error)
	})
}

// ChooseMatch sets whether the import of a preview matches damaged ids, or gives
// ErrNotPreview. The preview says what it was made with.
func (db *DB) ChooseMatch(ctx context.Context, id string, match bool) error {
	return db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).Update("match_ids", match)
		return previewError("choose for", id, done.RowsAffected, done.Error)
	})
}

// ChooseHoursFrom sets from when the undated hours of a preview hold, see
// Import.HoursFrom, or gives ErrNotPreview. The preview says what it was made with.
func (db *DB) ChooseHoursFrom(ctx context.Context, id, from string) error {
	return db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).Update("hours_from", from)
		return previewError("choose for", id, done.RowsAffected, done.Error)
	})
}

// ConfirmPreview queues an import that is a preview, or gives ErrNotPreview.
func (tx *Tx) ConfirmPreview(ctx context.Context, id string) error {
	done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).
		Updates(map[string]any{"state": Queued, "queued_at": Now()})
	return previewError("confirm", id, done.RowsAffected, done.Error)
}

// DiscardPreview cancels an import that is a preview, or gives ErrNotPreview.
func (db *DB) DiscardPreview(ctx context.Context, id string) error {
	return db.Update(ctx, func(tx *Tx) error {
		done := tx.GORM(ctx).Model(&Import{}).Where("id = ? AND state = ?", id, Previewed).
			Updates(map[string]any{"state": Cancelled, "finished_at": Now()})
		return previewError("discard", id, done.RowsAffected, done.Error)
	})
}

// previewError names the preview in an error, which is ErrNotPreview where no row was
// changed.
func previewError(what, id string, rows int64, err error) error {
	if err == nil && rows == 0 {
		err = ErrNotPreview
	}
	if err != nil {
		return fmt.Errorf("%s preview %s: %w", what, id, err)
	}
	return nil
}

// OldPreviews are the ids of previews made before a time.
func (db *DB) OldPreviews(ctx context.Context, before time.Time) (ids []string, err error) {
	err = db.GORM(ctx).Model(&Import{}).
		Where("state = ? AND created_at < ?", Previewed, uptime.At(before)).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for old previews: %w", err)
	}
	return ids, nil
}
