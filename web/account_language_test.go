package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestPagesOfAccountsSpeakTheLanguageOfTheirReader(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		operator := s.withPassword(access.Operator, reach.All())
		german, spanish := s.visitor(header("Accept-Language", "de")), s.visitor(header("Accept-Language", "es"))

		german.signIn(operator.Email, "wrong").refused(t, "Die E-Mail-Adresse oder das Passwort ist falsch.")
		if title := text(spanish.get("/invitation/none").page(t).Find("h1")); title != "Este enlace no funciona" {
			t.Errorf("a dead link is called %q", title)
		}
		german.signIn(operator.Email, password).leadsTo(t, "/")
		page := german.account()
		if lead := text(page.Find(".lead")); lead != "Betreiber · Sie sehen alle Filialen." {
			t.Errorf("the account is %q", lead)
		}
		if how := text(page.Find("#sessions td[data-label='Angemeldet mit']")); how != "Passwort" {
			t.Errorf("the session began with %q", how)
		}
		german.post("/account/password", "current_password", "wrong", "password", "correct horse batteries").refused(t, "Das ist nicht Ihr Passwort.")
		german.post("/account/password", "current_password", password, "password", "short").refused(t, "Verwenden Sie mindestens 12 Zeichen; das sind 5.")
		german.post("/account/keys", "name", "", "scope", "read", "reach", "all", "current_password", password).refused(t, "Geben Sie an, wofür der Schlüssel ist.")
		german.post("/account/keys", "name", "x", "scope", "[{name}]", "reach", "all", "current_password", password).refused(t, `nicht "[{name}]".`)
	})
}

func TestWhatAPersonMaySeeIsSaidInTheLanguageOfTheReader(t *testing.T) {
	s := onSQLite(t)
	operator := s.person(access.Operator, reach.All())
	some := s.person(access.Owner, reach.Of([]string{"A", "B", "C", "D", "E", "F", "{n}"}, []string{"12"}))
	for language, want := range map[string][2]string{
		"en": {"the groups A, B, C, D, E and 2 more, and store 12", "Owner"},
		"de": {"die Gruppen A, B, C, D, E und 2 weitere und die Filiale 12", "Inhaber"},
		"es": {"los grupos A, B, C, D, E y 2 más y el local 12", "Propietario"},
	} {
		page := s.ask(http.MethodGet, "/people", s.as(operator), header("Accept-Language", language)).page(t)
		row := page.Find("tr").FilterFunction(func(_ int, r *goquery.Selection) bool { return strings.Contains(text(r), some.Email) })
		cells := texts(row.Find("td"))
		if len(cells) < 3 || cells[2] != want[0] || cells[1] != want[1] {
			t.Errorf("%s: %q, want %q", language, cells, want)
		}
	}
}

func TestTheAuditLogIsEnglishWhoeverActs(t *testing.T) {
	s := onSQLite(t)
	operator := s.person(access.Operator, reach.All())
	s.ask(http.MethodPost, "/people", s.as(operator), header("Accept-Language", "de"),
		form("email", "ana@example.com", "name", "Ana", "role", "owner", "reach", "some", "groups", "Burger Barn"))
	if all := strings.Join(s.auditRecords(), "\n"); !strings.Contains(all, "ana@example.com, owner, the group Burger Barn") {
		t.Errorf("the records are %s", all)
	}
}

func TestAPasskeyIsRefusedInTheLanguageOfThePage(t *testing.T) {
	s := onSQLite(t)
	for language, want := range map[string]string{"en": "It may not belong to this site", "de": "Vielleicht gehört er nicht zu dieser Website", "es": "Puede que no sea de este sitio"} {
		a := s.visitor().ask(http.MethodPost, "/sign-in/passkey/finish", body("application/json", `{}`), header("Accept", "application/json"), header("Accept-Language", language))
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", language, a.StatusCode, a.body)
		}
	}
}
