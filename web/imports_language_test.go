package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestPagesOfImportsAndCorrectionsSpeakSpanishAndGerman(t *testing.T) {
	s := onSQLite(t)
	s.upload(file{"polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-24 09:00:00 UTC\n2,maybe,2023-01-24 09:00:00 UTC\n"})
	for _, test := range []struct{ path, english, spanish, german string }{
		{"/imports", "Rejected", "Rechazadas", "Abgelehnt"},
		{"/quality", "Business hours unknown", "Horario desconocido", "Öffnungszeiten unbekannt"},
		{"/corrections", "No corrections", "No hay correcciones", "Keine Korrekturen"},
		{"/special-days", "No special days here", "Aquí no hay días especiales", "Hier gibt es keine Sondertage"},
	} {
		for lang, want := range map[string]string{"en": test.english, "es": test.spanish, "de": test.german} {
			page := text(s.ask(http.MethodGet, test.path, header("Accept-Language", lang)).page(t).Find("main"))
			if !strings.Contains(page, want) || lang != "en" && strings.Contains(page, test.english) {
				t.Errorf("%s in %s: want %q in %q", test.path, lang, want, page)
			}
		}
	}
}
