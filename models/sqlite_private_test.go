package models_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"lightson/models"
)

func TestTheDatabaseFileIsNotForEverybody(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes")
	}
	for name, test := range map[string]struct{ before, want os.FileMode }{
		"a new file":             {0, 0o600},
		"private already":        {0o600, 0o600},
		"by the umask":           {0o644, 0o600},
		"for everybody":          {0o666, 0o660},
		"a group that writes":    {0o664, 0o660},
		"a group that may":       {0o660, 0o660},
		"a group that may read":  {0o640, 0o640},
		"others may only write":  {0o602, 0o600},
		"others may only run it": {0o601, 0o600},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			open := func() *models.DB {
				t.Helper()
				db, err := models.Open(ctx, "", dir)
				if err == nil {
					err = db.Migrate(ctx)
				}
				if err != nil {
					t.Fatal(err)
				}
				return db
			}
			path := filepath.Join(dir, models.SQLiteFile)
			if test.before != 0 {
				if err := open().Close(); err != nil {
					t.Fatal(err)
				}
				if err := os.Chmod(path, test.before); err != nil {
					t.Fatal(err)
				}
			}
			db := open()
			defer db.Close()
			for _, ending := range []string{"", "-wal", "-shm"} {
				if info, err := os.Stat(path + ending); err != nil || info.Mode().Perm() != test.want {
					t.Errorf("%s%s: %v, %v; want %o", models.SQLiteFile, ending, info.Mode(), err, test.want)
				}
			}
			if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("the folder: %v, %v", info.Mode(), err)
			}
			if db.Exposed() {
				t.Error("it is called exposed")
			}
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
			if !db.Exposed() {
				t.Error("it is not called exposed")
			}
		})
	}
}

func TestAnExistingDataFolderKeepsItsMode(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	db, err := models.Open(ctx, "", dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
