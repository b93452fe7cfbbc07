package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"lightson/models"
)

// namedStores are stores that were polled once, with these names and groups.
func namedStores(rows ...string) []file {
	polls, names := "store_id,status,timestamp_utc\n", "store_id,name,group,city\n"
	for n, row := range rows {
		id := string(rune('a' + n))
		polls += id + ",active,2023-01-25 18:00:00 UTC\n"
		names += id + "," + row + "\n"
	}
	return []file{{"polls.csv", polls}, {"names.csv", names}}
}

// namesFromAPI are the names of the stores of a list, piece by piece.
func (s *site) namesFromAPI(query string) (list []string) {
	s.t.Helper()
	for cursor := ""; ; {
		var piece struct {
			Stores     []struct{ ID, Name string }
			NextCursor *string `json:"next_cursor"`
		}
		a := s.ask(http.MethodGet, "/api/v1/stores?limit=2&"+query+"&cursor="+cursor)
		if err := json.Unmarshal([]byte(a.body), &piece); err != nil {
			s.t.Fatal(err)
		}
		for _, store := range piece.Stores {
			list = append(list, store.Name)
		}
		if piece.NextCursor == nil {
			return list
		}
		cursor = *piece.NextCursor
	}
}

// Page, export, API and the list of groups sort names as people do, and find them as
// people type them.
func TestNamesAreSortedAndFoundAsPeopleDo(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(namedStores("zebra,Ähre,Köln", "Éclair,zwei,Bonn", "Banana,Apfel,Köln", "apple,ahorn,Bonn", "Zoo,Ähre,Ulm")...)
		want := []string{"apple", "Banana", "Éclair", "zebra", "Zoo"}
		if got := s.namesFromAPI("sort=store"); !slices.Equal(got, want) {
			t.Errorf("the API sorts %q", got)
		}
		if got := texts(s.open("/stores?sort=store").Find("#stores tbody .name")); !slices.Equal(got, want) {
			t.Errorf("the page sorts %q", got)
		}
		var exported []string
		for _, row := range records(t, s.ask(http.MethodGet, "/stores.csv?sort=store"))[1:] {
			exported = append(exported, row[slices.Index(records(t, s.ask(http.MethodGet, "/stores.csv"))[0], "name")])
		}
		if !slices.Equal(exported, want) {
			t.Errorf("the export sorts %q", exported)
		}
		slices.Reverse(want)
		if got := s.namesFromAPI("sort=store&order=desc"); !slices.Equal(got, want) {
			t.Errorf("the other way round the API sorts %q", got)
		}
		if got := texts(s.open("/groups?sort=name").Find("#groups tbody .name")); !slices.Equal(got, []string{"ahorn", "Ähre", "Apfel", "zwei"}) {
			t.Errorf("groups are sorted %q", got)
		}
		for query, want := range map[string]string{
			"eclair": "Éclair", "ECLAIR": "Éclair", "koln ban": "Banana", "zebra kol": "zebra", "bonn": "apple Éclair", "ahre": "zebra Zoo", "bonn koln": "",
		} {
			if got := strings.Join(s.namesFromAPI("sort=store&q="+url.QueryEscape(query)), " "); got != want {
				t.Errorf("%q finds %q, want %q", query, got, want)
			}
		}
		r := s.report()
		if got := texts(s.open("/reports/" + r.ID + "?q=eclair+bonn").Find("#report-rows tbody .name")); !slices.Equal(got, []string{"Éclair"}) {
			t.Errorf("in a report, eclair bonn finds %q", got)
		}
		if got := texts(s.open("/groups?q=ahre").Find("#groups tbody .name")); !slices.Equal(got, []string{"Ähre"}) {
			t.Errorf("of the groups, ahre finds %q", got)
		}
	})
}

// A database may hold names that files of earlier versions gave.
func TestNamesThatNobodySeesAreNone(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(namedStores("one,Orbit,", "two,Orbit,", "three,Orbit,", "four,,")...)
		err := s.db.Update(t.Context(), func(tx *models.Tx) error {
			for code, to := range map[string][2]string{"a": {"\u200b", "Orbit"}, "b": {"\u3164", "Orbit\u200b"}, "c": {"\u2800", "\ufeffOrbit"}, "d": {"four", "\u00ad"}} {
				err := tx.GORM(t.Context()).Model(&models.Store{}).Where("code = ?", code).Updates(map[string]any{"name": to[0], "group_name": to[1]}).Error
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		s.load(file{"zones.csv", "store_id,timezone_str\na,Europe/Paris\n"}) // stores are read again
		list := s.open("/stores?sort=store")
		for _, id := range []string{"a", "b", "c"} {
			if got := text(list.Find("#stores tbody a[href='/stores/" + id + "']")); got != id {
				t.Errorf("the link to %s is %q", id, got)
			}
			if got := text(s.open("/stores/" + id).Find("h1")); got != "Store "+id {
				t.Errorf("the page of %s is headed %q", id, got)
			}
		}
		groups := texts(s.open("/groups").Find("#groups tbody .name"))
		if !slices.Equal(groups, []string{"Orbit"}) {
			t.Errorf("groups: %q", groups)
		}
		if got := text(s.open("/?group=Orbit%E2%80%8B").Find("h1")); got != "Orbit" {
			t.Errorf("the group's address with a character that nobody sees leads to %q", got)
		}
		for group, want := range map[string]int{"Orbit": http.StatusOK, "Orbit%E2%80%8B": http.StatusOK, "%C2%AD": http.StatusBadRequest, "%00": http.StatusBadRequest, "orbit": http.StatusBadRequest} {
			if a := s.ask(http.MethodPost, "/trigger_report", body("application/x-www-form-urlencoded", "group="+group)); a.StatusCode != want {
				t.Errorf("a report about the group %s: %d, want %d: %s", group, a.StatusCode, want, a.body)
			}
		}
	})
}
