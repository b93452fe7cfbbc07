package web_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/imports"
)

type jsonPushed struct {
	Import      *string
	DataVersion int64 `json:"data_version"`
	Counts      struct {
		Rows, Kept, Duplicate, Conflicting, Rejected int64
		NewStores                                    int64 `json:"new_stores"`
	}
	Polls []jsonPushedPoll
}

type jsonPushedPoll struct {
	Row             int
	Outcome, Field  string
	Found, Expected string
}

const jsonLines = "application/x-ndjson"

func init() { openapi3filter.RegisterBodyDecoder(jsonLines, openapi3filter.PlainBodyDecoder) }

// pushOf is a poll as a program sends it.
func pushOf(store, status, at string) string {
	return fmt.Sprintf(`{"store_id":%q,"status":%q,"timestamp_utc":%q}`, store, status, at)
}

func (s *site) push(contentType, text string) answer {
	s.t.Helper()
	return s.call(http.MethodPost, "/api/v1/polls", body(contentType, text))
}

func TestPollsArePushedAsAListOrAnObjectOrLines(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		rows := []string{
			pushOf("a", "active", "2023-01-25T10:00:00.000001Z"), pushOf("a", "inactive", "2023-01-25 10:00:00.000001 UTC"),
			pushOf(" a ", "ACTIVE", "2023-01-25T11:00:00+01:00"), pushOf("b", "asleep", "2023-01-25T10:00:00Z"),
		}
		want := []jsonPushedPoll{
			{1, "kept", "", "", ""}, {2, "conflicting", "", "", ""}, {3, "kept", "", "", ""}, {4, "rejected", "status", "asleep", "active or inactive"},
		}
		again := slices.Clone(want)
		again[0].Outcome, again[1].Outcome, again[2].Outcome = "conflicting", "duplicate", "duplicate"
		list := "[" + strings.Join(rows, ",\n") + "]"
		first := ""
		for n, sent := range [][2]string{
			{"application/json", `{"polls": ` + list + `}`},
			{"application/json; charset=utf-8", list},
			{jsonLines, "\ufeff" + strings.Join(rows, "\r\n\r\n")},
		} {
			a := s.push(sent[0], sent[1])
			if a.StatusCode != http.StatusOK {
				t.Fatal(a.StatusCode, a.body)
			}
			got := decode[jsonPushed](t, a)
			if diff := cmp.Diff(want, got.Polls); diff != "" {
				t.Errorf("%s (-want +got):\n%s", sent, diff)
			}
			if (got.Import != nil) != (n == 0) || got.Counts.Rows != 4 || got.DataVersion != s.dataVersion() {
				t.Errorf("push %d: %+v", n, got)
			}
			if n == 0 {
				first = *got.Import
			}
			want = again // the second and later change nothing
		}
		i := decode[jsonImport](t, s.call(http.MethodGet, "/api/v1/imports/"+first))
		if i.State != "complete" || i.Source != "push" || i.Counts.New != 2 || i.Counts.NewStores != 1 || i.Files[0].Name != "pushed polls" {
			t.Errorf("import %+v", i)
		}
		if rejects := s.call(http.MethodGet, *i.Files[0].RejectsURL); !strings.Contains(rejects.body, "b,asleep,2023-01-25T10:00:00Z,,status,") {
			t.Errorf("rejects: %s", rejects.body)
		}
		if list := decode[jsonImports](t, s.call(http.MethodGet, "/api/v1/imports")); len(list.Imports) != 1 {
			t.Errorf("%d imports", len(list.Imports))
		}
		if row := text(s.open("/imports").Find("tbody")); !strings.Contains(row, "pushed polls") || !strings.Contains(row, "Pollers") {
			t.Errorf("the list of imports says %s", row)
		}
		s.open("/imports/" + first)
	})
}

func TestNoPushedPollIsRejectedForItsReason(t *testing.T) {
	s := onSQLite(t)
	for n, reason := range []string{`"power cut"`, `null`, `503`, `{"a":[1]}`, `"\u0000"`, `"a\ud800"`, `"` + strings.Repeat("é", 300) + `"`} {
		row := fmt.Sprintf(`{"store_id":"a","status":"inactive","timestamp_utc":"2023-01-25T10:00:0%dZ","reason":%s}`, n, reason)
		if got := decode[jsonPushed](t, s.push("application/json", "["+row+"]")); len(got.Polls) != 1 || got.Polls[0].Outcome != "kept" {
			t.Errorf("%s: %+v", row, got)
		}
	}
}

func TestABadRowNeverCostsTheOthers(t *testing.T) {
	s := onSQLite(t)
	good := pushOf("a", "active", "2023-01-25T10:00:00Z")
	for row, want := range map[string]jsonPushedPoll{
		`17`:                {Found: "17", Expected: "a JSON object with store_id, status and timestamp_utc"},
		`null`:              {Found: "null", Expected: "a JSON object with store_id, status and timestamp_utc"},
		`[` + good + `]`:    {Expected: "a JSON object with store_id, status and timestamp_utc"},
		`{}`:                {Field: "store_id", Expected: "a store id of 1 to 128 bytes"},
		`{"store_id":null}`: {Field: "store_id", Expected: "a store id of 1 to 128 bytes"},
		`{"store_id":8419537941919820732,"status":"active","timestamp_utc":"2023-01-25"}`: {Field: "store_id", Found: "8419537941919820732", Expected: "text in quotes"},
		`{"store_id":"b\ud800","status":"active","timestamp_utc":"2023-01-25 10:00:00"}`:  {Field: "store_id", Found: `"b\ud800"`, Expected: "text in quotes"},
		`{"store_id":"b\u0000","status":"active","timestamp_utc":"2023-01-25 10:00:00"}`:  {Field: "store_id", Found: `b\x00`, Expected: "UTF-8 text without NUL bytes"},
		`{"store_id":"b","status":true,"timestamp_utc":"2023-01-25 10:00:00"}`:            {Field: "status", Found: "true", Expected: "text in quotes"},
		pushOf(strings.Repeat("x", 129), "active", "2023-01-25T10:00:00Z"):                {Field: "store_id", Found: strings.Repeat("x", 79) + "…", Expected: "a store id of 1 to 128 bytes"},
		pushOf("b", "active", "25/01/2023"):                                               {Field: "timestamp_utc", Found: "25/01/2023", Expected: "2023-01-22 12:09:39 UTC"},
		pushOf("b", "active", "2023-01-25T18:45:31Z"):                                     {Field: "timestamp_utc", Found: "2023-01-25T18:45:31Z, which is 10 min 1 s ahead", Expected: "a time at most 10 minutes ahead of the clock, which was at 2023-01-25 18:35:30 UTC (local time sent as UTC looks like this)"},
	} {
		for contentType, text := range map[string]string{
			"application/json": "[" + row + "," + good + "]", jsonLines: row + "\n" + good,
		} {
			a := s.push(contentType, text)
			got := decode[jsonPushed](t, a)
			if a.StatusCode != http.StatusOK || len(got.Polls) != 2 || got.Polls[0].Outcome != "rejected" || got.Polls[1].Outcome == "rejected" {
				t.Fatalf("%s: %d %s", text, a.StatusCode, a.body)
			}
			p := got.Polls[0]
			if want.Found == "" {
				p.Found = ""
			}
			if p.Field != want.Field || p.Found != want.Found || p.Expected != want.Expected {
				t.Errorf("%s: %+v, want %+v", row, p, want)
			}
		}
	}
	// A line that is no JSON is a row like any other.
	got := decode[jsonPushed](t, s.push(jsonLines, "{\"store_id\":\n"+good+good+"\n\xff\n"+pushOf("c", "active", "2023-01-25T10:00:00Z")))
	if got.Counts.Rejected != 3 || got.Counts.Kept != 1 || got.Polls[0].Found != `{"store_id":` || got.Polls[3].Outcome != "kept" {
		t.Errorf("%+v", got)
	}
}

func TestAPushThatIsNoJSONSaysWhereAndKeepsNothing(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		good := pushOf("a", "active", "2023-01-25T10:00:00Z")
		for text, want := range map[string]string{
			"":                           "After 0 rows and 0 bytes: it is empty. Nothing was kept.",
			"[" + good:                   "After 1 row and 74 bytes: it ends in the middle.",
			"[" + good + ",":             "After 1 row and ",
			"[" + good + "," + good[1:]:  "After 2 rows and 85 bytes: expected comma after array element.",
			"[" + good + ",{'store":      "After 1 row and 75 bytes: invalid character '\\''",
			"[" + good + " " + good:      "After 1 row and ",
			`{"polls":[` + good + `]`:    "After 1 row and ",
			`{"polls":[` + good + `]} x`: "After 1 row and ",
			good + "\n" + good:           "expected an object with polls",
			`{"polls":{}}`:               "polls: expected a list, found {.",
			`{"polls":"none"}`:           "polls: expected a list, found none.",
			`{"polls":null}`:             "polls: expected a list, found null.",
			`{"polls":[],"polls":[]}`:    "polls: expected it once, found it twice.",
			"17":                         "expected a list of polls, or an object with one as polls, found 17.",
			"null":                       "expected a list of polls, or an object with one as polls, found null.",
			"[]\n[]":                     "application/x-ndjson",
			"store_id,status\n":          "After 0 rows and 0 bytes: invalid character 's'",
		} {
			refused(t, s.push("application/json", text), http.StatusBadRequest, want)
		}
		if v, err := s.db.DataVersion(t.Context()); err != nil || v.Version != 0 {
			t.Errorf("version %d, %v: something was kept", v.Version, err)
		}
		if s.log.Len() > 0 {
			t.Errorf("logged as our own mistake: %s", s.log)
		}
	})
}

func TestPushesAreOfPollsAndNotCompressed(t *testing.T) {
	s := onSQLite(t)
	for _, contentType := range []string{"text/csv", "application/x-www-form-urlencoded", "application/json;;"} {
		refused(t, s.push(contentType, "[]"), http.StatusUnsupportedMediaType, "Expected application/json or application/x-ndjson, not compressed, found "+contentType)
	}
	a := s.call(http.MethodPost, "/api/v1/polls", body("application/json", "[]"), header("Content-Encoding", "gzip"))
	refused(t, a, http.StatusUnsupportedMediaType, "found Content-Encoding gzip.")
	a = s.call(http.MethodPost, "/api/v1/polls", body("application/json", "[]"), header("Sec-Fetch-Site", "cross-site"))
	refused(t, a, http.StatusForbidden, "no other site")
	if a := s.ask(http.MethodPost, "/api/v1/polls", asScript, body("", "[]")); a.StatusCode != http.StatusOK {
		t.Errorf("without a type: %d", a.StatusCode)
	}
	if got := decode[jsonPushed](t, s.push("application/json", "[]")); got.Counts.Rows != 0 || got.Polls == nil || got.Import != nil {
		t.Errorf("a push of nothing: %+v", got)
	}
}

func TestAPushHasRoomForTenThousandPollsAndNoMore(t *testing.T) {
	s := onSQLite(t)
	long := strings.Repeat(`\u0041`, 124)
	rows := make([]string, imports.MaxPush)
	for n := range rows {
		rows[n] = fmt.Sprintf(`{"store_id": "%s%04d", "status": "inactive", "timestamp_utc": "2023-01-25T10:00:00.388884+00:00"}`, long, n)
	}
	full := strings.Join(rows, ",\n")
	refused(t, s.push("application/json", "["+full+","+rows[0]+"]"), http.StatusRequestEntityTooLarge, "Expected at most 10,000 polls at once, found more.")
	refused(t, s.push(jsonLines, strings.ReplaceAll(full, ",\n", "\n")+"\n17"), http.StatusRequestEntityTooLarge, "Expected at most 10,000 polls")
	refused(t, s.push("application/json", `["`+strings.Repeat("x", 11<<20)+`"]`), http.StatusRequestEntityTooLarge, "At most ")
	unsized := func(r *http.Request) { r.ContentLength = -1 }
	a := s.call(http.MethodPost, "/api/v1/polls", body("application/json", `["`+strings.Repeat("x", 11<<20)+`"]`), unsized)
	refused(t, a, http.StatusRequestEntityTooLarge, "At most ")
	if got := decode[jsonPushed](t, s.push("application/json", "["+full+"]")); got.Counts.Kept != imports.MaxPush || len(got.Polls) != imports.MaxPush {
		t.Errorf("%+v", got.Counts)
	}
}

// Nobody has to load a page first.
func TestWhatIsPushedIsInTheFiguresSoon(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		store := s.snapshot().Stores[0].Code
		for n, want := range []string{"offline", "online"} {
			status := map[string]string{"offline": "inactive", "online": "active"}[want]
			at := time.Date(2023, time.January, 25, 18, 30+n, 0, 0, time.UTC)
			s.push("application/json", "["+pushOf("pushed", status, at.Format(time.RFC3339))+","+pushOf(store, status, at.Format(time.RFC3339))+"]")
			pushed := time.Now()
			for {
				got := decode[struct {
					State string
					AsOf  time.Time `json:"as_of"`
				}](t, s.call(http.MethodGet, "/api/v1/stores/pushed"))
				if got.State == want && got.AsOf.Equal(at) {
					break
				}
				if time.Since(pushed) > 20*time.Second {
					t.Fatalf("it is %s as of %s still", got.State, got.AsOf)
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
	})
}

func TestManyPushersAtOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		var group errgroup.Group
		for n := range 40 { // more than are read at a time
			group.Go(func() error {
				a := s.ask(http.MethodPost, "/api/v1/polls", asScript, body("application/json",
					"["+pushOf("shared", "active", "2023-01-25T10:00:00Z")+","+pushOf(fmt.Sprint("own ", n), "active", "2023-01-25T10:00:00Z")+"]"))
				if a.StatusCode != http.StatusOK {
					return fmt.Errorf("%d %s", a.StatusCode, a.body)
				}
				return nil
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		total := int64(0)
		list, err := s.db.Imports(t.Context(), 0, 100)
		for _, i := range list {
			total += i.Kept
		}
		if err != nil || total != 41 || len(s.snapshot().Stores) != 41 {
			t.Errorf("%d kept of %d stores, %v; want 41", total, len(s.snapshot().Stores), err)
		}
	})
}

// While a large import is merged, pushers are told to come back.
func TestAPushDoesNotWaitForEver(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.server.HurryPushes(200 * time.Millisecond)
		began, end := make(chan bool), make(chan bool)
		var merging errgroup.Group
		merging.Go(func() error {
			return s.db.Update(t.Context(), func(tx *models.Tx) error {
				var err error
				if pg := tx.PGX(); pg != nil {
					_, err = pg.Exec(t.Context(), "SELECT * FROM data_versions FOR UPDATE")
				}
				close(began)
				<-end
				return err
			})
		})
		<-began
		text := "[" + pushOf("a", "active", "2023-01-25T10:00:00Z") + "]"
		a := s.push("application/json", text)
		refused(t, a, http.StatusServiceUnavailable, "Please push these polls again")
		if a.Header.Get("Retry-After") != "5" {
			t.Errorf("Retry-After %q", a.Header.Get("Retry-After"))
		}
		close(end)
		if err := merging.Wait(); err != nil {
			t.Fatal(err)
		}
		s.server.HurryPushes(20 * time.Second)
		if got := decode[jsonPushed](t, s.push("application/json", text)); got.Counts.Kept != 1 {
			t.Errorf("%+v", got)
		}
	})
}
