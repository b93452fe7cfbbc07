package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// apiKeyForm is what a script says of a new key.
type apiKeyForm struct {
	Name    string       `json:"name"`
	Scope   access.Scope `json:"scope"`
	Reach   *apiReach    `json:"reach"` // none: whatever whoever asks may see
	Expires *int64       `json:"expires_in_days"`
	Current string       `json:"current_password"` // of whoever is signed in
}

// apiNewKey is a key as it is shown once, with its secret.
type apiNewKey struct {
	apiKey
	Secret string `json:"secret"`
}

// apiListOwnKeys serves GET /api/v1/account/keys?limit=&cursor=.
func (s *Server) apiListOwnKeys(c echo.Context) error {
	me, err := s.self(c)
	if err != nil {
		return err
	}
	keys, err := s.accounts.Keys(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, "own keys", keys, func(k access.Key) place { return newerFirst(k.CreatedAt, k.ID) })
	if err != nil {
		return err
	}
	list := apiKeys{Keys: make([]apiKey, len(piece)), NextCursor: next}
	for n, k := range piece {
		list.Keys[n] = s.newAPIKey(k)
	}
	return sendAPIList(c, list, list.Keys, next)
}

// apiMakeOwnKey serves POST /api/v1/account/keys. The secret is shown this once.
func (s *Server) apiMakeOwnKey(c echo.Context) error {
	me, err := s.self(c)
	if err != nil {
		return err
	}
	noteOf(c).about("key", "")
	var form apiKeyForm
	if err := readAPIBody(c, &form, `{"name": "Till", "scope": "ingest", "expires_in_days": 90}`); err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	wanted, err := s.newKeyIn(form, p.Reach)
	if err != nil {
		return err
	}
	if err := s.mustMakeKey(ctx, p, me, wanted, form.Current); err != nil {
		return err
	}
	secret, key, err := s.accounts.MakeKey(ctx, me.ID, wanted)
	if err != nil {
		return apiRefusal(err, map[string]string{"Expiry": "expires_in_days"})
	}
	n := noteOf(c)
	n.about("key", key.ID)
	n.detail = fmt.Sprintf("%s (%s), %s, %s", key.Name, key.Prefix, key.Scope, inEnglish.reach(keyReach(key, me.Person)))
	return c.JSON(http.StatusCreated, apiNewKey{s.newAPIKey(key), secret})
}

// newKeyIn is the key that a form asks for. own is what whoever asks may see.
func (s *Server) newKeyIn(form apiKeyForm, own reach.Reach) (wanted access.NewKey, err error) {
	wanted = access.NewKey{Name: form.Name, Scope: form.Scope, Reach: own}
	if form.Reach != nil {
		if wanted.Reach, err = form.Reach.reach(own); err != nil {
			return wanted, err
		}
	}
	if days := form.Expires; days != nil {
		if *days < 1 || *days > 3650 {
			return wanted, badParam("expires_in_days", words.Said("1 to 3650, or null for never"), strconv.FormatInt(*days, 10))
		}
		wanted.Expires = models.InstantAt(uptime.At(s.now().AddDate(0, 0, int(*days))))
	}
	return wanted, nil
}

// mustMakeKey refuses a key that whoever asks may not make. A person proves again who they are,
// as on the page. A key has nothing to prove it with; what it makes may less than it and ends no
// later, so that nobody gains by it.
func (s *Server) mustMakeKey(ctx context.Context, p access.Principal, me self, wanted access.NewKey, password string) error {
	if p.Kind != access.IsKey {
		return passwordRefusal(s.prove(ctx, me, password))
	}
	if !p.MayMakeKey(wanted.Scope) {
		return problem{http.StatusForbidden, words.Said("A key may not do that"),
			words.Said("scope: a key makes only keys that may less than it: expected read, report or ingest."), access.ErrForbidden}
	}
	own, err := s.keySent(ctx, p)
	if err == nil && own.ExpiresAt.Known && (!wanted.Expires.Known || wanted.Expires.At > own.ExpiresAt.At) {
		err = badParam("expires_in_days", words.Said("no longer than this key works itself, until "+instantText(own.ExpiresAt.At)), "more")
	}
	return err
}

// passwordRefusal says what is wrong with the password that proves who somebody is.
func passwordRefusal(err error) error {
	var many access.TooManyTries
	switch {
	case errors.Is(err, access.ErrSignIn):
		return problem{http.StatusForbidden, words.Said("Please prove who you are"), words.Said("current_password: expected your password, found another."), err}
	case errors.Is(err, errSignInAgain):
		return problem{http.StatusForbidden, words.Said("Please prove who you are"), words.Said(upperFirst(err.Error()) + "."), err}
	case errors.As(err, &many):
		return problem{http.StatusTooManyRequests, words.Said("Too many attempts"), words.Said("current_password: " + err.Error() + "."), err}
	default:
		return apiRefusal(err, map[string]string{"Password": "current_password", "Current password": "current_password"})
	}
}

// apiRevokeOwnKey serves DELETE /api/v1/account/keys/:id.
func (s *Server) apiRevokeOwnKey(c echo.Context) error {
	key, err := s.revokeKeyOfSelf(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.newAPIKey(key))
}
