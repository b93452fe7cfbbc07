package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// withAnaAndBo loads three stores that are always open: was (Ana) was down on 6 Jan, is (Bo)
// in the last days, and new is polled since 20 Jan only.
func (s *site) withAnaAndBo() *site {
	s.t.Helper()
	polls, state := "store_id,status,timestamp_utc\n", map[bool]string{true: "active", false: "inactive"}
	for hour := modelstest.At("2023-01-03 00:00"); hour <= modelstest.At("2023-01-25 18:00"); hour = hour.Add(uptime.Hour) {
		stamp := hour.Time().Format("2006-01-02 15:04:05")
		polls += "was," + state[hour < modelstest.At("2023-01-06 00:00") || hour >= modelstest.At("2023-01-07 00:00")] + "," + stamp + "\n"
		polls += "is," + state[hour < modelstest.At("2023-01-24 00:00")] + "," + stamp + "\n"
		if hour > modelstest.At("2023-01-20 00:00") {
			polls += "new,active," + stamp + "\n"
		}
	}
	s.load(file{"polls.csv", polls}, file{"names.csv", "store_id,name,group\nwas,Ana,Kowalski\nis,Bo,Kowalski\n"})
	return s
}

// A saidAt is what a place of a page says in Spanish and in German, with an ellipsis in place
// of what is no matter of the test.
type saidAt struct{ place, spanish, german string }

// speaks opens a page in both languages and looks what its places say.
func (s *site) speaks(target string, places []saidAt, changes ...func(*http.Request)) {
	s.t.Helper()
	for _, language := range []string{"es", "de"} {
		page := s.ask(http.MethodGet, target, append(changes, header("Accept-Language", language))...).page(s.t)
		wantSaid(s.t, target, language, page, places)
	}
}

func wantSaid(t *testing.T, target, language string, page *goquery.Document, places []saidAt) {
	t.Helper()
	for _, p := range places {
		want := p.german
		if language == "es" {
			want = p.spanish
		}
		got := strings.Join(texts(page.Find(p.place)), " | ")
		before, after, _ := strings.Cut(want, "…")
		if got != want && (before == want || !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after)) {
			t.Errorf("%s in %s: %s says %q, want %q", target, language, p.place, got, want)
		}
	}
}

func TestAReportSpeaksTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t).withAnaAndBo()
	ranged, of := s.asked("from", "2023-01-05", "to", "2023-01-10"), s.asked("group", "Kowalski", "as_of", "2023-01-25 12:00:07")
	s.speaks("/reports/"+ranged.ID, []saidAt{
		{"h1", "Todos los locales · 5–9 ene 2023", "Alle Filialen · 5.–9. Jan. 2023"},
		{"p.print-only", "Lights On · informe " + ranged.ID, "Lights On · Bericht " + ranged.ID},
		{".facts div:nth-child(1)", "Intervalo desdejue 5 ene 2023, 00:00 UTC", "Zeitraum vonDo, 5. Jan. 2023, 00:00 UTC"},
		{".facts div:nth-child(3)", "Datos hastamié 25 ene 2023, 18:00 UTC", "StandMi, 25. Jan. 2023, 18:00 UTC"},
		{".facts div:nth-child(7)", "Locales3 1 sin datos", "Filialen3 1 ohne Daten"},
		{"#worst-heading", "Más tiempo sin conexión en el intervalo, 5–9 ene 2023", "Meiste Ausfallzeit im Zeitraum, 5.–9. Jan. 2023"},
		{"#worst-heading + table tbody", "1Ana Kowalski was24 h80,00 %124 h—", "1Ana Kowalski was24 h80,00 %124 h—"},
		{"table.distribution caption", "3 locales por disponibilidad en el intervalo, 5–9 ene 2023", "3 Filialen nach Verfügbarkeit im Zeitraum, 5.–9. Jan. 2023"},
		{"table.distribution tbody tr:nth-child(2) th", "99,9–100 %", "99,9–100 %"},
		{"table.distribution tbody tr:nth-child(7) th", "menos del 50 %", "unter 50 %"},
		{"#report-rows caption", "Tiempo en línea y sin conexión de cada local. La última hora en minutos; el día y la semana en horas. El intervalo es 5–9 ene 2023, en horas.",
			"Onlinezeit und Ausfallzeit jeder Filiale. Letzte Stunde in Minuten, Tag und Woche in Stunden. Der Zeitraum ist 5.–9. Jan. 2023, in Stunden."},
		{"#report-rows .groups th", "Tiempo sin conexión | Tiempo en línea | Intervalo", "Ausfallzeit | Onlinezeit | Zeitraum"},
		{"#report-rows tbody tr:first-child td:nth-child(6)", "96,00", "96,00"},
		{"#report-rows tbody tr:first-child td:nth-child(10)", "80,00 %", "80,00 %"},
		{"#report-download-0", "CSV del intervalo 711 bytes", "Zeitraum-CSV 711 Byte"},
	})
	s.speaks("/reports/"+of.ID, []saidAt{
		{"h1", "Kowalski · datos hasta el 25 ene 2023, 12:00:07 UTC", "Kowalski · Stand 25. Jan. 2023, 12:00:07 UTC"},
		{"#sum-heading", "Todos los locales de Kowalski en conjunto", "Alle Filialen der Gruppe Kowalski zusammen"},
		{"#printed-heading", "Locales por tiempo sin conexión", "Filialen nach Ausfallzeit"},
	})
	for _, name := range []string{"report.csv", "details.csv", "report.xlsx"} {
		german := s.ask(http.MethodGet, "/reports/"+of.ID+"/"+name, header("Accept-Language", "de")).Header.Get("Content-Disposition")
		if english := s.ask(http.MethodGet, "/reports/"+of.ID+"/"+name).Header.Get("Content-Disposition"); german != english {
			t.Errorf("to a German, %s is sent as %s, to others as %s", name, german, english)
		}
	}
}

func TestASharedReportSpeaksTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t).withAnaAndBo()
	maker := s.person(access.Owner, reach.All())
	shared := s.share(s.as(maker), s.report().ID, "7")
	s.speaks(shared, []saidAt{
		{"h1", "Todos los locales · datos hasta el 25 ene 2023, 18:00 UTC", "Alle Filialen · Stand 25. Jan. 2023, 18:00 UTC"},
		{"#rows-heading", "Locales", "Filialen"},
	})
	for _, language := range []string{"en", "es", "de"} {
		if facts := text(s.ask(http.MethodGet, shared, header("Accept-Language", language)).page(t).Find(".facts")); strings.Contains(facts, "API") {
			t.Errorf("in %s, a shared report says who asked for it: %s", language, facts)
		}
	}
}

func TestTheListOfReportsAndItsFormSpeakTheLanguageOfTheirReader(t *testing.T) {
	s := onSQLite(t).withAnaAndBo()
	id := s.askReport()
	a := s.claim(id)
	if err := s.db.Beat(t.Context(), a, 1240, 14092); err != nil {
		t.Fatal(err)
	}
	s.speaks("/reports", []saidAt{
		{"h1", "Informes", "Berichte"},
		{".generate-more summary + .hint", "Para usarlas, deje «Periodo» en «Última hora, último día y última semana».", "Lassen Sie dafür „Zeitraum“ auf „Letzte Stunde, letzter Tag, letzte Woche“."},
		{"#generate-period option:first-child", "Última hora, último día y última semana", "Letzte Stunde, letzter Tag, letzte Woche"},
		{"#generate button", "Generar informe", "Bericht erstellen"},
		{"#reports thead", "InformeEstadoDatos hastaPedidoDuraciónLocalesDescarga", "BerichtStatusStandAngefordertDauerFilialenDownload"},
	})
	s.speaks("/reports/"+id+"/row", []saidAt{
		{"th", "Todos los locales · datos hasta la última comprobación", "Alle Filialen · Stand der neuesten Abfrage"},
		{".state-note", "1240 de 14.092 locales · 0 min", "1.240 von 14.092 Filialen · 0 min"},
	})
	s.speaks("/reports/"+id, []saidAt{
		{".state-note", "1240 de 14.092 locales · 0 min", "1.240 von 14.092 Filialen · 0 min"},
		{".facts div:first-child", "Datos hastala última comprobación", "Standneueste Abfrage"},
		{"title", "En curso · Todos los locales · datos hasta la última comprobación · Lights On", "Läuft · Alle Filialen · Stand der neuesten Abfrage · Lights On"},
	})
	if title := s.open("/reports/" + id).Find("title").Text(); title != "Running · All stores · as of the newest poll · Lights On" {
		t.Errorf("in English, the title is %q", title)
	}
	refused := s.ask(http.MethodGet, "/reports/"+id+"/report.csv", header("Accept-Language", "de")).page(t)
	if lead := text(refused.Find("main .lead")); lead != "Er läuft noch." {
		t.Errorf("a report that runs is refused with %q", lead)
	}
}

func TestTheFormOfAReportIsRefusedInTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t).withAnaAndBo()
	for _, test := range []struct {
		field, value string
		said         saidAt
	}{
		{"as_of", "25/1/23", saidAt{"#as-of-problem", "2023-01-25 18:00 o 2023-01-25T18:00:00Z", "2023-01-25 18:00 oder 2023-01-25T18:00:00Z"}},
		{"from", "2100-01-05", saidAt{"#from-problem", "una hora posterior al año 0 y que no esté en el futuro", "eine Zeit nach dem Jahr 0, die nicht in der Zukunft liegt"}},
	} {
		for _, language := range []string{"es", "de"} {
			for _, as := range []func(*http.Request){asNobody, asHTMX} {
				a := s.ask(http.MethodPost, "/reports", form(test.field, test.value), as, header("Accept-Language", language))
				want := map[string]string{"es": test.said.spanish, "de": test.said.german}[language]
				if got := text(a.page(t).Find(test.said.place)); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got, want) {
					t.Errorf("%s %q in %s: status %d, %q; want %q", test.field, test.value, language, a.StatusCode, got, want)
				}
			}
		}
	}
	script := s.call(http.MethodPost, "/api/v1/reports", form("as_of", "25/1/23"), header("Accept-Language", "de"))
	if want := "as_of: expected 2023-01-25 18:00 or 2023-01-25T18:00:00Z, found 25/1/23"; !strings.Contains(script.body, want) {
		t.Errorf("a script is told %s, want %s", script.body, want)
	}
}

func TestTargetsSpeakTheLanguageOfTheirReader(t *testing.T) {
	s := onSQLite(t).withAnaAndBo()
	s.aimed("all", "", "90")
	s.aimed("group", "Kowalski", "99.5")
	s.aimed("store", "is", "99,9")
	s.speaks("/targets", []saidAt{
		{"h1", "Objetivos", "Ziele"},
		{"tbody th small", "Grupo | Local is", "Gruppe | Filiale is"},
		{"tbody td:nth-child(2)", "90 % | 99,5 % | 99,9 %", "90 % | 99,5 % | 99,9 %"},
		{"tbody td:nth-child(3)", "cumplido | incumplido por 12 puntos | incumplido por 24,9 puntos", "erreicht | um 12 Punkte verfehlt | um 24,9 Punkte verfehlt"},
		{"#target-new-hint", "Por ejemplo, 99,5. Déjelo vacío para eliminar el objetivo.", "Zum Beispiel 99,5. Lassen Sie das Feld leer, um das Ziel zu entfernen."},
	})
	s.speaks(snapshotURL("is"), []saidAt{
		{"#target .facts div:nth-child(1)", "Objetivo99,9 % de este local", "Ziel99,9 % für diese Filiale"},
		{"#target .facts div:nth-child(2)", "En enero hasta ahora92,63 % disponible incumplido por 7,27 puntos", "Januar bisher92,63 % verfügbar um 7,27 Punkte verfehlt"},
		{"#target .facts div:nth-child(3) dt", "Queda en enero", "Übrig im Januar"},
		{"#target .facts div:nth-child(4) dd", "2.º de 2 por disponibilidad …", "2. von 2 nach Verfügbarkeit …"},
		{"#target .set-target > summary", "Cambiar el objetivo", "Ziel ändern"},
		{"label[for=target-percent]", "Disponibilidad objetivo de este local, en porcentaje", "Angestrebte Verfügbarkeit dieser Filiale, in Prozent"},
		{".window-target", "objetivo 99,9 % · incumplido por 99,9 puntos | objetivo 99,9 % · incumplido por 24,9 puntos", "Ziel 99,9 % · um 99,9 Punkte verfehlt | Ziel 99,9 % · um 24,9 Punkte verfehlt"},
	})
	s.speaks(overviewOf("Kowalski"), []saidAt{
		{".target-missing", "Objetivo incumplido …: 1 de 2 locales con objetivo", "Ziel … verfehlt: 1 von 2 Filialen mit Ziel"},
	})
	report := s.asked()
	s.speaks("/reports/"+report.ID, []saidAt{
		{"#report-rows tbody td:last-child", "99,9 %, incumplido | 90 %, cumplido | 99,5 %, cumplido", "99,9 %, verfehlt | 90 %, erreicht | 99,5 %, erreicht"},
		{".facts div:last-child", "Objetivos1 de 3 locales no cumplieron el suyo", "Ziele1 von 3 Filialen verfehlt"},
	})
}

func TestSalesSpeakTheLanguageOfTheirReader(t *testing.T) {
	s := onSQLite(t).withAnaAndBo()
	if a := s.sell("is", "1234,5"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("an amount with a comma: status %d", a.StatusCode)
	}
	s.speaks(snapshotURL("is"), []saidAt{
		{".tile:last-child .lost-sales", "≈ $51.849,00 en ventas perdidas 42 h × $1234,50 por hora; estimación", "≈ $51.849,00 entgangener Umsatz 42 h × $1.234,50 pro Stunde; geschätzt"},
		{"#sales summary", "¿Cuánto cuesta el tiempo sin conexión?", "Was kostet Ausfallzeit?"},
		{"label[for=per-hour]", "Ventas por hora de apertura de un local, en $", "Umsatz pro Öffnungsstunde einer Filiale, in $"},
	})
	s.speaks(overviewOf("Kowalski"), []saidAt{
		{".tile:last-child .lost-sales small", "42 h × $1234,50 por hora, de 1 local con ventas indicadas; estimación", "42 h × $1.234,50 pro Stunde, für 1 Filiale mit bekanntem Umsatz; geschätzt"},
	})
	if got := s.ask(http.MethodGet, snapshotURL("is"), header("Accept-Language", "de")).page(t).Find("#per-hour").AttrOr("value", ""); got != "1234,50" {
		t.Errorf("the field shows %q", got)
	}
}
