package views

import (
	"encoding/base32"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/a-h/templ"
	"github.com/boombuler/barcode/qr"
)

func TestEveryFieldHasALabelAndSaysWhatBrowsersMayFillIn(t *testing.T) {
	fields := 0
	for name, c := range samplePages() {
		page := render(t, c)
		page.Find("form:not([hidden]) input, select, textarea").Each(func(_ int, s *goquery.Selection) {
			kind, _ := s.Attr("type")
			if _, hidden := s.Attr("hidden"); hidden || kind == "hidden" || kind == "submit" {
				return
			}
			fields++
			id, _ := s.Attr("id")
			if s.Closest("label").Length()+page.Find("label[for='"+id+"']").Length() == 0 {
				t.Errorf("%s: the field %q has no label", name, id)
			}
			_, said := s.Attr("autocomplete")
			if text := kind != "radio" && kind != "checkbox" && kind != "file"; text && !said {
				t.Errorf("%s: nothing says what may fill in %q", name, id)
			}
		})
	}
	if fields < 100 {
		t.Errorf("only %d fields were looked at", fields)
	}
}

func TestBrowsersKnowWhatToFillIn(t *testing.T) {
	for name, c := range map[string]struct {
		page templ.Component
		want map[string]string
	}{
		"sign in":               {SignInPage(Page{}, SignIn{}), map[string]string{"email": "username", "password": "current-password"}},
		"sign in with passkeys": {SignInPage(Page{}, SignIn{Passkeys: true}), map[string]string{"email": "username webauthn"}},
		"factor":                {FactorPage(Page{}, Factor{App: true}), map[string]string{"code": "one-time-code"}},
		"invitation":            {InvitationPage(Page{}, Invitation{MinLength: 12}), map[string]string{"email": "username", "password": "new-password"}},
		"account": {AccountPage(Page{}, sampleAccountSetup()), map[string]string{
			"email": "username", "current-password": "current-password", "new-password": "new-password", "totp-code": "one-time-code", "passkey-password": "current-password",
		}},
	} {
		page := render(t, c.page)
		for id, want := range c.want {
			if got, _ := page.Find("#" + id).Attr("autocomplete"); got != want {
				t.Errorf("%s: %s is filled in with %q, want %q", name, id, got, want)
			}
		}
	}
}

func TestARefusalStandsAtItsField(t *testing.T) {
	const text = "Expected something else."
	for field, c := range map[string]templ.Component{
		"password":         InvitationPage(Page{}, Invitation{Problem: Refusal{"password", text}}),
		"current_password": AccountPage(Page{}, Account{Password: &PasswordForm{Problem: Refusal{"current_password", text}}}),
		"name":             AccountPage(Page{}, Account{NameProblem: text}),
		"code":             AccountPage(Page{}, Account{App: AuthenticatorApp{Setup: &AppSetup{Problem: Refusal{"code", text}}}}),
		"email":            PeoplePage(Page{}, People{Invite: InviteForm{Problem: Refusal{"email", text}}}),
		"groups":           PeoplePage(Page{}, People{Invite: InviteForm{Problem: Refusal{"groups", text}}}),
		"stores":           PersonPage(Page{}, Person{Edit: PersonForm{Problem: Refusal{"stores", text}}}),
		"to":               AuditPage(Page{}, Audit{Form: AuditForm{Problem: Refusal{"to", text}}}),
		"days":             ReportPage(Page{}, Report{Share: &ShareLinks{Days: sampleShareLinks().Days, Problem: Refusal{"days", text}}}),
		"expires":          AccountPage(Page{}, Account{Keys: KeyList{Form: &KeyForm{Problem: Refusal{"expires", text}}}}),
	} {
		page := render(t, c)
		at := page.Find("[aria-invalid]")
		if got, _ := at.Attr("name"); at.Length() != 1 || got != field {
			t.Errorf("%s: %d fields are refused, the first is %q", field, at.Length(), got)
		}
		described, _ := at.Attr("aria-describedby")
		if got := shownText(page.Find("#" + described)); got != text {
			t.Errorf("%s: the field is described by %q", field, got)
		}
		if box := at.Closest("details"); box.Length() > 0 && box.Not("[open]").Length() > 0 {
			t.Errorf("%s: the refused field is folded away", field)
		}
	}
	for _, field := range []string{"role", "reach"} {
		page := render(t, PeoplePage(Page{}, People{Invite: InviteForm{Roles: sampleRoles, Problem: Refusal{field, text}}}))
		if got := shownText(page.Find("fieldset:has([name=" + field + "]) .problem")); got != text {
			t.Errorf("%s: the choice says %q", field, got)
		}
	}
	for name, c := range map[string]templ.Component{
		"account":    AccountPage(Page{}, Account{Password: &PasswordForm{Problem: Refusal{"other", text}}}),
		"app":        AccountPage(Page{}, Account{App: AuthenticatorApp{Problem: Refusal{"current_password", text}}}),
		"codes":      AccountPage(Page{}, Account{Recovery: RecoveryCodes{Problem: Refusal{"current_password", text}}}),
		"key":        AccountPage(Page{}, Account{Keys: KeyList{Form: &KeyForm{Problem: Refusal{"current_password", text}}}}),
		"invitation": InvitationPage(Page{}, Invitation{Problem: Refusal{"token", text}}),
		"invite":     PeoplePage(Page{}, People{Invite: InviteForm{Problem: Refusal{"other", text}}}),
		"last":       PersonPage(Page{}, Person{Last: "The last operator.", Edit: PersonForm{Roles: sampleRoles, Problem: Refusal{"role", text}}}),
		"audit":      AuditPage(Page{}, Audit{Form: AuditForm{Problem: Refusal{"page", text}}}),
		"share":      ReportPage(Page{}, Report{Share: &ShareLinks{Problem: Refusal{"other", text}}}),
	} {
		if got := shownText(render(t, c).Find("main .problem[role=alert]:not([hidden])")); got != text {
			t.Errorf("%s: of a field that is not there, the form says %q", name, got)
		}
	}
	whole := render(t, PeoplePage(Page{}, People{Invite: InviteForm{Problem: Refusal{"", text}}}))
	if got := shownText(whole.Find("#invite form > .problem[role=alert]")); got != text {
		t.Errorf("the form as a whole says %q", got)
	}
}

// What is shown once is neither in an address nor in a title, and is not sent back by a form.
func TestASecretIsShownOnceAndToItsReaderOnly(t *testing.T) {
	const value = "lo_a_secret"
	s := Secret{Title: "A key", Label: "Key", Value: value, Note: "Keep it."}
	for name, c := range map[string]templ.Component{
		"key":    AccountPage(Page{}, Account{Keys: KeyList{New: s}}),
		"invite": PeoplePage(Page{}, People{New: s}),
		"reset":  PersonPage(Page{}, Person{New: s}),
		"share":  ReportPage(Page{}, Report{Share: &ShareLinks{New: s}}),
	} {
		if n := strings.Count(source(t, c), value); n != 1 {
			t.Errorf("%s: the secret is on the page %d times", name, n)
		}
		at := render(t, c).Find("input[value='" + value + "']")
		if _, readonly := at.Attr("readonly"); !readonly || at.Closest("form").Length() > 0 {
			t.Errorf("%s: the secret can be changed or is sent back", name)
		}
	}
	if html := source(t, secret(Secret{Title: "A key"}, "x")); html != "" {
		t.Errorf("without a secret there is %q", html)
	}
}

func TestNamesOfPeopleAreEscaped(t *testing.T) {
	const hostile = `"><script>alert(1)</script>`
	link := Link{hostile, ""}
	for name, c := range map[string]templ.Component{
		"sign in":    SignInPage(Page{}, SignIn{Next: hostile, Email: hostile, Problem: hostile, Notice: hostile, Provider: Link{hostile, "/"}}),
		"passkey":    SignInPage(Page{}, SignIn{Next: hostile, Passkeys: true}),
		"factor":     FactorPage(Page{}, Factor{Name: hostile, Next: hostile, App: true, Passkeys: true}),
		"invitation": InvitationPage(Page{}, Invitation{Name: hostile, Email: hostile}),
		"header":     StoresPage(Page{Who: hostile}, StoreList{}),
		"sessions":   sessions([]SessionRow{{Agent: hostile, Address: hostile, How: hostile, EndURL: "/"}}, ""),
		"keys":       keys(KeyList{Rows: []KeyRow{{Name: hostile, Reach: hostile, RevokeURL: "/"}}}),
		"passkeys":   passkeys(PasskeyList{Rows: []PasskeyRow{{Name: hostile, RemoveURL: "/"}}}, true),
		"people":     PeopleTable(People{Rows: []PersonRow{{Name: hostile, Email: hostile, Reach: hostile}}}),
		"person":     PersonPage(Page{}, Person{Name: hostile, Email: hostile, Edit: PersonForm{Name: hostile, Reach: ReachForm{Groups: hostile, Stores: hostile}}}),
		"textarea":   lines("x", "groups", "Groups", "", "</textarea>"+hostile, Refusal{}),
		"audit":      AuditTable(Audit{Rows: []AuditRow{{Who: link, Kind: hostile, What: hostile, About: link, Detail: hostile, Address: hostile}}}),
		"share":      ShareLinksPanel(ShareLinks{Rows: []ShareLinkRow{{By: hostile, RevokeURL: "/"}}}),
		"shared":     SharedReportPage(Page{}, SharedReport{By: hostile}),
		"app":        appSetup(AppSetup{Secret: hostile, URL: "otpauth://totp/" + hostile}),
	} {
		if html := source(t, c); strings.Contains(html, "<script>alert") {
			t.Errorf("%s: a script of somebody's words is in the page", name)
		}
	}
}

func TestTheLastOperatorIsToldWhyNothingCanBeTakenAway(t *testing.T) {
	page := render(t, PersonPage(Page{}, sampleLastOperator()))
	if !strings.Contains(page.Find("#person-form").Text(), "is the last operator who can sign in") {
		t.Error("nothing says why")
	}
	for _, selector := range []string{"[name=role]", "[name=reach]", "form[action$='/disable']"} {
		if page.Find(selector).Length() > 0 {
			t.Errorf("there is %s", selector)
		}
	}
}

func TestBrowsersAreCalledByTheirNames(t *testing.T) {
	for agent, want := range map[string]string{
		sampleFirefox: "Firefox on Linux",
		sampleSafari:  "Safari on iPhone",
		sampleEdge:    "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36":                "Chrome on Mac",
		"Mozilla/5.0 (Linux; Android 15; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/": "Samsung Internet on Android",
		"Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1":        "Chrome on iPad",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 OPR/120":               "Opera on ChromeOS",
		"curl/8.5.0":       "curl",
		"Something (Linux": "A browser on Linux",
		"":                 "Unknown browser",
	} {
		if got := Browser(t.Context(), agent); got != want {
			t.Errorf("%q is called %q, want %q", agent, got, want)
		}
	}
}

func TestTheCodeOfAnAppIsDrawnAsItIs(t *testing.T) {
	const url = "otpauth://totp/Lights%20On:ana@example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Lights%20On"
	code, ok := newQR(url)
	if !ok {
		t.Fatal("there is no code")
	}
	want, err := qr.Encode(url, qr.M, qr.Auto)
	if err != nil {
		t.Fatal(err)
	}
	side := want.Bounds().Dx()
	if code.side != itoa(side+8) {
		t.Errorf("it is %s wide, want %d and a margin of 4 on both sides", code.side, side)
	}
	drawn := map[[2]int]bool{}
	for _, stretch := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1h-(\d+)z`).FindAllString(code.path, -1) {
		var x, y, wide, back int
		if _, err := fmt.Sscanf(stretch, "M%d %dh%dv1h-%dz", &x, &y, &wide, &back); err != nil || wide != back {
			t.Fatalf("%q: %v", stretch, err)
		}
		for n := range wide {
			drawn[[2]int{x + n - 4, y - 4}] = true
		}
	}
	for y := range side {
		for x := range side {
			if drawn[[2]int{x, y}] != isDark(want, x, y) {
				t.Fatalf("the square %d, %d is dark: %v", x, y, drawn[[2]int{x, y}])
			}
		}
	}
	if _, ok := newQR(strings.Repeat("x", 401)); ok {
		t.Error("a code is drawn that phones read badly")
	}
}

func TestASecretIsReadInFours(t *testing.T) {
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte("twenty bytes of it!!"))
	if got := inFours(text); strings.ReplaceAll(got, " ", "") != text || len(strings.Fields(got)) != 8 || len(strings.Fields(got)[0]) != 4 {
		t.Errorf("%q is read as %q", text, got)
	}
}
