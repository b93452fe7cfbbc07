package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
)

// filesWith is files with a field behind them, as a browser sends the button that
// was pressed.
func filesWith(field string, list ...file) func(*http.Request) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	for _, f := range list {
		part, err := form.CreateFormFile("files", f.name)
		if err != nil {
			panic(err) // a buffer takes everything
		}
		_, _ = io.WriteString(part, f.text)
	}
	_ = form.WriteField(field, "1")
	_ = form.Close()
	return body(form.FormDataContentType(), b.String())
}

// preview sends files to be previewed and returns the id of their import.
func (s *site) preview(list ...file) string {
	s.t.Helper()
	a := s.ask(http.MethodPost, "/imports", filesWith("preview", list...))
	if a.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("status %d: %s", a.StatusCode, a.body)
	}
	return strings.TrimPrefix(a.Header.Get("Location"), "/imports/")
}

// staged lists the imports that have files waiting.
func (s *site) staged() []string {
	s.t.Helper()
	names, err := filepath.Glob(filepath.Join(s.dir, "imports", "*"))
	if err != nil {
		s.t.Fatal(err)
	}
	return names
}

func TestAPreviewIsTheImportBeforeItIsDone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"zones.csv", goodZones})
		before := s.snapshot().Version
		id := s.preview(file{"bad.csv", badPolls}, file{"zones.csv", "store_id,timezone_str\na,UTC\n"})
		page := s.open("/imports/" + id)
		if got := text(page.Find(".badge-word")); got != "Preview" {
			t.Errorf("it is %s", got)
		}
		if s.snapshot().Version != before {
			t.Error("a preview changed the data")
		}
		if _, polls := page.Find("#import").Attr("data-poll"); polls {
			t.Error("the page asks again and again though nobody works")
		}
		if got := texts(page.Find("#changes-heading + p + table tbody tr:first-child > *")); !cmp.Equal(got, []string{"a", "Time zones", "Europe/Berlin", "UTC"}) {
			t.Errorf("the change is shown as %q", got)
		}
		if got := texts(page.Find(".first-rows").First().Find("tr:nth-child(3) td")); !cmp.Equal(got, []string{"a", "asleep", "2023-01-25 11:00:00 UTC", "=danger"}) {
			t.Errorf("the second row is shown as %q", got)
		}
		a := s.ask(http.MethodPost, page.Find("form[action$=confirm]").AttrOr("action", ""))
		if a.StatusCode != http.StatusSeeOther || text(s.open("/imports/"+id).Find(".badge-word")) != "Queued" {
			t.Fatalf("confirmed: status %d", a.StatusCode)
		}
		i := s.workOffImport(id)
		wantCounts(t, page, i) // what the preview said
		if i.State != models.Complete || i.By != "192.0.2.1" {
			t.Errorf("%s, by %q", i.State, i.By)
		}
		if again := s.ask(http.MethodPost, "/imports/"+id+"/confirm", form("anyway", "1")); again.StatusCode != http.StatusConflict {
			t.Errorf("confirmed again: status %d", again.StatusCode)
		}
	})
}

func TestAPreviewThatIsDiscardedLeavesNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id := s.preview(file{"zones.csv", goodZones})
		if len(s.staged()) != 1 {
			t.Fatal("its files are not there")
		}
		if a := s.ask(http.MethodPost, "/imports/"+id+"/discard"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/imports" {
			t.Errorf("discard: %d", a.StatusCode)
		}
		if left := s.staged(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		if got := text(s.open("/imports/" + id).Find(".badge-word")); got != "Cancelled" {
			t.Errorf("it is %s", got)
		}
		for _, action := range []string{"confirm", "discard", "preview"} {
			if a := s.ask(http.MethodPost, "/imports/"+id+"/"+action, form("anyway", "1")); a.StatusCode != http.StatusConflict {
				t.Errorf("%s of what was discarded: status %d", action, a.StatusCode)
			}
		}
	})
}

func TestAPreviewSaysWhenTheDataMoved(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id := s.preview(file{"zones.csv", goodZones})
		s.load(file{"others.csv", "store_id,timezone_str\na,UTC\n"})
		page := s.open("/imports/" + id)
		if !strings.Contains(text(page.Find(".callout")), "changed since this preview") {
			t.Error("the page says nothing")
		}
		// A page from before does not confirm what it did not show.
		if s.ask(http.MethodPost, "/imports/"+id+"/confirm"); text(s.open("/imports/"+id).Find(".badge-word")) != "Preview" {
			t.Error("an outdated preview was confirmed")
		}
		s.ask(http.MethodPost, page.Find("form[action$=preview]").AttrOr("action", ""))
		page = s.open("/imports/" + id)
		if page.Find(".callout").Length() > 0 || text(page.Find("#changes-heading")) != "1 change" {
			t.Errorf("previewed again: %s", text(page.Find("#import")))
		}
		s.load(file{"others.csv", "store_id,timezone_str\nb,UTC\n"})
		if a := s.ask(http.MethodPost, "/imports/"+id+"/confirm", form("anyway", "1")); a.StatusCode != http.StatusSeeOther {
			t.Errorf("anyway: status %d", a.StatusCode)
		}
		if i := s.workOffImport(id); i.State != models.Complete {
			t.Errorf("it is %s", i.State)
		}
	})
}

func TestAPreviewWhoseFilesAreElsewhereSaysSo(t *testing.T) {
	s := onSQLite(t)
	id := s.preview(file{"zones.csv", goodZones})
	if err := os.RemoveAll(filepath.Join(s.dir, "imports", id)); err != nil {
		t.Fatal(err)
	}
	a := s.ask(http.MethodPost, "/imports/"+id+"/preview")
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "The files are on another server") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

func TestTheSameBytesAreRecognised(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		first := s.load(file{"zones.csv", goodZones})
		page := s.open("/imports/" + s.preview(file{"again.csv", goodZones}))
		if got := text(page.Find(".callout")); !strings.HasPrefix(got, "Already imported on ") || !strings.Contains(got, "(import "+first.ShortID()+")") {
			t.Errorf("the preview says %q", got)
		}
		at := s.ask(http.MethodPost, "/imports", files(file{"again.csv", goodZones})).Header.Get("Location")
		again := s.workOffImport(strings.TrimPrefix(at, "/imports/"))
		if again.SameAs != first.ID || again.Duplicate != 2 || again.Rows != 2 || again.Files[0].Kind != "time zones" {
			t.Errorf("%+v", again)
		}
		if got := text(s.open(at).Find(".callout")); !strings.Contains(got, "(import "+first.ShortID()+")") {
			t.Errorf("the page says %q", got)
		}
		forced := s.ask(http.MethodPost, "/imports", filesWith("force", file{"again.csv", goodZones})).Header.Get("Location")
		if i := s.workOffImport(strings.TrimPrefix(forced, "/imports/")); i.SameAs != "" || i.Duplicate != 2 || i.Kept != 0 {
			t.Errorf("forced: %+v", i)
		}
	})
}

type jsonPreview struct {
	Counts struct{ Rows, New, Duplicate, Conflicting, Rejected int64 }
	SameAs *string `json:"same_as"`
	Files  []struct {
		Name, SHA256, Encoding, Delimiter string
		Rejected                          int64
		FirstRows                         [][]string `json:"first_rows"`
	}
}

func TestAPIDryRunLeavesNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a := s.call(http.MethodPost, "/api/v1/imports?dry_run=true", files(file{"bad.csv", badPolls}))
		p := decode[jsonPreview](t, a)
		if a.StatusCode != http.StatusOK || p.Counts.Rows != 7 || p.Counts.Rejected != 4 || p.Counts.Conflicting != 1 ||
			p.Files[0].Encoding != "UTF-8" || p.Files[0].Delimiter != "comma" || len(p.Files[0].FirstRows) != 5 || len(p.Files[0].SHA256) != 64 {
			t.Errorf("%d %+v", a.StatusCode, p)
		}
		if left := s.staged(); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
		wantWork(t, s, nil, models.Queued, 0)
		if a := s.call(http.MethodPost, "/api/v1/imports?dry_run=true", files(file{"x.csv", "x\n"})); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("what is no feed: %d", a.StatusCode)
		}
		if a := s.call(http.MethodPost, "/api/v1/imports?force=perhaps", files(file{"z.csv", goodZones})); a.StatusCode != http.StatusBadRequest {
			t.Errorf("force=perhaps: %d", a.StatusCode)
		}
	})
}
