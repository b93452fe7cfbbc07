package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
)

// ceremonyWithin bounds the time that somebody takes to touch a key or show their face.
const ceremonyWithin = 5 * time.Minute

// passkeysWork reports whether passkeys can be used at the address of a request: browsers
// want https, or localhost, and a name.
func (s *Server) passkeysWork(c echo.Context) bool {
	site := s.siteURL(c)
	name := hostName(site.Host)
	if _, err := netip.ParseAddr(name); err == nil {
		return false
	}
	return site.Scheme == "https" || name == "localhost"
}

// errNoPasskeys says that passkeys cannot be used at the address of a request.
func errNoPasskeys() error {
	return problem{http.StatusBadRequest, words.Later("Passkeys do not work at this address"), words.Later("Open this site at an https:// address with a name, such as https://lights.example.com."), nil}
}

// relyingParty is this site as passkeys know it: a passkey is for one host name, at any
// port. Each use must verify who uses it, by a PIN or a finger, so that a passkey alone
// is enough to sign in.
func (s *Server) relyingParty(c echo.Context) (*webauthn.WebAuthn, error) {
	if !s.passkeysWork(c) {
		s.speakByBrowser(c)
		return nil, errNoPasskeys()
	}
	site := s.siteURL(c)
	limit := webauthn.TimeoutConfig{Timeout: ceremonyWithin, TimeoutUVD: ceremonyWithin}
	party, err := webauthn.New(&webauthn.Config{
		RPID: hostName(site.Host), RPDisplayName: "Lights On", RPOrigins: []string{site.Scheme + "://" + site.Host},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: protocol.ResidentKeyRequired(), UserVerification: protocol.VerificationRequired,
		},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
		// Some password managers say more than they were asked.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys at %s: %w", site.Host, err)
	}
	return party, nil
}

// A passkeyUser is a person with their passkeys, as webauthn.User.
type passkeyUser struct {
	access.Person
	credentials []webauthn.Credential
}

func (u passkeyUser) WebAuthnID() []byte                         { return []byte(u.ID) }
func (u passkeyUser) WebAuthnName() string                       { return u.Email }
func (u passkeyUser) WebAuthnDisplayName() string                { return u.ShownName() }
func (u passkeyUser) WebAuthnCredentials() []webauthn.Credential { return u.credentials }

func newPasskeyUser(p access.Person, keys []access.Passkey) (passkeyUser, error) {
	u := passkeyUser{p, make([]webauthn.Credential, len(keys))}
	for n, key := range keys {
		if err := json.Unmarshal(key.Data, &u.credentials[n]); err != nil {
			return u, fmt.Errorf("read passkey %s: %w", key.ID, err)
		}
	}
	return u, nil
}

// A ceremony is the making or the use of a passkey, between its beginning and its end.
// The session keeps it meanwhile.
type ceremony struct {
	For   ceremonyKind
	Name  string // of a new passkey
	Next  string // where to go after signing in
	Began int64  // Unix time
	Data  webauthn.SessionData
}

// A ceremonyKind is what a ceremony is for. One that was begun for one thing cannot be
// ended as another.
type ceremonyKind string

const (
	newPasskey ceremonyKind = "new"    // a signed-in person adds one
	firstStep  ceremonyKind = "first"  // somebody signs in by it alone
	secondStep ceremonyKind = "second" // somebody whose password was right proves more
)

const keptCeremony sessionKey = "passkey ceremony"

func (s *Server) keepCeremony(c echo.Context, began ceremony) error {
	began.Began = s.now().Unix()
	text, err := json.Marshal(began)
	if err != nil {
		return fmt.Errorf("keep passkey ceremony: %w", err)
	}
	s.sessions.Put(c.Request().Context(), string(keptCeremony), string(text))
	return nil
}

// errCeremony says that nothing was begun that could end now.
var errCeremony = errors.New("this took too long, or it was already done: try again")

// takeCeremony is the ceremony that the session keeps, once.
func (s *Server) takeCeremony(c echo.Context, kinds ...ceremonyKind) (began ceremony, err error) {
	text := s.sessions.PopString(c.Request().Context(), string(keptCeremony))
	if text == "" {
		return began, errCeremony
	}
	if err := json.Unmarshal([]byte(text), &began); err != nil {
		return began, fmt.Errorf("read passkey ceremony: %w", err)
	}
	if !slices.Contains(kinds, began.For) || !s.isWithin(began.Began, ceremonyWithin) {
		return ceremony{}, errCeremony
	}
	return began, nil
}
