package web_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/google/go-cmp/cmp"
)

func init() {
	openapi3filter.RegisterBodyDecoder("application/x-ndjson", openapi3filter.FileBodyDecoder)
}

// accepting asks for an answer of a type.
func accepting(kind string) func(*http.Request) { return header("Accept", kind) }

// lists are the addresses of all lists of the document, of a store and a report that exist.
func (s *site) lists() []string {
	s.t.Helper()
	fill := strings.NewReplacer("/stores/{id}", "/stores/"+s.snapshot().Stores[0].Code, "/reports/{id}", "/reports/"+s.report().ID, "{check}", "silent")
	var lists []string
	for path, item := range loadDocument(s.t).Paths.Map() {
		if item.Get != nil && strings.HasPrefix(item.Get.OperationID, "list") {
			if path = fill.Replace(path); !strings.Contains(path, "{") {
				lists = append(lists, path)
			}
		}
	}
	slices.Sort(lists)
	return lists
}

// itemsOf are the items of a list as JSON: its only field that is a list.
func itemsOf(t *testing.T, a answer) []json.RawMessage {
	t.Helper()
	for _, field := range decode[map[string]json.RawMessage](t, a) {
		var items []json.RawMessage
		if json.Unmarshal(field, &items) == nil && items != nil {
			return items
		}
	}
	t.Fatalf("no list in %.300s", a.body)
	return nil
}

func TestEveryListComesAsJSONAsLinesAndAsATable(t *testing.T) {
	s := onSQLite(t).withDemo()
	s.someEntered()
	lists := s.lists()
	filled := 0
	for _, list := range lists {
		plain := s.call(http.MethodGet, list)
		if plain.StatusCode == http.StatusForbidden { // people and keys, where there are none
			continue
		}
		items := itemsOf(t, plain)
		lines := s.call(http.MethodGet, list, accepting("application/x-ndjson"))
		table := s.call(http.MethodGet, list, accepting("text/csv"))
		if plain.StatusCode != http.StatusOK || lines.StatusCode != http.StatusOK || table.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %d and %d", list, plain.StatusCode, lines.StatusCode, table.StatusCode)
		}
		if got := lines.Header.Get("Content-Type"); got != "application/x-ndjson" || !strings.Contains(lines.Header.Get("Vary"), "Accept") {
			t.Errorf("%s: lines are %s", list, got)
		}
		if got := table.Header.Get("Content-Type"); got != "text/csv; charset=utf-8" || !strings.HasPrefix(table.Header.Get("Content-Disposition"), "attachment; filename=") {
			t.Errorf("%s: a table is %s, %s", list, got, table.Header.Get("Content-Disposition"))
		}
		each := slices.Collect(strings.Lines(lines.body))
		if len(each) < len(items) {
			t.Errorf("%s: %d items, but %d lines", list, len(items), len(each))
			continue
		}
		if diff := cmp.Diff(normal(t, items), normal(t, each[:len(items)])); diff != "" {
			t.Errorf("%s (-JSON +lines):\n%s", list, diff)
		}
		rows, err := csv.NewReader(strings.NewReader(table.body)).ReadAll()
		if err != nil || len(rows) != len(each)+1 {
			t.Fatalf("%s: %d rows for %d items, %v", list, len(rows), len(each), err)
		}
		columns := slices.Sorted(slices.Values(rows[0]))
		if len(slices.Compact(columns)) != len(rows[0]) || slices.Contains(rows[0], "") {
			t.Errorf("%s: columns %v", list, rows[0])
		}
		if len(items) > 0 {
			filled++
		}
	}
	if len(lists) < 14 || filled < 8 {
		t.Errorf("only %d lists were found, %d with items: %v", len(lists), filled, lists)
	}
}

// normal are JSON values without regard to how they were written.
func normal[T ~string | ~[]byte](t *testing.T, texts []T) []any {
	t.Helper()
	values := make([]any, len(texts))
	for n, text := range texts {
		if err := json.Unmarshal([]byte(text), &values[n]); err != nil {
			t.Fatal(err)
		}
	}
	return values
}

// someEntered enters a target, a special day and a correction.
func (s *site) someEntered() {
	s.t.Helper()
	s.call(http.MethodPut, "/api/v1/targets", body("application/json", `{"scope":"all","name":"","percent":99.5}`))
	s.call(http.MethodPost, "/api/v1/special-days", body("application/json", `{"scope":"all","date":"2026-12-24","note":"=1+1"}`))
	s.call(http.MethodPost, "/api/v1/corrections", body("application/json", `{"scope":"store","name":"`+s.snapshot().Stores[0].Code+`",
		"from":"2023-01-24T20:00:00Z","to":"2023-01-24T21:00:00Z","category":"power_or_network"}`))
}

// tableOf is a list as CSV, each row by its columns.
func (s *site) tableOf(target string) (rows []map[string]string) {
	s.t.Helper()
	records, err := csv.NewReader(strings.NewReader(s.call(http.MethodGet, target, accepting("text/csv")).body)).ReadAll()
	if err != nil {
		s.t.Fatal(err)
	}
	for _, record := range records[1:] {
		row := map[string]string{}
		for n, name := range records[0] {
			row[name] = record[n]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestATableHasItsItemsFlat(t *testing.T) {
	s := onSQLite(t).withDemo()
	s.someEntered()
	stores, table := decode[jsonStores](t, s.call(http.MethodGet, "/api/v1/stores?limit=1000")).Stores, s.tableOf("/api/v1/stores")
	if len(table) != len(stores) {
		t.Fatalf("%d rows for %d stores", len(table), len(stores))
	}
	for n, store := range stores {
		var week string
		if up := store.Windows.Week.Availability; up != nil {
			text, err := json.Marshal(*up)
			if err != nil {
				t.Fatal(err)
			}
			week = string(text)
		}
		if row := table[n]; row["id"] != store.ID || row["windows_last_week_availability"] != week || row["state"] != store.State {
			t.Errorf("store %s is %v", store.ID, row)
		}
	}
	days := s.tableOf("/api/v1/special-days")
	if len(days) != 1 || days[0]["note"] != "'=1+1" || days[0]["hours"] != "[]" || days[0]["closed"] != "true" || days[0]["name"] != "" {
		t.Errorf("special days are %v", days)
	}
}

func TestAPieceOfLinesIsLargerAndSaysWhereTheListGoesOn(t *testing.T) {
	s := onSQLite(t).withDemo()
	all := s.call(http.MethodGet, "/api/v1/stores", accepting("application/x-ndjson"))
	if lines := strings.Count(all.body, "\n"); lines != 120 || all.Header.Get("Link") != "" || all.Header.Get("X-Total-Count") != "120" || all.Header.Get("X-Data-Version") == "" {
		t.Errorf("%d lines, Link %q, total %q", lines, all.Header.Get("Link"), all.Header.Get("X-Total-Count"))
	}
	var pieces string
	target := "/api/v1/stores?limit=50"
	for range 3 {
		a := s.call(http.MethodGet, target, accepting("application/x-ndjson"))
		pieces += a.body
		link := a.Header.Get("Link")
		target = strings.TrimSuffix(strings.TrimPrefix(link, "<"), `>; rel="next"`)
	}
	if pieces != all.body || target != "" {
		t.Errorf("three pieces are %d bytes, all is %d; then %q", len(pieces), len(all.body), target)
	}
	refused(t, s.call(http.MethodGet, "/api/v1/stores?limit=20001", accepting("text/csv")), 400, "1 to 20000")
	refused(t, s.call(http.MethodGet, "/api/v1/stores?limit=1001"), 400, "1 to 1000")
}
