package models

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lightson/models/uptime"
	"lightson/models/words"
)

// An Import is one or several files taken in together.
type Import struct {
	Work
	Merged    bool // its rows are in the data; pages may not show them yet
	Counts    `gorm:"embedded"`
	Conflicts []Conflict   `gorm:"serializer:json"` // the first few
	Files     []ImportFile `gorm:"foreignKey:ImportID;references:ID"`

	By       string         `gorm:"column:asked_by"` // who asked: an address, a user, a folder
	Forced   bool           // read the files even if the same bytes were imported before
	QueuedAt uptime.Instant // when its preview was confirmed; 0 where it was not, or had none
	Preview  *Preview       `gorm:"serializer:json"` // what it would do; nil where nobody asked

	// HoursFrom says from when hours without a date of their own hold where they differ
	// from the known ones: a date such as 2023-01-24, always, or empty for the rule.
	HoursFrom string
	MatchIDs  bool // damaged ids stand for the known stores that they match

	// SameAs is the id of the earlier import of the same bytes, for which this one
	// was not read; empty where it was.
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
	Conflicting int64 // contradicts another row about the same instant, or about a store's zone or name
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

// A Note is something about a file that people should look at: it may be as it should,
// or not.
type Note struct {
	Kind  string       `json:"kind"`
	Count int64        `json:"count"` // rows or stores that it is about
	Text  words.Stored `json:"text"`  // sentences
}

// NewImport is an import that has no files yet and is not recorded.
func NewImport(from Source) *Import {
	return &Import{Work: Work{ID: NewID(), Source: from}}
}

// Add adds a file that is to be imported, of size bytes.
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
	// ModifiedAt is when a file of the inbox was last written; 0 for other files. A
	// newer file of the same name has another.
	ModifiedAt uptime.Instant
	Kind       string // polls, business hours, time zones, store names or special days; empty until read
	Rows       int64
	Rejected   int64
	Columns    []string `gorm:"serializer:json"` // as in its header
	Ignored    []string `gorm:"serializer:json"` // those of Columns that were not read
	Causes     []Cause  `gorm:"serializer:json"` // of its rejects
	Notes      []Note   `gorm:"serializer:json"` // about rows that were taken, or are no rows
}

// BeforeSave implements GORM's hook: an empty list is stored as such, not as null.
func (f *ImportFile) BeforeSave(*gorm.DB) error {
	f.Columns, f.Ignored, f.Causes, f.Notes = OrEmpty(f.Columns), OrEmpty(f.Ignored), OrEmpty(f.Causes), OrEmpty(f.Notes)
	return nil
}

// OrEmpty is the list, empty instead of nil, which JSON would write as null.
func OrEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// AddImport records an import as queued.
func (tx *Tx) AddImport(ctx context.Context, i *Import) error {
	return tx.addImport(ctx, i, Queued)
}

func (tx *Tx) addImport(ctx context.Context, i *Import, state State) error {
	i.State, i.CreatedAt, i.Conflicts = state, Now(), OrEmpty(i.Conflicts)
	err := tx.GORM(ctx).Omit("Files").Create(i).Error
	if err == nil && len(i.Files) > 0 {
		err = tx.GORM(ctx).CreateInBatches(i.Files, importFilesPerStatement).Error
	}
	if err != nil {
		return fmt.Errorf("add import %s: %w", i.ID, err)
	}
	return nil
}

// importFilesPerStatement keeps a statement within the 32,766 variables that SQLite
// allows, of which each file needs one per column.
const importFilesPerStatement = 500

// BeginImport records an import whose worker is the caller, as its first attempt.
func (db *DB) BeginImport(ctx context.Context, i *Import) (a Attempt, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		if err := tx.AddImport(ctx, i); err != nil {
			return err
		}
		a, err = tx.Claim(ctx, ImportWork, i.ID)
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

// OtherImportSince reports whether another import than one runs, or ended in a time.
func (db *DB) OtherImportSince(ctx context.Context, id string, within uptime.Span) (some bool, err error) {
	err = db.GORM(ctx).Model(&Import{}).Select("count(*) > 0").
		Where("id <> ? AND (state = ? OR finished_at BETWEEN ? AND ?)", id, Running, within.From, within.To).Scan(&some).Error
	if err != nil {
		return false, fmt.Errorf("look for other imports: %w", err)
	}
	return some, nil
}

// Import returns the import with the id and its files, or ErrNotFound.
func (db *DB) Import(ctx context.Context, id string) (Import, error) {
	var i Import
	err := WithFiles(db.GORM(ctx)).Where("id = ?", id).First(&i).Error
	if err != nil {
		return i, fmt.Errorf("import %s: %w", id, NotFound(err))
	}
	return i, nil
}

// DemoImports are the imports of demo data that are in the data, or still on their way
// there, newest first, without their files.
// For packages of models only.
func (db *DB) DemoImports(ctx context.Context) ([]Import, error) {
	var imports []Import
	err := db.GORM(ctx).Where("source = ? AND undone_at = 0 AND (merge_number > 0 OR state IN ?)", FromDemo, []State{Queued, Running}).
		Order("created_at DESC, id DESC").Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("look for demo data: %w", err)
	}
	return imports, nil
}

// ErrNotEmpty says that demo data would stand beside other data.
var ErrNotEmpty = errors.New("there are stores already, or files are on their way in")

// Untouched reports whether nothing is in the data yet, nor on its way there: there is no
// store, and no import waits or runs.
// For packages of models only.
func (db *DB) Untouched(ctx context.Context) (bool, error) { return untouched(db.GORM(ctx)) }

// RequireUntouched gives ErrNotEmpty unless the data are [DB.Untouched]. Until the end of
// its transaction, another that requires the same waits, on whichever server.
func (tx *Tx) RequireUntouched(ctx context.Context) error {
	if err := tx.takeTurn(ctx, "loads demo data"); err != nil {
		return fmt.Errorf("look for data: %w", err)
	}
	ok, err := untouched(tx.GORM(ctx))
	if err == nil && !ok {
		err = ErrNotEmpty
	}
	return err
}

func untouched(g *gorm.DB) (untouched bool, err error) {
	err = g.Raw("SELECT NOT EXISTS (SELECT 1 FROM stores) AND NOT EXISTS (SELECT 1 FROM imports WHERE state IN ?)", []State{Queued, Running}).
		Scan(&untouched).Error
	if err != nil {
		return false, fmt.Errorf("look for data: %w", err)
	}
	return untouched, nil
}

// WithFiles has imports read with their files, in order of their numbers.
// For packages of models only.
func WithFiles(g *gorm.DB) *gorm.DB {
	return g.Preload("Files", func(files *gorm.DB) *gorm.DB { return files.Order("number") })
}

// Imports are at most limit imports with their files, newest first.
// For packages of models only.
func (db *DB) Imports(ctx context.Context, offset, limit int) ([]Import, error) {
	var imports []Import
	err := WithFiles(db.GORM(ctx)).Order("created_at DESC, id DESC").Offset(offset).Limit(limit).Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("read imports: %w", err)
	}
	return imports, nil
}

// NotFound makes ErrNotFound of GORM's error for the same.
// For packages of models only.
func NotFound(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	return err
}

// ConflictSum is how many polls contradicted another, and in how many imports.
type ConflictSum struct{ Imports, Polls int64 }

// ConflictSum counts the conflicts of all imports.
// For packages of models only.
func (db *DB) ConflictSum(ctx context.Context) (sum ConflictSum, err error) {
	err = db.GORM(ctx).Model(&Import{}).Where("conflicting > 0").
		Select("COUNT(*) AS imports, COALESCE(SUM(conflicting), 0) AS polls").Scan(&sum).Error
	if err != nil {
		return sum, fmt.Errorf("count conflicts: %w", err)
	}
	return sum, nil
}

// ConflictingImports are at most limit imports with conflicts, with their files,
// that come after a place in the list of imports, newest first.
// For packages of models only.
func (db *DB) ConflictingImports(ctx context.Context, p ListPlace, offset, limit int) ([]Import, error) {
	var imports []Import
	err := WithFiles(p.after(db.GORM(ctx))).Where("conflicting > 0").Offset(offset).Limit(limit).Find(&imports).Error
	if err != nil {
		return nil, fmt.Errorf("read imports with conflicts: %w", err)
	}
	return imports, nil
}

// A JournalKind says what the entries of a part are about. Package imports defines the
// kinds.
// For packages of models only.
type JournalKind int

// JournalPart is a row of import_journal: packed entries of one import, in the format
// of package imports.
// For packages of models only.
type JournalPart struct {
	MergeNumber int64 `gorm:"primaryKey;autoIncrement:false"` // of the import
	Part        int   `gorm:"primaryKey;autoIncrement:false"`
	Kind        JournalKind
	Day         int32 // since 1970-01-01 UTC; used by some kinds only
	Entries     []byte
}

// TableName implements GORM's Tabler.
func (JournalPart) TableName() string { return "import_journal" }

// ImportReject is a row of import_rejects: a piece of a file's rejects.csv. Package
// imports writes and reads its bytes.
// For packages of models only.
type ImportReject struct {
	ImportID string
	File     int // its Number
	Part     int // its place among the pieces of the file
	Rows     []byte
}

// TableName implements GORM's Tabler.
func (ImportReject) TableName() string { return "import_rejects" }
