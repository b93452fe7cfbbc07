package web_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
)

const wholeID = "1200000000000000123"

var (
	wholeFile   = file{"zones.csv", "store_id,timezone_str\n" + wholeID + ",UTC\n101,UTC\n"}
	damagedFile = file{"damaged.csv", "store_id,status,timestamp_utc\n1.2E+18,active,2023-01-25 10:00:00\n1.2E+18,active,2023-01-25 11:00:00\n'101,active,2023-01-25 10:00:00\n9E+18,active,2023-01-25 10:00:00\n"}
)

// storeCodes are the codes of all stores.
func (s *site) storeCodes() (codes []string) {
	for _, store := range s.snapshot().Stores {
		codes = append(codes, store.Code)
	}
	return codes
}

// multipartOf is a form with files behind fields.
func multipartOf(fields [][2]string, list ...file) func(*http.Request) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range list {
		part, err := w.CreateFormFile("files", f.name)
		if err != nil {
			panic(err) // a buffer takes everything
		}
		_, _ = io.WriteString(part, f.text)
	}
	for _, field := range fields {
		_ = w.WriteField(field[0], field[1])
	}
	_ = w.Close()
	return body(w.FormDataContentType(), b.String())
}

func TestAPreviewOffersToMatchDamagedIDs(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(wholeFile)
		before := s.storeCodes()
		id := s.preview(damagedFile)
		page := s.open("/imports/" + id)
		const heading = "Match 2 ids to stores"
		if got := text(page.Find("#match-heading")); got != heading {
			t.Fatalf("the offer is %q", got)
		}
		if got := texts(page.Find("#match li")); !cmp.Equal(got, []string{"1.2E+18 → " + wholeID, "'101 → 101"}) {
			t.Errorf("examples: %q", got)
		}
		if got := texts(page.Find("#match tbody td")); len(got) != 3 || got[0] != "2" || got[1] != "1" {
			t.Errorf("%q", got)
		}
		if _, checked := page.Find("#match input[type=checkbox]").Attr("checked"); checked || text(page.Find("#new-stores-heading")) != "3 new stores" {
			t.Errorf("it is matched unasked: %s", text(page.Find("#import")))
		}
		// The choice is previewed before anything is imported.
		choose := func(values ...string) {
			t.Helper()
			if a := s.ask(http.MethodPost, page.Find("#match form").AttrOr("action", ""), form(values...)); a.StatusCode != http.StatusSeeOther {
				t.Fatalf("status %d: %s", a.StatusCode, a.body)
			}
			page = s.open("/imports/" + id)
		}
		choose("match_ids", "false", "match_ids", "true")
		if _, checked := page.Find("#match input[type=checkbox]").Attr("checked"); !checked || text(page.Find("#new-stores-heading")) != "1 new store" {
			t.Errorf("it is not matched: %s", text(page.Find("#import")))
		}
		choose("match_ids", "false")
		if text(page.Find("#new-stores-heading")) != "3 new stores" {
			t.Errorf("the choice was not taken back: %s", text(page.Find("#import")))
		}
		choose("match_ids", "false", "match_ids", "true")
		if page.Find(".callout").Length() > 0 {
			t.Errorf("it is outdated: %s", text(page.Find(".callout")))
		}
		if a := s.ask(http.MethodPost, "/imports/"+id+"/confirm"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("confirmed: status %d", a.StatusCode)
		}
		i := s.workOffImport(id)
		wantCounts(t, page, i)
		if i.State != models.Complete || !i.MatchIDs || i.NewStores != 1 {
			t.Errorf("%s, %+v", i.State, i.Counts)
		}
		if diff := cmp.Diff([]string{"101", wholeID, "9E+18"}, s.storeCodes()); diff != "" {
			t.Errorf("stores (-want +got):\n%s", diff)
		}
		if got := text(s.open("/imports/" + id).Find("#import")); !strings.Contains(got, "Matched 2 of 3 damaged ids to stores: 1.2E+18 → "+wholeID+", '101 → 101.") || !strings.Contains(got, "1 damaged id was not matched: no known store fits (1).") {
			t.Errorf("the page does not say what was matched: %s", got)
		}
		if a := s.ask(http.MethodPost, "/imports/"+id+"/undo"); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("undo: status %d", a.StatusCode)
		}
		if diff := cmp.Diff(before, s.storeCodes()); diff != "" {
			t.Errorf("after an undo (-want +got):\n%s", diff)
		}
	})
}

func TestAConfirmationMayChooseToMatchIDs(t *testing.T) {
	s := onSQLite(t)
	s.load(wholeFile)
	id := s.preview(damagedFile)
	for _, action := range []string{"confirm", "preview"} {
		if a := s.ask(http.MethodPost, "/imports/"+id+"/"+action, form("match_ids", "perhaps\x00")); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "expected true or false, found perhaps") {
			t.Errorf("%s: status %d", action, a.StatusCode)
		}
	}
	s.ask(http.MethodPost, "/imports/"+id+"/confirm", form("match_ids", "on"))
	if i := s.workOffImport(id); !i.MatchIDs || i.NewStores != 1 {
		t.Errorf("%v, %+v", i.MatchIDs, i.Counts)
	}
	for _, action := range []string{"confirm", "preview"} {
		if a := s.ask(http.MethodPost, "/imports/"+id+"/"+action, form("match_ids", "false", "anyway", "1")); a.StatusCode != http.StatusConflict {
			t.Errorf("%s of what is no preview: status %d", action, a.StatusCode)
		}
	}
	if i, err := s.db.Import(t.Context(), id); err != nil || !i.MatchIDs {
		t.Errorf("a choice after the import changed its record: %v", err)
	}
}

// A choice of which there is no preview is not confirmed unseen.
func TestAPreviewSaysWhenSomethingElseWasChosen(t *testing.T) {
	s := onSQLite(t)
	s.load(wholeFile)
	id := s.preview(damagedFile)
	if err := s.jobs.ChooseMatch(t.Context(), id, true); err != nil {
		t.Fatal(err)
	}
	page := s.open("/imports/" + id)
	if !strings.Contains(text(page.Find(".callout")), "your choices changed") {
		t.Errorf("the page says nothing: %s", text(page.Find("#import")))
	}
	if s.ask(http.MethodPost, "/imports/"+id+"/confirm"); text(s.open("/imports/"+id).Find(".badge-word")) != "Preview" {
		t.Error("an outdated preview was confirmed")
	}
}

func TestAFileWithoutDamageHasNoOffer(t *testing.T) {
	s := onSQLite(t)
	s.load(wholeFile)
	page := s.open("/imports/" + s.preview(file{"polls.csv", "store_id,status,timestamp_utc\n" + wholeID + ",active,2023-01-25 10:00:00\n1.3E+18,active,2023-01-25 10:00:00\n"}))
	if page.Find("#match").Length() > 0 {
		t.Errorf("%s", text(page.Find("#match")))
	}
}

type jsonMatch struct {
	ID        string
	MatchIDs  bool `json:"match_ids"`
	Matches   int64
	NewStores []string `json:"new_stores"`
	Counts    *struct {
		Rows, New int64
		NewStores int64 `json:"new_stores"`
	}
	Files []struct {
		Match struct {
			Count, Unmatched int64
			Examples         []struct{ ID, Store string }
		}
		Notes []models.Note
	}
}

func TestAPIImportsMatchDamagedIDsWhereAsked(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(wholeFile)
		for name, test := range map[string]struct {
			query  string
			fields [][2]string
			match  bool
		}{
			"unasked":           {"", nil, false},
			"asked":             {"&match_ids=true", nil, true},
			"asked in the form": {"", [][2]string{{"match_ids", "true"}}, true},
			"asked not to":      {"&match_ids=true", [][2]string{{"match_ids", "false"}}, false},
		} {
			p := decode[jsonMatch](t, s.call(http.MethodPost, "/api/v1/imports?dry_run=true"+test.query, multipartOf(test.fields, damagedFile)))
			want := int64(3)
			if test.match {
				want = 1
			}
			if p.MatchIDs != test.match || p.Matches != 2 || p.Counts.NewStores != want || p.Files[0].Match.Count != 2 || p.Files[0].Match.Unmatched != 1 || len(p.Files[0].Match.Examples) != 2 || p.Files[0].Match.Examples[0].Store != wholeID {
				t.Errorf("%s: %+v", name, p)
			}
		}
		refused(t, s.call(http.MethodPost, "/api/v1/imports?match_ids=perhaps", files(damagedFile)), 400, "match_ids")
		refused(t, s.call(http.MethodPost, "/api/v1/imports", multipartOf([][2]string{{"match_ids", strings.Repeat("true", 9999)}}, damagedFile)), 400, "match_ids: expected true or false, found truetrue")
		a := s.call(http.MethodPost, "/api/v1/imports", multipartOf([][2]string{{"match_ids", "1"}}, damagedFile))
		asked := decode[jsonMatch](t, a)
		if i := s.workOffImport(asked.ID); !asked.MatchIDs || !i.MatchIDs || i.NewStores != 1 || i.Rows != 4 {
			t.Errorf("%v, %+v", i.MatchIDs, i.Counts)
		}
		// The same bytes match what is known now.
		again := decode[jsonMatch](t, s.call(http.MethodPost, "/api/v1/imports?match_ids=true", files(damagedFile)))
		if i := s.workOffImport(again.ID); i.SameAs != "" || i.Kept != 0 || i.Duplicate != 4 {
			t.Errorf("same as %q, %+v", i.SameAs, i.Counts)
		}
		unasked := decode[jsonMatch](t, s.call(http.MethodPost, "/api/v1/imports", files(damagedFile)))
		if i := s.workOffImport(unasked.ID); i.SameAs != "" || i.MatchIDs || i.NewStores != 2 {
			t.Errorf("same as %q, %+v", i.SameAs, i.Counts)
		}
	})
}

// The form at /imports takes the field as well.
func TestAnUploadMayAskToMatchIDs(t *testing.T) {
	s := onSQLite(t)
	s.load(wholeFile)
	a := s.ask(http.MethodPost, "/imports", multipartOf([][2]string{{"match_ids", "on"}}, damagedFile))
	if i := s.workOffImport(strings.TrimPrefix(a.Header.Get("Location"), "/imports/")); !i.MatchIDs || i.NewStores != 1 {
		t.Errorf("%v, %+v", i.MatchIDs, i.Counts)
	}
	if a := s.ask(http.MethodPost, "/imports", multipartOf([][2]string{{"match_ids", "?"}}, damagedFile)); a.StatusCode != http.StatusBadRequest {
		t.Errorf("status %d", a.StatusCode)
	}
}
