package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/web"
)

// keeping is the site of a server that keeps things for some time only.
func (s *site) keeping(keep models.Keep) *site {
	server := web.New(s.db, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit, Keep: keep}, s.logger())
	s.server, s.handler = server, server.Handler()
	return s
}

func TestWhatIsGoneIsSaidToBeKeptForSoLong(t *testing.T) {
	const id = "/01a20937-0000-7000-8000-000000000001"
	s := onSQLite(t)
	for _, path := range []string{"/reports" + id, "/api/v1/reports" + id, "/get_report" + id, "/imports" + id, "/api/v1/imports" + id} {
		a := s.ask(http.MethodGet, path)
		if a.StatusCode != http.StatusNotFound || strings.Contains(a.body, "are kept for") {
			t.Errorf("%s where all is kept: %s\n%s", path, a.Status, a.body)
		}
	}
	s.keeping(models.Keep{Reports: 90, Imports: 1})
	for path, want := range map[string]string{
		"/reports" + id: "Reports are kept for 90 days.", "/api/v1/reports" + id: "Reports are kept for 90 days.",
		"/get_report" + id: "Reports are kept for 90 days.", "/reports" + id + "/report.csv": "Reports are kept for 90 days.",
		"/imports" + id: "Imports are kept for 1 day.", "/api/v1/imports" + id: "Imports are kept for 1 day.",
	} {
		if a := s.ask(http.MethodGet, path); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, want) {
			t.Errorf("%s: %s\n%s", path, a.Status, a.body)
		}
	}
}

func TestRejectsThatAreGoneAreNotAnEmptyFile(t *testing.T) {
	s := onSQLite(t).keeping(models.Keep{Rejects: 7})
	i := s.load(file{"timezones.csv", "store_id,timezone_str\na,Europe/Berlin\nb,Moon\n"})
	path := "/imports/" + i.ID + "/files/1/rejects.csv"
	if a := s.ask(http.MethodGet, path); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Moon") {
		t.Fatalf("%s\n%s", a.Status, a.body)
	}
	long := time.Now().AddDate(0, 0, -8).UnixMicro()
	if _, err := s.db.SQLite().ExecContext(t.Context(), "UPDATE imports SET created_at = ?, finished_at = ?", long, long); err != nil {
		t.Fatal(err)
	}
	if pruned, err := s.db.PruneRejects(t.Context(), 7); err != nil || pruned != 1 {
		t.Fatalf("%d went, %v", pruned, err)
	}
	a := s.ask(http.MethodGet, path)
	if a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "These rejects are gone") || !strings.Contains(a.body, "Rejects are kept for 7 days.") {
		t.Errorf("%s\n%s", a.Status, a.body)
	}
	if page := s.open("/imports/" + i.ID); !strings.Contains(text(page.Find("main")), "Moon") {
		t.Error("the import does not say any more what was wrong")
	}
}

// age makes an import or a report one that ended so many days ago.
func (s *site) age(kind models.WorkKind, id string, days int) {
	s.t.Helper()
	long := time.Now().AddDate(0, 0, -days).UnixMicro()
	statement := fmt.Sprintf("UPDATE %s SET created_at = %d, finished_at = %d WHERE id = '%s'", kind, long, long, id)
	var err error
	if pool := s.db.Postgres(); pool != nil {
		_, err = pool.Exec(s.t.Context(), statement)
	} else {
		_, err = s.db.SQLite().ExecContext(s.t.Context(), statement)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// prune deletes what ended more than 30 days ago, as retention does.
func (s *site) prune(kind models.WorkKind, want int64) {
	s.t.Helper()
	prune := s.db.PruneImports
	if kind == models.ReportWork {
		prune = s.db.PruneReports
	}
	if pruned, err := prune(s.t.Context(), 30); err != nil || pruned != want {
		s.t.Fatalf("retention deleted %d %s, want %d, %v", pruned, kind, want, err)
	}
}

func TestAReportThatRetentionDeletedIsNowhereAnyMore(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		old, other := s.report(), s.report()
		s.age(models.ReportWork, old.ID, 40)
		page, api := "/reports/"+old.ID, "/api/v1/reports/"+old.ID
		paths := []string{
			page, page + "?q=1", page + "?sort=down_week&order=desc&page=2", page + "?bin=0", page + "/row",
			page + "/report.csv", page + "/details.csv", api, api + "/rows", api + "/details", "/get_report/" + old.ID,
		}
		check := func(want int) {
			t.Helper()
			for _, path := range paths {
				for range 2 { // made, and kept
					for name, as := range map[string]func(*http.Request){"browser": header("X", ""), "htmx": asHTMX} {
						if a := s.ask(http.MethodGet, path, as); a.StatusCode != want {
							t.Errorf("%s to a %s: %s, want %d", path, name, a.Status, want)
						}
					}
				}
			}
		}
		check(http.StatusOK)
		s.prune(models.ReportWork, 1)
		check(http.StatusNotFound)
		for _, list := range []string{"/", "/reports"} {
			found := s.open(list)
			if found.Find(`[href*="`+old.ID+`"]`).Length() > 0 || found.Find(`[href*="`+other.ID+`"]`).Length() == 0 {
				t.Errorf("%s links to what is gone, or not to what is there", list)
			}
		}
	})
}

// pagesOfFigures are the pages that are kept while the data stay the same.
func (s *site) pagesOfFigures() []string {
	code := s.snapshot().Stores[0].Code
	return []string{
		"/stores", "/stores?sort=zone&page=2", "/stores?state=offline", "/groups",
		snapshotURL(code), snapshotURL(code) + "?day=2023-01-24&page=2",
	}
}

func TestPagesAreKeptAsTheirRoutesSay(t *testing.T) {
	s := onSQLite(t).withChains()
	r, i := s.report(), s.load(file{"zones.csv", goodZones})
	keeps := func(target string) bool {
		t.Helper()
		s.open(target)
		kept, err := s.server.KeepsFigures(t.Context(), target)
		if err != nil {
			t.Fatal(err)
		}
		return kept
	}
	for _, target := range s.pagesOfFigures() {
		if !keeps(target) {
			t.Errorf("%s is made anew whenever anything is written", target)
		}
	}
	for _, target := range []string{
		"/", "/reports", "/reports/" + r.ID, "/imports", "/imports/" + i.ID,
		"/quality", "/quality/conflicts", "/quality/%63onflicts", "/quality/no_hours",
	} {
		if keeps(target) {
			t.Errorf("%s shows rows that can be deleted, and is kept while the data stay the same", target)
		}
	}
}

// What a page of figures shows must not depend on rows that are deleted or
// changed while the data stay the same.
func TestPagesOfFiguresShowNothingThatRetentionDeletes(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		s.load(oddFiles()...)
		made := s.report()
		s.claim(s.askReport())
		version := s.snapshot().Version
		before := map[string]string{}
		for _, target := range s.pagesOfFigures() {
			before[target] = s.ask(http.MethodGet, target).body
		}
		imports, err := s.db.Imports(t.Context(), 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range imports {
			s.age(models.ImportWork, i.ID, 40)
		}
		s.age(models.ReportWork, made.ID, 40)
		s.prune(models.ImportWork, int64(len(imports)))
		s.prune(models.ReportWork, 1)
		if s.snapshot().Version != version {
			t.Fatal("retention changed the data, so nothing is tested")
		}
		anew := web.New(s.db, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit, Version: "v1.2.3", Currency: "$"}, s.logger())
		anew.SetClock(func() time.Time { return now })
		s.server, s.handler = anew, anew.Handler()
		for target, was := range before {
			if is := s.ask(http.MethodGet, target).body; is != was {
				t.Errorf("%s is another page now", target)
			}
		}
	})
}
