package modelstest

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"

	"lightson/models"
	"lightson/models/imports"
)

var ctx = context.Background()

// Clock is the present time for all imports: later than any poll in tests.
var Clock = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)

// TB is what helpers need of a test. testing.T, testing.B and rapid.T all have it.
type TB interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}

// NewImport is an import by a command of files with these texts, not yet stored.
func NewImport(files ...string) *models.Import {
	i := &models.Import{Work: models.Work{ID: uuid.NewString(), Source: models.FromCommand}}
	for n, text := range files {
		i.Files = append(i.Files, models.ImportFile{
			ImportID: i.ID, Number: n + 1, Name: fmt.Sprintf("file %d.csv", n+1), Size: int64(len(text)),
		})
		i.Total += int64(len(text))
	}
	return i
}

// TryLoad imports files with these texts as one import, as a worker does. It returns
// the import as the database has it. See Read for spillAfter.
func TryLoad(db *models.DB, spillAfter int, files ...string) (i models.Import, err error) {
	return tryLoad(db, NewImport(files...), spillAfter, files...)
}

// LoadFrom is Load with a choice of from when undated hours hold, see models.Import.
func LoadFrom(t TB, db *models.DB, hoursFrom string, files ...string) models.Import {
	t.Helper()
	asked := NewImport(files...)
	asked.HoursFrom = hoursFrom
	i, err := tryLoad(db, asked, 0, files...)
	if err != nil {
		t.Fatal("load:", err)
	}
	CheckImport(t, i)
	return i
}

func tryLoad(db *models.DB, asked *models.Import, spillAfter int, files ...string) (i models.Import, err error) {
	a, err := db.BeginImport(ctx, asked)
	if err != nil {
		return i, err
	}
	batch, err := Read(spillAfter, files...)
	if err != nil {
		return i, err
	}
	defer batch.Close()
	batch.HoursFrom, batch.By = asked.HoursFrom, asked.By
	if err := FinishImport(db, a, batch); err != nil {
		return i, err
	}
	return db.Import(ctx, a.ID)
}

// Read reads files into a batch, which the caller closes. A batch moves its polls to
// temporary files after spillAfter of them; 0 stands for the usual number.
func Read(spillAfter int, files ...string) (*imports.Batch, error) {
	batch := imports.NewBatch(os.TempDir(), Clock)
	if spillAfter > 0 {
		batch.SpillAfter(spillAfter)
	}
	for n, text := range files {
		if err := batch.Read(ctx, fmt.Sprintf("file %d.csv", n+1), strings.NewReader(text)); err != nil {
			return nil, err
		}
	}
	return batch, nil
}

// Load imports files as one import, and checks what is true of every import.
func Load(t TB, db *models.DB, files ...string) models.Import {
	t.Helper()
	i, err := TryLoad(db, 0, files...)
	if err != nil {
		t.Fatal("load:", err)
	}
	CheckImport(t, i)
	return i
}

// CheckImport checks what is true of every complete import.
func CheckImport(t TB, i models.Import) {
	t.Helper()
	if i.State != models.Complete || i.Done != i.Total || i.FinishedAt == 0 {
		t.Fatalf("import is %s, %d of %d bytes, finished at %d", i.State, i.Done, i.Total, i.FinishedAt)
	}
	if sum := i.Kept + i.Duplicate + i.Conflicting + i.Rejected; sum != i.Rows {
		t.Fatalf("%+v add up to %d, want %d rows", i.Counts, sum, i.Rows)
	}
	var rows, rejected int64
	for _, f := range i.Files {
		rows, rejected = rows+f.Rows, rejected+f.Rejected
		causes := int64(0)
		for _, c := range f.Causes {
			causes += c.Count
		}
		if causes != f.Rejected {
			t.Fatalf("%s: %d rejected, but causes for %d", f.Name, f.Rejected, causes)
		}
	}
	if rows != i.Rows || rejected != i.Rejected {
		t.Fatalf("files have %d rows, %d rejected; the import %d, %d", rows, rejected, i.Rows, i.Rejected)
	}
}

// FinishImport merges a batch and completes its import, as a worker does.
func FinishImport(db *models.DB, a models.Attempt, b *imports.Batch) error {
	if err := imports.Merge(ctx, db, a, b); err != nil {
		return err
	}
	return imports.Complete(ctx, db, a)
}

// DataVersion is the present version of the data.
func DataVersion(t TB, db *models.DB) int64 {
	t.Helper()
	v, err := db.DataVersion(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return v.Version
}

// ReadFile is the text of a file.
func ReadFile(t TB, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// PrunePolls deletes polls older than so many days before the newest one. It returns
// how many rows of poll_days it deleted.
func PrunePolls(t TB, db *models.DB, days int) int64 {
	t.Helper()
	pruned, err := db.PrunePolls(ctx, days)
	if err != nil {
		t.Fatal(err)
	}
	return pruned
}

// Undo takes an import back.
func Undo(t TB, db *models.DB, i models.Import) {
	t.Helper()
	if _, err := imports.Undo(ctx, db, i.ID, "modelstest"); err != nil {
		t.Fatal("undo:", err)
	}
}
