package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models"
	"lightson/models/words"
	"lightson/web"
)

// keeping is the site of a server that keeps things for some time only.
func (s *site) keeping(keep models.Keep) *site {
	server := web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit, Keep: keep}, s.logger())
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
		anew := web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit, Version: "v1.2.3", Currency: "$"}, s.logger())
		anew.SetClock(func() time.Time { return now })
		anew.WaitForStrips(time.Minute)
		s.server, s.handler = anew, anew.Handler()
		for target, was := range before {
			if is := s.ask(http.MethodGet, target).body; is != was {
				t.Errorf("%s is another page now", target)
			}
		}
	})
}

// upload imports files as a visitor does.
func (s *site) upload(list ...file) models.Import {
	s.t.Helper()
	a := s.ask(http.MethodPost, "/imports", files(list...))
	if a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("status %d: %s", a.StatusCode, a.body)
	}
	return s.workOffImport(strings.TrimPrefix(a.Header.Get("Location"), "/imports/"))
}

// fetchedBy says that a source took something in with an import.
func (s *site) fetchedBy(id string) {
	s.t.Helper()
	source := models.RemoteSource{ID: "1", Number: 1, URL: "https://example.com/zones.csv"}
	err := s.db.SetSources(s.t.Context(), []models.RemoteSource{source})
	if err == nil {
		source.State, source.Outcome, source.ImportID = models.SourceTakenIn, "Taken in: 1 kB.", id
		err = s.db.SaveSource(s.t.Context(), source)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func TestAnImportShowsItselfThoughTheOneWithTheSameBytesIsGone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.keeping(models.Keep{Imports: 30})
		zones := file{"zones.csv", goodZones}
		first := s.upload(zones)
		again, preview := s.upload(zones), s.preview(zones)
		if again.SameAs != first.ID {
			t.Fatalf("the same as %q", again.SameAs)
		}
		link, short := `a[href="/imports/`+first.ID+`"]`, first.ShortID()
		for _, id := range []string{again.ID, preview} {
			if note := s.open("/imports/" + id).Find(".callout.note"); !strings.HasPrefix(text(note), "Already imported on ") || text(note.Find(link)) != "(import "+short+")" {
				t.Errorf("before: %q", text(note))
			}
		}
		s.age(models.ImportWork, first.ID, 40)
		s.prune(models.ImportWork, 1)
		const gone = "The files are identical, so nothing changes. Its record is gone. Imports are kept for 30 days."
		for id, want := range map[string]string{
			again.ID: "Already imported (import " + short + ")" + gone,
			preview:  "Already imported on " + first.FinishedAt.Time().Format("2 Jan 2006, 15:04 UTC") + " (import " + short + ")" + gone,
		} {
			for name, as := range map[string]func(*http.Request){"page": header("X", ""), "part": asHTMX} {
				status, page := s.get("/imports/"+id, as)
				if note := text(page.Find(".callout.note").First()); status != http.StatusOK || note != want || page.Find(link).Length() > 0 {
					t.Errorf("%s: %d, %q, want %q", name, status, note, want)
				}
			}
		}
		if got := decode[struct {
			ID     string
			SameAs string `json:"same_as"`
		}](t, s.call(http.MethodGet, "/api/v1/imports/"+again.ID)); got.ID != again.ID || got.SameAs != first.ID {
			t.Errorf("the API says %+v", got)
		}
		if a := s.ask(http.MethodPost, "/imports/"+again.ID+"/undo", form()); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "nothing to undo") {
			t.Errorf("undo: %d %s", a.StatusCode, a.body)
		}
	})
}

func TestASourceLinksToItsImportWhileThatIsKept(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(file{"zones.csv", goodZones})
		s.fetchedBy(i.ID)
		cell := func() *goquery.Selection { return s.open("/imports").Find(".sources [data-label=Import]") }
		if c := cell(); text(c) != i.ShortID() || c.Find("a").AttrOr("href", "") != "/imports/"+i.ID {
			t.Errorf("while it is kept: %q", text(c))
		}
		s.age(models.ImportWork, i.ID, 40)
		s.prune(models.ImportWork, 1)
		if c := cell(); text(c) != i.ShortID() || c.Find("a").Length() > 0 {
			t.Errorf("once it is gone: %q, %d links", text(c), c.Find("a").Length())
		}
	})
}

// After retention, whatever any page links to is there.
func TestNoPageLinksToWhatRetentionDeleted(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		late := now.Add(5 * time.Hour) // so that pages say why there is nothing newer
		s.server.SetClock(func() time.Time { return late })
		s.load(oddFiles()...)
		zones := file{"zones.csv", goodZones}
		first := s.upload(zones)
		again, preview := s.upload(zones), s.preview(zones)
		s.fetchedBy(first.ID)
		conflicts := s.load(oddFiles()[0], file{"more.csv", "store_id,status,timestamp_utc\nfine,inactive,2023-01-25 18:00:00 UTC\n"})
		oldReport, report, retried := s.report(), s.report(), s.askReport()
		if err := s.db.Fail(t.Context(), s.claim(retried), words.Said("The disk is full.")); err != nil {
			t.Fatal(err)
		}
		failed := models.NewImport(models.FromInbox)
		a, err := s.db.BeginImport(t.Context(), failed)
		if err == nil {
			err = s.db.Fail(t.Context(), a, words.Said("polls.csv is gone."))
		}
		if err != nil {
			t.Fatal(err)
		}
		pages := []string{
			"/", "/stores", "/stores/fine", "/groups", "/reports", "/reports/" + report.ID, "/reports/" + retried,
			"/imports", "/imports/" + again.ID, "/imports/" + preview, "/quality", "/quality/conflicts", "/quality/silent", "/trigger_report",
		}
		visit := func() (links map[string]string) {
			links = map[string]string{}
			for _, path := range pages {
				_, page := s.get(path)
				page.Find("a[href^='/']").Each(func(_ int, e *goquery.Selection) { links[e.AttrOr("href", "")] = path })
			}
			return links
		}
		before := visit()
		for _, i := range []string{first.ID, conflicts.ID, failed.ID} {
			if before["/imports/"+i] == "" && before["/imports/"+i+"#conflicts-heading"] == "" {
				t.Errorf("no page links to import %s, so nothing is tested", i)
			}
			s.age(models.ImportWork, i, 40)
		}
		s.age(models.ReportWork, oldReport.ID, 40)
		s.prune(models.ImportWork, 3)
		s.prune(models.ReportWork, 1)
		for href, on := range visit() {
			if a := s.ask(http.MethodGet, href); a.StatusCode != http.StatusOK {
				t.Errorf("%s links to %s: %s", on, href, a.Status)
			}
		}
		if a := s.ask(http.MethodPost, "/reports/"+retried+"/retry", form()); a.StatusCode != http.StatusSeeOther || s.open(a.Header.Get("Location")) == nil {
			t.Errorf("retry: %s", a.Status)
		}
	})
}
