package demo

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWriteLeavesTheFourFeedsAndNothingElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "demo")
	files, err := Write(dir, small(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{HoursName, NamesName, PollsName, ZonesName}, names(t, dir)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	polls, hours, zones := feedsOf(small())
	for _, tt := range []struct {
		file File
		name string
		want []byte
	}{
		{files.Polls, PollsName, polls},
		{files.Hours, HoursName, hours},
		{files.Zones, ZonesName, zones},
		{files.Names, NamesName, namesOf(small())},
	} {
		if want := filepath.Join(dir, tt.name); tt.file.Path != want {
			t.Errorf("path = %s, want %s", tt.file.Path, want)
		}
		got := must(os.ReadFile(tt.file.Path))
		if !bytes.Equal(got, tt.want) {
			t.Errorf("%s is not what is written without a directory", tt.name)
		}
		if rows := int64(bytes.Count(got, []byte("\n"))) - 1; rows != tt.file.Rows {
			t.Errorf("%s has %d rows, %d reported", tt.name, rows, tt.file.Rows)
		}
	}
}

func TestWriteReplacesEarlierFeedsAndLeavesOtherFilesAlone(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{PollsName, "notes.txt"} {
		write(t, filepath.Join(dir, name), "earlier")
	}
	if _, err := Write(dir, small(), nil); err != nil {
		t.Fatal(err)
	}
	if polls, _, _ := feedsOf(small()); !bytes.Equal(polls, must(os.ReadFile(filepath.Join(dir, PollsName)))) {
		t.Error("the earlier polls are still there")
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, "notes.txt")))); got != "earlier" {
		t.Errorf("notes.txt = %q", got)
	}
}

func TestWriteMakesNothingOfBadOptions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	_, err := Write(dir, Options{}, nil)
	wantSentence(t, err, "1 to 1,000,000 stores")
	if _, err := os.Stat(dir); !errors.Is(err, os.ErrNotExist) {
		t.Error("the directory was made")
	}
}

func TestWriteSaysWhatIsInTheWay(t *testing.T) {
	t.Run("a directory where a feed should be", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, ZonesName), 0o755); err != nil {
			t.Fatal(err)
		}
		_, err := Write(dir, small(), nil)
		wantSentence(t, err, "is in the way: it is a directory")
		if got := names(t, dir); !slices.Equal(got, []string{ZonesName}) {
			t.Errorf("left %q", got)
		}
	})
	t.Run("a file where the directory should be", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "demo")
		write(t, path, "a file")
		_, err := Write(path, small(), nil)
		wantSentence(t, err, "not a directory")
		if got := string(must(os.ReadFile(path))); got != "a file" {
			t.Errorf("the file is now %q", got)
		}
	})
}

var (
	errFull = errors.New("no space left")
	good    = feed{"good.csv", func(w io.Writer) (int64, error) { _, err := io.WriteString(w, "all of it\n"); return 1, err }}
	half    = feed{"half.csv", func(w io.Writer) (int64, error) {
		_, err := io.WriteString(w, "half of")
		return 0, errors.Join(err, errFull)
	}}
)

func TestAFeedThatFailsHalfwayLeavesNothing(t *testing.T) {
	root := t.TempDir()
	if _, err := publish(filepath.Join(root, "new", "demo"), []feed{good, half}); !errors.Is(err, errFull) {
		t.Errorf("error = %v, want %v", err, errFull)
	}
	if got := names(t, root); len(got) > 0 {
		t.Errorf("left %q", got)
	}
}

func TestAFeedThatFailsHalfwayLeavesEarlierOnesAsTheyWere(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, good.name), "earlier")
	if _, err := publish(dir, []feed{good, half}); err == nil {
		t.Error("no error")
	}
	if got := names(t, dir); !slices.Equal(got, []string{good.name}) {
		t.Errorf("left %q", got)
	}
	if got := string(must(os.ReadFile(filepath.Join(dir, good.name)))); got != "earlier" {
		t.Errorf("%s = %q, want it as it was", good.name, got)
	}
}

func TestAFeedThatCannotGetItsNameTakesTheOthersWithIt(t *testing.T) {
	dir := t.TempDir()
	late := feed{"late.csv", func(io.Writer) (int64, error) { return 0, os.Mkdir(filepath.Join(dir, "late.csv"), 0o755) }}
	if _, err := publish(dir, []feed{good, late}); err == nil {
		t.Error("no error")
	}
	for _, name := range names(t, dir) {
		if name != late.name {
			t.Errorf("left %s", name)
		}
	}
}

func TestNoFeedHidesThatItsWriterFailed(t *testing.T) {
	for name, err := range map[string]error{
		"polls": errorOf(WritePolls(fullDisk{}, small(), nil)),
		"hours": errorOf(WriteHours(fullDisk{}, small())),
		"zones": errorOf(WriteZones(fullDisk{}, small())),
		"names": errorOf(WriteNames(fullDisk{}, small())),
	} {
		if !errors.Is(err, errFull) {
			t.Errorf("%s: error = %v, want %v", name, err, errFull)
		}
	}
}

func TestProgressRisesToTheTotal(t *testing.T) {
	o := small()
	o.Stores, o.Days = 500, 9
	last, total, calls := int64(0), int64(0), 0
	n := must(writePolls(io.Discard, o, 50_000, func(done, of int64) {
		if done <= last || total != 0 && of != total {
			t.Errorf("%d of %d after %d of %d", done, of, last, total)
		}
		last, total = done, of
		calls++
	}))
	if last != n || total != n || calls < 2 {
		t.Errorf("after %d calls progress ended at %d of %d, want %d", calls, last, total, n)
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func errorOf[T any](_ T, err error) error { return err }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func names(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, e := range must(os.ReadDir(dir)) {
		names = append(names, e.Name())
	}
	return names
}
