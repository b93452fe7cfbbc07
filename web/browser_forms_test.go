package web_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"lightson/web"
)

// withGallery serves the pages about people, made up.
func (s *site) withGallery() *site {
	s.handler = web.New(s.db, s.figures, s.jobs, s.jobs, s.jobs, web.Settings{Dev: true}, s.logger()).Handler()
	return s
}

// A relyingParty answers what passkeys.js asks for, as far as a script can be wrong about it. The
// signatures are the matter of those who check them.
type relyingParty struct {
	mu     sync.Mutex
	asked  map[string]string // what a page sent to begin
	known  string            // the id of the passkey that was made
	said   []string          // what was wrong with what was sent at the end
	refuse string            // the detail of a problem
}

const passkeyChallenge = "-_x8Y2hhbGxlbmdlIG9mIHRoaXJ0eSBieXRlcw" // has letters that base64 writes otherwise

func (p *relyingParty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if p.refuse != "" {
		w.WriteHeader(http.StatusForbidden)
		_ = json.NewEncoder(w).Encode(map[string]string{"detail": p.refuse})
		return
	}
	known := []any{}
	if p.known != "" {
		known = append(known, map[string]string{"type": "public-key", "id": p.known})
	}
	var answer any
	switch path := r.URL.Path; {
	case path == "/account/passkeys/begin":
		answer = map[string]any{"publicKey": map[string]any{
			"challenge": passkeyChallenge, "rp": map[string]string{"name": "Lights On", "id": "localhost"},
			"user":                   map[string]string{"id": "YW5h", "name": "ana@example.com", "displayName": "Ana"},
			"pubKeyCredParams":       []any{map[string]any{"type": "public-key", "alg": -7}, map[string]any{"type": "public-key", "alg": -257}},
			"authenticatorSelection": map[string]string{"residentKey": "required", "userVerification": "required"},
			"excludeCredentials":     known,
		}}
	case path == "/sign-in/passkey/begin":
		answer = map[string]any{"publicKey": map[string]any{"challenge": passkeyChallenge, "rpId": "localhost", "allowCredentials": known, "userVerification": "required"}}
	case strings.HasPrefix(path, "/account"):
		p.finish(r, "webauthn.create", "attestationObject")
		answer = map[string]string{"next": "/gallery/account"}
	default:
		p.finish(r, "webauthn.get", "authenticatorData", "signature", "userHandle")
		answer = map[string]string{"next": "/gallery/people"}
	}
	if strings.HasSuffix(r.URL.Path, "/begin") {
		p.asked = map[string]string{}
		_ = json.NewDecoder(r.Body).Decode(&p.asked)
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// finish looks at a passkey as the browser gives it.
func (p *relyingParty) finish(r *http.Request, kind string, parts ...string) {
	var sent struct {
		ID, RawID, Type string
		Response        map[string]any
	}
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		p.said = append(p.said, err.Error())
		return
	}
	decoded := func(name string) []byte {
		text, _ := sent.Response[name].(string)
		bytes, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || len(bytes) == 0 {
			p.said = append(p.said, fmt.Sprintf("%s: %s is %q: %v", kind, name, text, err))
		}
		return bytes
	}
	for _, name := range parts {
		decoded(name)
	}
	var client struct{ Type, Challenge, Origin string }
	if err := json.Unmarshal(decoded("clientDataJSON"), &client); err != nil || client.Type != kind || client.Challenge != passkeyChallenge {
		p.said = append(p.said, fmt.Sprintf("%s: the client says %v: %v", kind, client, err))
	}
	if sent.Type != "public-key" || sent.ID == "" || sent.ID != sent.RawID {
		p.said = append(p.said, fmt.Sprintf("%s: the passkey is %q, %q of type %q", kind, sent.ID, sent.RawID, sent.Type))
	}
	p.known = sent.ID
}

// what returns what the pages sent last, and fails where anything was wrong.
func (p *relyingParty) what(t *testing.T) map[string]string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, wrong := range p.said {
		t.Error(wrong)
	}
	return p.asked
}

func testPasskeys(t *testing.T, chromium context.Context) {
	s, party := onSQLite(t).withGallery(), &relyingParty{}
	mux := http.NewServeMux()
	mux.Handle("/", s.handler)
	for _, path := range []string{"/account/passkeys/begin", "/account/passkeys/finish", "/sign-in/passkey/begin", "/sign-in/passkey/finish"} {
		mux.Handle("POST "+path, party)
	}
	v := newTab(t, chromium, mux)
	v.site = strings.Replace(v.site, "127.0.0.1", "localhost", 1) // a passkey belongs to a name
	v.expect("status of 403")
	call(v, webauthn.Enable, webauthn.EnableParams{})
	call(v, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
		Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
	}})

	v.open("/gallery/account")
	v.write("#passkey-name", "my phone")
	v.write("#passkey-password", "correct horse")
	v.follow("#passkeys form[data-passkey] button")
	if asked := party.what(t); asked["name"] != "my phone" || asked["current_password"] != "correct horse" || v.path() != "/gallery/account" {
		t.Errorf("a passkey was asked for with %v, and led to %s", asked, v.path())
	}

	v.write("#passkey-password", "correct horse")
	v.click("#passkeys form[data-passkey] button")
	v.shows("#passkeys form[data-passkey] [role=alert]", "This device has a passkey for your account already.")

	v.open("/gallery/sign-in")
	v.follow("[data-passkey] button")
	if asked := party.what(t); asked["next"] != "/stores" || v.path() != "/gallery/people" {
		t.Errorf("signing in asked with %v, and led to %s", asked, v.path())
	}

	party.mu.Lock()
	party.refuse = "There were too many tries. Wait a minute."
	party.mu.Unlock()
	v.open("/gallery/sign-in")
	v.click("[data-passkey] button")
	v.shows("[data-passkey] [role=alert]", party.refuse)
	v.until("it can be tried again", `!document.querySelector("[data-passkey] button").disabled`)
}

// What forms about people do with JavaScript, and that they work without it.
func testPeopleForms(t *testing.T, chromium context.Context) {
	s := onSQLite(t).withChains().withGallery()
	group := someGroups(s.snapshot())[1]
	v := newTab(t, chromium, s.handler)

	v.open("/gallery/invitation")
	v.write("#password", "correct horse battery")
	v.click("[data-reveal]")
	v.until("the password can be read", `document.querySelector("#password").type === "text"`)

	v.open("/gallery/person")
	v.until("the new link is in sight, ready to be copied", `document.activeElement.id === "new-link"`)
	v.click("[data-copy-from=new-link]")
	v.until("it is copied", `document.querySelector("[data-copy-from] span").textContent === "Copied" || getSelection().toString().startsWith("https://")`)
	v.write("#person-group", group[:3])
	v.until("groups are suggested", `document.querySelectorAll("#person-group-list option").length > 0`)
	v.do("empty the field", chromedp.Evaluate[chromedp.Void](`document.querySelector("#person-group").value = ""; undefined`))
	v.write("#person-group", group)
	v.press(kb.Enter)
	v.until("the group is in the list", fmt.Sprintf(`document.querySelector("#person-groups").value === "Burger Barn\nTaco Airport\n" + %q`, group))
	v.write("#person-group", group)
	v.click("[data-add-to] button")
	v.until("once is enough", `document.querySelector("#person-groups").value.split("\n").length === 3`)
	v.click(`[name=reach][value=all]`)
	v.until("the lists are away", `document.querySelector(".reach").getClientRects().length === 0`)
	if sent := ask[string](v, `new URLSearchParams(new FormData(document.querySelector("#person-form"))).toString()`); strings.Contains(sent, "group=") {
		t.Errorf("what is searched for is sent: %s", sent)
	}
}
