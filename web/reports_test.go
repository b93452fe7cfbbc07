package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
)

func TestGeneratingAReport(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(onePoll)
		a := s.ask(http.MethodPost, "/reports", form("key", "one", "as_of", "2023-01-25 18:00"))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d: %s", a.StatusCode, a.body)
		}
		target := a.Header.Get("Location")
		page := s.open(target)
		if got := text(page.Find(".badge-word")); got != "Queued" {
			t.Errorf("%s is %s", target, got)
		}
		if got := text(page.Find(".facts")); !strings.Contains(got, "Wed 25 Jan 2023, 18:00 UTC") || !strings.Contains(got, "Browser") {
			t.Errorf("facts: %s", got)
		}
		if !strings.Contains(s.ask(http.MethodGet, target).body, `<noscript><p class="refresh"><a class="button" href="`+target+`">Refresh</a>`) {
			t.Error("without JavaScript there is no way to see how far it is")
		}
		if again := s.ask(http.MethodPost, "/reports", form("key", "one", "as_of", "2023-01-25 18:00")); again.Header.Get("Location") != target {
			t.Errorf("the same key leads to %s and %s", target, again.Header.Get("Location"))
		}
		if other := s.ask(http.MethodPost, "/reports", form("key", "two")); other.Header.Get("Location") == target {
			t.Error("another key leads to the same report")
		}
		if got := len(texts(s.open("/reports").Find("#reports tbody tr"))); got != 2 {
			t.Errorf("%d reports are listed, want 2", got)
		}
	})
}

func TestGeneratingAReportByHTMX(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	for range 7 {
		s.askReport()
	}
	for short, want := range map[string]int{"": 8, "1": 5} {
		a := s.ask(http.MethodPost, "/reports", asHTMX, form("key", "k", "short", short, "as_of", "2023-01-25 18:00"))
		part := a.page(t)
		rows := part.Find("#reports tbody tr")
		if a.StatusCode != http.StatusOK || rows.Length() != want || strings.Contains(a.body, "<html") {
			t.Errorf("short=%q: status %d, %d rows, want %d", short, a.StatusCode, rows.Length(), want)
		}
		if got := text(rows.First()); !strings.Contains(got, "Queued") || !strings.Contains(got, "Browser") {
			t.Errorf("short=%q: the first row is %s", short, got)
		}
	}
}

func TestAnAsOfThatIsNoneIsShownAtTheForm(t *testing.T) {
	s := onSQLite(t)
	const typed, want = `25/1/23 "noon"`, "Expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found " + `25/1/23 "noon".`
	page := s.ask(http.MethodPost, "/reports", form("as_of", typed))
	part := s.ask(http.MethodPost, "/reports", form("as_of", typed), asHTMX)
	for name, a := range map[string]answer{"page": page, "part": part} {
		field := a.page(t).Find("#generate #as-of")
		if a.StatusCode != http.StatusUnprocessableEntity || field.AttrOr("value", "") != typed || field.AttrOr("aria-invalid", "") != "true" {
			t.Errorf("%s: status %d, the field holds %q", name, a.StatusCode, field.AttrOr("value", ""))
		}
		if got := text(a.page(t).Find("#" + field.AttrOr("aria-describedby", ""))); got != want {
			t.Errorf("%s: the field is described by %q, want %q", name, got, want)
		}
	}
	if part.Header.Get("HX-Retarget") != "#generate" || part.Header.Get("HX-Reswap") != "outerHTML" || strings.Contains(part.body, "<html") {
		t.Errorf("htmx is told to swap %q into %q", part.Header.Get("HX-Reswap"), part.Header.Get("HX-Retarget"))
	}
	if text(page.page(t).Find("h1")) != "Reports" {
		t.Errorf("the page is %q", text(page.page(t).Find("h1")))
	}
	wantWork(t, s, nil, models.Queued, 0)
}

func TestCancellingAndTryingAgain(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		do := func(id, what string) string {
			t.Helper()
			page := s.open("/reports/" + id)
			action := "/reports/" + id + "/" + what
			if page.Find("form[method=post][action='"+action+"']").Length() != 1 {
				t.Fatalf("the page has no button to %s it: %s", what, text(page.Find("main")))
			}
			a := s.ask(http.MethodPost, action)
			if a.StatusCode != http.StatusSeeOther {
				t.Fatalf("%s: status %d", what, a.StatusCode)
			}
			return strings.TrimPrefix(a.Header.Get("Location"), "/reports/")
		}
		state := func(id string) string { return text(s.open("/reports/" + id).Find(".badge-word")) }

		queued, running := s.askReport(), s.askReport()
		s.claim(running)
		for _, id := range []string{queued, running} {
			if to := do(id, "cancel"); to != id || state(id) != "Cancelled" {
				t.Errorf("cancelled: leads to %s, state %s", to, state(id))
			}
		}
		again := do(running, "retry")
		if again == running || state(again) != "Queued" || state(running) != "Cancelled" {
			t.Errorf("tried again: %s is %s, the first is %s", again, state(again), state(running))
		}
		if twice := do(running, "retry"); twice != again {
			t.Errorf("pressed twice, it makes %s and %s", again, twice)
		}
		complete := s.report().ID
		if a := s.ask(http.MethodPost, "/reports/"+complete+"/cancel"); a.StatusCode != http.StatusSeeOther || state(complete) != "Complete" {
			t.Errorf("a complete report, cancelled: status %d, %s", a.StatusCode, state(complete))
		}
		if n := s.open("/reports/" + complete).Find("main form[method=post]:not([action$='/links'])").Length(); n > 0 {
			t.Errorf("a complete report has %d buttons that change something", n)
		}
		for _, what := range []string{"cancel", "retry"} {
			if a := s.ask(http.MethodPost, "/reports/9/"+what); a.StatusCode != http.StatusNotFound {
				t.Errorf("%s of no report: status %d", what, a.StatusCode)
			}
		}
	})
}

// Trying again asks for the same instant.
func TestTryingAgainKeepsTheInstant(t *testing.T) {
	s := onSQLite(t)
	first := trigger(t, s, form("as_of", "2023-01-25 12:00"))
	s.ask(http.MethodPost, "/reports/"+first.ID+"/cancel")
	a := s.ask(http.MethodPost, "/reports/"+first.ID+"/retry")
	again, err := s.db.Report(t.Context(), strings.TrimPrefix(a.Header.Get("Location"), "/reports/"))
	if err != nil || again.AskedAsOf != first.AskedAsOf {
		t.Errorf("asked as of %v and then %v, error %v", first.AskedAsOf, again.AskedAsOf, err)
	}
}

func TestPagesOfReports(t *testing.T) {
	s := onSQLite(t)
	for range 45 {
		s.askReport()
	}
	var all []string
	for target, pages := "/reports", 0; target != ""; pages++ {
		page := s.open(target)
		var list []string
		page.Find("#reports tbody th a").Each(func(_ int, e *goquery.Selection) { list = append(list, e.AttrOr("href", "")) })
		if want := []int{20, 20, 5}[pages]; len(list) != want {
			t.Errorf("%s lists %d, want %d", target, len(list), want)
		}
		all = append(all, list...)
		target = page.Find("#reports .pager a:contains(Next)").AttrOr("href", "")
	}
	if slices.Sort(all); len(slices.Compact(all)) != 45 {
		t.Errorf("%d reports on all pages", len(all))
	}
}

// The page of a report says what is recorded of it.
func TestAReportsFacts(t *testing.T) {
	s := onSQLite(t).withDemo()
	r := s.report()
	facts := map[string]string{}
	s.open("/reports/" + r.ID).Find(".facts > div").Each(func(_ int, e *goquery.Selection) {
		facts[text(e.Find("dt"))] = strings.Join(texts(e.Find("dd").Contents()), " ")
	})
	for name, want := range map[string]string{
		"As of": "Wed 25 Jan 2023, 18:13 UTC", "By": "API",
		"Stores":     fmt.Sprintf("120 %d without data", r.NoData),
		"Polls read": strconv.Itoa(int(r.Polls)/1000) + fmt.Sprintf(",%03d", r.Polls%1000),
	} {
		if facts[name] != want {
			t.Errorf("%s = %q, want %q", name, facts[name], want)
		}
	}
	for _, name := range []string{"Requested", "Took", "Windows"} {
		if facts[name] == "" {
			t.Errorf("%s is not said", name)
		}
	}
}

// The files are what the page says of them, to the byte.
func TestDownloadsOfAReport(t *testing.T) {
	s := onSQLite(t).withDemo()
	r := s.report()
	page := s.open("/reports/" + r.ID)
	for n, want := range []struct {
		name string
		size int64
	}{
		{`"All stores - as of 25 Jan 2023, 18.13 UTC.csv"; filename*=UTF-8''All%20stores%20%C2%B7%20as%20of%2025%20Jan%202023%2C%2018.13%20UTC.csv`, r.CSVBytes},
		{`"All stores - as of 25 Jan 2023, 18.13 UTC details.csv"; filename*=UTF-8''All%20stores%20%C2%B7%20as%20of%2025%20Jan%202023%2C%2018.13%20UTC%20details.csv`, r.DetailsBytes},
	} {
		link := page.Find(".actions a[download]").Eq(n)
		a := s.ask(http.MethodGet, link.AttrOr("href", ""))
		if int64(len(strings.TrimPrefix(a.body, "\ufeff"))) != want.size || a.Header.Get("Content-Length") != strconv.Itoa(len(a.body)) {
			t.Errorf("%s has %d bytes, announced %s, recorded %d", want.name, len(a.body), a.Header.Get("Content-Length"), want.size)
		}
		if got := a.Header.Get("Content-Disposition"); got != `attachment; filename=`+want.name {
			t.Errorf("Content-Disposition = %q", got)
		}
		if got, said := text(link.Find(".size")), fmt.Sprintf("%.1f kB", float64(want.size)/1000); got != said && got != fmt.Sprintf("%.0f kB", float64(want.size)/1000) {
			t.Errorf("%s: the page says %q, want %q", want.name, got, said)
		}
	}
	queued := s.askReport()
	for _, file := range []string{"report.csv", "details.csv"} {
		status, page := s.get("/reports/" + queued + "/" + file)
		if status != http.StatusConflict || text(page.Find("main .lead")) != "It is queued." {
			t.Errorf("%s of a queued report: %d %s", file, status, text(page.Find("main")))
		}
	}
	if s.open("/reports/"+queued).Find("a[download]").Length() > 0 {
		t.Error("a queued report offers files")
	}
}

// rowsOf are the rows of a report's table, on all its pages.
func rowsOf(s *site, target string) (rows [][]string) {
	s.t.Helper()
	for target != "" {
		page := s.open(target)
		page.Find("#report-rows tbody tr").Each(func(_ int, row *goquery.Selection) { rows = append(rows, texts(row.Children())) })
		target = page.Find("#report-rows .pager a:contains(Next)").AttrOr("href", "")
	}
	return rows
}

func TestTheTableOfAReportSorts(t *testing.T) {
	s := onSQLite(t).withDemo()
	r := s.report()
	for n, column := range []string{"store", "down_hour", "down_day", "down_week", "up_hour", "up_day", "up_week", "availability"} {
		for order, dir := range map[string]string{"asc": "ascending", "desc": "descending"} {
			target := "/reports/" + r.ID + "?sort=" + column + "&order=" + order
			rows := rowsOf(s, target)
			if len(rows) != 120 {
				t.Errorf("%s: %d rows", target, len(rows))
			}
			if got := s.open(target).Find("#report-rows th[aria-sort]"); got.Length() != 1 || got.AttrOr("aria-sort", "") != dir || got.Index() != n {
				t.Errorf("%s: column %d is marked %s", target, got.Index(), got.AttrOr("aria-sort", ""))
			}
			if column == "store" {
				continue
			}
			var numbers []float64
			known := true
			for _, row := range rows {
				if row[7] == "—" { // nothing is known of the week
					known = false
					continue
				}
				if !known {
					t.Errorf("%s: %s comes after a store without data", target, row[0])
				}
				if row[n] == "—" {
					continue // of this window alone
				}
				number, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSuffix(row[n], ", little data"), " %"), 64)
				if err != nil {
					t.Fatal(err)
				}
				numbers = append(numbers, number)
			}
			if order == "desc" {
				slices.Reverse(numbers)
			}
			if !slices.IsSorted(numbers) {
				t.Errorf("%s: %v", target, numbers)
			}
		}
	}
}

func TestTheTableOfAReportSearchesAndFilters(t *testing.T) {
	s := onSQLite(t).withDemo()
	r := s.report()
	at := "/reports/" + r.ID
	stores := func(target string) (list []string) {
		for _, row := range rowsOf(s, target) {
			list = append(list, row[0])
		}
		return list
	}
	var rows []reports.Row
	for row, err := range reports.Rows(t.Context(), s.db, r.ID) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	badness := func(r reports.Row) int {
		f := r.Figures[uptime.LastWeek]
		if f.Up+f.Down == 0 {
			return -1 // nothing is known of it
		}
		return int(f.Down)
	}
	slices.SortStableFunc(rows, func(a, b reports.Row) int { return badness(b) - badness(a) })
	var all, down, with11 []string
	for _, row := range rows {
		all = append(all, row.Store)
		if row.Figures[uptime.LastWeek].Down > 0 {
			down = append(down, row.Store)
		}
		if strings.Contains(row.Store, "11") {
			with11 = append(with11, row.Store)
		}
	}
	for query, want := range map[string][]string{"": all, "?down=true": down, "?q=11": with11, "?q=nothing": nil} {
		if diff := cmp.Diff(want, stores(at+query)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
	page := s.open(at + "?q=" + url.QueryEscape("no <such>"))
	if got := page.Find("#report-rows .empty a").AttrOr("href", ""); got != at {
		t.Errorf("nothing matches, and %q clears the search", got)
	}
	if got := page.Find("#report-rows-q").AttrOr("value", ""); got != "no <such>" {
		t.Errorf("the search box holds %q", got)
	}
	for query, want := range map[string]string{"?page=2": "51–100 of 120 stores", "?page=99": "101–120 of 120 stores"} {
		if got := text(s.open(at + query).Find("#report-rows .pager-text")); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}

// Downtime stands out in the table, however short.
func TestDowntimeStandsOut(t *testing.T) {
	s := onSQLite(t).withDemo()
	r := s.report()
	snapshot := s.snapshot()
	s.open("/reports/" + r.ID).Find("#report-rows tbody tr").Each(func(_ int, row *goquery.Selection) {
		f := figuresOf(t, snapshot, text(row.Find(".id")))
		for window := range 3 {
			if got := row.Find("td").Eq(window).HasClass("off"); got != (f[window].Down > 0) {
				t.Errorf("%s, window %d: %d µs down stand out: %v", text(row.Find(".id")), window, f[window].Down, got)
			}
		}
	})
}
