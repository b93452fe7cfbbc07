package jobs_test

import (
	"bytes"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

// A troubled desk has no queue: look does what its jobs would do. It keeps its log.
type troubled struct {
	*desk
	log *bytes.Buffer
}

func newTroubled(t *testing.T, db *models.DB) *troubled {
	d := newDesk(t, db)
	u := &troubled{desk: d}
	u.restart()
	return u
}

// restart makes it another process with the same database and folders.
func (u *troubled) restart() {
	u.t.Helper()
	u.log = &bytes.Buffer{}
	j, err := jobs.New(u.db, modelstest.Figures(u.t, u.db), u.settings, slog.New(slog.NewTextHandler(u.log, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		u.t.Fatal(err)
	}
	u.Jobs = j
}

// look looks into the inbox, does the imports, and returns how many there are by now.
func (u *troubled) look() int {
	u.t.Helper()
	if err := u.Ingest(u.t.Context()); err != nil {
		u.t.Fatal(err)
	}
	list := u.imports()
	for _, i := range list {
		if !i.State.Final() {
			if err := u.WorkOff(u.t.Context(), i.ID); err != nil {
				u.t.Fatal(err)
			}
		}
	}
	return len(list)
}

// problems are the files that need attention, by name.
func (u *troubled) problems() map[string]models.InboxFile {
	u.t.Helper()
	list, err := u.db.InboxFiles(u.t.Context())
	if err != nil {
		u.t.Fatal(err)
	}
	byName := map[string]models.InboxFile{}
	for _, f := range list {
		byName[f.Name] = f
	}
	return byName
}

func (u *troubled) wantProblem(name string, state models.InboxState, words string) models.InboxFile {
	u.t.Helper()
	f := u.problems()[name]
	if f.State != state || !strings.Contains(f.Reason.String()+" "+f.Problem.String(), words) {
		u.t.Errorf("%s: %+v, want %s with %q", name, f, state, words)
	}
	return f
}

// wantLogged wants a warning or an error about a file, so many times.
func (u *troubled) wantLogged(name string, times int) {
	u.t.Helper()
	found := 0
	for line := range strings.SplitSeq(u.log.String(), "\n") {
		if strings.Contains(line, name) {
			found++
		}
	}
	if found != times {
		u.t.Errorf("%s is logged %d times, want %d:\n%s", name, found, times, u.log)
	}
}

func TestAFileThatMayNotBeReadCostsOnlyItself(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		u := newTroubled(t, db)
		u.OpenFrom(func(path string) (*os.File, error) {
			if filepath.Base(path) == "secret.csv" {
				return nil, &fs.PathError{Op: "open", Path: path, Err: syscall.EACCES}
			}
			return jobs.OpenRegular(path)
		})
		u.drop("good.csv", polls)
		u.drop("secret.csv", zones)
		for range 3 {
			if n := u.look(); n != 1 {
				t.Errorf("%d imports, want 1", n)
			}
		}
		u.holds("done/good.csv", "secret.csv")
		u.wantProblem("secret.csv", models.InboxWaiting, "The server may not read it. Give the server's user the right to read it.")
		u.wantLogged("secret.csv", 1)
		u.OpenFrom(jobs.OpenRegular)
		u.look()
		u.holds("done/good.csv", "done/secret.csv")
		if left := u.problems(); len(left) > 0 {
			t.Errorf("left: %+v", left)
		}
	})
}

func TestAFileThatCannotBeMovedAwayIsTakenInOnce(t *testing.T) {
	for name, failure := range map[string]error{"not permitted": syscall.EACCES, "read-only": syscall.EROFS, "disk full": syscall.ENOSPC} {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, db *models.DB) {
				u := newTroubled(t, db)
				broken := func(from, to string) error { return &os.LinkError{Op: "rename", Old: from, New: to, Err: failure} }
				u.RenameBy(broken)
				u.drop("polls.csv", polls)
				u.drop("bad.csv", badRow)
				u.drop("letter.txt", "Dear all,\n")
				for range 3 {
					if n := u.look(); n != 1 {
						t.Errorf("%d imports, want 1", n)
					}
				}
				u.restart()
				u.RenameBy(broken)
				if n := u.look(); n != 1 {
					t.Errorf("%d imports after a restart, want 1", n)
				}
				u.holds("polls.csv", "bad.csv", "letter.txt")
				id := u.imports()[0].ID
				for _, name := range []string{"polls.csv", "bad.csv"} {
					if f := u.wantProblem(name, models.InboxTakenIn, "It cannot be moved to "); f.ImportID != id {
						t.Errorf("%s was read by %q", name, f.ImportID)
					}
					u.wantLogged(name, 1)
				}
				u.wantProblem("letter.txt", models.InboxRefused, "letter.txt: line 1: found ")

				u.drop("polls.csv", zones) // another file of this name
				if n := u.look(); n != 2 {
					t.Errorf("%d imports after the file changed, want 2", n)
				}
				u.restart() // with a folder that can be written
				u.look()
				u.holds("done/polls.csv", "failed/bad.csv", "failed/bad.rejects.csv", "failed/letter.txt", "failed/letter.rejects.csv")
				if f := u.wantProblem("letter.txt", models.InboxRefused, "letter.txt: line 1: found "); f.Place != "failed/letter.txt" || f.Problem != "" || len(u.problems()) != 1 {
					t.Errorf("problems: %+v", u.problems())
				}
			})
		})
	}
}

func TestAFileInThePlaceOfAFolderCostsNobodyAnImport(t *testing.T) {
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	u.drop("failed", "x\n")
	u.drop("letter.txt", "Dear all,\n")
	u.drop("good.csv", polls)
	for range 2 {
		if n := u.look(); n != 1 {
			t.Errorf("%d imports, want 1", n)
		}
	}
	u.holds("done/good.csv", "failed", "letter.txt")
	u.wantProblem("letter.txt", models.InboxRefused, "failed is a file, where a folder is expected. Rename that file.")
	if err := os.Rename(filepath.Join(u.settings.Inbox, "failed"), filepath.Join(u.settings.Inbox, "note")); err != nil {
		t.Fatal(err)
	}
	u.look()
	u.holds("done/good.csv", "failed/letter.txt", "failed/letter.rejects.csv", "failed/note", "failed/note.rejects.csv")
}

func TestARefusedFileIsNamedUntilItIsGone(t *testing.T) {
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	u.drop("letter.txt", "Dear all,\n")
	u.look()
	u.look()
	if f := u.wantProblem("letter.txt", models.InboxRefused, "letter.txt: line 1: found "); f.Place != "failed/letter.txt" {
		t.Errorf("it is at %q", f.Place)
	}
	u.wantLogged("letter.txt", 1)
	u.drop("letter.txt", polls) // mended
	u.look()
	if left := u.problems(); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	u.holds("done/letter.txt", "failed/letter.txt", "failed/letter.rejects.csv")
}

func TestNamesThatAreNoTextAreTakenIn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("other systems refuse such names")
	}
	each(t, func(t *testing.T, db *models.DB) {
		u := newTroubled(t, db)
		u.drop("caf\xe9.csv", polls)
		u.drop("new\nline.csv", zones)
		u.drop("\xff\xfe", hours)
		u.drop("b\x80d.csv", badRow)
		if n := u.look(); n != 1 {
			t.Errorf("%d imports, want 1", n)
		}
		u.holds("done/caf\xe9.csv", "done/new\nline.csv", "done/\xff\xfe", "failed/b\x80d.csv", "failed/b\x80d.rejects.csv")
		if got := u.imports()[0].Files; len(got) != 4 || !slices.ContainsFunc(got, func(f models.ImportFile) bool { return f.Name == `caf\xE9.csv` }) ||
			!slices.ContainsFunc(got, func(f models.ImportFile) bool { return f.Name == `new\x0Aline.csv` }) {
			t.Errorf("files: %+v", got)
		}
		u.drop("caf\xe9\\xE9.csv", polls) // whose text would stand for another name
		u.drop(`caf\xE9.csv`, polls)
		u.look()
		u.wantProblem(jobs.ShownName("caf\xe9\\xE9.csv"), models.InboxWaiting, "Rename it.")
		if !slices.Contains(u.filed(), `done/caf\xE9.csv`) {
			t.Errorf("filed: %q", u.filed())
		}
	})
}

func TestLinksPipesAndLeftoversAreLeftAlone(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("pipes are made by a call of Linux")
	}
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	outside := filepath.Join(t.TempDir(), "private.csv")
	write(t, outside, polls)
	age(t, outside)
	if err := os.Symlink(outside, filepath.Join(u.settings.Inbox, "link.csv")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(u.settings.Inbox, "pipe.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	u.drop("Thumbs.db", "\xd0\xcf")
	u.drop("desktop.ini", "[.ShellClassInfo]\n")
	u.drop("~$polls.xlsx", "x")
	if n := u.look(); n != 0 {
		t.Errorf("%d imports, want none", n)
	}
	u.holds("link.csv", "pipe.csv", "Thumbs.db", "desktop.ini", "~$polls.xlsx")
	u.wantProblem("link.csv", models.InboxWaiting, "It is a link, and links are not followed.")
	if n := len(u.problems()); n != 1 {
		t.Errorf("%d files have problems, want the link alone", n)
	}
	if log := u.log.String(); !strings.Contains(log, "file=link.csv") || strings.Contains(log, "nil") {
		t.Errorf("the log says\n%s\nof a link, whose problem has no error behind it", log)
	}
	// What is replaced after it was listed is not followed either.
	for _, name := range []string{"link.csv", "pipe.csv"} {
		if f, err := jobs.OpenRegular(filepath.Join(u.settings.Inbox, name)); err == nil {
			t.Errorf("%s is opened: %v", name, f.Close())
		}
	}
}

func TestAnInboxThatCannotBeLookedIntoSaysSoAndRecovers(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		u := newTroubled(t, db)
		if err := os.Remove(u.settings.Inbox); err != nil {
			t.Fatal(err)
		}
		write(t, u.settings.Inbox, "a file, where the folder should be")
		u.look()
		u.look()
		u.wantProblem(u.settings.Inbox, models.InboxWaiting, "The inbox cannot be read: not a directory.")
		u.wantLogged("level=ERROR", 1)
		if err := os.Remove(u.settings.Inbox); err != nil {
			t.Fatal(err)
		}
		u.look() // makes it
		if left := u.problems(); len(left) > 0 {
			t.Errorf("left: %+v", left)
		}
		u.drop("polls.csv", polls)
		u.look()
		u.holds("done/polls.csv")
	})
}

func TestDoneOnAnotherFileSystemGetsACopy(t *testing.T) {
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	u.RenameBy(func(from, to string) error {
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: syscall.EXDEV}
	})
	u.drop("polls.csv", polls)
	u.drop("bad.csv", badRow)
	before, err := os.Stat(filepath.Join(u.settings.Inbox, "polls.csv"))
	if err != nil {
		t.Fatal(err)
	}
	u.look()
	u.holds("done/polls.csv", "failed/bad.csv", "failed/bad.rejects.csv")
	path := filepath.Join(u.settings.Inbox, "done/polls.csv")
	if after, err := os.Stat(path); err != nil || read(t, path) != polls || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("the copy differs: %v, %v", after, err)
	}
}

func TestAFileThatLeavesBeforeItIsReadCostsOnlyItself(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		u := newTroubled(t, db)
		u.drop("a.csv", polls)
		u.drop("b.csv", zones)
		if err := u.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := os.Remove(filepath.Join(u.settings.Inbox, "a.csv")); err != nil {
			t.Fatal(err)
		}
		i := u.imports()[0]
		a, err := db.Claim(t.Context(), models.ImportWork, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		inInbox := func(_ models.Import, f models.ImportFile) string { return filepath.Join(u.settings.Inbox, f.Name) }
		if err := u.worker().Import(t.Context(), a, inInbox, nil); err != nil {
			t.Fatal(err)
		}
		if i = u.theImport(i.ID); i.State != models.Complete || i.Kept != 2 || i.Files[0].Kind != "" || i.Files[1].Rows != 2 {
			t.Errorf("import: %+v", i)
		}
	})
}

// A file may be appended to while it is read: what was found is read, and the whole
// file later.
func TestAFileThatGrowsIsReadAsItWasFound(t *testing.T) {
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	u.drop("polls.csv", polls)
	if err := u.Ingest(t.Context()); err != nil {
		t.Fatal(err)
	}
	u.drop("polls.csv", polls+"one,active,2023-01-23 18:00:00 UTC\n")
	path := filepath.Join(u.settings.Inbox, "polls.csv")
	later := time.Now().Add(-30 * time.Minute)
	if err := os.Chtimes(path, later, later); err != nil {
		t.Fatal(err)
	}
	i := u.imports()[0]
	if err := u.WorkOff(t.Context(), i.ID); err != nil {
		t.Fatal(err)
	}
	if i = u.theImport(i.ID); i.Rows != 3 {
		t.Errorf("%d rows were read, want the 3 that were found", i.Rows)
	}
	u.holds("polls.csv")
	u.look()
	u.holds("done/polls.csv")
	if i = u.imports()[1]; i.Rows != 4 || i.Kept != 1 {
		t.Errorf("the whole file: %d rows, %d kept", i.Rows, i.Kept)
	}
}

// Its last change may be of a clock that is ahead of ours.
func TestAFileOfAClockAheadIsTakenInOnceItIsQuiet(t *testing.T) {
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	now := time.Now()
	u.SetClock(func() time.Time { return now })
	u.drop("polls.csv", strings.TrimSuffix(polls, "\n")) // it might be cut off
	tomorrow := now.Add(24 * time.Hour)
	if err := os.Chtimes(filepath.Join(u.settings.Inbox, "polls.csv"), tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
	for wait, want := range []int{0, 1} {
		now = now.Add(time.Duration(wait) * 2 * time.Minute)
		if n := u.look(); n != want {
			t.Errorf("%d imports, want %d", n, want)
		}
	}
}

func TestAFileThatIsWrittenForEverIsNamed(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells who has a file open")
	}
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	now := time.Now()
	u.SetClock(func() time.Time { return now })
	u.drop("log.csv", polls)
	f, err := os.OpenFile(filepath.Join(u.settings.Inbox, "log.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	u.look()
	if n := len(u.problems()); n != 0 {
		t.Errorf("%d problems at first sight", n)
	}
	now = now.Add(2 * time.Hour)
	if n := u.look(); n != 0 {
		t.Errorf("%d imports, want none", n)
	}
	u.wantProblem("log.csv", models.InboxWaiting, "A program has been writing to it")
}

func TestPlacesHaveNamesThatFit(t *testing.T) {
	long := strings.Repeat("a", 251) + ".csv"
	for _, name := range []string{
		"a.csv", long, strings.Repeat("é", 125) + ".csv", strings.Repeat("a", 255), "a." + strings.Repeat("b", 253),
		strings.Repeat("\xff", 251) + ".csv", "." + strings.Repeat("c", 254),
	} {
		seen := map[string]bool{}
		for _, n := range []int{1, 2, 10, 12345} {
			place := jobs.PlaceName(name, n)
			if len(place) > 255 || seen[place] || n == 1 && place != name || utf8.ValidString(name) && !utf8.ValidString(place) {
				t.Errorf("place %d of %q is %q (%d bytes)", n, name, place, len(place))
			}
			seen[place] = true
			if beside := jobs.RejectsBeside(place, 1); n > 1 && seen[beside] {
				t.Errorf("place %d of %q shares its rejects with another", n, name)
			}
			seen[jobs.RejectsBeside(place, 1)] = true
			for _, m := range []int{1, 2, 100} {
				if beside := jobs.RejectsBeside("failed/"+place, m); len(beside)-len("failed/") > 255 || !strings.HasSuffix(beside, ".rejects.csv") {
					t.Errorf("rejects beside %q: %q", place, beside)
				}
			}
		}
	}
}

func TestTheLongestNameIsFiledTwice(t *testing.T) {
	u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
	long := strings.Repeat("a", 251) + ".csv"
	for range 2 {
		u.drop(long, badRow)
		u.look()
	}
	if filed := u.filed(); len(filed) != 4 || slices.Contains(filed, long) {
		t.Errorf("filed: %q", filed)
	}
}

func TestAFolderThatAnotherUserLinkedElsewhereIsNotUsed(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("only root can make links of other users")
	}
	for owner, followed := range map[int]bool{0: true, 65534: false} {
		u := newTroubled(t, modelstest.Open(t, modelstest.SQLite))
		outside, link := t.TempDir(), filepath.Join(u.settings.Inbox, "done")
		if err := os.Symlink(outside, link); err != nil {
			t.Fatal(err)
		}
		if err := os.Lchown(link, owner, owner); err != nil {
			t.Fatal(err)
		}
		u.drop("polls.csv", polls)
		for range 2 {
			if n := u.look(); n != 1 {
				t.Errorf("%d imports, want 1", n)
			}
		}
		if got := len(files(t, outside)) == 1; got != followed {
			t.Errorf("the link of user %d is followed: %t, want %t", owner, got, followed)
		}
		if !followed {
			u.wantProblem("polls.csv", models.InboxTakenIn, "done is a link that another user made.")
		}
	}
}
