package web_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"lightson/models/modelstest"
)

// demoNote is what a page says of demo data.
func (s *site) demoNote(target string) string { return text(s.open(target).Find("[role=note].demo p")) }

// loadDemo presses the button of an empty database, and does its import.
func (s *site) loadDemo() (id string) {
	s.t.Helper()
	if s.open("/").Find("form[action='/demo'] button").Length() != 1 || s.open("/imports").Find("form[action='/demo'] button").Length() != 1 {
		s.t.Error("demo data are not offered")
	}
	a := s.ask(http.MethodPost, "/demo")
	id = strings.TrimPrefix(a.Header.Get("Location"), "/imports/")
	if a.StatusCode != http.StatusSeeOther || len(id) < 8 {
		s.t.Fatalf("status %d, leads to %q", a.StatusCode, a.Header.Get("Location"))
	}
	return id
}

func (s *site) stores() int64 {
	s.t.Helper()
	n, err := modelstest.Count(s.db, "stores")
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func TestDemoDataComeByAButtonAndGoByAnother(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		id := s.loadDemo()
		if got := text(s.open("/imports/" + id).Find("#import .badge-word")); got != "Queued" {
			t.Errorf("the import is %q", got)
		}
		if got := s.demoNote("/"); got != "Demo data. They are being loaded." {
			t.Errorf("while they are loaded, a page says %q", got)
		}
		if i := s.workOffImport(id); i.NewStores != 200 || i.Rejected > 0 || i.Rows < 100_000 || len(i.Files) != 4 {
			t.Errorf("%d new stores, %d rows, %d rejected", i.NewStores, i.Rows, i.Rejected)
		}
		for _, target := range []string{"/", "/stores", "/outages", "/reports", "/imports", "/imports/" + id, "/quality", "/corrections", "/alerts"} {
			if got := s.demoNote(target); got != "Demo data. These stores are made up, to try things out." {
				t.Errorf("%s says %q", target, got)
			}
			if s.open(target).Find("form[action='/demo/remove'] button").Length() != 1 {
				t.Errorf("%s has no button to remove them", target)
			}
		}
		if a := s.ask(http.MethodPost, "/demo"); a.StatusCode != http.StatusConflict || s.open("/imports").Find("form[action='/demo']").Length() != 0 {
			t.Errorf("demo data once more: status %d", a.StatusCode)
		}
		// What came beside them stays when they go.
		s.load(file{"mine.csv", "store_id,status,timestamp_utc\nmine,active,2023-01-25 18:00:00\n"})
		for _, a := range s.atOnce("/demo/remove") {
			if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
				t.Fatalf("removed: status %d, %s", a.StatusCode, a.body)
			}
		}
		if n := s.stores(); n != 1 {
			t.Errorf("%d stores are left, want one", n)
		}
		if got := s.demoNote("/"); got != "" {
			t.Errorf("afterwards a page says %q", got)
		}
		if a := s.ask(http.MethodPost, "/demo/remove"); a.StatusCode != http.StatusSeeOther || s.stores() != 1 {
			t.Errorf("nothing, removed: status %d, %d stores", a.StatusCode, s.stores())
		}
	})
}

// Demo data never come beside other data, however often and from however many tabs they
// are asked for.
func TestDemoDataAreForAnEmptyDatabaseOnly(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		made := 0
		for _, a := range s.atOnce("/demo") {
			if a.StatusCode == http.StatusSeeOther {
				made++
			} else if a.StatusCode != http.StatusConflict {
				t.Errorf("status %d", a.StatusCode)
			}
		}
		if n, err := modelstest.Count(s.db, "imports"); err != nil || made != 1 || n != 1 {
			t.Errorf("%d requests made %d imports, %v", made, n, err)
		}
		// Before they are there, they can be taken back.
		if a := s.ask(http.MethodPost, "/demo/remove"); a.StatusCode != http.StatusSeeOther || s.demoNote("/") != "" || s.stores() != 0 {
			t.Errorf("cancelled: status %d, %q", a.StatusCode, s.demoNote("/"))
		}
		s.load(file{"zones.csv", goodZones})
		if a := s.ask(http.MethodPost, "/demo"); a.StatusCode != http.StatusConflict || s.open("/imports").Find("form[action='/demo']").Length() != 0 {
			t.Errorf("beside real stores: status %d", a.StatusCode)
		}
	})
}

// atOnce sends four requests at the same time.
func (s *site) atOnce(target string) (answers [4]answer) {
	var all sync.WaitGroup
	for n := range answers {
		all.Go(func() { answers[n] = s.ask(http.MethodPost, target) })
	}
	all.Wait()
	return answers
}

// Whoever uploads their own files has the demo data removed first, unless they do not
// want that; a file that is refused changes nothing.
func TestOwnFilesTakeThePlaceOfDemoData(t *testing.T) {
	s := onSQLite(t)
	s.workOffImport(s.loadDemo())
	if _, checked := s.open("/imports").Find("#upload-demo input[name=remove_demo]").Attr("checked"); !checked {
		t.Error("the form does not offer to remove them")
	}
	if a := s.ask(http.MethodPost, "/imports", filesWith("remove_demo", file{"orders.csv", "order,price\n1,2\n"})); a.StatusCode != http.StatusUnprocessableEntity || s.stores() != 200 {
		t.Errorf("refused: status %d, %d stores", a.StatusCode, s.stores())
	}
	mine := file{"mine.csv", "store_id,status,timestamp_utc\nmine,active,2023-01-25 18:00:00\n"}
	send := func(field string) {
		t.Helper()
		a := s.ask(http.MethodPost, "/imports", filesWith(field, mine))
		if a.StatusCode != http.StatusSeeOther {
			t.Fatalf("status %d", a.StatusCode)
		}
		s.workOffImport(strings.TrimPrefix(a.Header.Get("Location"), "/imports/"))
	}
	send("other")
	if s.stores() != 201 || s.demoNote("/imports") == "" {
		t.Errorf("beside: %d stores, %q", s.stores(), s.demoNote("/imports"))
	}
	mine.text = "store_id,status,timestamp_utc\nmine,active,2023-01-25 19:00:00\n"
	send("remove_demo")
	if s.stores() != 1 || s.demoNote("/imports") != "" || s.open("/imports").Find("#upload-demo").Length() != 0 {
		t.Errorf("in their place: %d stores, %q", s.stores(), s.demoNote("/imports"))
	}
}
