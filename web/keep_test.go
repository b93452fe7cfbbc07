package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/web"
)

// keeping is the site of a server that keeps things for some time only.
func (s *site) keeping(keep models.Keep) *site {
	server := web.New(s.db, s.figures, s.jobs, s.jobs, web.Settings{UploadLimit: uploadLimit, Keep: keep}, s.logger())
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
