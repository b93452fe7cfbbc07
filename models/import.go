package models

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

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

// NewImport is an import without files yet.
func NewImport(from Source) *Import {
	return &Import{Work: Work{ID: newID(), Source: from}}
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
	f.Columns, f.Ignored, f.Causes = orEmpty(f.Columns), orEmpty(f.Ignored), orEmpty(f.Causes)
	return nil
}

func orEmpty[T any](list []T) []T {
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
	i.State, i.CreatedAt, i.Conflicts = state, now(), orEmpty(i.Conflicts)
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
		return i, fmt.Errorf("import %s: %w", id, notFound(err))
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

// MergeImport merges what was read and says so in the import's row, in one
// transaction: readers see the data before it or after it, and an attempt that
// dies leaves the next one to read all again or to complete it.
func (db *DB) MergeImport(ctx context.Context, a Attempt, b *Batch) error {
	return db.Update(ctx, func(tx *Tx) error {
		m, err := tx.mergeJournaled(ctx, b)
		if err != nil {
			return err
		}
		counts := m.counts
		if err := tx.saveFiles(ctx, a.ID, b); err != nil {
			return err
		}
		list, err := json.Marshal(orEmpty(m.conflicts))
		if err != nil {
			return err
		}
		return a.write(tx.GORM(ctx), map[string]any{
			"merged": true, "merge_number": m.number, "changed": m.changedKinds(), "rows": counts.Rows, "kept": counts.Kept, "duplicate": counts.Duplicate,
			"conflicting": counts.Conflicting, "rejected": counts.Rejected,
			"new_stores": counts.NewStores, "conflicts": string(list),
			"done": gorm.Expr("total"),
		})
	})
}

// CompleteImport completes an import that was merged.
func (db *DB) CompleteImport(ctx context.Context, a Attempt) error {
	return db.Update(ctx, func(tx *Tx) error { return a.complete(ctx, tx, map[string]any{"done": gorm.Expr("total")}) })
}

func (tx *Tx) saveFiles(ctx context.Context, id string, b *Batch) error {
	for n, file := range b.Files {
		file.ImportID = id
		// What was known of the file before it was read stays as it was.
		known := []string{"ModifiedAt"}
		if file.SHA256 == "" {
			known = append(known, "SHA256")
		}
		if err := tx.GORM(ctx).Omit(known...).Save(&file).Error; err != nil {
			return fmt.Errorf("save file %s: %w", file.Name, err)
		}
		if err := tx.saveRejects(ctx, id, file.Number, b.rejects[n]); err != nil {
			return fmt.Errorf("save rejects of %s: %w", file.Name, err)
		}
	}
	return nil
}

// importReject is a row of import_rejects: a piece of a file's rejects.csv.
type importReject struct {
	ImportID string
	File     int
	Part     int
	Rows     []byte
}

func (importReject) TableName() string { return "import_rejects" }

func (tx *Tx) saveRejects(ctx context.Context, id string, file int, log *rejectLog) error {
	if log.file == nil {
		return nil
	}
	if _, err := log.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(log.file, rejectPart)
	for part := 0; ; part++ {
		rows := make([]byte, rejectPart)
		n, err := io.ReadFull(r, rows)
		if n > 0 {
			row := importReject{ImportID: id, File: file, Part: part, Rows: rows[:n]}
			if err := tx.GORM(ctx).Create(&row).Error; err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// WriteRejects writes the rejects.csv of one file of an import: the original
// columns, the line, the column and the reason.
func (db *DB) WriteRejects(ctx context.Context, w io.Writer, file ImportFile) error {
	out := csv.NewWriter(w)
	if err := out.Write(rejectHeader(file.Columns)); err != nil {
		return err
	}
	out.Flush()
	for part := 0; ; part++ {
		var row importReject
		err := db.GORM(ctx).
			Where("import_id = ? AND file = ? AND part = ?", file.ImportID, file.Number, part).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return out.Error()
		}
		if err != nil {
			return fmt.Errorf("rejects of import %s: %w", file.ImportID, err)
		}
		if _, err := w.Write(row.Rows); err != nil {
			return err
		}
	}
}

// WriteRefusal writes a rejects.csv for a file that was refused as a whole.
func WriteRefusal(path, name string, refusal error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := csv.NewWriter(f)
	writeErr := out.WriteAll([][]string{{"file", "reason"}, safeCells([]string{name, refusal.Error()})})
	return errors.Join(writeErr, f.Close())
}

func notFound(err error) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return ErrNotFound
	}
	return err
}
