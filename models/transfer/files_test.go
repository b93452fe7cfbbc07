package transfer_test

import (
	"os"
	"path/filepath"
	"testing"

	"lightson/models/modelstest"
	"lightson/models/transfer"
)

func TestFilesThatWaitAreCopiedOnce(t *testing.T) {
	from, to := t.TempDir(), filepath.Join(t.TempDir(), "files")
	for name, text := range map[string]string{"imports/1/1.csv": "one", "imports/2/1.csv": "two", "promise": "three"} {
		path := filepath.Join(from, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []int{3, 0} {
		if n, err := transfer.Files(from, to); n != want || err != nil {
			t.Errorf("%d files copied, %v, want %d", n, err, want)
		}
	}
	if text := modelstest.ReadFile(t, filepath.Join(to, "imports", "2", "1.csv")); text != "two" {
		t.Errorf("copied %q", text)
	}
	if n, err := transfer.Files(filepath.Join(from, "none"), to); n != 0 || err != nil {
		t.Errorf("of no folder: %d, %v", n, err)
	}
}
