package web_test

import (
	"encoding/xml"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/reach"
)

// A toldRefusal is a request that is refused, with the heading and the sentence of its page.
type toldRefusal struct {
	name            string
	status          int
	ask             func(changes ...func(*http.Request)) answer
	english         [2]string
	spanish, german [2]string
}

// told asks for the page of a refusal in all languages.
func (r toldRefusal) told(t *testing.T) {
	t.Helper()
	for language, want := range map[string][2]string{"en": r.english, "es": r.spanish, "de": r.german} {
		a := r.ask(header("Accept-Language", language))
		page := a.page(t)
		title, message := text(page.Find("main h1")), text(page.Find("main .lead"))
		if a.StatusCode != r.status || title != want[0] || message != want[1] {
			t.Errorf("%s in %s: %d\n%q\n%q, want %d\n%q\n%q", r.name, language, a.StatusCode, title, message, r.status, want[0], want[1])
		}
		part := text(r.ask(header("Accept-Language", language), asHTMX).page(t).Find(".notice"))
		if !strings.HasPrefix(part, want[0]) || !strings.Contains(part, want[1]) {
			t.Errorf("%s in %s: the page is told %q, want %q", r.name, language, part, want)
		}
	}
	english, german := r.ask(header("Accept", "application/json"), header("Accept-Language", "en")), r.ask(header("Accept", "application/json"), header("Accept-Language", "de"))
	if english.body != german.body || !strings.Contains(english.body, r.english[0]) {
		t.Errorf("%s: a script reads %s, want %s", r.name, german.body, english.body)
	}
}

// asks asks for something of a site again and again.
func (s *site) asks(method, target string, always ...func(*http.Request)) func(...func(*http.Request)) answer {
	return func(changes ...func(*http.Request)) answer {
		return s.ask(method, target, append(changes, always...)...)
	}
}

func TestARefusalIsToldInTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	s.reached("0.0.0.0:8080", "", "")
	slow := func(r *http.Request) {
		r.Body, r.ContentLength = io.NopCloser(readerFunc(func([]byte) (int, error) { return 0, os.ErrDeadlineExceeded })), -1
	}
	s.handler.(*echo.Echo).GET("/broken", func(echo.Context) error { panic("broken") })
	for _, r := range []toldRefusal{
		{"a page that there is not", 404, s.asks(http.MethodGet, "/nowhere"),
			[2]string{"Not found", "The address may be mistyped, or the page was removed."},
			[2]string{"No encontrado", "Puede que la dirección esté mal escrita o que la página se haya eliminado."},
			[2]string{"Nicht gefunden", "Die Adresse ist vielleicht falsch geschrieben, oder die Seite wurde entfernt."}},
		{"a store that there is not", 404, s.asks(http.MethodGet, "/stores/4711"),
			[2]string{"There is no such store", "No file that was imported names a store 4711."},
			[2]string{"Ese local no existe", "Ningún archivo importado nombra un local 4711."},
			[2]string{"Diese Filiale gibt es nicht", "Keine importierte Datei nennt eine Filiale 4711."}},
		{"a method that there is not", 405, s.asks(http.MethodPut, "/healthz"),
			[2]string{"Method not allowed", "This address takes OPTIONS, GET, HEAD."},
			[2]string{"Método no permitido", "Esta dirección admite OPTIONS, GET, HEAD."},
			[2]string{"Methode nicht erlaubt", "Diese Adresse nimmt OPTIONS, GET, HEAD an."}},
		{"a form that is too large", 413, s.asks(http.MethodPost, "/targets", form("name", strings.Repeat("x", 70_000))),
			[2]string{"Too large", "At most 66 kB can be sent at once."},
			[2]string{"Demasiado grande", "Se pueden enviar como máximo 66 kB a la vez."},
			[2]string{"Zu groß", "Höchstens 66 kB können auf einmal gesendet werden."}},
		{"sales of a group without a name", 400, s.asks(http.MethodPost, "/sales", form("per_hour", "60")),
			[2]string{"This request isn’t valid", "group: expected the name of a group that has stores, found nothing"},
			[2]string{"Esta solicitud no es válida", "group: se esperaba el nombre de un grupo que tenga locales; se encontró: nada"},
			[2]string{"Diese Anfrage ist nicht gültig", "group: erwartet: der Name einer Gruppe, die Filialen hat; gefunden: nichts"}},
		{"a form that is none", 415, s.asks(http.MethodPost, "/targets", body("text/csv", "x")),
			[2]string{"Unsupported media type", ""}, [2]string{"Tipo de contenido no admitido", ""}, [2]string{"Medientyp nicht unterstützt", ""}},
		{"an address that is too long", 414, s.asks(http.MethodGet, "/stores?q="+strings.Repeat("x", 9000)),
			[2]string{"This address is too long", "Expected at most 8.2 kB, found 9.0 kB."},
			[2]string{"Esta dirección es demasiado larga", "Se esperaban como máximo 8,2 kB; se encontraron 9,0 kB."},
			[2]string{"Diese Adresse ist zu lang", "Erwartet: höchstens 8,2 kB; gefunden: 9,0 kB."}},
		{"a form of another site", 403, s.asks(http.MethodPost, "/reports", form(), header("Sec-Fetch-Site", "cross-site")),
			[2]string{"This request came from another site", "It was refused, so that no other site can act in your name. Your browser says that it was sent by a page of another site (Sec-Fetch-Site: cross-site)."},
			[2]string{"Esta solicitud viene de otro sitio", "Se rechazó para que ningún otro sitio pueda actuar en su nombre. Su navegador indica que la envió una página de otro sitio (Sec-Fetch-Site: cross-site)."},
			[2]string{"Diese Anfrage kam von einer anderen Website", "Sie wurde abgelehnt, damit keine andere Website in Ihrem Namen handeln kann. Ihr Browser meldet, dass eine Seite einer anderen Website sie gesendet hat (Sec-Fetch-Site: cross-site)."}},
		{"a form that comes too slowly", 408, s.asks(http.MethodPost, "/targets", header("Content-Type", "application/x-www-form-urlencoded"), slow),
			[2]string{"The connection is too slow", "The connection was too slow, so nothing was done. Please try again, if possible over a faster one."},
			[2]string{"La conexión es demasiado lenta", "La conexión era demasiado lenta, así que no se hizo nada. Inténtelo de nuevo, a ser posible con una más rápida."},
			[2]string{"Die Verbindung ist zu langsam", "Die Verbindung war zu langsam, deshalb wurde nichts getan. Bitte versuchen Sie es noch einmal, möglichst über eine schnellere."}},
		{"a panic", 500, s.asks(http.MethodGet, "/broken"),
			[2]string{"Something went wrong on our side", "The error was logged. Please try again."},
			[2]string{"Algo salió mal por nuestra parte", "El error se registró. Inténtelo de nuevo."},
			[2]string{"Bei uns ist etwas schiefgegangen", "Der Fehler wurde aufgezeichnet. Bitte versuchen Sie es noch einmal."}},
	} {
		r.told(t)
	}
}

func TestALinkThatIsNotValidIsToldInTheLanguageOfItsReader(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	for target, want := range map[string][2]string{
		"/stores?size=7":                {"size: se esperaba 25, 50, 100 o 200; se encontró: 7", "size: erwartet: 25, 50, 100 oder 200; gefunden: 7"},
		"/stores?page=x":                {"page: se esperaba un número entero; se encontró: x", "page: erwartet: eine ganze Zahl; gefunden: x"},
		"/stores/a/openings.ics?from=x": {"from: se esperaba una fecha como 2023-01-25; se encontró: x", "from: erwartet: ein Datum wie 2023-01-25; gefunden: x"},
		"/stores?q=%zz": {
			"La parte de la dirección que sigue al signo de interrogación: se esperaban parámetros como group=Tom%20%26%20Co; se encontró: q=%zz. Un % se escribe %25; un punto y coma, %3B.",
			"Der Teil der Adresse nach dem Fragezeichen: erwartet werden Parameter wie group=Tom%20%26%20Co, gefunden wurde q=%zz. Ein % wird als %25 geschrieben, ein Semikolon als %3B."},
	} {
		for n, language := range []string{"es", "de"} {
			a := s.ask(http.MethodGet, target, header("Accept-Language", language))
			page := a.page(t)
			title := [2]string{"Este enlace no es válido", "Dieser Link ist nicht gültig"}[n]
			if got := text(page.Find("main .lead")); a.StatusCode != http.StatusBadRequest || got != want[n] || text(page.Find("h1")) != title {
				t.Errorf("%s in %s: %d, %q: %q, want %q", target, language, a.StatusCode, text(page.Find("h1")), got, want[n])
			}
		}
	}
}

func TestAnotherHostIsRefusedInTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t).reached("127.0.0.1:8080", "", "")
	toldRefusal{"another host", 403, s.asks(http.MethodGet, "/", host("evil.example")),
		[2]string{"This server is not known by that name", "The request asks for the host evil.example, which is not a name of this server. It was refused, so that no other site can reach this server under a name of its own. The person who runs it can add the name: LIGHTSON_HOSTS=evil.example."},
		[2]string{"A este servidor no se le conoce por ese nombre", "La solicitud pide el host evil.example, que no es un nombre de este servidor. Se rechazó para que ningún otro sitio pueda llegar a este servidor con un nombre propio. La persona que lo administra puede añadir el nombre: LIGHTSON_HOSTS=evil.example."},
		[2]string{"Unter diesem Namen ist der Server nicht bekannt", "Die Anfrage verlangt den Host evil.example, und so heißt dieser Server nicht. Sie wurde abgelehnt, damit keine andere Website diesen Server unter ihrem eigenen Namen erreicht. Wer den Server betreibt, kann den Namen hinzufügen: LIGHTSON_HOSTS=evil.example."},
	}.told(t)
}

func TestWhoMayNotIsToldInTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	viewer := s.person(access.Viewer, reach.All())
	toldRefusal{"what a viewer may not", 403, s.asks(http.MethodGet, "/audit", s.as(viewer)),
		[2]string{"You may not do that", "The audit log is for operators."},
		[2]string{"No tiene permiso para hacer eso", "El registro de auditoría es para operadores."},
		[2]string{"Das dürfen Sie nicht", "Das Protokoll ist nur für Betreiber."},
	}.told(t)
	toldRefusal{"a key that does not work", 401, s.asks(http.MethodGet, "/stores", header("Authorization", "Bearer lo_none")),
		[2]string{"This key is not valid", "It may have been mistyped, have expired or been revoked."},
		[2]string{"Esta clave no es válida", "Puede que esté mal escrita, haya caducado o se haya revocado."},
		[2]string{"Dieser Schlüssel ist nicht gültig", "Vielleicht ist er falsch eingegeben, abgelaufen oder widerrufen."},
	}.told(t)
}

func TestOneRequestTooManyIsToldInTheLanguageOfTheReader(t *testing.T) {
	s, _ := hurried(t, 60)
	stranger := from("192.0.2.1:9")
	s.allowed(70, http.MethodGet, "/nowhere", stranger)
	toldRefusal{"one request too many", 429, s.asks(http.MethodGet, "/stores", stranger),
		[2]string{"Too many requests", "This address sent more than 60 requests in a minute. Please try again in 1 second."},
		[2]string{"Demasiadas solicitudes", "Esta dirección envió más de 60 solicitudes en un minuto. Inténtelo de nuevo en 1 segundo."},
		[2]string{"Zu viele Anfragen", "Diese Adresse hat in einer Minute mehr als 60 Anfragen gesendet. Bitte versuchen Sie es in 1 Sekunde noch einmal."},
	}.told(t)
}

func TestASlowDatabaseIsToldInTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t)
	s.load(onePoll)
	s.server.LimitAnswers(50 * time.Millisecond)
	s.handler = s.server.Handler()
	s.occupied(func() {
		toldRefusal{"a database that is busy", 503, s.asks(http.MethodPost, "/stores/a/sales", form("per_hour", "60")),
			[2]string{"The database did not answer in time", "Your change may have been saved all the same. Please check, then try again."},
			[2]string{"La base de datos no respondió a tiempo", "Puede que su cambio se guardara de todos modos. Revíselo y, si no, inténtelo de nuevo."},
			[2]string{"Die Datenbank hat nicht rechtzeitig geantwortet", "Ihre Änderung wurde vielleicht trotzdem gespeichert. Bitte sehen Sie nach, und versuchen Sie es dann noch einmal."},
		}.told(t)
	})
}

func TestTheContractIsEnglishWhateverItsReaderSpeaks(t *testing.T) {
	s := onSQLite(t)
	for _, r := range []struct {
		method, target string
		changes        []func(*http.Request)
	}{
		{http.MethodGet, "/trigger_report", nil},
		{http.MethodPost, "/trigger_report", []func(*http.Request){body("application/json", "{")}},
		{http.MethodPost, "/trigger_report", []func(*http.Request){form("from", "never")}},
		{http.MethodGet, "/get_report", nil},
		{http.MethodGet, "/get_report?report_id=none", nil},
		{http.MethodPut, "/get_report", nil},
		{http.MethodGet, "/healthz", nil},
		{http.MethodGet, "/readyz", nil},
		{http.MethodGet, "/api/v1/stores?limit=x", nil},
		{http.MethodGet, "/api/v1/nowhere", nil},
		{http.MethodPost, "/api/v1/special-days", []func(*http.Request){body("application/json", `{"scope":"all","date":"never","closed":true}`)}},
		{http.MethodPost, "/api/v1/targets", []func(*http.Request){body("application/json", `{"scope":"all","percent":101}`)}},
	} {
		in := func(language string) answer {
			return s.ask(r.method, r.target, append([]func(*http.Request){asScript, header("Accept-Language", language)}, r.changes...)...)
		}
		english := in("en")
		for _, language := range []string{"es", "de"} {
			if a := in(language); a.body != english.body || a.StatusCode != english.StatusCode {
				t.Errorf("%s %s in %s: %d %s, want %d %s", r.method, r.target, language, a.StatusCode, a.body, english.StatusCode, english.body)
			}
		}
	}
}

func TestWhatIsWrongWithAFieldIsSaidInTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t).withDated()
	for _, test := range []struct {
		name, at        string
		fields          []string
		spanish, german string
	}{
		{"no group", "#day-group-problem", []string{"scope", "group", "from", "2023-02-01", "open", "closed"}, "Introduzca el nombre de un grupo.", "Geben Sie den Namen einer Gruppe ein."},
		{"no date", "#day-from-problem", []string{"scope", "all", "from", "", "open", "closed"}, "Introduzca una fecha como 2026-11-25.", "Geben Sie ein Datum wie 2026-11-25 ein."},
		{"backwards", "#day-to-problem", []string{"scope", "all", "from", "2023-02-01", "to", "2023-01-31", "open", "closed"}, "Introduzca una fecha del 2023-02-01 al 2024-02-01.", "Geben Sie ein Datum von 2023-02-01 bis 2024-02-01 ein."},
		{"both", "#day-times-problem", []string{"scope", "all", "from", "2023-02-01", "open", "closed", "start", "09:00", "end", "17:00"}, "Elija cerrado todo el día o indique cuándo está abierto, pero no ambas cosas.", "Wählen Sie „ganztägig geschlossen“, oder geben Sie an, wann geöffnet ist, nicht beides."},
		{"a long note", "#day-note-problem", []string{"scope", "all", "from", "2023-02-01", "open", "closed", "note", strings.Repeat("ä", 501)}, "Use como máximo 500 caracteres. Esta nota tiene 501.", "Verwenden Sie höchstens 500 Zeichen. Diese Notiz hat 501."},
		{"no holiday", "#holiday-problem", []string{"country", "US", "year", "2023", "scope", "all", "open", "closed"}, "Elija al menos un día festivo.", "Wählen Sie mindestens einen Feiertag."},
	} {
		for language, want := range map[string]string{"es": test.spanish, "de": test.german} {
			a := s.ask(http.MethodPost, "/special-days", form(test.fields...), header("Accept-Language", language))
			if got := text(a.page(t).Find(test.at)); a.StatusCode != http.StatusUnprocessableEntity || got != want {
				t.Errorf("%s in %s: %d, %q, want %q", test.name, language, a.StatusCode, got, want)
			}
		}
	}
}

func TestAFeedAndACalendarSpeakTheLanguageOfTheirReader(t *testing.T) {
	s := onSQLite(t).withDemo()
	viewer := s.person(access.Viewer, reach.All())
	outages, _ := s.feed(s.as(viewer), "name", "Mine", "scope", "all")
	read := func(language string) (feed struct {
		Title   string `xml:"title"`
		Entries []struct {
			Title string `xml:"title"`
		} `xml:"entry"`
	}) {
		a := s.ask(http.MethodGet, outages, header("Accept-Language", language))
		if err := xml.Unmarshal([]byte(a.body), &feed); err != nil || len(feed.Entries) == 0 || !strings.Contains(strings.Join(a.Header.Values("Vary"), ","), "Accept-Language") {
			t.Fatalf("in %s: %v, %d entries, varies by %v", language, err, len(feed.Entries), a.Header.Values("Vary"))
		}
		return feed
	}
	for range 2 { // the second is kept
		for language, want := range map[string][3]string{
			"en": {"Outages: Mine", ": was offline for ", ": offline since "},
			"es": {"Interrupciones: Mine", ": estuvo sin conexión durante ", ": sin conexión desde el "},
			"de": {"Ausfälle: Mine", ": war offline für ", ": offline seit "},
		} {
			feed := read(language)
			if feed.Title != want[0] {
				t.Errorf("the feed in %s is called %q", language, feed.Title)
			}
			for _, entry := range feed.Entries {
				if !strings.Contains(entry.Title, want[1]) && !strings.Contains(entry.Title, want[2]) {
					t.Errorf("in %s: %q", language, entry.Title)
				}
			}
		}
	}
	calendar := s.ask(http.MethodGet, "/stores/"+s.snapshot().Stores[0].Code+"/openings.ics", s.as(viewer), header("Accept-Language", "de")).body
	if !strings.Contains(calendar, ": geöffnet\r\n") || strings.Contains(calendar, ": open") {
		t.Errorf("the calendar in German is %.600s", calendar)
	}
}
