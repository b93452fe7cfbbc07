package web_test

import (
	"net/http"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/reach"
)

func TestAlertsAndWhatTellsOfThemSpeakTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t)
	s.twoGroups()
	a := s.person(access.Operator, reach.All())
	who := s.as(a)
	s.addChannel(a.ID, true)
	s.addRule(a.ID, entered.All)
	for _, test := range []struct{ path, spanish, german string }{
		{"/alerts", "Avisarme cuando cualquier local esté sin conexión durante 30 minutos.", "Benachrichtigen, wenn irgendeine Filiale 30 Minuten lang offline ist."},
		{"/alerts/new", "¿Qué habría enviado?", "Was hätte sie gesendet?"},
		{"/channels", "Todavía sin probar", "Noch nicht erprobt"},
		{"/deliveries", "Qué se envió a sus canales y si llegó.", "Was an Ihre Kanäle ging und ob es ankam."},
		{"/digests", "Sobre el día anterior.", "Über den Tag davor."},
		{"/scheduled-reports", "La semana pasada, de lunes a domingo", "Vorige Woche, Montag bis Sonntag"},
		{"/feeds", "Crear el feed", "Feed erstellen"},
		{"/audit", "Inició sesión", "Hat sich angemeldet"},
	} {
		for language, want := range map[string]string{"es": test.spanish, "de": test.german} {
			if page := s.ask(http.MethodGet, test.path, who, header("Accept-Language", language)); !strings.Contains(page.body, want) {
				t.Errorf("%s in %s does not say %q", test.path, language, want)
			}
		}
	}
	refused := s.ask(http.MethodPost, "/digests", who, form("scope", "all", "every", "weekly", "time", "07:00", "weekday", ""), header("Accept-Language", "de"))
	if want := "Erwartet: ein Wochentag; gefunden: nichts."; refused.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(refused.body, want) {
		t.Errorf("a digest without a day is answered %d, and does not say %q", refused.StatusCode, want)
	}
}
