package web

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// keyForm is what somebody sends to make a key.
type keyForm struct {
	Name    string       `form:"name"`
	Scope   access.Scope `form:"scope"`
	Sees    reachForm
	Expires string `form:"expires"` // in so many days; empty: never
	Current string `form:"current_password"`
}

// scopeWords say what a key of a scope may do.
var scopeWords = map[access.Scope]struct{ name, hint words.Text }{
	access.ReadScope:   {"Read|figures and reports", "See figures and reports."},
	access.ReportScope: {"Read and generate reports", "Also start new reports."},
	access.IngestScope: {"Import data", "Send files and polls, and see the result."},
	access.AdminScope:  {"Everything|that the API lets one do", "Everything that the API lets you do."},
}

// expiries are the days after which a key can end, in the order of the choice.
var expiries = []struct {
	days string
	text words.Text
}{{"30", "In 30 days"}, {"90", "In 90 days"}, {"365", "In a year"}, {"", "Never"}}

const usualExpiry = "90"

// newKeyForm is the form with what was entered.
func newKeyForm(w spoken, p access.Person, entered keyForm, askPassword bool) *views.KeyForm {
	f := &views.KeyForm{
		Action: "/account/keys", Name: entered.Name, AskPassword: askPassword,
		Reach: entered.Sees.form(w.Say("All stores you can see now")),
	}
	for _, scope := range access.Scopes {
		if p.Role.MayMake(scope) {
			said := scopeWords[scope]
			f.Scopes = append(f.Scopes, views.Choice{Value: string(scope), Text: w.Say(said.name), Hint: w.Say(said.hint), Selected: scope == entered.Scope || entered.Scope == "" && scope == access.ReadScope})
		}
	}
	for _, option := range expiries {
		f.Expiry = append(f.Expiry, views.Option{Value: option.days, Text: w.Say(option.text), Selected: option.days == entered.Expires})
	}
	return f
}

// makeOwnKey serves POST /account/keys. The key is shown this once.
func (s *Server) makeOwnKey(c echo.Context) error {
	var form keyForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	me, err := s.self(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	secret, key, err := s.makeKeyOf(ctx, me, form)
	if wrong, status := refusal(c, err); status != 0 {
		return s.sendAccount(c, status, func(a *views.Account) {
			a.Keys.Form = newKeyForm(spokenOf(ctx), me.Person, form, a.AskPassword)
			a.Keys.Form.Problem = wrong
		})
	}
	if err != nil {
		return err
	}
	n := noteOf(c)
	n.about("key", key.ID)
	n.detail = fmt.Sprintf("%s (%s), %s, %s", key.Name, key.Prefix, key.Scope, inEnglish.reach(keyReach(key, me.Person)))
	return s.sendAccount(c, http.StatusOK, func(a *views.Account) { a.Keys.New = newKeySecret(spokenOf(ctx), secret, key, me.Person) })
}

func (s *Server) makeKeyOf(ctx context.Context, me self, form keyForm) (secret string, key access.Key, err error) {
	wanted := access.NewKey{Name: form.Name, Scope: form.Scope, Reach: form.Sees.reach(me.Reach)}
	if wanted.Expires, err = s.parseExpiry(form.Expires); err != nil {
		return "", key, err
	}
	if err := s.prove(ctx, me, form.Current); err != nil {
		return "", key, err
	}
	return s.accounts.MakeKey(ctx, me.ID, wanted)
}

// parseExpiry reads in how many days a key ends.
func (s *Server) parseExpiry(days string) (models.OptionalInstant, error) {
	if days == "" {
		return models.OptionalInstant{}, nil
	}
	n, err := strconv.Atoi(days)
	if err != nil || n < 1 || n > 3650 {
		return models.OptionalInstant{}, access.WrongInput("Expiry", "enter 1 to {most} days, or leave it empty for never", "most", "3,650")
	}
	return models.InstantAt(uptime.At(s.now().AddDate(0, 0, n))), nil
}

// newKeySecret shows a key that was just made.
func newKeySecret(w spoken, secret string, key access.Key, p access.Person) views.Secret {
	stores := w.reach(keyReach(key, p))
	shown := views.Secret{
		Title: w.Say("Your new key “{name}”", "name", key.Name), Label: w.Say("Key|of the API"), Value: secret,
		Note: w.Say("Programs send it as “Authorization: Bearer KEY”. It works for {stores}, until you revoke it.", "stores", stores),
	}
	if key.ExpiresAt.Known {
		shown.Note = w.Say("Programs send it as “Authorization: Bearer KEY”. It works for {stores}, until {time}.",
			"stores", stores, "time", w.time(key.ExpiresAt.At, time.UTC, dayAndClock).Text)
	}
	return shown
}

// keyReach is what a key of a person is for. One for everything sees whatever its person sees.
func keyReach(k access.Key, p access.Person) reach.Reach {
	if k.Scope == access.AdminScope {
		return p.Reach
	}
	return k.Reach
}

// revokeOwnKey serves POST /account/keys/:id/revoke.
func (s *Server) revokeOwnKey(c echo.Context) error {
	if _, err := s.revokeKeyOfSelf(c); err != nil {
		return err
	}
	return accountDone(c, "key")
}

// revokeKeyOfSelf revokes the key in the address, of whoever asks.
func (s *Server) revokeKeyOfSelf(c echo.Context) (key access.Key, err error) {
	me, err := s.self(c)
	if err != nil {
		return key, err
	}
	id, err := idParam(c, "id")
	if err != nil {
		return key, err
	}
	if key, err = s.accounts.RevokeKey(c.Request().Context(), me.ID, id); err != nil {
		return key, err
	}
	n := noteOf(c)
	n.about("key", key.ID)
	n.detail = fmt.Sprintf("%s (%s)", key.Name, key.Prefix)
	return key, nil
}

// newKeyRows are the keys of a person. One that works can be revoked at an address that
// begins with below.
func (s *Server) newKeyRows(ctx context.Context, p access.Person, below string) ([]views.KeyRow, error) {
	keys, err := s.accounts.Keys(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	w, rows := spokenOf(ctx), make([]views.KeyRow, len(keys))
	for n, k := range keys {
		rows[n] = views.KeyRow{
			ID: k.ID, Name: k.Name, Prefix: k.Prefix, Scope: w.Say(scopeWords[k.Scope].name), Reach: w.reach(keyReach(k, p)),
			Made: w.time(k.CreatedAt, time.UTC, dayAndClock), Used: w.optionalTime(k.LastUsedAt, time.UTC, dayAndClock),
			Expires: w.optionalTime(k.ExpiresAt, time.UTC, dayAndClock), State: s.keyMark(w, k, p),
		}
		if k.Live(uptime.At(s.now())) {
			rows[n].RevokeURL = below + k.ID + "/revoke"
		}
	}
	return rows, nil
}

// keyMark says whether a key works.
func (s *Server) keyMark(w spoken, k access.Key, p access.Person) views.Mark {
	switch {
	case k.RevokedAt.Known:
		return views.Mark{Tone: views.Same, Text: w.Say("Revoked|a key")}
	case !k.Live(uptime.At(s.now())):
		return views.Mark{Tone: views.Same, Text: w.Say("Expired|a key")}
	case p.Disabled():
		return views.Mark{Tone: views.Look, Text: w.Say("Not working: the account is disabled")}
	case !p.Role.MayMake(k.Scope):
		return views.Mark{Tone: views.Look, Text: w.Say("Limited: the person has fewer rights than before")}
	default:
		return views.Mark{Tone: views.Well, Text: w.Say("Works|a key")}
	}
}
