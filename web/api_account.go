package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// apiAccount is who asks, and what they may.
type apiAccount struct {
	Kind   access.Kind `json:"kind"` // person, key or open
	Role   access.Role `json:"role"` // of the person
	Reach  apiReach    `json:"reach"`
	Person *apiPerson  `json:"person"` // none without accounts
	Key    *apiKey     `json:"key"`    // that was sent
}

// apiShowAccount serves GET /api/v1/account.
func (s *Server) apiShowAccount(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	shown := apiAccount{Kind: p.Kind, Role: p.Role, Reach: newAPIReach(p.Reach)}
	if p.PersonID != "" {
		person, err := s.accounts.Person(ctx, p.PersonID)
		if err != nil {
			return err
		}
		is := newAPIPerson(person)
		shown.Person = &is
	}
	if p.Kind == access.IsKey {
		key, err := s.keySent(ctx, p)
		if err != nil {
			return err
		}
		is := s.newAPIKey(key)
		shown.Key = &is
	}
	return c.JSON(http.StatusOK, shown)
}

// keySent is the key that a principal is.
func (s *Server) keySent(ctx context.Context, p access.Principal) (access.Key, error) {
	keys, err := s.accounts.Keys(ctx, p.PersonID)
	for _, key := range keys {
		if key.ID == p.ID {
			return key, err
		}
	}
	if err == nil {
		err = errBadKey
	}
	return access.Key{}, err
}

// apiChangeAccount serves PATCH /api/v1/account. What lets somebody in, such as a password, is
// changed on the page alone.
func (s *Server) apiChangeAccount(c echo.Context) error {
	me, err := s.self(c)
	if err != nil {
		return err
	}
	form := struct {
		Name *string `json:"name"`
	}{orNull(me.Name)}
	if err := readAPIChange(c, &form, `{"name": "Ana"}`); err != nil {
		return err
	}
	name := deref(form.Name)
	if _, err := s.accounts.ChangePerson(c.Request().Context(), me.ID, access.Change{Name: &name}); err != nil {
		return apiRefusal(err, nil)
	}
	return s.apiShowAccount(c)
}
