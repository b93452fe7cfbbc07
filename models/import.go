package models

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lightson/models/uptime"
)

// An Import is one or several files taken in together.
type Import struct {
	Work
	Merged    bool // its rows are in the data, although pages may not show them yet
	Counts    `gorm:"embedded"`
	Conflicts []Conflict   `gorm:"serializer:json"` // the first few
	Files     []ImportFile `gorm:"foreignKey:ImportID;references:ID"`

	By       string         `gorm:"column:asked_by"` // who asked: an address, a user, a folder
	Forced   bool           // read it even if the same bytes were taken in before
	QueuedAt uptime.Instant // when a preview was confirmed; else 0
	Preview  *Preview       `gorm:"serializer:json"` // what it would do; nil where nobody asked

	// SameAs is the import that had the same bytes, so that they were not read
	// again; empty for all others.
	SameAs string

	MergeNumber int64          // its place in the order in which imports were merged; 0 = none
	Changed     []string       `gorm:"serializer:json"` // the kinds of data that it changed
	UndoneAt    uptime.Instant // 0 = it was not undone
	UndoneBy    string
}

// Counts say what became of the rows of an import. Every row read is exactly
// one of kept, duplicate, conflicting and rejected.
type Counts struct {
	Rows        int64
	Kept        int64 // new to the database
	Duplicate   int64 // already known, or twice in the import
	Conflicting int64 // another row says otherwise of the same instant, or the same store's zone or name
	Rejected    int64
	NewStores   int64
}

// A Conflict is an instant at which a store was polled both active and inactive.
// Inactive wins.
type Conflict struct {
	Store string         `json:"store"`
	At    uptime.Instant `json:"at"`
}

// A Cause is one way in which rows of a file were bad.
type Cause struct {
	Column   string   `json:"column"` // empty where the row as a whole was bad
	Expected string   `json:"expected"`
	Count    int64    `json:"count"`
	Examples []string `json:"examples"` // the first few, as sentences
}

// NewImport is an import without files yet.
func NewImport(from Source) *Import {
	return &Import{Work: Work{ID: NewID(), Source: from}}
}

// Add adds a file that is to be imported, by its name and size.
func (i *Import) Add(name string, size int64) {
	i.Files = append(i.Files, ImportFile{ImportID: i.ID, Number: len(i.Files) + 1, Name: name, Size: size})
	i.Total += size
}

// An ImportFile is one file of an import.
type ImportFile struct {
	ImportID string `gorm:"primaryKey"`
	Number   int    `gorm:"primaryKey"` // from 1
	Name     string
	Size     int64  // bytes
	SHA256   string `gorm:"column:sha256"` // of its bytes, as hexadecimal digits; empty until known
	// ModifiedAt is when a file of the inbox was last written, as it was found
	// there; 0 where that is not known. It tells a newer file of the same name from it.
	ModifiedAt uptime.Instant
	Kind       string // polls, business hours, time zones or store names; empty until read
	Rows       int64
	Rejected   int64
	Columns    []string `gorm:"serializer:json"` // as in its header
	Ignored    []string `gorm:"serializer:json"` // those of them that mean nothing to us
	Causes     []Cause  `gorm:"serializer:json"` // of its rejects
}

// BeforeSave implements GORM's hook: an empty list is stored as such, not as null.
func (f *ImportFile) BeforeSave(*gorm.DB) error {
	f.Columns, f.Ignored, f.Causes = OrEmpty(f.Columns), OrEmpty(f.Ignored), OrEmpty(f.Causes)
	return nil
}

func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// AddImport records an import that is to be done.
func (tx *Tx) AddImport(ctx context.Context, i *Import) error {
	return tx.addImport(ctx, i, Queued)
}

func (tx *Tx) addImport(ctx context.Context, i *Import, state State) error {
	i.State, i.CreatedAt, i.Conflicts = state, Now(), OrEmpty(i.Conflicts)
	if err := tx.GORM(ctx).Create(i).Error; err != nil {
		return fmt.Errorf("add import %s: %w", i.ID, err)
	}
	return nil
}

// BeginImport records an import whose worker is the caller, as its first attempt.
func (db *DB) BeginImport(ctx context.Context, i *Import) (a Attempt, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		if err := tx.AddImport(ctx, i); err != nil {
			return err
		}
		a, err = tx.claim(ctx, ImportWork, i.ID)
		return err
	})
	return a, err
}

// UnfinishedFiles are the names of the files of imports from a source that are
// not final yet.
func (db *DB) UnfinishedFiles(ctx context.Context, from Source) ([]string, error) {
	var names []string
	err := db.GORM(ctx).Model(&ImportFile{}).
		Joins("JOIN imports i ON i.id = import_files.import_id").
		Where("i.source = ? AND i.state IN ?", from, []State{Queued, Running}).Pluck("import_files.name", &names).Error
	if err != nil {
		return nil, fmt.Errorf("read unfinished imports: %w", err)
	}
	return names, nil
}

// Import returns the import with the id and its files, or ErrNotFound.
func (db *DB) Import(ctx context.Context, id string) (Import, error) {
	var i Import
	err := db.GORM(ctx).Preload("Files", func(g *gorm.DB) *gorm.DB { return g.Order("number") }).
		Where("id = ?", id).First(&i).Error
	if err != nil {
		return i, fmt.Errorf("import %s: %w", id, NotFound(err))
	}
	return i, nil
}

// Imports are imports with their files, newest first.
func (db *DB) Imports(ctx context.Context, offset, limit int) ([]Import, error) {
	var imports []Import
	err := db.GORM(ctx).Preload("Files", func(g *gorm.DB) *gorm.DB { return g.Order("number") }).
		Order("created_at DESC, id DESC").Offset(offset).Limit(limit).Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	return imports, nil
}

func NotFound(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	return err
}
