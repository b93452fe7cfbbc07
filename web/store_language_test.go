package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/go-cmp/cmp"

	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

// openIn opens a page for who reads a language.
func (s *site) openIn(language, target string) *goquery.Document {
	s.t.Helper()
	return s.openAs(target, header("Accept-Language", language))
}

// A storeInWords is what the page of newYork says of the day with the outage.
type storeInWords struct {
	parts, summaries, stretches, readOut, explained, sums, hours, outages []string
}

func TestAStoresPageSpeaksTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t)
	s.load(append(newYork(), file{"more.csv", "store_id,status,timestamp_utc\nny,active,2023-03-13 14:05:37.388884 UTC\n"})...)
	for language, want := range map[string]storeInWords{
		"es": {
			parts:     []string{"Última semana", "Interrupciones", "Horario y días especiales", "Últimos 90 días", "¿Cómo se calculó esto?"},
			summaries: []string{"mar 14 mar: 5 h abierto", "lun 13 mar: 1 h sin conexión · 8 h abierto"},
			stretches: []string{"Cerrado | 00:00 | 09:00 | 9 h | 9", "En línea | 09:00 | 11:00 | 2 h | 3", "Sin conexión | 11:00 | 12:00 | 1 h | 1"},
			readOut:   []string{"cerrado 9 h · 9 comprobaciones", "en línea 2 h · 3 comprobaciones", "sin conexión 1 h · 1 comprobación"},
			explained: []string{"10:00:00 EDT | activo | 10:00:00–10:05:37,388884, 5 min 37,388884 s en línea | seguro", "10:05:37,388884 EDT | activo | 10:05:37,388884–11:00:00, 54 min 22,611116 s en línea | no seguro", "11:00:00 EDT | inactivo | 11:00:00–12:00:00, 1 h sin conexión | no seguro"},
			sums:      []string{"En línea 7 h + sin conexión 1 h + sin datos 0 min = abierto 8 h", "Tiempo sin conexión posible: de 0 min a 2 h 54 min 22,611116 s."},
			hours:     []string{"lunes | 09:00–17:00", "martes | 09:00–17:00"},
			outages:   []string{"lun 13 mar, 11:00 EDT | lun 13 mar, 12:00 EDT | 1 h (0 min – 1 h 54 min) | Justificar la interrupción del lun 13 mar, 11:00 EDT"},
		},
		"de": {
			parts:     []string{"Letzte Woche", "Ausfälle", "Öffnungszeiten und Sondertage", "Letzte 90 Tage", "Wie wurde das berechnet?"},
			summaries: []string{"Di, 14. März: 5 h geöffnet", "Mo, 13. März: 1 h offline · 8 h geöffnet"},
			stretches: []string{"Geschlossen | 00:00 | 09:00 | 9 h | 9", "Online | 09:00 | 11:00 | 2 h | 3", "Offline | 11:00 | 12:00 | 1 h | 1"},
			readOut:   []string{"geschlossen 9 h · 9 Abfragen", "online 2 h · 3 Abfragen", "offline 1 h · 1 Abfrage"},
			explained: []string{"10:00:00 EDT | aktiv | 10:00:00–10:05:37,388884, 5 min 37,388884 s online | sicher", "10:05:37,388884 EDT | aktiv | 10:05:37,388884–11:00:00, 54 min 22,611116 s online | nicht sicher", "11:00:00 EDT | inaktiv | 11:00:00–12:00:00, 1 h offline | nicht sicher"},
			sums:      []string{"Online 7 h + offline 1 h + keine Daten 0 min = geöffnet 8 h", "Mögliche Ausfallzeit: 0 min bis 2 h 54 min 22,611116 s."},
			hours:     []string{"Montag | 09:00–17:00", "Dienstag | 09:00–17:00"},
			outages:   []string{"Mo, 13. März, 11:00 EDT | Mo, 13. März, 12:00 EDT | 1 h (0 min – 1 h 54 min) | Ausnehmen: Ausfall vom Mo, 13. März, 11:00 EDT"},
		},
	} {
		page := s.openIn(language, "/stores/ny?day=2023-03-13")
		day := page.Find("#timeline .day").Eq(1)
		got := storeInWords{
			parts: texts(page.Find(".selects a")),
			summaries: page.Find("#timeline .day").Slice(0, 2).Map(func(_ int, d *goquery.Selection) string {
				return text(d.Find(".day-name")) + ": " + text(d.Find(".day-sum"))
			}),
			stretches: cells(day.Find("tbody tr"))[:3],
			readOut:   day.Find("tbody tr").Slice(0, 3).Map(func(_ int, r *goquery.Selection) string { return r.AttrOr("data-say", "") }),
			explained: cells(page.Find("table.polls tbody tr"))[1:4],
			sums:      texts(page.Find("#explain .panel > p.sum, #explain .panel > p.sum + .sum-bounds").Slice(-2, goquery.ToEnd)),
			hours:     cells(page.Find("#hours table tbody tr"))[:2],
			outages:   cells(page.Find("table.outages tbody tr")),
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(storeInWords{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
		for _, english := range []string{"offline at", "Opening ", "Poll", "Closed", "Covers", "certain", "excused", "Excuse", "computed", "midnight", "arrow"} {
			for _, part := range []string{"#timeline", "#explain", "#outages", "#hours"} {
				if said := text(page.Find(part)); strings.Contains(said, english) {
					t.Errorf("%s: %s says %q: %s", language, part, english, said)
				}
			}
		}
	}
}

// What stands beside a strip, what is read out of it, and the sentence that explains it.
func TestADayThatIsSpecialSpeaksTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t)
	s.load(newYork()...)
	from := uptime.At(time.Date(2023, time.March, 13, 15, 0, 0, 0, time.UTC))
	err := entered.AddCorrection(t.Context(), s.db, &entered.Correction{Subject: entered.Store("ny"), From: from, To: from.Add(uptime.Hour / 2), Category: entered.Other})
	if err != nil {
		t.Fatal(err)
	}
	s.load(file{"special.csv", "store_id,date,start_time_local,end_time_local,note\nny,2023-03-10,,,Inventar.\nny,2023-03-11,10:00,12:00,\nny,2023-03-11,18:00,02:00,\n"})
	for language, want := range map[string][]string{
		"es": {
			"sin conexión 30 min, justificado · 1 comprobación", "Sin conexión, justificado", "1 h sin conexión · 8 h abierto · 30 min justificado", "30 min justificado",
			"Cerrado: Inventar.", "Cerrado todo el día: Inventar. Este día especial del local reemplaza el horario semanal: 09:00–17:00.",
			"8 h abierto · horario especial", "Horario especial: 10:00–12:00 y 18:00–02:00 (día siguiente). Este día especial del local reemplaza el horario semanal: 09:00–17:00.",
		},
		"de": {
			"offline 30 min, ausgenommen · 1 Abfrage", "Offline, ausgenommen", "1 h offline · 8 h geöffnet · 30 min ausgenommen", "30 min davon ausgenommen",
			"Geschlossen: Inventar.", "Ganztägig geschlossen: Inventar. Dieser Sondertag der Filiale ersetzt die wöchentlichen Öffnungszeiten: 09:00–17:00.",
			"8 h geöffnet · Sonderöffnungszeiten", "Sonderöffnungszeiten: 10:00–12:00 und 18:00–02:00 (Folgetag). Dieser Sondertag der Filiale ersetzt die wöchentlichen Öffnungszeiten: 09:00–17:00.",
		},
	} {
		page := s.openIn(language, "/stores/ny")
		days := page.Find("#timeline .day")
		corrected, special, closed := days.Eq(1), days.Eq(3), days.Eq(4)
		excused := corrected.Find("tbody tr:has(.excused)")
		got := []string{
			excused.AttrOr("data-say", ""), text(excused.Find("th")), text(corrected.Find(".day-sum")), text(page.Find(".excused-part")),
			text(closed.Find(".day-sum")), text(closed.Find("p.hint").First()),
			text(special.Find(".day-sum")), text(special.Find("p.hint").First()),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
	}
}

func TestAStoreOfWhichLittleIsKnownSaysSoInTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t)
	s.load(append(newYork(), file{"mondays.csv", modelstest.HoursFile("unseen,0,00:00,23:59")})...)
	for language, want := range map[string][4]string{
		"es": {"24 h abierto · sin datos 24 h", "No hubo comprobaciones mientras el local estuvo abierto.", "No hubo ninguna comprobación, así que no hay datos de todo este tiempo.", "Cerrado todo el día: no cuenta nada."},
		"de": {"24 h geöffnet · keine Daten 24 h", "Es gab keine Abfragen, während die Filiale geöffnet war.", "Darin gab es keine Abfrage, deshalb gibt es für die ganze Zeit keine Daten.", "Ganztägig geschlossen: Nichts zählt."},
	} {
		page := s.openIn(language, "/stores/unseen?day=2023-03-13")
		got := [4]string{
			text(page.Find("#timeline .day-sum").Eq(1)), text(page.Find("#outages .empty p").Last()), text(page.Find("#explain .none").First()),
			text(s.openIn(language, "/stores/unseen?day=2023-03-09").Find("#explain .panel > p").First()),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
	}
}

func TestTheLogOfOutagesSpeaksTheLanguageOfItsReader(t *testing.T) {
	s := someOutages(t)
	for language, want := range map[string][]string{
		"es": {
			"<b>Two</b> Chain 2 | mié 25 ene 2023, 10:00 CST | en curso | 2 h (0 min – 3 h) | — | Justificar la interrupción del mié 25 ene 2023, 10:00 CST | —",
			"=Cafe Chicago · Chain 1 | mié 25 ene 2023, 05:00 CST | mié 25 ene 2023, 07:00 CST de nuevo en línea | 2 h (1 h – 3 h) | =1+1 <i>tablet</i> | En parte: 20 min Justificar la interrupción del mié 25 ene 2023, 05:00 CST",
			"3 | mar 24 ene 2023, 10:00 CST | mar 24 ene 2023, 11:00 CST cerrado | 1 h (0 min – 1 h 30 min) | — | Toda | —",
			"4 | jue 19 ene 2023, 06:00 CST | sáb 21 ene 2023, 06:00 CST sin datos | 48 h (0 min – 48 h) | — | Justificar la interrupción del jue 19 ene 2023, 06:00 CST | —",
			"4 interrupciones · 53 h sin conexión (1 h – 55 h 30 min) en 4 locales · 1 todavía en curso · 1 h 20 min justificado",
			"Del mié 18 ene 2023, 18:00 UTC al mié 25 ene 2023, 18:00 UTC", "1–4 de 4 interrupciones", "Exportar 4 interrupciones como CSV",
			"1–1 de 1 interrupción", "Exportar 1 interrupción como CSV", "Solo =Cafe · todos los locales", "continúa después de este periodo",
			"Ninguna interrupción coincide", "Ningún local coincide", "Al menos 2 h 3 min",
		},
		"de": {
			"<b>Two</b> Chain 2 | Mi, 25. Jan. 2023, 10:00 CST | dauert an | 2 h (0 min – 3 h) | — | Ausnehmen: Ausfall vom Mi, 25. Jan. 2023, 10:00 CST | —",
			"=Cafe Chicago · Chain 1 | Mi, 25. Jan. 2023, 05:00 CST | Mi, 25. Jan. 2023, 07:00 CST wieder online | 2 h (1 h – 3 h) | =1+1 <i>tablet</i> | 20 min davon Ausnehmen: Ausfall vom Mi, 25. Jan. 2023, 05:00 CST",
			"3 | Di, 24. Jan. 2023, 10:00 CST | Di, 24. Jan. 2023, 11:00 CST geschlossen | 1 h (0 min – 1 h 30 min) | — | Ganz | —",
			"4 | Do, 19. Jan. 2023, 06:00 CST | Sa, 21. Jan. 2023, 06:00 CST keine Daten | 48 h (0 min – 48 h) | — | Ausnehmen: Ausfall vom Do, 19. Jan. 2023, 06:00 CST | —",
			"4 Ausfälle · 53 h offline (1 h – 55 h 30 min) in 4 Filialen · 1 noch andauernd · 1 h 20 min davon ausgenommen",
			"Mi, 18. Jan. 2023, 18:00 UTC bis Mi, 25. Jan. 2023, 18:00 UTC", "1–4 von 4 Ausfällen", "4 Ausfälle als CSV exportieren",
			"1–1 von 1 Ausfall", "1 Ausfall als CSV exportieren", "Nur =Cafe · alle Filialen", "dauert über diesen Zeitraum hinaus an",
			"Kein passender Ausfall", "Keine passende Filiale", "Mindestens 2 h 3 min",
		},
	} {
		page, one := s.openIn(language, "/outages"), s.openIn(language, "/outages?store=1")
		rows := cells(page.Find("table.outage-log tbody tr"))
		verdict, _, _ := strings.Cut(text(page.Find(".verdict")), " · ≈")
		times, _, _ := strings.Cut(text(page.Find(".verdict-time")), " · ")
		odd := s.openIn(language, "/outages?at_least=123&ended=closed")
		rows[1], _, _ = strings.Cut(rows[1], " | ≈")
		got := append(rows, verdict, times, text(page.Find(".pager-text")), text(page.Find("a.download")),
			text(one.Find(".pager-text")), text(one.Find("a.download")), text(one.Find(".only-store")),
			text(s.openIn(language, "/outages?from=2023-01-25T11:30&to=2023-01-25T12:30").Find("table.outage-log td small").First()),
			text(odd.Find(".empty-title")), text(s.openIn(language, "/outages?q=elsewhere").Find(".empty-title")), text(odd.Find("[name=at_least] [selected]")))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", language, diff)
		}
		main := page.Find("main")
		main.Find("option[selected]").Remove()
		for _, english := range []string{"offline while", "From", "Until", "Any ", "At least", "Excuse ", "Another", "Show", " outage"} {
			if said := text(main); strings.Contains(said, english) {
				t.Errorf("%s: %q is in %s", language, english, said)
			}
		}
	}
}

func TestALogOfATimeThatIsGoneSaysSoInTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t)
	s.load(file{"polls.csv", modelstest.PollsFile("1,active,2022-12-20 12:00:00 UTC", "1,active,2023-01-25 12:00:00 UTC")})
	modelstest.PrunePolls(t, s.db, 15)
	for language, want := range map[string]string{
		"en": "Polls from before 9 Jan 2023, 00:00 UTC are no longer kept, so nothing can be said of 1 Jan 2023, 00:00 UTC to 2 Jan 2023, 00:00 UTC. Please ask for a time that begins then or later.",
		"es": "Las comprobaciones anteriores al 9 ene 2023, 00:00 UTC ya no se conservan, así que no se puede decir nada del 1 ene 2023, 00:00 UTC al 2 ene 2023, 00:00 UTC. Pida un intervalo que empiece entonces o después.",
		"de": "Abfragen aus der Zeit vor dem 9. Jan. 2023, 00:00 UTC werden nicht mehr aufbewahrt, deshalb lässt sich über die Zeit vom 1. Jan. 2023, 00:00 UTC bis 2. Jan. 2023, 00:00 UTC nichts sagen. Bitte wählen Sie eine Zeit, die dann oder später beginnt.",
	} {
		a := s.ask(http.MethodGet, "/outages?from=2023-01-01&to=2023-01-02", header("Accept-Language", language))
		if got := text(a.page(t).Find("#outages-from-problem")); got != want {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
}
