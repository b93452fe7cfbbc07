package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/words"
)

func TestAnImportIsUndoneOnItsPage(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		i := s.load(file{"zones.csv", goodZones})
		if a := s.ask(http.MethodPost, s.open("/imports/"+i.ID).Find("details form[action$=undo]").AttrOr("action", "")); a.StatusCode != http.StatusSeeOther {
			t.Errorf("undo: %d", a.StatusCode)
		}
		page := s.open("/imports/" + i.ID)
		if got := text(page.Find(".callout strong")); !strings.HasPrefix(got, "Undone on ") || !strings.HasSuffix(got, ", by 192.0.2.1.") {
			t.Errorf("the page says %q", got)
		}
		if page.Find("#undo").Length() > 0 || len(s.snapshot().Stores) > 0 {
			t.Error("it can be undone twice, or was not")
		}
		row := s.open("/imports").Find("#imports tbody tr:last-child")
		if !strings.Contains(text(row.Find(".state")), "Undone") || row.Find(".can-undo").Length() > 0 {
			t.Errorf("the list says %q", text(row))
		}
	})
}

type undoState struct {
	CanUndo  bool    `json:"can_undo"`
	Reason   *string `json:"undo_reason"`
	Blocking *string `json:"undo_blocking"`
	UndoneBy *string `json:"undone_by"`
}

// List, page and API say the same before anyone tries, and that is what happens.
func TestUndoIsToldBeforeTheClick(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		first := s.load(file{"zones.csv", goodZones})
		nothing := s.load(file{"known.csv", "store_id,timezone_str\na,Europe/Berlin\n"})
		later := s.load(file{"more.csv", "store_id,timezone_str\na,UTC\n"})
		pushed := decode[struct{ Import string }](t, s.push("application/json", `{"polls": [{"store_id": "a", "status": "active", "timestamp_utc": "2023-01-25T10:00:00Z"}]}`)).Import
		failed := s.load(file{"x.csv", "store_id,timezone_str\n"})
		check := func(id string, why string, blocking *models.Import) {
			t.Helper()
			got := decode[undoState](t, s.call(http.MethodGet, "/api/v1/imports/"+id))
			page, row := s.open("/imports/"+id), s.open("/imports").Find("#import-"+id+" .can-undo")
			if got.CanUndo != (why == "") {
				t.Errorf("the API says %v, want %q", got.CanUndo, why)
			}
			if why == "" {
				if got.Reason != nil || got.Blocking != nil || page.Find("#undo form[action$=undo]").Length() != 1 || row.Find("a").AttrOr("href", "") != "/imports/"+id+"#undo" {
					t.Errorf("can be undone, but: %+v, %q, %q", got, text(page.Find("#undo")), text(row))
				}
				return
			}
			if got.Reason == nil || !strings.Contains(*got.Reason, why) || !strings.Contains(text(page.Find("#undo")), *got.Reason) || page.Find("form[action$=undo]").Length() > 0 {
				t.Errorf("want %q: %+v, %q", why, got, text(page.Find("#undo")))
			}
			link := "/imports/"
			if blocking != nil {
				link += blocking.ID
			}
			if (got.Blocking != nil) != (blocking != nil) || got.Blocking != nil && *got.Blocking != blocking.ID || text(row) == "" ||
				blocking != nil && (page.Find("#undo a").AttrOr("href", "") != link || row.Find("a").AttrOr("href", "") != link) {
				t.Errorf("want a link to %s: %+v, page %v, list %v", link, got, page.Find("#undo a").AttrOr("href", ""), row.Find("a").AttrOr("href", ""))
			}
			a := s.call(http.MethodPost, "/api/v1/imports/"+id+"/undo")
			if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, *got.Reason) {
				t.Errorf("tried all the same: %d %s", a.StatusCode, a.body)
			}
		}
		check(first.ID, "Undo that one first", &later)
		check(nothing.ID, "nothing to undo", nil)
		check(failed.ID, "nothing to undo", nil)
		check(later.ID, "", nil)
		check(pushed, "", nil)

		a, err := s.db.BeginImport(t.Context(), models.NewImport(models.FromInbox))
		if err != nil {
			t.Fatal(err)
		}
		running, err := s.db.Import(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		check(later.ID, "is running", &running)
		if got := decode[undoState](t, s.call(http.MethodGet, "/api/v1/imports/"+a.ID)); got.CanUndo || got.Reason == nil {
			t.Errorf("a running import: %+v", got)
		}
		if err := s.db.Fail(t.Context(), a, words.Said("It was a test.")); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{later.ID, first.ID, pushed} {
			check(id, "", nil)
			got := decode[undoState](t, s.call(http.MethodPost, "/api/v1/imports/"+id+"/undo"))
			if got.UndoneBy == nil || *got.UndoneBy != "192.0.2.1" || got.CanUndo || got.Reason == nil || !strings.Contains(*got.Reason, "already undone") {
				t.Errorf("undone: %+v", got)
			}
			if a := s.call(http.MethodPost, "/api/v1/imports/"+id+"/undo"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "already undone") {
				t.Errorf("undone twice: %d %s", a.StatusCode, a.body)
			}
		}
		if left := len(s.snapshot().Stores); left != 0 {
			t.Errorf("%d stores are left", left)
		}
	})
}
