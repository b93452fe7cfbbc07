package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
)

// passkeySignIn is what passkeys.js sends before it asks the browser for a passkey.
type passkeySignIn struct {
	Next string `json:"next"`
}

// passkeyNext is where passkeys.js goes in the end.
type passkeyNext struct {
	NextURL string `json:"next_url"`
}

// speakByBrowser has a request answered in the language of whoever looks at the page that
// asks for a passkey. It asks for JSON, which is English else, and shows what it gets.
func (s *Server) speakByBrowser(c echo.Context) {
	r := c.Request()
	c.SetRequest(r.WithContext(words.With(r.Context(), words.In(s.languageOf(c)))))
}

// refusedPasskey answers a passkey that does not let anybody in, whatever the reason.
func (s *Server) refusedPasskey(c echo.Context, cause error) error {
	s.speakByBrowser(c)
	return writeProblem(c, problem{http.StatusUnprocessableEntity, words.Later("The passkey did not work"), words.Later("It may not belong to this site, or it took too long. Try again, or sign in another way."), cause})
}

// beginPasskeySignIn serves POST /sign-in/passkey/begin?step= with the options for the
// browser. As the second step, the passkey must be one of the person whose password was
// right. Alone, it may be any that the browser has for this site.
func (s *Server) beginPasskeySignIn(c echo.Context) error {
	var form passkeySignIn
	if err := c.Bind(&form); err != nil {
		return err
	}
	party, err := s.relyingParty(c)
	if err != nil {
		return err
	}
	began := ceremony{For: firstStep, Next: keptNext(form.Next)}
	var options *protocol.CredentialAssertion
	var data *webauthn.SessionData
	if c.QueryParam("step") == string(secondStep) {
		began.For = secondStep
		user, err := s.provedUser(c.Request().Context())
		if errors.Is(err, access.ErrSignIn) {
			return s.refusedPasskey(c, err)
		}
		if err != nil {
			return err
		}
		options, data, err = party.BeginLogin(user)
		if err != nil {
			return err
		}
	} else if options, data, err = party.BeginDiscoverableLogin(); err != nil {
		return err
	}
	began.Data = *data
	if err := s.keepCeremony(c, began); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

// provedUser is the person whose password was right in the first step, with passkeys.
func (s *Server) provedUser(ctx context.Context) (passkeyUser, error) {
	id := s.provedPersonOf(ctx)
	if id == "" {
		return passkeyUser{}, access.ErrSignIn
	}
	person, err := s.accounts.Person(ctx, id)
	if err != nil {
		return passkeyUser{}, err
	}
	if person.Passkeys == 0 {
		return passkeyUser{}, access.ErrSignIn
	}
	return s.passkeyUser(ctx, person)
}

// finishPasskeySignIn serves POST /sign-in/passkey/finish with what the browser signed.
func (s *Server) finishPasskeySignIn(c echo.Context) error {
	began, person, err := s.checkPasskey(c)
	if errors.Is(err, access.ErrSignIn) || errors.Is(err, errCeremony) {
		return s.refusedPasskey(c, err)
	}
	if err != nil {
		return err
	}
	how := access.ByPasskey
	if began.For == secondStep {
		how = access.ByPasswordAndPasskey
	}
	err = s.beginSession(c, person, how)
	if errors.Is(err, access.ErrSignIn) {
		return s.refusedPasskey(c, err)
	}
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, passkeyNext{nextPath(began.Next)})
}

// checkPasskey finds the person whose passkey has signed the challenge of the session. It
// gives access.ErrSignIn for whatever is wrong with it, and errCeremony.
func (s *Server) checkPasskey(c echo.Context) (began ceremony, person string, err error) {
	if began, err = s.takeCeremony(c, firstStep, secondStep); err != nil {
		return began, "", err
	}
	party, err := s.relyingParty(c)
	if err != nil {
		return began, "", err
	}
	signed, err := protocol.ParseCredentialRequestResponse(c.Request())
	if err != nil {
		return began, "", errors.Join(access.ErrSignIn, err)
	}
	ctx := c.Request().Context()
	key, owner, err := s.accounts.PasskeyByCredential(ctx, signed.RawID)
	if err != nil {
		return began, "", err
	}
	noteOf(c).about("person", owner.ID)
	if began.For == secondStep && owner.ID != s.provedPersonOf(ctx) {
		return began, "", access.ErrSignIn
	}
	user, err := s.passkeyUser(ctx, owner)
	if err != nil {
		return began, "", err
	}
	used, err := validatePasskey(party, user, began, signed)
	if err != nil {
		return began, "", errors.Join(access.ErrSignIn, err)
	}
	data, err := json.Marshal(used)
	if err != nil {
		return began, "", fmt.Errorf("write passkey: %w", err)
	}
	return began, owner.ID, s.accounts.UsePasskey(ctx, key, data)
}

// errCloned says that a passkey was used less often than before, so there are two of it.
var errCloned = errors.New("the passkey's count of uses went back: it may have been copied")

func validatePasskey(party *webauthn.WebAuthn, user passkeyUser, began ceremony, signed *protocol.ParsedCredentialAssertionData) (used *webauthn.Credential, err error) {
	if began.For == secondStep {
		used, err = party.ValidateLogin(user, began.Data, signed)
	} else {
		_, used, err = party.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return user, nil }, began.Data, signed)
	}
	if err == nil && used.Authenticator.CloneWarning {
		err = errCloned
	}
	return used, err
}
