package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestWhatAnImportWroteDownIsSaidInTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t)
	i := s.upload(file{"{polls}.csv", "store_id,status,timestamp_utc\n1,open,2023-01-24 09:00:00 UTC\n2,maybe,2023-01-24 09:00:00 UTC\n3,active\n4,active,2099-01-24 09:00:00 UTC\n"})
	for lang, want := range map[string][]string{
		"en": {"Read as active: open (1).", "status: expected active or inactive", "Row: expected 3 fields", "2 fields", "a time at most 10 minutes ahead of the clock"},
		"es": {"Leído como activo: open (1).", "active o inactive", "3 campos", "2 campos", "una hora adelantada como máximo 10 minutos", "maybe"},
		"de": {"Als aktiv gelesen: open (1).", "active oder inactive", "3 Felder", "2 Felder", "eine Zeit, die der Uhr höchstens 10 Minuten voraus ist", "maybe"},
	} {
		page := text(s.ask(http.MethodGet, "/imports/"+i.ID, header("Accept-Language", lang)).page(t).Find("main"))
		for _, part := range want {
			if !strings.Contains(page, part) {
				t.Errorf("in %s: want %q in %q", lang, part, page)
			}
		}
	}
	if api := s.ask(http.MethodGet, "/api/v1/imports/"+i.ID, header("Accept-Language", "de")).body; !strings.Contains(api, `"Read as active: open (1)."`) || strings.Contains(api, `\"say\"`) {
		t.Errorf("the API says %s", api)
	}
}
