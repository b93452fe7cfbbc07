package web

import (
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// accountNotices say what was just done. The address has the word, so that it can say
// nothing else.
var accountNotices = map[string]words.Text{
	"name":      "Name changed.",
	"password":  "Password changed. You are signed out everywhere else.",
	"app-on":    "The authenticator app is on. From now on, you need it when you sign in with your password.",
	"app-off":   "The authenticator app is off.",
	"passkey":   "Passkey added.",
	"unpasskey": "Passkey removed.",
	"session":   "That browser is signed out.",
	"sessions":  "You are signed out everywhere else.",
	"key":       "Key revoked.",
}

// showAccount serves GET /account?done=.
func (s *Server) showAccount(c echo.Context) error {
	return s.sendAccount(c, http.StatusOK, func(a *views.Account) {
		a.Notice = spokenOf(c.Request().Context()).Say(accountNotices[c.QueryParam("done")])
	})
}

// accountDone leads back to the page of the account, which says what was done.
func accountDone(c echo.Context, what string) error {
	return c.Redirect(http.StatusSeeOther, "/account?done="+what)
}

// sendAccount sends the page of the account with a change: what is shown once, or why a
// form was refused.
func (s *Server) sendAccount(c echo.Context, status int, change func(*views.Account)) error {
	page, err := s.page(c, spokenOf(c.Request().Context()).Say("Your account"), "")
	if err != nil {
		return err
	}
	me, err := s.self(c)
	if err != nil {
		return err
	}
	a, err := s.newAccount(c.Request().Context(), me)
	if err != nil {
		return err
	}
	a.Passkeys.Off = !s.passkeysWork(c)
	change(&a)
	return render(c, status, views.AccountPage(page, a))
}

// A self is the person who is signed in and looks after their own account.
type self struct {
	access.Person
	session string // id of the present session; empty for whom a proxy has signed in
}

func (s *Server) self(c echo.Context) (self, error) {
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return self{}, err
	}
	person, err := s.accounts.Person(ctx, p.PersonID)
	if err != nil {
		return self{}, err
	}
	me := self{person, p.Session}
	if renewed := s.sessions.GetString(ctx, access.SessionID); me.session != "" && renewed != "" {
		me.session = renewed // by this request
	}
	noteOf(c).about("person", person.ID)
	return me, nil
}

// provesHere reports whether the person proves who they are here, so that a password and
// factors mean something. Others do so at a provider or a proxy.
func (me self) provesHere() bool {
	return me.Source == access.Local && (me.HasPassword || me.Passkeys > 0 || me.session != "")
}

func (s *Server) newAccount(ctx context.Context, me self) (views.Account, error) {
	w := spokenOf(ctx)
	a := views.Account{
		Name: me.Name, Email: me.Email, Role: w.Say(roleNames[me.Role]), Sees: w.reach(me.Reach),
		Note: s.elsewhereText(w, me), FixedName: me.Source == access.OIDC, NoFactors: !me.provesHere(),
	}
	needed, err := s.proofNeeded(ctx, me)
	if err != nil {
		return a, err
	}
	a.AskPassword = needed == proofByPassword
	if me.provesHere() {
		a.Password = &views.PasswordForm{None: !me.HasPassword, MinLength: access.MinPassword}
		a.App.On = w.optionalTime(me.TOTPSince, time.UTC, dayAndClock)
		a.Recovery = newRecoveryCodes(w, me.Person)
		if a.Passkeys.Rows, err = s.newPasskeyRows(ctx, me.ID); err != nil {
			return a, err
		}
	}
	if a.Sessions, err = s.newSessionRows(ctx, me.ID, me.session, "/account/sessions/"); err != nil {
		return a, err
	}
	if len(a.Sessions) > 1 || me.session == "" && len(a.Sessions) > 0 {
		a.EndOthersURL = "/account/sessions/end"
	}
	if a.Keys.Rows, err = s.newKeyRows(ctx, me.Person, "/account/keys/"); err != nil {
		return a, err
	}
	a.Keys.Form = newKeyForm(w, me.Person, keyForm{Sees: reachForm{Reach: allStores}, Expires: usualExpiry}, a.AskPassword)
	return a, nil
}

// elsewhereText says who else decides about an account.
func (s *Server) elsewhereText(w spoken, me self) string {
	switch me.Source {
	case access.OIDC:
		return w.Say("You sign in with {provider}. Your name, your role and your password come from there.", "provider", s.settings.SignIn.OIDC.Name)
	case access.Proxy:
		return w.Say("The proxy in front of this site signs you in. Your password is kept there.")
	default:
		return ""
	}
}

// newRecoveryCodes says how many codes are left.
func newRecoveryCodes(w spoken, p access.Person) views.RecoveryCodes {
	r := views.RecoveryCodes{Off: !p.NeedsFactor(), Few: p.RecoveryCodes <= 3}
	if p.RecoveryCodes > 0 {
		r.Left = w.Say("{n} left|recovery codes", "n", p.RecoveryCodes)
	}
	return r
}
