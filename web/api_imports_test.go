package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models"
)

type jsonImport struct {
	ID, State, Source string
	Error             *string
	Progress          struct{ Done, Total int64 }
	Counts            *struct {
		Rows, New, Duplicate, Conflicting, Rejected int64
		NewStores                                   int64 `json:"new_stores"`
	}
	Conflicts []struct {
		Store string
		At    time.Time
	}
	Files []struct {
		Number         int
		Name           string
		Size           int64
		Kind           *string
		Rows, Rejected int64
		Columns        []string
		Ignored        []string `json:"ignored_columns"`
		Causes         []models.Cause
		RejectsURL     *string `json:"rejects_url"`
	}
}

type jsonImports struct {
	Imports    []jsonImport
	NextCursor *string `json:"next_cursor"`
}

func TestAPIImportFromItsFilesToItsRejects(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		polls := "store_id,status,timestamp_utc,note\n" +
			"a,active,2023-01-25 10:00:00 UTC,\na,inactive,2023-01-25 10:00:00 UTC,\na,active,2023-01-25 11:00:00 UTC,\n" +
			"a,active,2023-01-25 11:00:00 UTC,\nb,asleep,2023-01-25 11:00:00 UTC,=1\n"
		zones := "store_id,timezone_str\na,Europe/Berlin\n"
		a := s.call(http.MethodPost, "/api/v1/imports", files(file{"polls.csv", polls}, file{"zones.csv", zones}))
		asked := decode[jsonImport](t, a)
		at := a.Header.Get("Location")
		if a.StatusCode != http.StatusAccepted || at != "/api/v1/imports/"+asked.ID || asked.State != "queued" || asked.Source != "api" ||
			asked.Counts != nil || len(asked.Files) != 2 || asked.Files[0].Kind != nil || asked.Files[1].Name != "zones.csv" {
			t.Fatalf("%d %s %+v", a.StatusCode, at, asked)
		}
		if a := s.call(http.MethodGet, at); a.Header.Get("Retry-After") != "1" {
			t.Error("no Retry-After while it is queued")
		}
		done := waitForImport(t, s, at)
		if done.State != "complete" || done.Counts == nil || done.Progress.Done != int64(len(polls)+len(zones)) {
			t.Fatalf("%+v", done)
		}
		if c := *done.Counts; c.Rows != 6 || c.New+c.Duplicate+c.Conflicting+c.Rejected != 6 || c.Duplicate != 1 || c.Conflicting != 1 || c.Rejected != 1 || c.NewStores != 1 {
			t.Errorf("counts %+v", c)
		}
		if len(done.Conflicts) != 1 || done.Conflicts[0].Store != "a" || done.Conflicts[0].At.Hour() != 10 {
			t.Errorf("conflicts %+v", done.Conflicts)
		}
		first, second := done.Files[0], done.Files[1]
		if *first.Kind != "polls" || first.Rows != 5 || first.Rejected != 1 || first.Size != int64(len(polls)) || !slices.Equal(first.Ignored, []string{"note"}) ||
			len(first.Causes) != 1 || first.Causes[0].Column != "status" || *second.Kind != "time zones" || second.RejectsURL != nil {
			t.Errorf("files %+v", done.Files)
		}
		rejects := s.call(http.MethodGet, *first.RejectsURL)
		if !strings.HasPrefix(rejects.body, "store_id,status,timestamp_utc,note,line,column,reason\nb,asleep,2023-01-25 11:00:00 UTC,'=1,6,status,") {
			t.Errorf("rejects: %s", rejects.body)
		}
		for _, number := range []string{"2", "3", "0"} {
			if a := s.call(http.MethodGet, at+"/files/"+number+"/rejects"); a.StatusCode != http.StatusNotFound {
				t.Errorf("rejects of file %s: status %d", number, a.StatusCode)
			}
		}
	})
}

// waitForImport lets the queue work and asks until the import is final, as a
// script does.
func waitForImport(t *testing.T, s *site, at string) jsonImport {
	t.Helper()
	if err := s.jobs.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.jobs.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		i := decode[jsonImport](t, s.call(http.MethodGet, at))
		if i.State == "complete" || i.State == "failed" {
			return i
		}
	}
	t.Fatal("the import does not end")
	return jsonImport{}
}

func TestAPIImportsRefuse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		send := func(changes ...func(*http.Request)) answer {
			return s.call(http.MethodPost, "/api/v1/imports", changes...)
		}
		good := file{"zones.csv", "store_id,timezone_str\na,Europe/Berlin\n"}
		refused(t, send(files(good, file{"photo.csv", "\x89PNG\r\n\x1a\n"})), 422, "photo.csv")
		refused(t, send(files()), 422, "Choose one or several CSV files.")
		refused(t, send(body("text/csv", good.text)), 400, "multipart/form-data")
		refused(t, send(body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"z.csv\"\r\n\r\nstore_id,timez")), 400, "connection was lost")
		refused(t, send(files(file{"large.csv", strings.Repeat("x", uploadLimit+1)})), 413, "At most")
		for _, id := range []string{"1", "%00", "%FF", "00000000-0000-0000-0000-000000000000"} {
			refused(t, s.call(http.MethodGet, "/api/v1/imports/"+id), 404, "No import has the id")
			refused(t, s.call(http.MethodGet, "/api/v1/imports/"+id+"/files/1/rejects"), 404, "No import has the id")
		}
		if list := decode[jsonImports](t, s.call(http.MethodGet, "/api/v1/imports")); len(list.Imports) != 0 {
			t.Errorf("%d imports stayed behind", len(list.Imports))
		}
		if s.log.Len() > 0 {
			t.Errorf("logged as our own mistake: %s", s.log)
		}
	})
}

func TestAPIImportsComeInPieces(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		var want []string
		for range 5 {
			want = append(want, s.load(file{"zones.csv", "store_id,timezone_str\na,Europe/Berlin\n"}).ID)
		}
		slices.Reverse(want)
		var got []string
		for target := "/api/v1/imports?limit=2"; target != ""; {
			list := decode[jsonImports](t, s.call(http.MethodGet, target))
			for _, i := range list.Imports {
				got = append(got, i.ID)
				if len(i.Files) != 1 {
					t.Errorf("%d files", len(i.Files))
				}
			}
			target = ""
			if list.NextCursor != nil {
				target = "/api/v1/imports?limit=2&cursor=" + *list.NextCursor
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("imports %v, want %v", got, want)
		}
	})
}
