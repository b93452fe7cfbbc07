package web_test

import (
	"encoding/base64"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/xuri/excelize/v2"

	"lightson/models"
	"lightson/models/words"
)

type jsonReport struct {
	ID, State, Source string
	Error             *string
	AskedAsOf         *time.Time `json:"asked_as_of"`
	CreatedAt         time.Time  `json:"created_at"`
	StartedAt         *time.Time `json:"started_at"`
	FinishedAt        *time.Time `json:"finished_at"`
	Progress          struct{ Done, Total int64 }
	Result            *struct {
		AsOf          time.Time `json:"as_of"`
		Stores, Polls int64
		NoData        int64  `json:"stores_without_data"`
		RowsURL       string `json:"rows_url"`
		DetailsURL    string `json:"details_url"`
		WorkbookURL   string `json:"workbook_url"`
	}
}

type jsonReports struct {
	Reports    []jsonReport
	NextCursor *string `json:"next_cursor"`
}

type jsonRows struct {
	Report string
	AsOf   *time.Time `json:"as_of"`
	Total  int
	Rows   []jsonStore
	Next   *string `json:"next_cursor"`
}

var acceptCSV = header("Accept", "text/csv")

func TestAPIReportFromAskingToItsRows(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		a := s.call(http.MethodPost, "/api/v1/reports", body("application/json", `{"as_of": "2023-01-25T18:00:00Z"}`))
		asked := decode[jsonReport](t, a)
		at := a.Header.Get("Location")
		if a.StatusCode != http.StatusAccepted || at != "/api/v1/reports/"+asked.ID || asked.State != "queued" || asked.Source != "api" ||
			asked.AskedAsOf.UTC() != time.Date(2023, 1, 25, 18, 0, 0, 0, time.UTC) || asked.Result != nil {
			t.Fatalf("%d %s %+v", a.StatusCode, at, asked)
		}
		if a := s.call(http.MethodGet, at); a.Header.Get("Retry-After") != "1" {
			t.Error("no Retry-After while it is queued")
		}
		refused(t, s.call(http.MethodGet, at+"/rows"), 409, "It is queued.")
		refused(t, s.call(http.MethodGet, at+"/details"), 409, "It is queued.")
		attempt := s.claim(asked.ID)
		if err := s.db.Beat(t.Context(), attempt, 60, 120); err != nil {
			t.Fatal(err)
		}
		if got := decode[jsonReport](t, s.call(http.MethodGet, at)); got.State != "running" || got.Progress.Done != 60 || got.Progress.Total != 120 || got.StartedAt == nil {
			t.Errorf("running: %+v", got)
		}
		s.finish(attempt)
		a = s.call(http.MethodGet, at)
		done := decode[jsonReport](t, a)
		if done.State != "complete" || done.Result == nil || done.Result.Stores != 120 || done.FinishedAt == nil ||
			!done.Result.AsOf.Equal(*asked.AskedAsOf) || a.Header.Get("Retry-After") != "" {
			t.Fatalf("complete: %+v", done)
		}
		refused(t, s.call(http.MethodPost, at+"/cancel"), 409, "It is complete.")
		checkRows(t, s, done)
	})
}

// checkRows compares what a report says in its three forms.
func checkRows(t *testing.T, s *site, r jsonReport) {
	t.Helper()
	var rows []jsonStore
	for target := r.Result.RowsURL + "?limit=50"; target != ""; {
		piece := decode[jsonRows](t, s.call(http.MethodGet, target))
		if piece.Total != 120 || piece.Report != r.ID || len(piece.Rows) > 50 {
			t.Fatalf("a piece of %d of %d of %s", len(piece.Rows), piece.Total, piece.Report)
		}
		rows, target = append(rows, piece.Rows...), ""
		if piece.Next != nil {
			target = r.Result.RowsURL + "?limit=50&cursor=" + *piece.Next
		}
	}
	a := s.call(http.MethodGet, r.Result.RowsURL, acceptCSV)
	lines, err := csv.NewReader(strings.NewReader(a.body)).ReadAll()
	if err != nil || len(lines) != 121 || len(rows) != 120 || a.Header.Get("Vary") != "Accept" {
		t.Fatalf("%d lines of CSV (%v), %d rows of JSON", len(lines), err, len(rows))
	}
	for n, row := range rows {
		if lines[n+1][0] != row.ID || lines[n+1][1] != minutes(row.Windows.Hour.Up) || lines[n+1][4] != minutes(row.Windows.Hour.Down) {
			t.Errorf("CSV %v, JSON %+v", lines[n+1], row)
		}
	}
	if page := s.ask(http.MethodGet, "/reports/"+r.ID+"/report.csv"); page.body != a.body {
		t.Error("the page's CSV is another")
	}
	details := s.call(http.MethodGet, r.Result.DetailsURL)
	if strings.Count(details.body, "\n") != 121 || !strings.HasPrefix(details.body, "store_id,timezone,") {
		t.Errorf("details: %.100s", details.body)
	}
	book, err := excelize.OpenReader(strings.NewReader(s.call(http.MethodGet, r.Result.WorkbookURL).body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if sheet, err := book.GetRows("Stores"); err != nil || len(sheet) != 121 || sheet[120][0] != rows[119].ID {
		t.Errorf("the workbook has %d rows, %v", len(sheet), err)
	}
	if both := s.call(http.MethodGet, r.Result.RowsURL, header("Accept", "application/json, text/csv")); !strings.HasPrefix(both.body, "{") {
		t.Error("who takes both gets no JSON")
	}
	refused(t, s.call(http.MethodGet, r.Result.RowsURL+"?cursor=zzz"), 400, "next_cursor of this list")
}

func minutes(micros int64) string { return strconv.FormatFloat(float64(micros)/60e6, 'f', 2, 64) }

func TestAPIReportsRefuse(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		for _, rest := range []string{"", "/rows", "/details", "/workbook"} {
			for _, id := range []string{"1", "%00", "%FF", "a%2Fb", "00000000-0000-0000-0000-000000000000"} {
				refused(t, s.call(http.MethodGet, "/api/v1/reports/"+id+rest), 404, "No report has the id")
			}
		}
		refused(t, s.call(http.MethodPost, "/api/v1/reports/1/cancel"), 404, "No report has the id 1.")
		ask := func(changes ...func(*http.Request)) answer {
			return s.call(http.MethodPost, "/api/v1/reports", changes...)
		}
		refused(t, ask(form("as_of", "soon")), 400, "as_of: expected")
		refused(t, ask(body("application/json", `{"as_of": 7}`)), 400, "as_of: expected a text, found number")
		refused(t, ask(body("application/json", strings.Repeat(" ", 70_000))), 413, "At most")
		refused(t, ask(header("Idempotency-Key", strings.Repeat("k", 256))), 400, "at most 255")
		if s.log.Len() > 0 {
			t.Errorf("logged as our own mistake: %s", s.log)
		}
	})
}

func TestAPIReportUnderstandsWhatCurlSends(t *testing.T) {
	s := onSQLite(t)
	for name, change := range map[string]func(*http.Request){
		"-d JSON without a header": body("application/x-www-form-urlencoded", ` {"as_of": "2023-01-25T18:00:00Z"}`),
		"-d form":                  form("as_of", "2023-01-25T18:00:00Z"),
		"-F form":                  body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"as_of\"\r\n\r\n2023-01-25T18:00:00Z\r\n--b--\r\n"),
	} {
		for _, target := range []string{"/api/v1/reports", "/trigger_report"} {
			if a := s.ask(http.MethodPost, target, asScript, change, header("Idempotency-Key", name+target)); a.StatusCode >= 300 {
				t.Errorf("%s %s: %d %s", name, target, a.StatusCode, a.body)
			}
		}
	}
	reports, err := s.db.Reports(t.Context(), 0, 10)
	if err != nil || len(reports) != 6 {
		t.Fatalf("%d reports, %v", len(reports), err)
	}
	for _, r := range reports {
		if got := r.AskedAsOf.At.Time(); got != time.Date(2023, 1, 25, 18, 0, 0, 0, time.UTC) {
			t.Errorf("as of %v", got)
		}
	}
}

func TestAPIReportIsCancelledOnce(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id := s.askReport()
		for range 2 {
			if got := decode[jsonReport](t, s.call(http.MethodPost, "/api/v1/reports/"+id+"/cancel")); got.State != "cancelled" || got.FinishedAt == nil {
				t.Errorf("%+v", got)
			}
		}
		failed := s.askReport()
		if err := s.db.Fail(t.Context(), s.claim(failed), words.Said("The disk is full.")); err != nil {
			t.Fatal(err)
		}
		if got := decode[jsonReport](t, s.call(http.MethodGet, "/api/v1/reports/"+failed)); got.State != "failed" || *got.Error != "The disk is full." {
			t.Errorf("%+v", got)
		}
		refused(t, s.call(http.MethodPost, "/api/v1/reports/"+failed+"/cancel"), 409, "It is failed.")
		refused(t, s.call(http.MethodGet, "/api/v1/reports/"+failed+"/rows"), 409, "It is failed.")
	})
}

// The rows of a report are found, filtered and sorted by the API as on its page.
func TestTheRowsOfAReportAreChosenAsOnItsPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withChains()
		at := "/api/v1/reports/" + s.report().ID
		page := strings.TrimPrefix(at, "/api/v1")
		idsOf := func(target string) (ids []string) {
			for _, row := range decode[jsonRows](t, s.call(http.MethodGet, at+"/rows?limit=1000"+target)).Rows {
				ids = append(ids, row.ID)
			}
			return ids
		}
		all := idsOf("")
		filtered := 0
		for _, query := range []string{
			"&sort=store&order=asc", "&sort=store&order=desc", "&sort=down_week&order=desc", "&sort=up_day&order=asc", "&sort=down_hour&order=asc",
			"&sort=availability&order=desc", "&down=true&sort=store&order=asc", "&q=a&sort=store&order=asc", "&q=a&down=true&sort=down_day&order=desc",
		} {
			whole := idsOf(query)
			shown := s.open(page + "?" + query[1:]).Find("#report-rows tbody th a").Map(func(_ int, a *goquery.Selection) string {
				id, err := url.PathUnescape(strings.TrimPrefix(a.AttrOr("href", ""), "/stores/"))
				if err != nil {
					t.Error(err)
				}
				return id
			})
			if len(shown) == 0 || !slices.Equal(whole[:min(len(whole), len(shown))], shown) {
				t.Errorf("%s: %v, on the page %v", query, whole, shown)
			}
			if len(whole) < len(all) {
				filtered++
			}
			var pieces []string
			for next := at + "/rows?limit=7" + query; next != ""; {
				a := s.call(http.MethodGet, next)
				list := decode[jsonRows](t, a)
				if list.Total != len(whole) {
					t.Fatalf("%s: %d rows in all, expected %d", query, list.Total, len(whole))
				}
				for _, row := range list.Rows {
					pieces = append(pieces, row.ID)
				}
				next = strings.TrimSuffix(strings.TrimPrefix(a.Header.Get("Link"), "<"), `>; rel="next"`)
			}
			if !slices.Equal(pieces, whole) {
				t.Errorf("%s: in pieces %v, whole %v", query, pieces, whole)
			}
			table := slices.Collect(strings.Lines(s.call(http.MethodGet, at+"/rows?limit=7"+query, acceptCSV).body))
			if len(table) != len(whole)+1 || len(whole) > 0 && !strings.HasPrefix(table[1], whole[0]+",") {
				t.Errorf("%s: as CSV %v, expected %v", query, table, whole)
			}
		}
		if filtered == 0 {
			t.Error("no filter left anything out")
		}
		inBins := 0
		for _, bin := range decode[struct {
			Distribution []struct {
				ID     string
				Stores int
			}
		}](t, s.call(http.MethodGet, at+"/summary")).Distribution {
			ids := idsOf("&bin=" + bin.ID)
			if len(ids) != bin.Stores {
				t.Errorf("bin %s: %d stores, %d rows", bin.ID, bin.Stores, len(ids))
			}
			inBins += len(ids)
		}
		if inBins != len(all) {
			t.Errorf("%d stores in all bins, %d rows", inBins, len(all))
		}
		for query, want := range map[string]string{
			"sort=name": "sort: expected one of availability, ", "order=up": "order: expected asc or desc", "bin=0": "bin: expected one of 100, ", "down=perhaps": "down: ",
			"sort=up_day&cursor=" + *decode[jsonRows](t, s.call(http.MethodGet, at+"/rows?limit=1")).Next: "next_cursor of this list",
		} {
			refused(t, s.call(http.MethodGet, at+"/rows?"+query), 400, want)
		}
	})
}

func TestAPIReportOfAnIdempotencyKey(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		ask := func(key, asOf string) answer {
			return s.call(http.MethodPost, "/api/v1/reports", form("as_of", asOf), header("Idempotency-Key", key))
		}
		first, again := decode[jsonReport](t, ask("k", "2023-01-25")), decode[jsonReport](t, ask("k", "2023-01-25"))
		if first.ID != again.ID {
			t.Errorf("the same key made %s and %s", first.ID, again.ID)
		}
		refused(t, ask("k", "2023-01-24"), 422, "report "+first.ID)
		if other := decode[jsonReport](t, ask("l", "2023-01-25")); other.ID == first.ID {
			t.Error("another key made the same report")
		}
	})
}

func TestAPIReportsComeInPiecesWhileNewOnesAreAsked(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		var want []string
		for range 5 {
			want = append(want, s.askReport())
		}
		slices.Reverse(want)
		var got []string
		for target := "/api/v1/reports?limit=2"; target != ""; {
			list := decode[jsonReports](t, s.call(http.MethodGet, target))
			for _, r := range list.Reports {
				got = append(got, r.ID)
			}
			s.askReport()
			target = ""
			if list.NextCursor != nil {
				target = "/api/v1/reports?limit=2&cursor=" + *list.NextCursor
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("reports %v, want %v", got, want)
		}
		forged := base64.RawURLEncoding.EncodeToString([]byte(`{"list":"reports","below":{"CreatedAt":1,"ID":"\u0000"}}`))
		refused(t, s.call(http.MethodGet, "/api/v1/reports?cursor="+forged), 400, "next_cursor of this list")
		if list := decode[jsonReports](t, s.call(http.MethodGet, "/api/v1/reports?limit=8")); len(list.Reports) != 8 || list.NextCursor != nil {
			t.Errorf("%d reports, and more: %v", len(list.Reports), list.NextCursor)
		}
		refused(t, s.call(http.MethodGet, "/api/v1/reports?limit=none"), 400, "limit: expected a whole number, found none")
	})
}

func TestContractIsAsTheDocumentSays(t *testing.T) {
	s := onSQLite(t).withDemo()
	id := decode[map[string]string](t, s.call(http.MethodPost, "/trigger_report", form("as_of", "2023-01-25")))["report_id"]
	failed, cancelled := s.askReport(), s.askReport()
	check := func() {
		for _, r := range []string{id, failed, cancelled, "1"} {
			for _, target := range bothForms(r) {
				s.call(http.MethodGet, target)
				s.call(http.MethodGet, target, header("Accept", "application/json"))
			}
		}
	}
	check()
	attempt := s.claim(id)
	check()
	s.finish(attempt)
	if err := s.db.Fail(t.Context(), s.claim(failed), words.Said("The disk is full.")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Cancel(t.Context(), models.ReportWork, cancelled); err != nil {
		t.Fatal(err)
	}
	check()
	s.call(http.MethodGet, "/get_report")
	s.call(http.MethodPost, "/trigger_report", form("as_of", "soon"))
}
