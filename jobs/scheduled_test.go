package jobs_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/recurring"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A timetable is a server whose clock is set by hand, and which makes reports when it is
// told to.
type timetable struct {
	*desk
	now    time.Time
	folder string
}

func newTimetable(t *testing.T, db *models.DB) *timetable {
	dir := t.TempDir()
	tt := &timetable{folder: filepath.Join(dir, "reports"), now: time.Date(2023, time.January, 24, 12, 0, 0, 0, time.UTC)} // a Tuesday
	if err := os.MkdirAll(tt.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	tt.desk = newDeskIn(t, db, jobs.Settings{Dir: filepath.Join(dir, "files"), Inbox: filepath.Join(dir, "inbox"), IngestEvery: never, ReportsDir: tt.folder})
	tt.SetClock(func() time.Time { return tt.now })
	return tt
}

// another is a second server on the same database with the same clock.
func (tt *timetable) another() *timetable {
	other := &timetable{desk: newDeskIn(tt.t, tt.db, tt.settings), now: tt.now, folder: tt.folder}
	other.SetClock(func() time.Time { return tt.now })
	return other
}

func (tt *timetable) instant() uptime.Instant { return uptime.At(tt.now) }

// add adds a report that is made every day at 07:00 in Chicago.
func (tt *timetable) add(change func(*scheduled.Report)) scheduled.Report {
	tt.t.Helper()
	r := scheduled.Report{
		Name: "Morning report", Times: recurring.Times{Every: recurring.Daily, At: 7 * 60 * 60, Zone: "America/Chicago"},
	}
	change(&r)
	if err := r.Clean(); err != nil {
		tt.t.Fatal(err)
	}
	if err := scheduled.Add(tt.t.Context(), tt.db, &r, tt.instant()); err != nil {
		tt.t.Fatal(err)
	}
	return r
}

// channel is a working channel of a person.
func (tt *timetable) channel(person string) string {
	tt.t.Helper()
	id := models.NewID()
	err := modelstest.Exec(tt.db, "INSERT INTO channels (id, person_id, kind, name, address, token, confirmed_at, created_at) VALUES (?, ?, 'email', 'Mail', ?, ?, 1, 1)", id, person, id+"@example.com", id)
	if err != nil {
		tt.t.Fatal(err)
	}
	return id
}

func (tt *timetable) person(role access.Role, within reach.Reach) access.Person {
	tt.t.Helper()
	p, err := access.NewAccounts(tt.db, access.Options{}).AddPerson(tt.t.Context(), access.NewPerson{Email: models.NewID() + "@example.com", Role: role, Reach: within})
	if err != nil {
		tt.t.Fatal(err)
	}
	return p
}

// look is one look of the schedule.
func (tt *timetable) look() {
	tt.t.Helper()
	if err := tt.RunScheduled(tt.t.Context()); err != nil {
		tt.t.Fatal(err)
	}
}

// make makes all reports that are queued.
func (tt *timetable) make() {
	tt.t.Helper()
	list, err := tt.db.Reports(tt.t.Context(), 0, 100)
	if err != nil {
		tt.t.Fatal(err)
	}
	for _, r := range list {
		if r.State != models.Queued {
			continue
		}
		a, err := tt.db.Claim(tt.t.Context(), models.ReportWork, r.ID)
		if err == nil {
			err = tt.worker().Report(tt.t.Context(), a, nil)
		}
		if err != nil {
			tt.t.Fatal(err)
		}
	}
}

func (tt *timetable) at(text string) {
	tt.t.Helper()
	var err error
	if tt.now, err = time.Parse(time.RFC3339, text); err != nil {
		tt.t.Fatal(err)
	}
}

func (tt *timetable) history(id string) []scheduled.PastRun {
	tt.t.Helper()
	list, err := scheduled.History(tt.t.Context(), tt.db, id, 100)
	if err != nil {
		tt.t.Fatal(err)
	}
	return list
}

func TestAScheduledReportIsMadeWhenItIsDueAndToldOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls, hours, zones)
		mail, other := tt.channel(""), tt.channel("")
		s := tt.add(func(r *scheduled.Report) {
			r.Channels, r.Files, r.Attach, r.Period = []string{mail}, []scheduled.File{scheduled.XLSX, scheduled.CSV}, true, scheduled.Yesterday
		})
		tt.at("2023-01-24T12:59:59Z")
		tt.look()
		if h := tt.history(s.ID); len(h) != 0 {
			t.Fatalf("made before it was due: %+v", h)
		}
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		tt.look()
		tt.make()
		tt.look()
		tt.look()
		h := tt.history(s.ID)
		if len(h) != 1 || h[0].DueAt != tt.instant() || h[0].Report.State != models.Complete || h[0].Report.Source != models.FromSchedule || len(h[0].Deliveries) != 1 {
			t.Fatalf("history is %+v", h)
		}
		wantRange := [2]string{"2023-01-23T06:00:00Z", "2023-01-24T06:00:00Z"}
		got := [2]string{h[0].Report.RangeFrom.Time().Format(time.RFC3339), h[0].Report.RangeTo.Time().Format(time.RFC3339)}
		if got != wantRange {
			t.Errorf("range is %v, want %v", got, wantRange)
		}
		d := h[0].Deliveries[0]
		if d.ChannelID != mail || d.ChannelID == other || d.Kind != deliveries.Report || d.Cause != h[0].ID {
			t.Errorf("delivery is %+v", d)
		}
		m := d.Message
		if m.Title != "Morning report is ready" || len(m.Attachments) != 2 || m.Attachments[1] != (deliveries.Attachment{Report: h[0].ReportID, Format: "xlsx", Name: "Morning report 2023-01-24.xlsx"}) {
			t.Errorf("message is %+v", m)
		}
		text := fmt.Sprint(m)
		for _, want := range []string{"1 of 2 stores was offline", "/reports/" + h[0].ReportID, "/scheduled-reports/" + s.ID, "every day at 07:00, America/Chicago", "Mon 23 Jan 2023, 00:00 CST to Tue 24 Jan 2023, 00:00 CST"} {
			if !strings.Contains(text, want) {
				t.Errorf("the message does not say %q: %s", want, text)
			}
		}
		var payload struct {
			Type string
			Data map[string]any
		}
		if err := json.Unmarshal(d.Payload, &payload); err != nil || payload.Type != "report.complete" || payload.Data["report_id"] != h[0].ReportID {
			t.Errorf("payload is %s, %v", d.Payload, err)
		}
		if n := query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'delivery'"); n != 1 {
			t.Errorf("%d jobs send it", n)
		}
	})
}

func TestARunThatWasMissedIsMadeUpForOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		s := tt.add(func(r *scheduled.Report) {})
		tt.at("2023-02-03T18:00:00Z") // ten days later
		tt.look()
		tt.look()
		h := tt.history(s.ID)
		if len(h) != 1 || h[0].DueAt.Time().Format(time.RFC3339) != "2023-02-03T13:00:00Z" || h[0].AskedAt != tt.instant() {
			t.Fatalf("history is %+v", h)
		}
		tt.at("2023-02-04T13:00:00Z")
		tt.look()
		if h := tt.history(s.ID); len(h) != 2 {
			t.Errorf("%d runs a day later", len(h))
		}
	})
}

func TestSeveralServersMakeOneReportAndTellOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls)
		mail := tt.channel("")
		s := tt.add(func(r *scheduled.Report) {
			r.Channels, r.Files, r.ToFolder = []string{mail}, []scheduled.File{scheduled.CSV}, true
		})
		servers := []*timetable{tt, tt.another(), tt.another()}
		together := func() {
			t.Helper()
			var g errgroup.Group
			for _, server := range servers {
				g.Go(func() error { return server.RunScheduled(t.Context()) })
			}
			if err := g.Wait(); err != nil {
				t.Fatal(err)
			}
		}
		tt.at("2023-01-24T13:00:01Z")
		together()
		tt.make()
		together()
		together()
		h := tt.history(s.ID)
		if len(h) != 1 || len(h[0].Deliveries) != 1 || query(t, db, "SELECT count(*) FROM reports") != 1 || query(t, db, "SELECT count(*) FROM river_job WHERE kind = 'delivery'") != 1 {
			t.Errorf("history is %+v", h)
		}
		if got := files(t, tt.folder); !slices.Equal(got, []string{"Morning report 2023-01-24.csv"}) {
			t.Errorf("files are %q", got)
		}
	})
}

func TestFilesGoIntoTheFolderAndReplaceNothing(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls, hours, zones)
		s := tt.add(func(r *scheduled.Report) {
			r.Name, r.ToFolder, r.Folder, r.Files = "West: /morning", true, "weekly/west", []scheduled.File{scheduled.CSV, scheduled.Details, scheduled.XLSX}
		})
		if err := os.MkdirAll(filepath.Join(tt.folder, "weekly", "west"), 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(tt.folder, "weekly", "west", "West- -morning 2023-01-24.csv"), "somebody else's")
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		tt.make()
		tt.look()
		want := []string{
			"weekly/west/West- -morning 2023-01-24 (2).csv", "weekly/west/West- -morning 2023-01-24 details.csv",
			"weekly/west/West- -morning 2023-01-24.csv", "weekly/west/West- -morning 2023-01-24.xlsx",
		}
		if got := files(t, tt.folder); !slices.Equal(got, want) {
			t.Fatalf("files are %q, want %q", got, want)
		}
		if got := read(t, filepath.Join(tt.folder, want[2])); got != "somebody else's" {
			t.Errorf("another's file was replaced by %q", got)
		}
		if got := read(t, filepath.Join(tt.folder, want[0])); got != report {
			t.Errorf("report:\n%swant:\n%s", got, report)
		}
		h := tt.history(s.ID)[0]
		if !slices.Equal(h.Filed, []string{want[0], want[1], want[3]}) || h.Why != "" {
			t.Errorf("the history says %q, %q", h.Filed, h.Why)
		}

		// One that died after it had written the files, and before it said so.
		execute(t, db, "UPDATE scheduled_runs SET filed_at = NULL, filed = '[]'")
		tt.look()
		if got := files(t, tt.folder); !slices.Equal(got, want) {
			t.Errorf("after another try files are %q", got)
		}
	})
}

func TestAFolderThatLeadsOutOfThePlaceIsNotWritten(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls)
		outside := t.TempDir()
		if err := os.Symlink(outside, filepath.Join(tt.folder, "out")); err != nil {
			t.Fatal(err)
		}
		mail := tt.channel("")
		s := tt.add(func(r *scheduled.Report) {
			r.ToFolder, r.Folder, r.Files, r.Channels = true, "out", []scheduled.File{scheduled.CSV}, []string{mail}
		})
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		tt.make()
		for range 12 { // until no more tries are made
			tt.look()
			tt.now = tt.now.Add(30 * time.Minute)
		}
		h := tt.history(s.ID)[0]
		if got := files(t, outside); len(got) != 0 || !h.FiledAt.Known || !strings.Contains(h.Why.String(), "Not all files could be saved in the folder") || strings.Contains(h.Why.String(), tt.folder) {
			t.Errorf("files outside are %q; the history says %q", got, h.Why)
		}
		if n := query(t, db, "SELECT count(*) FROM deliveries"); n != 2 {
			t.Errorf("%d deliveries, want one of the report and one of the folder", n)
		}
	})
}

func TestAReportThatFailedOrWasCancelledIsToldToo(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		mail := tt.channel("")
		failing := tt.add(func(r *scheduled.Report) { r.Channels = []string{mail} })
		cancelled := tt.add(func(r *scheduled.Report) { r.Channels = []string{mail} })
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		a, err := db.Claim(t.Context(), models.ReportWork, tt.history(failing.ID)[0].ReportID)
		if err == nil {
			err = db.Fail(t.Context(), a, words.Said("No paper."))
		}
		if err == nil {
			_, err = db.Cancel(t.Context(), models.ReportWork, tt.history(cancelled.ID)[0].ReportID)
		}
		if err != nil {
			t.Fatal(err)
		}
		tt.look()
		for id, want := range map[string]string{failing.ID: "Morning report failed [No paper.]", cancelled.ID: "Morning report was cancelled [Someone cancelled the report.]"} {
			h := tt.history(id)[0]
			if len(h.Deliveries) != 1 {
				t.Fatalf("history is %+v", h)
			}
			if m := h.Deliveries[0].Message; fmt.Sprint(m.Title, " ", m.Lines) != want || len(m.Attachments) > 0 {
				t.Errorf("told %q, %q, want %q", m.Title, m.Lines, want)
			}
		}
	})
}

func TestAReportIsMadeWithTheReachOfNow(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls, hours, zones)
		tt.person(access.Operator, reach.All())
		owner := tt.person(access.Owner, reach.Of(nil, []string{"one"}))
		mail := tt.channel(owner.ID)
		s := tt.add(func(r *scheduled.Report) {
			r.PersonID, r.Channels = owner.ID, []string{mail}
			r.ToFolder, r.Files = true, []scheduled.File{scheduled.CSV} // as an operator could, once
		})
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		tt.make()
		tt.look()
		h := tt.history(s.ID)[0]
		if got := tt.csv(h.ReportID); !strings.Contains(got, "\none,") || strings.Contains(got, "\ntwo,") {
			t.Errorf("the report of an owner is\n%s", got)
		}
		if len(h.Deliveries) != 1 || strings.Contains(fmt.Sprint(h.Deliveries[0].Message), "two") {
			t.Errorf("told %+v", h.Deliveries)
		}
		if got := files(t, tt.folder); len(got) != 0 || !strings.Contains(h.Why.String(), "operators") {
			t.Errorf("an owner has files %q, and is told %q", got, h.Why)
		}

		people := access.NewAccounts(db, access.Options{})
		change := func(role access.Role, within reach.Reach) {
			t.Helper()
			if _, err := people.ChangePerson(t.Context(), owner.ID, access.Change{Role: &role, Reach: &within}); err != nil {
				t.Fatal(err)
			}
		}
		day := func() scheduled.PastRun {
			t.Helper()
			tt.now = tt.now.Add(24 * time.Hour)
			tt.look()
			return tt.history(s.ID)[0]
		}
		day() // is asked for with the old reach
		change(access.Owner, reach.Of(nil, []string{"two"}))
		tt.make()
		tt.look()
		if h := tt.history(s.ID)[0]; len(h.Deliveries) != 0 || !strings.Contains(h.Why.String(), "you can no longer see the report") {
			t.Errorf("after the reach changed: %q, %+v", h.Why, h.Deliveries)
		}
		change(access.Viewer, reach.All())
		if h := day(); h.ReportID != "" || h.Why.String() != "No report: viewers cannot generate reports." {
			t.Errorf("a viewer: %+v", h)
		}
		change(access.Owner, reach.All())
		if _, err := people.DisablePerson(t.Context(), owner.ID); err != nil {
			t.Fatal(err)
		}
		if h := day(); h.ReportID != "" || h.Why.String() != "No report: the account is disabled." || len(h.Deliveries) != 0 {
			t.Errorf("a disabled account: %+v", h)
		}
		if n := query(t, db, "SELECT count(*) FROM scheduled_runs WHERE told_at IS NULL OR filed_at IS NULL"); n != 0 {
			t.Errorf("%d runs are never closed", n)
		}
	})
}

func TestAScheduleOfTheTimeWithoutAccountsEndsWithThem(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		s := tt.add(func(*scheduled.Report) {})
		tt.person(access.Operator, reach.All())
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		if h := tt.history(s.ID)[0]; h.ReportID != "" || !strings.Contains(h.Why.String(), "older than the accounts of this server") {
			t.Errorf("history is %+v", h)
		}
	})
}

func TestAGroupThatIsGoneMakesNoReport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls)
		s := tt.add(func(r *scheduled.Report) { r.Group = "West" })
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		if h := tt.history(s.ID)[0]; h.ReportID != "" || h.Why.String() != "No report: you can see no store in the group West." {
			t.Errorf("history is %+v", h)
		}
	})
}

func TestAReportByHandIsMadeOnceAndAPausedOneOnlySo(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		s := tt.add(func(*scheduled.Report) {})
		do := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		do(scheduled.Pause(t.Context(), db, "", s.ID, true, tt.instant()))
		tt.at("2023-01-25T13:00:00Z")
		tt.look()
		if h := tt.history(s.ID); len(h) != 0 {
			t.Fatalf("a paused one was made: %+v", h)
		}
		do(scheduled.AskRun(t.Context(), db, "", s.ID, tt.instant()))
		do(scheduled.AskRun(t.Context(), db, "", s.ID, tt.instant()+5))
		tt.look()
		tt.look()
		if h := tt.history(s.ID); len(h) != 1 || !h[0].ByHand || h[0].DueAt != tt.instant() {
			t.Fatalf("history is %+v", h)
		}
		do(scheduled.Pause(t.Context(), db, "", s.ID, false, tt.instant()))
		tt.look()
		if h := tt.history(s.ID); len(h) != 1 {
			t.Errorf("what came while it was paused was made up for: %+v", h)
		}
		tt.at("2023-01-26T13:00:00Z")
		tt.look()
		if h := tt.history(s.ID); len(h) != 2 {
			t.Errorf("%d runs after the pause", len(h))
		}
	})
}

func TestWhoeverChangesAScheduleThatIsDueStillGetsItsReport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		s := tt.add(func(*scheduled.Report) {})
		change := func(do func(*scheduled.Report)) {
			t.Helper()
			do(&s)
			if err := scheduled.Change(t.Context(), db, s, tt.instant()); err != nil {
				t.Fatal(err)
			}
			tt.look()
		}
		tt.at("2023-01-24T13:00:00Z")
		change(func(r *scheduled.Report) { r.Name = "Evening report" })
		if h := tt.history(s.ID); len(h) != 1 {
			t.Fatalf("with another name there are %d runs", len(h))
		}
		tt.at("2023-01-25T13:00:00Z")
		change(func(r *scheduled.Report) { r.Times.At += 60 })
		if h := tt.history(s.ID); len(h) != 1 {
			t.Errorf("with another time there are %d runs at once", len(h))
		}
		tt.at("2023-01-25T13:01:00Z")
		tt.look()
		if h := tt.history(s.ID); len(h) != 2 || h[0].DueAt != tt.instant() {
			t.Errorf("history is %+v", h)
		}
	})
}

func TestWhatWaitsForTheQueueStaysDue(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.settings.QueueLimit = 1
		full := tt.another()
		first, second := tt.add(func(*scheduled.Report) {}), tt.add(func(*scheduled.Report) {})
		tt.at("2023-01-24T13:00:00Z")
		full.look()
		if a, b := len(tt.history(first.ID)), len(tt.history(second.ID)); a+b != 1 {
			t.Fatalf("%d and %d runs with room for one report", a, b)
		}
		tt.make()
		full.look()
		if a, b := len(tt.history(first.ID)), len(tt.history(second.ID)); a != 1 || b != 1 {
			t.Errorf("%d and %d runs once there was room", a, b)
		}
	})
}

// A row that cannot be read is the matter of its person.
func TestOneBadScheduleCostsNobodyElseTheirs(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		mail := tt.channel("")
		bad := tt.add(func(*scheduled.Report) {})
		good := tt.add(func(r *scheduled.Report) { r.Channels = []string{mail} })
		spoil := func() { execute(t, db, "UPDATE scheduled_reports SET channels = '[' WHERE id = '"+bad.ID+"'") }
		look := func() {
			t.Helper()
			if err := tt.RunScheduled(t.Context()); err == nil || !strings.Contains(err.Error(), bad.ID) {
				t.Errorf("the bad one is not named: %v", err)
			}
		}
		spoil()
		tt.at("2023-01-24T13:00:00Z")
		look()
		if h := tt.history(good.ID); len(h) != 1 {
			t.Fatalf("%d runs of the good one", len(h))
		}
		execute(t, db, "UPDATE scheduled_reports SET channels = '[]' WHERE id = '"+bad.ID+"'")
		tt.look()
		tt.make()
		spoil()
		look()
		if h := tt.history(good.ID)[0]; len(h.Deliveries) != 1 {
			t.Errorf("nobody was told of the good one: %+v", h)
		}
	})
}

func TestRunsThatWaitForTheirFolderHoldUpNobody(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		waits := tt.add(func(*scheduled.Report) {})
		s := tt.add(func(*scheduled.Report) {})
		var later string
		err := db.Update(t.Context(), func(tx *models.Tx) error {
			for n, of := range []string{waits.ID, waits.ID, s.ID} {
				run := scheduled.Run{ID: models.NewID(), ScheduledID: of, ByHand: true, AskedAt: tt.instant() + uptime.Instant(n), Filed: []string{}}
				if later = run.ID; of == waits.ID {
					run.ToldAt = models.InstantAt(run.AskedAt)
				}
				if err := scheduled.AddRun(t.Context(), tx, &run); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if ids, err := scheduled.Open(t.Context(), db, 1); err != nil || !slices.Equal(ids, []string{later}) {
			t.Errorf("first comes %q, want %q; %v", ids, later, err)
		}
	})
}

func TestTheHistorySaysWhichReportsWereDeleted(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		s := tt.add(func(*scheduled.Report) {})
		tt.at("2023-01-24T13:00:00Z")
		tt.look()
		tt.make()
		execute(t, db, "DELETE FROM reports") // before anybody was told
		tt.look()
		if h := tt.history(s.ID)[0]; !h.Deleted || !h.ToldAt.Known || !strings.Contains(h.Why.String(), "deleted") {
			t.Errorf("history is %+v", h)
		}
	})
}

func TestWhoWaitsForAReportIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.load(polls, zones)
		operator := tt.person(access.Operator, reach.All())
		owner := tt.person(access.Owner, reach.Of(nil, []string{"one"}))
		tt.channel(operator.ID)
		tt.channel(operator.ID)
		tt.channel(owner.ID)
		id := tt.ask()
		for _, person := range []string{operator.ID, operator.ID, owner.ID, "gone"} {
			if err := scheduled.Await(t.Context(), db, id, person, tt.instant()); err != nil {
				t.Fatal(err)
			}
		}
		tt.look()
		if n := query(t, db, "SELECT count(*) FROM deliveries"); n != 0 {
			t.Fatalf("%d deliveries before it was ready", n)
		}
		tt.make()
		other := tt.another()
		var g errgroup.Group
		for _, server := range []*timetable{tt, other} {
			g.Go(func() error { return server.RunScheduled(t.Context()) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		tt.look()
		list, err := deliveries.ChannelsOf(t.Context(), db, owner.ID)
		if err != nil || len(list) != 1 {
			t.Fatal(err)
		}
		if own := query(t, db, "SELECT count(*) FROM deliveries WHERE kind = 'ready' AND channel_id = '"+list[0].ID+"'"); own != 0 {
			t.Error("an owner was told of a report of stores that they do not see")
		}
		if n := query(t, db, "SELECT count(*) FROM deliveries WHERE kind = 'ready'"); n != 2 {
			t.Errorf("%d deliveries, want one for each channel of the operator", n)
		}
		if n := query(t, db, "SELECT count(*) FROM awaited_reports WHERE told_at IS NULL"); n != 0 {
			t.Errorf("%d wait for ever", n)
		}
	})
}

func TestWhoWaitsForAReportThatIsNotRecordedYetWaitsOn(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		tt := newTimetable(t, db)
		tt.channel("")
		r := models.NewReport(models.FromPage, models.ReportScope{}, "")
		if err := scheduled.Await(t.Context(), db, r.ID, "", tt.instant()); err != nil {
			t.Fatal(err)
		}
		tt.look()
		if err := tt.AskReport(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		until(t, "it is recorded, if it was promised", func() bool { return len(tt.promised()) == 0 })
		tt.make()
		tt.look()
		if n := query(t, db, "SELECT count(*) FROM deliveries WHERE kind = 'ready'"); n != 1 {
			t.Errorf("%d deliveries of a report that was promised first", n)
		}
		if err := scheduled.Await(t.Context(), db, "never", "", tt.instant()); err != nil {
			t.Fatal(err)
		}
		tt.now = tt.now.Add(25 * time.Hour)
		tt.look()
		if n := query(t, db, "SELECT count(*) FROM awaited_reports WHERE told_at IS NULL"); n != 0 {
			t.Error("one that never was recorded is waited for for ever")
		}
	})
}
