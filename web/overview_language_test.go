package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
)

// mainIn is the main part of a page in a language.
func (s *site) mainIn(language, path string, changes ...func(*http.Request)) string {
	s.t.Helper()
	a := s.ask(http.MethodGet, path, append(changes, header("Accept-Language", language))...)
	if a.StatusCode != http.StatusOK {
		s.t.Fatalf("%s in %s is answered %d", path, language, a.StatusCode)
	}
	return text(a.page(s.t).Find("main"))
}

// The first sentence that a person reads is right in each language, for one store and for many.
func TestTheVerdictIsSaidInSpanishAndGerman(t *testing.T) {
	never := func(string, int) bool { return false }
	all := "a b c"
	names := file{"names.csv", "store_id,name,group,city\na,Blue Kettle,,\n"}
	closed := file{"hours.csv", "store_id,day,start_time_local,end_time_local\na,0,03:00,04:00\nb,0,03:00,04:00\n"}
	only := func(down string, hours int) func(string, int) bool {
		return func(store string, hour int) bool { return store == down && hour < hours }
	}
	two := func(store string, hour int) bool { return store == "a" && hour < 5 || store == "b" && hour < 2 }
	for name, tt := range map[string]struct {
		files           []file
		later           time.Duration
		spanish, german string
	}{
		"all is well": {[]file{seenHourly(180, all, never)}, 0,
			"Ningún local está sin conexión ahora: los 3 que deberían estar abiertos están en línea. Sin interrupciones en la última semana. ¡Buenas noticias!",
			"Keine Filiale ist jetzt offline: Alle 3, die geöffnet sein sollten, sind online. Keine Ausfallzeit in der letzten Woche. Gute Nachrichten!"},
		"all was well": {[]file{seenHourly(180, all, never)}, 48 * time.Hour,
			"Según los datos hasta el 25 ene 2023, ningún local estaba sin conexión: los 3 que debían estar abiertos estaban en línea. No hubo interrupciones en la semana hasta el 25 ene 2023.",
			"Stand 25. Jan. 2023: Keine Filiale war offline; alle 3, die geöffnet sein sollten, waren online. In der Woche bis 25. Jan. 2023 gab es keine Ausfallzeit."},
		"one is offline": {[]file{names, seenHourly(180, all, only("a", 5))}, 0,
			"1 de 3 locales está sin conexión ahora. En la última semana hubo 4 h sin conexión, todo ese tiempo en Blue Kettle.",
			"1 von 3 Filialen ist jetzt offline. In der letzten Woche gab es 4 h Ausfallzeit, alles davon bei Blue Kettle."},
		"two are": {[]file{names, seenHourly(180, all, two)}, 0,
			"2 de 3 locales están sin conexión ahora. En la última semana hubo 5 h sin conexión, 4 h de ese tiempo en Blue Kettle.",
			"2 von 3 Filialen sind jetzt offline. In der letzten Woche gab es 5 h Ausfallzeit, davon 4 h bei Blue Kettle."},
		"one was, earlier today": {[]file{names, seenHourly(180, all, only("a", 5))}, 4 * time.Hour,
			"Según los datos hasta las 18:13 UTC, 1 de 3 locales estaba sin conexión. En la semana hasta las 18:13 UTC hubo 4 h sin conexión, todo ese tiempo en Blue Kettle.",
			"Stand 18:13 UTC: 1 von 3 Filialen war offline. In der Woche bis 18:13 UTC gab es 4 h Ausfallzeit, alles davon bei Blue Kettle."},
		"two were": {[]file{names, seenHourly(180, all, two)}, 48 * time.Hour,
			"Según los datos hasta el 25 ene 2023, 2 de 3 locales estaban sin conexión. En la semana hasta el 25 ene 2023 hubo 5 h sin conexión, 4 h de ese tiempo en Blue Kettle.",
			"Stand 25. Jan. 2023: 2 von 3 Filialen waren offline. In der Woche bis 25. Jan. 2023 gab es 5 h Ausfallzeit, davon 4 h bei Blue Kettle."},
		"little, and bad": {[]file{seenHourly(30, all, only("a", 5))}, 0,
			"1 de 3 locales está sin conexión ahora. Última semana: 4 h sin conexión en la parte que pudimos comprobar (32 %). El local más afectado es a: 4 h.",
			"1 von 3 Filialen ist jetzt offline. Letzte Woche: 4 h Ausfallzeit in dem Teil, den wir prüfen konnten (32 %). Am stärksten betroffen ist a: 4 h."},
		"nobody was checked": {[]file{seenHourly(180, all, never), {"more.csv", "store_id,timezone_str\nd,America/Chicago\n"}}, 0,
			"No consta ningún local sin conexión ahora; no fue posible comprobar 1 de 4 locales. En la última semana no se observaron interrupciones en la parte que pudimos comprobar (75 %).",
			"Von keiner Filiale ist bekannt, dass sie jetzt offline ist; bei 1 von 4 Filialen war keine Prüfung möglich. In der letzten Woche wurde in dem Teil, den wir prüfen konnten (75 %), keine Ausfallzeit beobachtet."},
		"one store": {[]file{names, seenHourly(180, "a", only("a", 5))}, 0,
			"Blue Kettle está sin conexión ahora. En la última semana hubo 4 h sin conexión.",
			"Blue Kettle ist jetzt offline. In der letzten Woche gab es 4 h Ausfallzeit."},
		"nobody is open": {[]file{closed, seenHourly(3, "a b", never)}, 0,
			"Ningún local está abierto ahora: los 2 están cerrados. No hay datos de la última semana.",
			"Keine Filiale ist jetzt geöffnet: Alle 2 sind geschlossen. Zur letzten Woche gibt es keine Daten."},
		"no polls": {[]file{{"zones.csv", "store_id,timezone_str\nd,America/Chicago\n"}}, 0,
			"Todavía no hay datos de 1 local: no se ha importado ninguna comprobación.",
			"Zu 1 Filiale gibt es noch keine Daten: Es wurden keine Abfragen importiert."},
	} {
		t.Run(name, func(t *testing.T) {
			s := onSQLite(t)
			s.server.SetClock(func() time.Time { return now.Add(tt.later) })
			s.load(tt.files...)
			for language, want := range map[string]string{"es": tt.spanish, "de": tt.german} {
				page := s.ask(http.MethodGet, "/", header("Accept-Language", language)).page(t)
				if got := text(page.Find(".verdict-line")); got != want {
					t.Errorf("in %s it says %q, want %q", language, got, want)
				}
				english := s.open("/").Find(".verdict-line a")
				for n, link := range page.Find(".verdict-line a").EachIter() {
					if got, want := link.AttrOr("href", ""), english.Eq(n).AttrOr("href", ""); got != want {
						t.Errorf("in %s link %d leads to %s, want %s", language, n, got, want)
					}
				}
			}
		})
	}
}

// Whoever sees some stores reads of their own ones.
func TestTheVerdictOfOwnStoresIsSaidInSpanishAndGerman(t *testing.T) {
	s := onSQLite(t)
	s.load(seenHourly(180, "a b c", func(store string, hour int) bool { return store == "a" && hour < 5 }))
	who := s.as(s.person(access.Viewer, reach.Of(nil, []string{"a", "b"})))
	for language, want := range map[string]string{
		"en": "1 of your 2 stores is offline now. Last week 4 h were lost, all of them at a.",
		"es": "1 de sus 2 locales está sin conexión ahora.", "de": "1 Ihrer 2 Filialen ist jetzt offline.",
	} {
		if got := s.mainIn(language, "/", who); !strings.Contains(got, want) {
			t.Errorf("in %s: want %q in %q", language, want, got)
		}
	}
}

func TestTheOverviewAndWhatItLeadsToSpeakSpanishAndGerman(t *testing.T) {
	s := onSQLite(t).withChains()
	group := overviewOf(groupsOf(s.snapshot())[0])
	for _, test := range []struct {
		path                     string
		english, spanish, german []string
	}{
		{"/", []string{"40 stores in all", "Availability by day", "Changed most since the week before", "When stores go offline", "Worst:", "Percent of open time"},
			[]string{"40 locales en total", "Disponibilidad por día", "Mayores cambios respecto a la semana anterior", "Cuándo se quedan sin conexión los locales", "La peor: ", " peor: ", "Los 40 locales", "más que la semana anterior ("},
			[]string{"40 Filialen insgesamt", "Verfügbarkeit nach Tagen", "Größte Veränderungen gegenüber der Vorwoche", "Wann Filialen offline gehen", "Am schlechtesten: ", " Uhr, ", " schlechter: ", "Alle 40 Filialen", "als in der Vorwoche ("}},
		{group, []string{"All stores of the group together", "Its stores", "Latest reports"},
			[]string{"Todos los locales del grupo en conjunto", "Los locales del grupo, con la peor semana primero", "Últimos informes de este grupo"},
			[]string{"Alle Filialen der Gruppe zusammen", "Die Filialen der Gruppe, die schlechteste Woche zuerst", "Neueste Berichte dieser Gruppe"}},
		{"/groups", []string{"worst week first", "Last week", "Stores"},
			[]string{"Las cadenas o los propietarios de sus locales", "Última semana", "Cambio", "la semana anterior ("},
			[]string{"Die Ketten oder Inhaber", "Letzte Woche", "Veränderung", "in der Vorwoche ("}},
		{"/groups?q=nowhere", []string{"No group matches"}, []string{"Ningún grupo coincide"}, []string{"Keine passende Gruppe"}},
		{"/hours/monday-21", []string{"Monday", "Which stores", "In this hour"},
			[]string{"Lunes, de 21:00 a 22:00", "Qué locales estaban sin conexión en esta hora"},
			[]string{"Montag, 21:00 bis 22:00 Uhr", "Welche Filialen in dieser Stunde"}},
	} {
		for language, want := range map[string][]string{"en": test.english, "es": test.spanish, "de": test.german} {
			page := s.mainIn(language, test.path)
			for _, words := range want {
				if !strings.Contains(page, words) {
					t.Errorf("%s in %s does not say %q: %s", test.path, language, words, page)
				}
			}
			for _, words := range test.english {
				if language != "en" && strings.Contains(page, words) {
					t.Errorf("%s in %s says %q", test.path, language, words)
				}
			}
		}
	}
	for language, want := range map[string]string{
		"es": "Lunes, de 21:00 a 22:00: 4,04\u202f% sin conexión, 1 h de 24 h 45 min", "de": "Montag, 21:00 bis 22:00 Uhr: 4,04\u202f% offline, 1 h von 24 h 45 min",
	} {
		page := s.ask(http.MethodGet, "/", header("Accept-Language", language)).page(t)
		titles := page.Find("table.heat td").Map(func(_ int, cell *goquery.Selection) string { return cell.AttrOr("title", "") })
		if !slices.Contains(titles, want) {
			t.Errorf("in %s no cell of the heat map says %q: %q", language, want, titles)
		}
	}
}

func TestTheFirstPageLeadsThroughThreeStepsInSpanishAndGerman(t *testing.T) {
	s := onSQLite(t)
	noGroups := map[string]string{"es": "Todavía no hay grupos", "de": "Noch keine Gruppen"}
	for language, want := range map[string][]string{
		"es": {"Qué locales están sin conexión cuando deberían estar abiertos", "Tres pasos hasta su primer informe", "Reúna sus archivos", "Súbalos", "Generar un informe"},
		"de": {"Welche Filialen offline sind, obwohl sie geöffnet sein sollten", "In drei Schritten zu Ihrem ersten Bericht", "Halten Sie Ihre Dateien bereit", "Laden Sie sie hoch", "Bericht erstellen"},
	} {
		page := s.mainIn(language, "/")
		for _, words := range want {
			if !strings.Contains(page, words) {
				t.Errorf("in %s it does not say %q: %s", language, words, page)
			}
		}
		if groups := s.mainIn(language, "/groups"); !strings.Contains(groups, noGroups[language]) || strings.Contains(groups, "Upload") {
			t.Errorf("in %s the list of groups says %s", language, groups)
		}
	}
}
