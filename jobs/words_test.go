package jobs_test

import (
	"context"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/reports"
	"lightson/models/unpack"
)

// The first case of the specification: a store polled twice in one opening.
const (
	polls = "store_id,status,timestamp_utc\n" +
		"one,active,2023-01-23 16:14:00 UTC\n" +
		"one,inactive,2023-01-23 17:15:00 UTC\n" +
		"two,active,2023-01-23 18:00:00 UTC\n"
	hours  = "store_id,day,start_time_local,end_time_local\none,0,09:00,12:00\n"
	zones  = "store_id,timezone_str\none,America/Chicago\ntwo,America/New_York\n"
	report = "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week\n" +
		"one,15.00,2.25,2.25,45.00,0.75,0.75\n" +
		"two,60.00,24.00,24.00,0.00,0.00,0.00\n"
)

// never is an interval at which nothing happens twice in a test.
const never = 10000 * time.Hour

// each runs body on both databases.
var each = modelstest.Each

// The tables of the queue are part of every database.
func init() {
	modelstest.Prepare(func(ctx context.Context, db *models.DB) error {
		j, err := jobs.New(db, nil, jobs.Settings{Dir: os.TempDir()}, slog.New(slog.DiscardHandler))
		if err != nil {
			return err
		}
		return j.Migrate(ctx)
	})
}

// A desk is the background side of a server, and its database.
type desk struct {
	t *testing.T
	*jobs.Jobs
	db       *models.DB
	settings jobs.Settings
}

// newDesk prepares a server's background work without starting it. Its inbox is
// looked into once, at the start.
func newDesk(t *testing.T, db *models.DB) *desk {
	dir := t.TempDir()
	return newDeskIn(t, db, jobs.Settings{
		Dir: filepath.Join(dir, "files"), Inbox: filepath.Join(dir, "inbox"), IngestEvery: never,
	})
}

func newDeskIn(t *testing.T, db *models.DB, settings jobs.Settings) *desk {
	t.Helper()
	j, err := jobs.New(db, modelstest.Figures(t, db), settings, slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err == nil {
		err = j.Migrate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(settings.Inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	return &desk{t, j, db, settings}
}

// start begins to work, until the end of the test, and waits for the first look
// into the inbox.
func (d *desk) start() *desk {
	d.t.Helper()
	if err := d.Start(context.WithoutCancel(d.t.Context())); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { d.stop(time.Minute) })
	until(d.t, "the inbox was looked into", func() bool {
		return query(d.t, d.db, "SELECT count(*) FROM river_job WHERE kind = 'ingest' AND state = 'completed'") > 0
	})
	return d
}

// stop waits so long for running work.
func (d *desk) stop(patience time.Duration) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.Stop(ctx); err != nil {
		d.t.Error("stop:", err)
	}
}

// worker does work without a queue.
func (d *desk) worker() *jobs.Worker {
	return jobs.NewWorker(d.db, modelstest.Figures(d.t, d.db), d.settings.Dir, slog.New(slog.DiscardHandler))
}

// ask asks for a report as of the newest poll.
func (d *desk) ask() string {
	d.t.Helper()
	r := models.NewReport(models.FromAPI, models.ReportScope{}, "")
	if err := d.AskReport(d.t.Context(), r); err != nil {
		d.t.Fatal(err)
	}
	until(d.t, "it is recorded, if it was promised", func() bool { return len(d.promised()) == 0 })
	return r.ID
}

// takeIn uploads files as one import.
func (d *desk) takeIn(texts ...string) string {
	d.t.Helper()
	id, err := d.TakeIn(d.t.Context(), models.FromPage, uploads(texts...))
	if err != nil {
		d.t.Fatal(err)
	}
	return id
}

func uploads(texts ...string) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		for _, text := range texts {
			if !yield(unpack.File{Name: "file.csv", Body: strings.NewReader(text)}, nil) {
				return
			}
		}
	}
}

// load imports files without a queue.
func (d *desk) load(texts ...string) {
	d.t.Helper()
	i, paths := models.NewImport(models.FromCommand), make([]string, len(texts))
	for n, text := range texts {
		paths[n] = filepath.Join(d.t.TempDir(), "file.csv")
		write(d.t, paths[n], text)
		i.Add("file.csv", int64(len(text)))
	}
	a, err := d.db.BeginImport(d.t.Context(), i)
	if err == nil {
		err = d.worker().Import(d.t.Context(), a, func(_ models.Import, f models.ImportFile) string { return paths[f.Number-1] }, nil)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// theImport waits until an import is final.
func (d *desk) theImport(id string) (i models.Import) {
	d.t.Helper()
	until(d.t, "import "+id+" is final", func() bool {
		var err error
		if i, err = d.db.Import(d.t.Context(), id); err != nil {
			d.t.Fatal(err)
		}
		return i.State.Final()
	})
	return i
}

// theReport waits until a report is final.
func (d *desk) theReport(id string) (r models.Report) {
	d.t.Helper()
	until(d.t, "report "+id+" is final", func() bool {
		var err error
		if r, err = d.db.Report(d.t.Context(), id); err != nil {
			d.t.Fatal(err)
		}
		return r.State.Final()
	})
	return r
}

// csv is a report as scripts read it.
func (d *desk) csv(id string) string {
	d.t.Helper()
	var b strings.Builder
	if err := reports.WriteCSV(&b, false, reports.Rows(d.t.Context(), d.db, id)); err != nil {
		d.t.Fatal(err)
	}
	return b.String()
}

// imports are all imports, oldest first.
func (d *desk) imports() []models.Import {
	d.t.Helper()
	list, err := d.db.Imports(d.t.Context(), 0, 100)
	if err != nil {
		d.t.Fatal(err)
	}
	slices.Reverse(list)
	return list
}

// drop puts a file into the inbox, as one that nobody touched for an hour.
func (d *desk) drop(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.settings.Inbox, name)
	write(d.t, path, text)
	age(d.t, path)
}

// filed lists the files of the inbox and of its folders, without folders.
func (d *desk) filed() []string {
	d.t.Helper()
	return files(d.t, d.settings.Inbox)
}

// holds waits until the inbox has these files, in any order.
func (d *desk) holds(want ...string) {
	d.t.Helper()
	slices.Sort(want)
	until(d.t, "the inbox holds "+strings.Join(want, ", "), func() bool { return slices.Equal(d.filed(), want) })
}

// files lists all files below a folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	found := []string{}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if os.IsNotExist(err) || err == nil && entry.IsDir() {
			return nil
		}
		if name, relErr := filepath.Rel(dir, path); err == nil {
			found, err = append(found, filepath.ToSlash(name)), relErr
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	return found
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// age makes a file one that was last written an hour ago.
func age(t *testing.T, path string) {
	t.Helper()
	then := time.Now().Add(-time.Hour)
	if err := os.Chtimes(path, then, then); err != nil {
		t.Fatal(err)
	}
}

// until waits for something that other goroutines do.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain until", what)
		}
	}
}

// query reads one number that models does not tell.
func query(t *testing.T, db *models.DB, statement string) (n int) {
	t.Helper()
	var err error
	if pool := db.Postgres(); pool != nil {
		err = pool.QueryRow(t.Context(), statement).Scan(&n)
	} else {
		err = db.SQLite().QueryRowContext(t.Context(), statement).Scan(&n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// execute changes what models does not.
func execute(t *testing.T, db *models.DB, statement string) {
	t.Helper()
	var err error
	if pool := db.Postgres(); pool != nil {
		_, err = pool.Exec(t.Context(), statement)
	} else {
		_, err = db.SQLite().ExecContext(t.Context(), statement)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// die ends the lease of all work, as if its workers had died a while ago.
func die(t *testing.T, db *models.DB) {
	t.Helper()
	for _, kind := range []models.WorkKind{models.ImportWork, models.ReportWork} {
		execute(t, db, "UPDATE "+string(kind)+" SET lease_until = 0 WHERE state = 'running'")
	}
}

// entries lists what is in a folder, folders too.
func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, entry := range list {
		names = append(names, entry.Name())
	}
	return names
}

// openSQLite is a database where the kind of it does not matter.
func openSQLite(t *testing.T) *models.DB {
	t.Helper()
	return modelstest.Open(t, modelstest.SQLite)
}
