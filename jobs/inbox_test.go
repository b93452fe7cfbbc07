package jobs_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

const (
	badRow   = "store_id,status,timestamp_utc\nthree,active,2023-01-23 17:00:00 UTC\nfour,asleep,2023-01-23 17:00:00 UTC\n"
	badZones = "store_id,timezone_str\none,Mars/Olympus\n"
)

func TestFilesOfTheInboxAreOneImport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("a polls.csv", polls)
		d.drop("b hours.CSV", hours)
		d.drop("c zones", zones) // the kind is told from the header, never from the name
		d.start()
		d.holds("done/a polls.csv", "done/b hours.CSV", "done/c zones")
		imports := d.imports()
		if len(imports) != 1 {
			t.Fatalf("%d imports, want one", len(imports))
		}
		i := imports[0]
		if i.State != models.Complete || i.Source != models.FromInbox || len(i.Files) != 3 || i.Kept != 3+1+2 {
			t.Errorf("import is %s from %s with %d files and %d rows kept", i.State, i.Source, len(i.Files), i.Kept)
		}
		if got := d.csv(d.theReport(d.ask()).ID); got != report {
			t.Errorf("report:\n%s", got)
		}
	})
}

func TestFilesWithBadRowsAreKeptWithTheirRejects(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("good.csv", polls)
		d.drop("bad.csv", badRow)
		d.start()
		d.holds("done/good.csv", "failed/bad.csv", "failed/bad.rejects.csv")
		if got := read(t, filepath.Join(d.settings.Inbox, "failed/bad.csv")); got != badRow {
			t.Errorf("the file itself became %q", got)
		}
		rejects := read(t, filepath.Join(d.settings.Inbox, "failed/bad.rejects.csv"))
		for _, want := range []string{"store_id,status,timestamp_utc,", "four,asleep,2023-01-23 17:00:00 UTC,3,status,"} {
			if !strings.Contains(rejects, want) {
				t.Errorf("rejects lack %q:\n%s", want, rejects)
			}
		}
		if i := d.imports()[0]; i.State != models.Complete || i.Rejected != 1 || i.Kept != 3+1 {
			t.Errorf("import is %s, %d rejected, %d kept", i.State, i.Rejected, i.Kept)
		}
	})
}

func TestAFileThatIsNoFeedDoesNotCostTheOthersTheirImport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("a picture.csv", "\x89PNG\r\n\x1a\n and more\n")
		d.drop("b empty.csv", "")
		d.drop("c polls.csv", polls)
		d.drop("d letter.txt", "Dear all,\n")
		d.start()
		d.holds("done/c polls.csv",
			"failed/a picture.csv", "failed/a picture.rejects.csv",
			"failed/b empty.csv", "failed/b empty.rejects.csv",
			"failed/d letter.rejects.csv", "failed/d letter.txt")
		rejects := read(t, filepath.Join(d.settings.Inbox, "failed/a picture.rejects.csv"))
		if want := "\ufefffile,reason\na picture.csv,\"a picture.csv: this is a PNG image; expected a CSV file with a header line such as store_id,status,timestamp_utc\"\n"; rejects != want {
			t.Errorf("rejects:\n%swant:\n%s", rejects, want)
		}
		if imports := d.imports(); len(imports) != 1 || len(imports[0].Files) != 1 || imports[0].State != models.Complete {
			t.Errorf("imports: %+v", imports)
		}
	})
}

func TestAnInboxWithNothingCompleteMakesNoImport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		names := []string{".hidden.csv", "backup.csv~", "download.csv.crdownload", "rsync.csv.part", "scp.csv.filepart", "upload.TMP"}
		for _, name := range names {
			d.drop(name, polls)
		}
		if err := os.Mkdir(filepath.Join(d.settings.Inbox, "folder.csv"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("/dev/zero", filepath.Join(d.settings.Inbox, "link.csv")); err != nil {
			t.Fatal(err)
		}
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if imports := d.imports(); len(imports) > 0 {
			t.Errorf("imported %+v", imports)
		}
		d.holds(append(names, "link.csv")...)
	})
}

func TestAnInboxThatIsNotThereIsMade(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	if err := os.Remove(d.settings.Inbox); err != nil {
		t.Fatal(err)
	}
	if err := d.Ingest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(d.settings.Inbox); err != nil || !info.IsDir() {
		t.Error(info, err)
	}
}

func TestAFileHeldOpenForWritingIsLeftAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells who has a file open; elsewhere time alone decides")
	}
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		path := filepath.Join(d.settings.Inbox, "polls.csv")
		f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.WriteString(polls); err != nil {
			t.Fatal(err)
		}
		age(t, path) // it looks long finished, and is not
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if imports := d.imports(); len(imports) > 0 {
			t.Fatal("imported while it was being written")
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		age(t, path)
		d.start()
		d.holds("done/polls.csv")
	})
}

func TestAReaderDoesNotKeepAFileFromBeingTakenIn(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	d.drop("polls.csv", polls)
	f, err := os.Open(filepath.Join(d.settings.Inbox, "polls.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d.start()
	d.holds("done/polls.csv")
}

func TestAFileWithoutAFinalLineEndWaits(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		path := filepath.Join(d.settings.Inbox, "polls.csv")
		write(t, path, strings.TrimSuffix(polls, "\n"))
		written := time.Now()
		if err := os.Chtimes(path, written, written); err != nil {
			t.Fatal(err)
		}
		for after, want := range map[time.Duration]int{10 * time.Second: 0, 50 * time.Second: 0} {
			d.SetClock(func() time.Time { return written.Add(after) })
			if err := d.Ingest(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := len(d.imports()); got != want {
				t.Fatalf("%d imports %s after the file was written, want %d", got, after, want)
			}
		}
		d.SetClock(func() time.Time { return written.Add(2 * time.Minute) })
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(d.imports()); got != 1 {
			t.Errorf("%d imports two minutes after the file was written, want 1", got)
		}
	})
}

func TestFilesOfTheSameNameAreAllKept(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db).start()
		for n := range 3 {
			d.drop("polls.csv", polls)
			d.drop("zones.csv", badZones)
			if err := d.Ingest(t.Context()); err != nil {
				t.Fatal(err)
			}
			until(t, "the files are moved", func() bool {
				return !slices.ContainsFunc(d.filed(), func(name string) bool { return !strings.Contains(name, "/") })
			})
			if got := len(d.imports()); got != n+1 {
				t.Fatalf("%d imports after %d rounds", got, n+1)
			}
		}
		d.holds("done/polls.csv", "done/polls-2.csv", "done/polls-3.csv",
			"failed/zones.csv", "failed/zones.rejects.csv",
			"failed/zones-2.csv", "failed/zones-2.rejects.csv",
			"failed/zones-3.csv", "failed/zones-3.rejects.csv")
	})
}

// A file called like the rejects of another must not be overwritten by them.
func TestRejectsOverwriteNothing(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite)).start()
	for _, name := range []string{"zones.rejects.csv", "zones.csv"} {
		d.drop(name, badZones)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		until(t, name+" is moved", func() bool { return !slices.Contains(d.filed(), name) })
	}
	for _, i := range d.imports() {
		d.theImport(i.ID)
	}
	var kept int
	until(t, "four files", func() bool { return len(d.filed()) == 4 })
	for _, name := range d.filed() {
		if read(t, filepath.Join(d.settings.Inbox, name)) == badZones {
			kept++
		}
	}
	if kept != 2 {
		t.Errorf("%d of 2 files kept: %v", kept, d.filed())
	}
}

// The server may die after an import is complete and before its files are moved.
func TestAFileOfACompleteImportIsTakenInAgainAndFiled(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("polls.csv", polls)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		first := d.imports()[0]
		a, err := db.Claim(t.Context(), models.ImportWork, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		inInbox := func(_ models.Import, f models.ImportFile) string { return filepath.Join(d.settings.Inbox, f.Name) }
		if err := d.worker().Import(t.Context(), a, inInbox, nil); err != nil {
			t.Fatal(err)
		}

		d.start()
		d.holds("done/polls.csv")
		for _, i := range d.imports()[1:] {
			if i := d.theImport(i.ID); i.State != models.Complete || i.Kept != 0 || i.Duplicate != 3 {
				t.Errorf("the second import is %s, %d kept, %d duplicate", i.State, i.Kept, i.Duplicate)
			}
		}
	})
}

func TestFilesOfAnUnfinishedImportAreNotTakenInTwice(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("polls.csv", polls)
		for range 3 {
			if err := d.Ingest(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		d.drop("zones.csv", zones)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		imports := d.imports()
		if len(imports) != 2 || len(imports[0].Files) != 1 || len(imports[1].Files) != 1 || imports[1].Files[0].Name != "zones.csv" {
			t.Errorf("imports: %+v", imports)
		}
	})
}

// A new file of the same name may arrive while the earlier one is imported.
func TestAFileReplacedDuringItsImportIsTakenInAnew(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("polls.csv", polls)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		first := d.imports()[0]
		d.drop("polls.csv", badRow)
		d.start()
		d.theImport(first.ID)
		until(t, "the job is done", func() bool {
			return query(t, db, "SELECT count(*) FROM river_job WHERE state <> 'completed'") == 0
		})
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.holds("failed/polls.csv", "failed/polls.rejects.csv")
	})
}

// The new file may even be as long as the earlier one. It must not be put away
// unread.
func TestAFileReplacedByOneOfTheSameSizeIsTakenInAnew(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("polls.csv", polls)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		first := d.imports()[0]
		a, err := db.Claim(t.Context(), models.ImportWork, first.ID)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(d.settings.Inbox, "polls.csv")
		if err := d.worker().Import(t.Context(), a, at(path), nil); err != nil {
			t.Fatal(err)
		}
		write(t, path, strings.ReplaceAll(polls, "one", "eno"))
		d.start()
		d.holds("done/polls.csv")
		if i := d.imports()[1]; d.theImport(i.ID).NewStores != 1 {
			t.Error("the new file was put away unread")
		}
	})
}

func TestAFileFromTheFutureIsPutAway(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	d.drop("polls.csv", polls)
	tomorrow := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(filepath.Join(d.settings.Inbox, "polls.csv"), tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
	d.start()
	d.holds("done/polls.csv")
}

func TestACancelledImportPutsItsFilesAsideWithTheReason(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("polls.csv", polls)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Cancel(t.Context(), models.ImportWork, d.imports()[0].ID); err != nil {
			t.Fatal(err)
		}
		uploaded := d.takeIn(zones)
		if _, err := db.Cancel(t.Context(), models.ImportWork, uploaded); err != nil {
			t.Fatal(err)
		}
		d.start()
		d.holds("failed/polls.csv", "failed/polls.rejects.csv")
		if got := read(t, filepath.Join(d.settings.Inbox, "failed/polls.rejects.csv")); got != "\ufefffile,reason\npolls.csv,The import was cancelled.\n" {
			t.Errorf("rejects:\n%s", got)
		}
		until(t, "no staged file is left", func() bool { return len(files(t, d.settings.Dir)) == 0 })
	})
}
