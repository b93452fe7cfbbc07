package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/modelstest"
)

// in opens a page in a language.
func (s *site) in(language, target string) *goquery.Document {
	s.t.Helper()
	return s.settled(target, header("Accept-Language", language)).page(s.t)
}

func TestTheListOfStoresSpeaksSpanishAndGerman(t *testing.T) {
	s := onSQLite(t).withMonths()
	for _, test := range []struct{ target, part, spanish, german string }{
		{"/stores", "[aria-label='Vista'], [aria-label='Ansicht']", "Los peores de la última semana Empeoraron Mejoraron Sin conexión ahora Sin datos De la A a la Z", "Schlechteste letzte Woche Schlechter geworden Besser geworden Jetzt offline Keine Daten A bis Z"},
		{"/stores", "#period nav li > a", "Última hora, día, semanaHoyAyerÚltimos 7 díasSemana pasadaMes pasado", "Stunde, Tag, WocheHeuteGesternLetzte 7 TageVorige WocheVoriger Monat"},
		{"/stores", "[aria-label='Estado'], [aria-label='Status']", "Todos 6Sin conexión 4En línea 0Cerrado 2Sin datos 0", "Alle 6Offline 4Online 0Geschlossen 2Keine Daten 0"},
		{"/stores", ".list-actions .download", "Exportar 6 locales como CSV", "6 Filialen als CSV exportieren"},
		{"/stores?q=alone", ".list-actions .download", "Exportar 1 local como CSV", "1 Filiale als CSV exportieren"},
		{"/stores?q=us2", "tbody .in-week", "0,00 % 84 h caído", "0,00 % 84 h offline"},
		{"/stores?q=alone", "tbody .in-hour", "— cerrado", "— geschlossen"},
		{"/stores?q=hi", "tbody .in-change", "3 h mejor", "3 h besser"},
		{"/stores?state=offline&down=true&q=nowhere", "summary .count", "2 activos", "2 aktiv"},
		{"/stores?down=true", "summary .count", "1 activo", "1 aktiv"},
		{"/stores?q=nowhere", ".empty-title", "Ningún local coincide", "Keine passende Filiale"},
		{"/stores?state=offline&name=Mine", "#stores > .verdict", "Su vista Mine", "Ihre Ansicht Mine"},

		{"/stores?period=last-month", "title", "(4) Mes pasado · Locales · Lights On", "(4) Voriger Monat · Filialen · Lights On"},
		{"/stores?period=last-month", "#period > .hint", "1–31 ene 2023, en la hora propia de cada local.", "1.–31. Jan. 2023, in der Ortszeit jeder Filiale."},
		{"/stores?period=last-month", ".list-actions > a:not(.download)", "Informe: el mes pasado", "Bericht: voriger Monat"},
		{"/stores?period=today&q=us2", "thead [aria-sort]", "Hoy, hasta ahora", "Heute, bisher"},
		{"/stores?period=today&q=Ursula", "tbody .in-change", "2,38 puntos peor", "2,38 Punkte schlechter"},
		{"/stores?period=custom&from=2022-12-20&to=2023-01-05", "#period > .hint", "20 dic 2022 – 5 ene 2023, en la hora propia de cada local.", "20. Dez. 2022 – 5. Jan. 2023, in der Ortszeit jeder Filiale."},
		{"/stores?period=custom&from=2023-01-30&to=2023-02-05&state=closed", "#period > .hint", "30 ene – 5 feb 2023, en la hora propia de cada local.", "30. Jan. – 5. Feb. 2023, in der Ortszeit jeder Filiale."},
		{"/stores?period=custom&from=2023-02-05&to=2023-02-05", "[aria-label='Vista'] li:first-child, [aria-label='Ansicht'] li:first-child", "Los peores el 5 feb 2023", "Schlechteste am 5. Feb. 2023"},
	} {
		for language, want := range map[string]string{"es": test.spanish, "de": test.german} {
			s.withPeriod(test.target)
			if got := text(s.in(language, test.target).Find(test.part)); !strings.Contains(squeezed(got), squeezed(want)) {
				t.Errorf("%s in %s: %q, want %q", test.target, language, got, want)
			}
		}
	}
	titles := func(language string) (all []string) {
		s.in(language, "/stores?period=last-month").Find("#stores tbody [title]").Each(func(_ int, of *goquery.Selection) {
			all = append(all, of.AttrOr("title", ""))
		})
		return all
	}
	for language, want := range map[string][]string{
		"es": {"Tiempo sin conexión posible: 279 h – 372 h", "247 h sin conexión; 249 h en el mes anterior", "96 h sin conexión; las comprobaciones están demasiado espaciadas para decir más"},
		"de": {"Mögliche Ausfallzeit: 279 h – 372 h", "247 h offline; 249 h im Vormonat", "96 h Ausfallzeit; für mehr liegen die Abfragen zu weit auseinander"},
	} {
		got := strings.Join(titles(language), "\n")
		for _, hint := range want {
			if !strings.Contains(got, hint) {
				t.Errorf("in %s: no hint is %q: %q", language, hint, got)
			}
		}
	}
}

// The strip is read by its cells and by its table, and both are made for the language.
func TestTheStripSpeaksSpanishAndGerman(t *testing.T) {
	s := onSQLite(t).withMonths()
	for _, test := range []struct{ path, part, spanish, german string }{
		{"/", "h2", "Últimos 90 días", "Letzte 90 Tage"},
		{"/", ".section-head .hint", "Del 1 dic 2022 al 28 feb 2023. Un día va de medianoche a medianoche en la hora propia de cada local.", "1. Dez. 2022 bis 28. Feb. 2023. Ein Tag geht von Mitternacht bis Mitternacht in der Ortszeit jeder Filiale."},
		{"/", ".readout", "mar 28 feb, hasta ahora · 65,96 % · 32 h sin conexión", "Di, 28. Feb., bisher · 65,96 % · 32 h offline"},
		{"/", ".legend", "sin interrupciones hasta el 1 % sin conexión hasta el 2 % hasta el 5 % hasta el 15 % más", "keine Ausfallzeit bis 1 % offline bis 2 % bis 5 % bis 15 % mehr"},
		{"/", "thead", "Día Disponible Sin conexión Sin datos Abierto", "Tag Verfügbar Offline Keine Daten Geöffnet"},
		{"/", "tbody tr:nth-child(2)", "lun 27 feb 67,31 %34 h0 %104 h", "Mo, 27. Feb. 67,31 %34 h0 %104 h"},
		{"/stores/us", ".section-head .hint", "Un día va de medianoche a medianoche en la hora propia del local.", "Ein Tag geht von Mitternacht bis Mitternacht in der Ortszeit der Filiale."},
		{"/stores/us", ".readout", "mar 28 feb, hasta ahora · 80,95 % · 4 h sin conexión", "Di, 28. Feb., bisher · 80,95 % · 4 h offline"},
	} {
		for language, want := range map[string]string{"es": test.spanish, "de": test.german} {
			for range 2 { // the second is kept
				got := text(s.in(language, test.path).Find("#ninety").Find(test.part))
				if !strings.Contains(squeezed(got), squeezed(want)) {
					t.Errorf("%s in %s: %q, want %q", test.path, language, got, want)
				}
			}
		}
	}
	for language, want := range map[string]string{"en": "Feb", "es": "feb", "de": "Feb."} {
		strip := s.in(language, "/").Find("#ninety")
		if got := strip.Find("li[data-month]").AttrOr("data-month", ""); got != want {
			t.Errorf("a month begins as %q in %s, want %q", got, language, want)
		}
		if newest, read := strip.Find("li > *").AttrOr("title", ""), text(strip.Find(".readout")); squeezed(newest) != squeezed(read) {
			t.Errorf("in %s the newest day is %q, and read out as %q", language, newest, read)
		}
	}
}

// squeezed is a text without spaces, of which there are several kinds.
func squeezed(text string) string { return strings.NewReplacer(" ", "", "\u202f", "").Replace(text) }

func TestDaysThatAreNoLongerKeptAreSaidToBeInEveryLanguage(t *testing.T) {
	s := onSQLite(t).withMonths()
	modelstest.PrunePolls(t, s.db, 45)
	for _, test := range []struct{ target, part, spanish, german string }{
		{"/stores?period=custom&from=2022-12-20&to=2022-12-31", "#stores-state", "Las comprobaciones de 20–31 dic 2022 ya no se conservan, así que no se puede decir nada de esos días.", "Die Abfragen vom 20.–31. Dez. 2022 werden nicht mehr aufbewahrt, deshalb lässt sich über diese Tage nichts sagen."},
		{"/?period=custom&from=2023-02-01&to=2023-02-25", "#of-period .tile .change", "comprobaciones ya no conservadas: los 25 días anteriores", "Abfragen nicht mehr aufbewahrt: die 25 Tage davor"},
		{"/?period=custom&from=2023-02-01&to=2023-02-25", "#ninety .legend", "ya no se conserva", "nicht mehr aufbewahrt"},
		{"/?period=today", "#of-period .tile h3", "Hoy, hasta ahoraEl día anterior", "Heute, bisherDer Vortag"},
	} {
		for language, want := range map[string]string{"es": test.spanish, "de": test.german} {
			s.withPeriod(test.target)
			if got := text(s.in(language, test.target).Find(test.part)); !strings.Contains(got, want) {
				t.Errorf("%s in %s: %q, want %q", test.target, language, got, want)
			}
		}
	}
}

func TestAPeriodThatIsNotAddedUpSaysSoInEveryLanguage(t *testing.T) {
	for language, want := range map[string]string{
		"es": "Mes pasado: se está calculando y aparecerá aquí. Mostrar lo que ya hay",
		"de": "Voriger Monat: wird gerade berechnet und erscheint dann hier. Anzeigen, was schon da ist",
	} {
		s := onSQLite(t).withMonths()
		s.server.WaitForStrips(0)
		page := s.ask(http.MethodGet, "/stores?period=last-month", header("Accept-Language", language)).page(t)
		if got := text(page.Find("#stores-state")); got != want {
			t.Errorf("in %s: %q, want %q", language, got, want)
		}
	}
}
