package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lightson/models/uptime"
)

type jsonFeedRows struct {
	Total int
	Next  *string           `json:"next_cursor"`
	Hours []json.RawMessage `json:"hours"`
	Zones []json.RawMessage `json:"zones"`
	Names []json.RawMessage `json:"names"`
}

// sendRows sends rows as JSON and does their import.
func (s *site) sendRows(path, text string) (id string) {
	s.t.Helper()
	a := s.call(http.MethodPost, path, body("application/json", text))
	if a.StatusCode != http.StatusAccepted {
		s.t.Fatalf("%s: %d %s", path, a.StatusCode, a.body)
	}
	id = decode[struct{ ID string }](s.t, a).ID
	s.workOffImport(id)
	return id
}

// allRows are the rows of a list, piece by piece.
func (s *site) allRows(path string) string {
	s.t.Helper()
	var rows []json.RawMessage
	for next := ""; ; {
		piece := decode[jsonFeedRows](s.t, s.call(http.MethodGet, path+"?limit=3"+next))
		rows = append(rows, append(append(piece.Hours, piece.Zones...), piece.Names...)...)
		if piece.Next == nil {
			if len(rows) != piece.Total {
				s.t.Errorf("%s: %d rows, total %d", path, len(rows), piece.Total)
			}
			text, _ := json.Marshal(rows)
			return string(text)
		}
		next = "&cursor=" + *piece.Next
	}
}

func TestRowsThatAreListedCanBeSentBack(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(
			file{"zones.csv", "store_id,timezone_str\na,Europe/Berlin\nb,UTC\nc,Asia/Tokyo\nd,UTC\n"},
			file{"hours.csv", "store_id,day,start_time_local,end_time_local,valid_from\na,0,09:00,17:00,\na,1,22:00,02:00,\na,0,10:00,17:00,2023-01-24\nb,3,,,\n"},
			file{"names.csv", "store_id,name,group,city\na,One,Chain,\nb,\"Two, too\",,Bonn\n"},
		)
		before := map[string]string{}
		for _, path := range []string{"/api/v1/hours", "/api/v1/zones", "/api/v1/names"} {
			before[path] = s.allRows(path)
		}
		if hours := before["/api/v1/hours"]; strings.Count(hours, "store_id") < 4 || !strings.Contains(hours, `"valid_from":"2023-01-24"`) || !strings.Contains(hours, `"start_time_local":null`) {
			t.Errorf("hours: %s", hours)
		}
		other := onSQLite(t)
		for _, path := range []string{"/api/v1/zones", "/api/v1/names", "/api/v1/hours"} {
			other.sendRows(path, before[path])
			if after := other.allRows(path); after != before[path] {
				t.Errorf("%s: %s came back as %s", path, before[path], after)
			}
		}
	})
}

func TestBadRowsAreRejectedWithTheirLineAndTheRestIsImported(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"zones.csv", "store_id,timezone_str\na,Europe/Berlin\n"})
		id := s.sendRows("/api/v1/hours?hours_from=always", `{"hours":[
			{"store_id":"a","day":0,"start_time_local":"09:00","end_time_local":"17:00"},
			{"store_id":"a","day":9,"start_time_local":"09:00","end_time_local":"17:00"},
			{"store_id":"a","day":"1","start_time_local":"noon","end_time_local":"17:00"}]}`)
		a := s.call(http.MethodGet, "/api/v1/imports/"+id)
		i := decode[struct {
			Counts  struct{ Rows, Rejected int64 }
			CanUndo bool `json:"can_undo"`
			Files   []struct{ Name, Kind string }
		}](t, a)
		if i.Counts.Rows != 3 || i.Counts.Rejected != 2 || !i.CanUndo || i.Files[0].Name != "hours.json" || i.Files[0].Kind != "business hours" ||
			!strings.Contains(a.body, "Line 3, day: expected") || !strings.Contains(a.body, "Line 4, start_time_local: expected") {
			t.Errorf("%s", a.body)
		}
		if got := s.snapshot().Hours(0); len(got) != 1 || got[0] != (uptime.Hours{Day: 0, Start: 9 * 3600, End: 17 * 3600}) {
			t.Errorf("hours %v", got)
		}
		if undone := s.call(http.MethodPost, "/api/v1/imports/"+id+"/undo"); undone.StatusCode != http.StatusOK || len(s.snapshot().Hours(0)) > 0 {
			t.Errorf("%d %s", undone.StatusCode, undone.body)
		}
	})
}

func TestRowsWithoutAFieldSayNothingOfIt(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"names.csv", "store_id,name,group,city\na,One,Chain,Bonn\n"})
	s.sendRows("/api/v1/names", `[{"store_id":"a","name":"Uno","city":null}]`)
	if got := s.allRows("/api/v1/names"); got != `[{"store_id":"a","name":"Uno","group":"Chain","city":null}]` {
		t.Error(got)
	}
}

func TestRowsOfNDJSONArePreviewedLikeFiles(t *testing.T) {
	s := onSQLite(t)
	rows := body("application/x-ndjson", `{"store_id":"a","timezone_str":"UTC"}`+"\n"+`{"store_id":"b","timezone_str":"Nowhere"}`+"\n")
	dry := decode[struct{ Counts struct{ Rows int64 } }](t, s.call(http.MethodPost, "/api/v1/zones?dry_run=true", rows))
	kept := decode[struct{ ID, State string }](t, s.call(http.MethodPost, "/api/v1/zones?preview=true", rows))
	shown := decode[jsonPreviewOf](t, s.call(http.MethodGet, "/api/v1/imports/"+kept.ID+"/preview"))
	if dry.Counts.Rows != 2 || kept.State != "preview" || shown.Preview.Counts.Rows != 2 || len(s.snapshot().Stores) > 0 {
		t.Errorf("%+v, %+v, %+v", dry, kept, shown)
	}
}

func TestRowsThatAreNoneAreRefusedWithTheirNumber(t *testing.T) {
	s := onSQLite(t)
	for text, words := range map[string]string{
		``: "it ends in the middle", `{"zones":[`: "it ends in the middle", `7`: "expected a list of rows", `{"hours":[]}`: "one as zones",
		`[]`: "at least one row", `{"zones":[],"more":1}`: "nothing beside zones", `[] []`: "more behind it",
		`[{"store_id":"a","timezone_str":"UTC"},7]`:                                   "Row 2: expected an object with store_id",
		`[{"store_id":"a","timezone_str":"UTC","zone":"UTC"}]`:                        "found the field zone",
		`[{"store_id":"a","timezone_str":"UTC"},{"store_id":"a"}]`:                    "Row 2: expected a field timezone_str",
		`[{"store_id":"a","timezone_str":"UTC"},{"store_id":"b","timezone_str":"UTC"`: "After 1 row",
	} {
		refused(t, s.call(http.MethodPost, "/api/v1/zones", body("application/json", text)), http.StatusBadRequest, words)
	}
	refused(t, s.call(http.MethodPost, "/api/v1/names", body("application/json", `[{"store_id":"a","name":"A"},{"store_id":"b","name":"B","city":"Bonn"}]`)),
		http.StatusBadRequest, "Row 2: expected the fields of the first row: store_id, name")
	refused(t, s.call(http.MethodPost, "/api/v1/zones", body("text/csv", "store_id,timezone_str\n")), http.StatusUnsupportedMediaType, "application/x-ndjson")
	refused(t, s.call(http.MethodPost, "/api/v1/hours?hours_from=soon", body("application/json", `[]`)), http.StatusBadRequest, "hours_from")
	refused(t, s.call(http.MethodGet, "/api/v1/hours?store=nobody"), http.StatusNotFound, "nobody")
	if len(s.staged()) > 0 {
		t.Error("something was kept")
	}
}
