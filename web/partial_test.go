package web_test

import (
	"net/http"
	"strings"
	"testing"
)

// htmx gets the part that it will swap; whoever shows a whole window gets the
// whole page.
func TestWhoGetsThePage(t *testing.T) {
	s := onSQLite(t).withDemo()
	report := s.report()
	imported := s.load(file{"zones.csv", "store_id,timezone_str\n1,Europe/Berlin\n"})
	parts := map[string]string{ // address: the root of its part
		"/stores":                          "stores",
		"/stores?state=online":             "stores",
		"/stores/1":                        "explain",
		"/stores/1?day=2023-01-25":         "explain",
		"/reports":                         "reports",
		"/reports/" + report.ID:            "report",
		"/reports/" + report.ID + "?q=123": "report",
		"/imports":                         "imports",
		"/imports/" + imported.ID:          "import",
	}
	askers := map[string]struct {
		headers map[string]string
		page    bool
	}{
		"a browser":         {nil, true},
		"a script":          {map[string]string{"Accept": "*/*"}, true},
		"an htmx swap":      {map[string]string{"HX-Request": "true"}, false},
		"an htmx target":    {map[string]string{"HX-Request": "true", "HX-Target": "stores"}, false},
		"a boosted link":    {map[string]string{"HX-Request": "true", "HX-Boosted": "true"}, true},
		"a history restore": {map[string]string{"HX-Request": "true", "HX-History-Restore-Request": "true"}, true},
	}
	for target, root := range parts {
		for name, asker := range askers {
			a := s.ask(http.MethodGet, target, func(r *http.Request) {
				for name, value := range asker.headers {
					r.Header.Set(name, value)
				}
			})
			if a.StatusCode != http.StatusOK {
				t.Errorf("%s: %s: status %d", target, name, a.StatusCode)
			}
			if !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "HX-Request") {
				t.Errorf("%s: %s: Vary = %q, want HX-Request", target, name, a.Header.Values("Vary"))
			}
			page := a.page(t)
			if got := strings.Contains(a.body, "<html"); got != asker.page {
				t.Errorf("%s: %s gets the whole page: %v, want %v", target, name, got, asker.page)
			}
			if page.Find("#"+root).Length() != 1 {
				t.Errorf("%s: %s gets no #%s", target, name, root)
			}
			if !asker.page && !page.Find("body > *").First().Is("#"+root) {
				t.Errorf("%s: %s gets more than #%s", target, name, root)
			}
		}
	}
}

// A part says the same as the page that it is a part of.
func TestPartIsThePartOfThePage(t *testing.T) {
	s := onSQLite(t).withDemo()
	report := s.report()
	for target, root := range map[string]string{
		"/stores?sort=day": "#stores", "/reports": "#reports", "/reports/" + report.ID + "?down=true": "#report",
	} {
		part := s.ask(http.MethodGet, target, asHTMX).page(t)
		if got, want := text(part.Find(root)), text(s.open(target).Find(root)); got != want || got == "" {
			t.Errorf("%s: the part says\n%s\nthe page\n%s", target, got, want)
		}
	}
}

// A row renews itself until it is final, and then no more.
func TestRowsOfWorkRenewThemselvesUntilTheyAreFinal(t *testing.T) {
	s := onSQLite(t).withDemo()
	id := s.askReport()
	row := func() (state string, asks bool) {
		a := s.ask(http.MethodGet, "/reports/"+id+"/row", asHTMX)
		tr := a.page(t).Find("tr#report-" + id)
		if a.StatusCode != http.StatusOK || tr.Length() != 1 {
			t.Fatalf("status %d, %s", a.StatusCode, a.body)
		}
		_, asks = tr.Attr("hx-trigger")
		return text(tr.Find(".badge-word")), asks
	}
	if state, asks := row(); state != "Queued" || !asks {
		t.Errorf("asked for: %s, asks again: %v", state, asks)
	}
	a := s.claim(id)
	if state, asks := row(); state != "Running" || !asks {
		t.Errorf("begun: %s, asks again: %v", state, asks)
	}
	if err := s.db.Beat(t.Context(), a, 60, 120); err != nil {
		t.Fatal(err)
	}
	if got := s.ask(http.MethodGet, "/reports/"+id+"/row", asHTMX).page(t); !strings.Contains(text(got.Find(".state-note")), "60 of 120 stores") {
		t.Errorf("progress = %q", text(got.Find(".state-note")))
	}
	s.finish(a)
	if state, asks := row(); state != "Complete" || asks {
		t.Errorf("done: %s, asks again: %v", state, asks)
	}
}

func TestErrorsOfPartsAreANoticeAndOfPagesAPage(t *testing.T) {
	s := onSQLite(t)
	for _, target := range []string{"/stores?sort=colour", "/stores/9", "/reports/9", "/nowhere"} {
		part, page := s.ask(http.MethodGet, target, asHTMX), s.ask(http.MethodGet, target)
		if part.StatusCode != page.StatusCode || part.StatusCode < 400 {
			t.Errorf("%s: status %d as a part, %d as a page", target, part.StatusCode, page.StatusCode)
		}
		if strings.Contains(part.body, "<html") || part.page(t).Find(".notice").Length() != 1 {
			t.Errorf("%s: htmx gets %q", target, part.body)
		}
		if title := text(page.page(t).Find("h1")); !strings.Contains(part.body, title) {
			t.Errorf("%s: the notice does not say %q", target, title)
		}
	}
}
