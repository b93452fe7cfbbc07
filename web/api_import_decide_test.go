package web_test

import (
	"archive/zip"
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

type jsonPreviewOf struct {
	Import   string
	Outdated bool
	Preview  struct {
		Counts    struct{ Rows, New, Rejected int64 }
		Stores    int64
		HoursFrom *string `json:"hours_from"`
	}
}

// takenByAPI sends files as a script does, and returns the import.
func (s *site) takenByAPI(query string, list ...file) (id, state string) {
	s.t.Helper()
	a := s.call(http.MethodPost, "/api/v1/imports"+query, files(list...))
	if a.StatusCode != http.StatusAccepted {
		s.t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	i := decode[struct{ ID, State string }](s.t, a)
	return i.ID, i.State
}

func TestAnImportOfTheAPIIsPreviewedAndThenConfirmed(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		before := s.snapshot().Version
		id, state := s.takenByAPI("?preview=true", file{"bad.csv", badPolls}, file{"hours.csv", "store_id,day,start_time_local,end_time_local\na,0,09:00,17:00\n"})
		path := "/api/v1/imports/" + id
		got := decode[jsonPreviewOf](t, s.call(http.MethodGet, path+"/preview"))
		if state != "preview" || got.Import != id || got.Outdated || got.Preview.Counts.Rejected == 0 || got.Preview.Stores == 0 || s.snapshot().Version != before {
			t.Errorf("%s: %+v", state, got)
		}
		again := decode[jsonPreviewOf](t, s.call(http.MethodPost, path+"/preview", body("application/json", `{"hours_from":"2023-01-24"}`)))
		if again.Preview.HoursFrom == nil || *again.Preview.HoursFrom != "2023-01-24" || again.Preview.Counts != got.Preview.Counts {
			t.Errorf("with another choice: %+v", again)
		}
		refused(t, s.call(http.MethodPost, path+"/preview", body("application/json", `{"hours_from":"soon"}`)), http.StatusBadRequest, "hours_from")
		s.load(file{"zones.csv", goodZones})
		if !decode[jsonPreviewOf](t, s.call(http.MethodGet, path+"/preview")).Outdated {
			t.Error("the data changed, and the preview is not outdated")
		}
		refused(t, s.call(http.MethodPost, path+"/confirm"), http.StatusConflict, "anyway")
		confirmed := decode[struct{ State string }](t, s.call(http.MethodPost, path+"/confirm?anyway=true"))
		if confirmed.State != "queued" {
			t.Errorf("confirmed: %+v", confirmed)
		}
		if done := s.workOffImport(id); done.Counts.Rejected != got.Preview.Counts.Rejected || done.Counts.Kept != got.Preview.Counts.New {
			t.Errorf("done with %+v, previewed %+v", done.Counts, got.Preview.Counts)
		}
		for _, path := range []string{path + "/confirm", path + "/discard", path + "/preview"} {
			refused(t, s.call(http.MethodPost, path), http.StatusConflict, "confirmed or discarded")
		}
	})
}

func TestAPreviewOfTheAPIIsDiscarded(t *testing.T) {
	s := onSQLite(t)
	id, _ := s.takenByAPI("?preview=true", file{"zones.csv", goodZones})
	if got := decode[struct{ State string }](t, s.call(http.MethodPost, "/api/v1/imports/"+id+"/discard")); got.State != "cancelled" || len(s.staged()) > 0 {
		t.Errorf("%+v, %v", got, s.staged())
	}
	refused(t, s.call(http.MethodGet, "/api/v1/imports/"+id+"/preview"), http.StatusConflict, "confirmed or discarded")
}

func TestTheRejectsOfAllFilesAreOneArchive(t *testing.T) {
	s := onSQLite(t)
	done := s.load(file{"a.csv", badPolls}, file{"b.csv", badPolls}, file{"zones.csv", goodZones})
	a := s.call(http.MethodGet, "/api/v1/imports/"+done.ID+"/rejects")
	archive, err := zip.NewReader(strings.NewReader(a.body), int64(len(a.body)))
	if err != nil || len(archive.File) != 2 {
		t.Fatalf("%d: %v", a.StatusCode, err)
	}
	var content bytes.Buffer
	r, err := archive.File[0].Open()
	if err == nil {
		_, err = io.Copy(&content, r)
	}
	one := s.call(http.MethodGet, "/api/v1/imports/"+done.ID+"/files/1/rejects")
	if err != nil || !strings.HasSuffix(content.String(), strings.TrimPrefix(one.body, "\ufeff")) || one.body == "" {
		t.Errorf("%v: %q, alone %q", err, content.String(), one.body)
	}
	without := s.load(file{"more.csv", "store_id,timezone_str\nz,Asia/Tokyo\n"})
	if a := s.call(http.MethodGet, "/api/v1/imports/"+without.ID+"/rejects"); a.StatusCode != http.StatusNotFound {
		t.Errorf("without rejects: %d", a.StatusCode)
	}
}

func TestDemoDataComeAndGoByTheAPI(t *testing.T) {
	s := onSQLite(t)
	i := decode[struct{ ID, Source string }](t, s.call(http.MethodPost, "/api/v1/demo"))
	if i.Source != "demo" {
		t.Fatalf("%+v", i)
	}
	if a := s.call(http.MethodDelete, "/api/v1/demo"); a.StatusCode != http.StatusNoContent { // it was not even read
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if got := decode[struct{ State string }](t, s.call(http.MethodGet, "/api/v1/imports/"+i.ID)); got.State != "cancelled" {
		t.Errorf("%+v", got)
	}
	s.load(file{"zones.csv", goodZones})
	if a := s.call(http.MethodDelete, "/api/v1/demo"); a.StatusCode != http.StatusNoContent || len(s.snapshot().Stores) == 0 {
		t.Errorf("%d: %d stores", a.StatusCode, len(s.snapshot().Stores))
	}
	refused(t, s.call(http.MethodPost, "/api/v1/demo"), http.StatusConflict, "already stores")
}

func TestAReportOfTheAPIIsAskedForAgain(t *testing.T) {
	s := onSQLite(t).withChains()
	group := someGroups(s.snapshot())[1]
	made := decode[struct{ ID string }](t, s.call(http.MethodPost, "/api/v1/reports", body("application/json", `{"group":"`+group+`"}`)))
	if a := s.call(http.MethodPost, "/api/v1/reports/"+made.ID+"/cancel"); a.StatusCode != http.StatusOK {
		t.Fatal(a.body)
	}
	a := s.call(http.MethodPost, "/api/v1/reports/"+made.ID+"/retry")
	again := decode[struct{ ID, Group, State, Source string }](t, a)
	if a.StatusCode != http.StatusAccepted || again.ID == made.ID || again.Group != group || again.State != "queued" || again.Source != "api" || a.Header.Get("Location") != "/api/v1/reports/"+again.ID {
		t.Errorf("%d: %+v at %s", a.StatusCode, again, a.Header.Get("Location"))
	}
}

func TestALinkToAReportIsMadeAndRevokedByTheAPI(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		path := "/api/v1/reports/" + s.report().ID + "/links"
		type link struct {
			ID, URL   string
			ExpiresAt time.Time `json:"expires_at"`
			CreatedAt time.Time `json:"created_at"`
		}
		made := decode[link](t, s.call(http.MethodPost, path, body("application/json", `{"days":7}`)))
		if made.ExpiresAt.Sub(made.CreatedAt) != 7*24*time.Hour || !strings.Contains(made.URL, "/shared/") {
			t.Fatalf("%+v", made)
		}
		shared := made.URL[strings.Index(made.URL, "/shared/"):]
		s.open(shared)
		list := decode[struct{ Links []link }](t, s.call(http.MethodGet, path)).Links
		if len(list) != 1 || list[0].ID != made.ID || list[0].URL != "" {
			t.Errorf("%+v", list)
		}
		for range 2 {
			if a := s.call(http.MethodDelete, path+"/"+made.ID); a.StatusCode != http.StatusNoContent {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		}
		if status, _ := s.get(shared); status != http.StatusNotFound || len(decode[struct{ Links []link }](t, s.call(http.MethodGet, path)).Links) > 0 {
			t.Errorf("revoked, and answered with %d", status)
		}
		refused(t, s.call(http.MethodPost, path, body("application/json", `{"days":366}`)), http.StatusBadRequest, "days: expected 1 to 365")
	})
}

func TestTheSummaryOfAReportCountsEachStoreOnce(t *testing.T) {
	s := onSQLite(t).withChains()
	r := s.report()
	got := decode[struct {
		Stores       int
		Windows      jsonWindows
		Distribution []struct {
			ID     string
			Least  *float64 `json:"at_least"`
			Below  *float64
			Stores int
		}
	}](t, s.call(http.MethodGet, "/api/v1/reports/"+r.ID+"/summary"))
	snapshot := s.snapshot()
	sameFigures(t, "all", got.Windows.Week, sumOf(snapshot, members(snapshot, ""), 2))
	counted := 0
	for _, bin := range got.Distribution {
		want := 0
		for n := range snapshot.Stores {
			f := snapshot.Figures[n][2]
			ratio, seen := f.Availability()
			known := seen && f.Close*2 >= f.Judged()
			switch {
			case bin.ID == "no_data" && !seen, bin.ID == "thin" && seen && !known:
				want++
			case bin.Least != nil && known && ratio >= *bin.Least && (bin.Below == nil || ratio < *bin.Below):
				want++
			}
		}
		if bin.Stores != want {
			t.Errorf("%s: %d stores, want %d", bin.ID, bin.Stores, want)
		}
		counted += bin.Stores
	}
	if counted != got.Stores || counted != len(snapshot.Stores) || len(got.Distribution) != 9 {
		t.Errorf("%d of %d stores", counted, got.Stores)
	}
}
