package modelstest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"lightson/models"
)

// steps are what is done to the template of each kind after migrating it.
var steps []func(context.Context, *models.DB) error

// Prepare adds a step to what migrated databases have had done to them, such as
// the tables of the queue. It is called before the first test, by init.
func Prepare(step func(context.Context, *models.DB) error) { steps = append(steps, step) }

func makeTemplate(url, dir string) (err error) {
	ctx := context.Background()
	db, err := models.Open(ctx, url, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	for _, step := range steps {
		if err := step(ctx, db); err != nil {
			return err
		}
	}
	return nil
}

// sqliteTemplate is the bytes of a migrated file.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "lightson-template-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := makeTemplate("", dir); err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(dir, models.SQLiteFile))
})

func copySQLite(t testing.TB, dir string) {
	t.Helper()
	template, err := sqliteTemplate()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, models.SQLiteFile), template, 0o600)
	}
	if err != nil {
		t.Fatal("copy the migrated SQLite file:", err)
	}
}
