package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestWhatIsWrittenIsForItsOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.csv")
	write := func(w io.Writer) error {
		_, err := io.WriteString(w, "x\n")
		return err
	}
	for _, want := range []os.FileMode{0o600, 0o640} { // the second time it is there
		if err := writeFile(path, write); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != want {
			t.Errorf("mode %o, want %o", info.Mode().Perm(), want)
		}
		if err := os.Chmod(path, 0o640); err != nil {
			t.Fatal(err)
		}
	}
}
