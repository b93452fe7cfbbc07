package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// newPasskeyForm is what passkeys.js sends before it asks the browser for a passkey.
type newPasskeyForm struct {
	Name    string `json:"name"`
	Current string `json:"current_password"`
}

// beginPasskey serves POST /account/passkeys/begin with the options for the browser.
func (s *Server) beginPasskey(c echo.Context) error {
	var form newPasskeyForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	s.speakByBrowser(c)
	me, err := s.proven(c, form.Current)
	if wrong, status := refusal(c, err); status != 0 {
		return writeProblem(c, problem{status, words.Later("That was refused"), words.Said(wrong.Text), err})
	}
	if err != nil {
		return err
	}
	party, err := s.relyingParty(c)
	if err != nil {
		return err
	}
	user, err := s.passkeyUser(c.Request().Context(), me.Person)
	if err != nil {
		return err
	}
	options, data, err := party.BeginRegistration(user, webauthn.WithExclusions(webauthn.Credentials(user.credentials).CredentialDescriptors()))
	if err != nil {
		return err
	}
	if err := s.keepCeremony(c, ceremony{For: newPasskey, Name: form.Name, Data: *data}); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

func (s *Server) passkeyUser(ctx context.Context, p access.Person) (passkeyUser, error) {
	keys, err := s.accounts.Passkeys(ctx, p.ID)
	if err != nil {
		return passkeyUser{}, err
	}
	return newPasskeyUser(p, keys)
}

// credentialForm has what the browser made, as JSON. It comes as a form, so that the
// answer can be a page with recovery codes.
type credentialForm struct {
	Credential string `form:"credential"`
}

// finishPasskey serves POST /account/passkeys/finish.
func (s *Server) finishPasskey(c echo.Context) error {
	var form credentialForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.self(c)
	if err != nil {
		return err
	}
	recovery, err := s.addPasskey(c, me, form.Credential)
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.Passkeys.Problem = views.Refusal{Text: wrong.Text} })
	}
	if err != nil {
		return err
	}
	return s.factorAdded(c, me, "passkey", recovery)
}

// errCredential says that a browser sent something else than what it was asked for.
var errCredential = errors.New("this passkey could not be checked: try again")

func (s *Server) addPasskey(c echo.Context, me self, sent string) (recovery []string, err error) {
	began, err := s.takeCeremony(c, newPasskey)
	if err != nil {
		return nil, err
	}
	party, err := s.relyingParty(c)
	if err != nil {
		return nil, err
	}
	ctx := c.Request().Context()
	user, err := s.passkeyUser(ctx, me.Person)
	if err != nil {
		return nil, err
	}
	made, err := protocol.ParseCredentialCreationResponseBytes([]byte(sent))
	if err != nil {
		return nil, errors.Join(errCredential, err)
	}
	credential, err := party.CreateCredential(user, began.Data, made)
	if err != nil {
		return nil, errors.Join(errCredential, err)
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return nil, err
	}
	key, recovery, err := s.accounts.AddPasskey(ctx, me.ID, began.Name, credential.ID, data)
	noteOf(c).detail = "passkey " + key.Name
	return recovery, err
}

// removePasskey serves POST /account/passkeys/:id/remove.
func (s *Server) removePasskey(c echo.Context) error {
	var form againForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.proven(c, form.Current)
	var id string
	if err == nil {
		id, err = idParam(c, "id")
	}
	if err == nil {
		err = s.accounts.RemovePasskey(c.Request().Context(), me.ID, id)
	}
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) { a.Passkeys.Problem = views.Refusal{Text: wrong.Text} })
	}
	if err != nil {
		return err
	}
	noteOf(c).detail = "passkey"
	return accountDone(c, "unpasskey")
}

func (s *Server) newPasskeyRows(ctx context.Context, person string) ([]views.PasskeyRow, error) {
	keys, err := s.accounts.Passkeys(ctx, person)
	if err != nil {
		return nil, err
	}
	w, rows := spokenOf(ctx), make([]views.PasskeyRow, len(keys))
	for n, k := range keys {
		rows[n] = views.PasskeyRow{
			ID: k.ID, Name: k.Name, Added: w.time(k.CreatedAt, time.UTC, dayAndClock), Used: w.optionalTime(k.LastUsedAt, time.UTC, dayAndClock),
			RemoveURL: "/account/passkeys/" + k.ID + "/remove",
		}
	}
	return rows, nil
}
