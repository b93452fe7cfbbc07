package web_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/words"
)

const goodZones = "store_id,timezone_str\na,Europe/Berlin\nb,America/Denver\n"

func TestUploadingFiles(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		a := s.ask(http.MethodPost, "/imports", files(demoFiles(t)...))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d: %s", a.StatusCode, a.body)
		}
		at := a.Header.Get("Location")
		if got := text(s.open(at).Find(".badge-word")); got != "Queued" {
			t.Errorf("%s is %s", at, got)
		}
		if got := text(s.open("/imports").Find("#imports tbody .files")); got != "store_status.csv and 2 more" {
			t.Errorf("the list says %q", got)
		}
		i := s.workOffImport(strings.TrimPrefix(at, "/imports/"))
		page := s.open(at)
		wantCounts(t, page, i)
		if diff := cmp.Diff([]string{"Polls", "Business hours", "Time zones"}, texts(page.Find("table.files [data-label=Kind]"))); diff != "" {
			t.Errorf("kinds (-want +got):\n%s", diff)
		}
		if i.NewStores != 120 || i.Rejected != 0 || page.Find("#rejects-heading").Length() > 0 {
			t.Errorf("%d new stores, %d rejected", i.NewStores, i.Rejected)
		}
		// The same files again change nothing.
		again := s.workOffImport(strings.TrimPrefix(s.ask(http.MethodPost, "/imports", files(demoFiles(t)...)).Header.Get("Location"), "/imports/"))
		if again.Kept+again.NewStores+again.Rejected != 0 && again.Duplicate != again.Rows-again.Conflicting {
			t.Errorf("again: %+v", again.Counts)
		}
	})
}

// wantCounts checks the sum that the page of an import shows.
func wantCounts(t *testing.T, page *goquery.Document, i models.Import) {
	t.Helper()
	shown := map[string]int64{}
	page.Find(".sum-row > div:not(.op)").Each(func(_ int, e *goquery.Selection) {
		n, err := strconv.ParseInt(strings.ReplaceAll(text(e.Find("dd")), ",", ""), 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		shown[text(e.Find("dt"))] = n
	})
	want := map[string]int64{"Rows": i.Rows, "New": i.Kept, "Duplicate": i.Duplicate, "Conflicting": i.Conflicting, "Rejected": i.Rejected}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	if shown["New"]+shown["Duplicate"]+shown["Conflicting"]+shown["Rejected"] != shown["Rows"] {
		t.Errorf("the sum is wrong: %v", shown)
	}
}

func TestFilesThatAreNoFeedAreRefusedInASentence(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		var zip bytes.Buffer
		zip.WriteString("PK\x03\x04\x14\x00\x00\x00\x08\x00")
		for name, tt := range map[string]struct {
			file file
			want string
		}{
			"an empty file":     {file{"empty.csv", ""}, "empty.csv"},
			"an unknown header": {file{"orders.csv", "order,price\n1,2\n"}, "orders.csv"},
			"a zip":             {file{"feeds.csv", zip.String()}, "feeds.csv"},
			"UTF-16":            {file{"wide.csv", "\xff\xfes\x00t\x00o\x00"}, "wide.csv"},
			"a picture":         {file{"logo.csv", "\x89PNG\r\n\x1a\n"}, "logo.csv"},
			"a path for a name": {file{"../../etc/passwd", "root:x:0:0\n"}, "passwd: "},
			"a name of markup":  {file{"<b>bold.csv", "x\n"}, "<b>bold.csv"},
		} {
			good := file{"zones.csv", goodZones}
			for _, upload := range [][]file{{tt.file}, {good, tt.file}, {tt.file, good}} {
				a := s.ask(http.MethodPost, "/imports", files(upload...))
				problem := a.page(t).Find("form#upload [role=alert]")
				if a.StatusCode != http.StatusUnprocessableEntity || !strings.HasPrefix(text(problem), tt.want) || !strings.HasSuffix(text(problem), "Nothing was imported.") {
					t.Errorf("%s: %d %q", name, a.StatusCode, text(problem))
				}
				script := s.ask(http.MethodPost, "/imports", files(upload...), header("Accept", "application/json"))
				if got := script.Header.Get("Content-Type"); script.StatusCode != http.StatusUnprocessableEntity || got != "application/problem+json" {
					t.Errorf("%s: a script gets %d %s", name, script.StatusCode, got)
				}
				if strings.Contains(a.body, "<b>bold") {
					t.Errorf("%s: a name became an element", name)
				}
			}
		}
		wantWork(t, s, nil, models.Queued, 0)
	})
}

func TestUploadsThatAreNone(t *testing.T) {
	s := onSQLite(t)
	for name, tt := range map[string]struct {
		change func(*http.Request)
		status int
		want   string
	}{
		"no file":             {files(), 422, "Choose one or several CSV files."},
		"a field without one": {body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\"\r\n\r\n\r\n--b--\r\n"), 422, "Choose one"},
		"another field":       {body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a.csv\"\r\n\r\nx\r\n--b--\r\n"), 422, "Choose one"},
		"an ordinary form":    {form("files", "a.csv"), 400, "Expected multipart/form-data"},
		"no body":             {asScript, 400, "Expected multipart/form-data"},
		"an upload cut short": {body("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\nstore_id,time"), 400, "connection was lost"},
	} {
		a := s.ask(http.MethodPost, "/imports", tt.change)
		if got := text(a.page(t).Find("form#upload [role=alert]")); a.StatusCode != tt.status || !strings.Contains(got, tt.want) {
			t.Errorf("%s: %d %q, want %d %q", name, a.StatusCode, got, tt.status, tt.want)
		}
	}
	wantWork(t, s, nil, models.Queued, 0)
}

const badPolls = "store_id,status,timestamp_utc,comment\n" +
	"a,active,2023-01-25 10:00:00 UTC,fine\n" +
	"a,asleep,2023-01-25 11:00:00 UTC,=danger\n" +
	"a,broken,2023-01-25 12:00:00 UTC,\n" +
	"a,active,22/01/23,\n" +
	",active,2023-01-25 13:00:00 UTC,\n" +
	"b,active,2023-01-25 14:00:00 UTC,\n" +
	"b,inactive,2023-01-25 14:00:00 UTC,\n"

func TestRejectsAreGroupedByCause(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(file{"bad.csv", badPolls})
		page := s.open("/imports/" + i.ID)
		wantCounts(t, page, i)
		if i.Rejected != 4 || i.Conflicting != 1 {
			t.Errorf("counts %+v", i.Counts)
		}
		groups := page.Find(".causes > li")
		if groups.Length() != 3 {
			t.Errorf("%d causes, want 3: %q", groups.Length(), texts(groups))
		}
		first := groups.First()
		if got := text(first.Find("h3")); !strings.HasPrefix(got, "2") || !strings.Contains(got, "status: expected active or inactive") {
			t.Errorf("the first cause is %q", got)
		}
		if got := texts(first.Find("tbody td")); strings.Join(got, "|") != "3|asleep|Active or inactive|4|broken|Active or inactive" {
			t.Errorf("its examples are %q", got)
		}
		if got := text(page.Find(".files tbody .ignored")); got != "Columns not used: comment" {
			t.Errorf("of the column that means nothing the page says %q", got)
		}
		if got := text(page.Find(".conflicts li")); !strings.HasPrefix(got, "b") || !strings.Contains(got, "25 Jan 2023, 14:00:00 UTC") {
			t.Errorf("the conflict is %q", got)
		}
		cell := s.open("/imports").Find("#imports tbody [data-label=Rejected]")
		link := cell.Find("a").AttrOr("href", "")
		if !strings.HasPrefix(text(cell), "4") || link != "/imports/"+i.ID+"#rejects-heading" || page.Find("#rejects-heading").Length() != 1 {
			t.Errorf("the list says %q and leads to %s", text(cell), link)
		}
	})
}

func TestRejectsCanBeMendedAndSentAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(file{"zones.csv", goodZones}, file{"bad.csv", badPolls})
		links := s.open("/imports/" + i.ID).Find("table.files a[download]")
		if links.Length() != 1 {
			t.Fatalf("%d links to rejects, want one", links.Length())
		}
		a := s.ask(http.MethodGet, links.AttrOr("href", ""))
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="rejects.csv"` {
			t.Errorf("Content-Disposition = %q", got)
		}
		rows := records(t, a)
		if diff := cmp.Diff([]string{"store_id", "status", "timestamp_utc", "comment", "line", "column", "reason"}, rows[0]); diff != "" {
			t.Errorf("header (-want +got):\n%s", diff)
		}
		if len(rows) != 5 {
			t.Fatalf("%d rows", len(rows))
		}
		if got := rows[1]; got[0] != "a" || got[1] != "asleep" || got[3] != "'=danger" || got[4] != "3" || got[5] != "status" || !strings.Contains(got[6], "expected active or inactive, found asleep") {
			t.Errorf("the first reject is %q", got)
		}
		mended := strings.NewReplacer("asleep", "active", "broken", "inactive", "22/01/23", "2023-01-22 00:00:00", "\n,active", "\nc,active").Replace(a.body)
		if again := s.load(file{"rejects.csv", mended}); again.Rejected != 0 || again.Kept != 4 {
			t.Errorf("mended: %+v", again.Counts)
		}
		for _, number := range []string{"1", "3", "0", "-1", "x", "2x"} {
			if status, _ := s.get("/imports/" + i.ID + "/files/" + number + "/rejects.csv"); status != http.StatusNotFound {
				t.Errorf("rejects of file %s: status %d", number, status)
			}
		}
	})
}

func TestAnImportThatFailedSaysWhy(t *testing.T) {
	s := onSQLite(t)
	i := models.NewImport(models.FromInbox)
	i.Add("polls.csv", 100)
	a, err := s.db.BeginImport(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	if got := text(s.open("/imports/" + i.ID).Find(".badge-word")); got != "Running" {
		t.Errorf("begun, it is %q", got)
	}
	if err := s.db.Beat(t.Context(), a, 40, 100); err != nil {
		t.Fatal(err)
	}
	bar := s.open("/imports/" + i.ID).Find("progress")
	if bar.AttrOr("value", "") != "40" || bar.AttrOr("max", "") != "100" || !strings.Contains(text(bar.Parent()), "40 bytes of 100 bytes") {
		t.Errorf("its progress is %q", text(bar.Parent()))
	}
	if err := s.db.Fail(t.Context(), a, words.Said("polls.csv is gone.")); err != nil {
		t.Fatal(err)
	}
	page := s.open("/imports/" + i.ID)
	if got := text(page.Find(".callout")); !strings.Contains(got, "polls.csv is gone.") {
		t.Errorf("the page says %q", got)
	}
	for _, cell := range texts(page.Find(".sum-row > div:not(.op) dd")) {
		if cell != "—" {
			t.Errorf("a failed import counts %q", cell)
		}
	}
	if got := text(s.open("/imports").Find("#imports tbody tr")); !strings.Contains(got, "Failed") || !strings.Contains(got, "Inbox") {
		t.Errorf("the list says %q", got)
	}
}

func TestPagesOfImports(t *testing.T) {
	s := onSQLite(t)
	for n := range 22 {
		s.load(file{"z.csv", fmt.Sprintf("store_id,timezone_str\n%d,Europe/Berlin\n", n)})
	}
	for target, want := range map[string]int{"/imports": 20, "/imports?page=2": 2, "/imports?page=3": 0} {
		if got := s.open(target).Find("#imports tbody tr").Length(); got != want {
			t.Errorf("%s lists %d, want %d", target, got, want)
		}
	}
}

// The form says what may be sent, and shows a sample of each feed.
func TestTheUploadForm(t *testing.T) {
	s := onSQLite(t)
	form := s.open("/imports").Find("form#upload")
	if form.AttrOr("enctype", "") != "multipart/form-data" || form.AttrOr("action", "") != "/imports" || form.AttrOr("method", "") != "post" {
		t.Error("the form does not work without JavaScript")
	}
	if got := text(form.Find("#files-hint")); !strings.Contains(got, "Up to 2.1 MB together") {
		t.Errorf("limits: %q", got)
	}
	if _, many := form.Find("input[type=file]").Attr("multiple"); !many {
		t.Error("only one file can be chosen")
	}
	if form.Find("a[download][href^='/samples/']").Length() != 5 {
		t.Error("not a sample of each feed")
	}
}
