package modelstest

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/demo"
	"lightson/models/figures"
	"lightson/models/imports"
)

// demoStores is few enough to be imported in a moment, and too many for their
// polls to fit into the processor's cache.
const demoStores = 1000

// demoFiles writes the four feeds of a demo chain.
func demoFiles(b *testing.B) demo.Files {
	b.Helper()
	o := demo.DefaultOptions()
	o.Stores = demoStores
	files, err := demo.Write(filepath.Join(b.TempDir(), "demo"), o, nil)
	if err != nil {
		b.Fatal(err)
	}
	return files
}

// DemoSnapshot is the snapshot of a demo chain, imported into a SQLite database.
func DemoSnapshot(b *testing.B) *figures.Snapshot {
	b.Helper()
	ctx := b.Context()
	db, err := models.Open(ctx, "", b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	must(b, db.Migrate(ctx))
	batch := imports.NewBatch(b.TempDir(), time.Now())
	defer batch.Close()
	files := demoFiles(b)
	i := models.NewImport(models.FromCommand)
	for _, file := range files.All() {
		text, err := os.ReadFile(file.Path)
		must(b, err)
		i.Add(file.Path, int64(len(text)))
		must(b, batch.Read(ctx, file.Path, bytes.NewReader(text)))
	}
	a, err := db.BeginImport(ctx, i)
	must(b, err)
	must(b, FinishImport(db, a, batch))
	s, err := figures.New(db).SnapshotAt(ctx, models.OptionalInstant{}, nil)
	must(b, err)
	return s
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
