package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
)

// notDone is the problem of something that cannot be done to a person.
func notDone(why words.Message) problem {
	return problem{http.StatusConflict, words.Later("Nothing was changed"), why, nil}
}

// refusedAct words what the accounts refuse to do.
func refusedAct(err error) error {
	if errors.Is(err, access.ErrLastOperator) {
		return notDone(words.Later(sentenceOf(access.ErrLastOperator)))
	}
	return err
}

// notYourself refuses what nobody should do to themselves by mistake.
func notYourself(ctx context.Context, p access.Person, instead words.Text) error {
	who, err := access.Of(ctx)
	if err == nil && who.PersonID == p.ID {
		err = notDone(words.Sentences(words.Later("This is your own account."), words.Later(instead)))
	}
	return err
}

// onPerson serves a POST that does something to somebody else, and leads back to their page.
func (s *Server) onPerson(what string, instead words.Text, act func(context.Context, access.Person) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		p, err := s.personOf(c)
		if err != nil {
			return err
		}
		ctx := c.Request().Context()
		if err := notYourself(ctx, p, instead); err != nil {
			return err
		}
		if err := refusedAct(act(ctx, p)); err != nil {
			return err
		}
		return personDone(c, p, what)
	}
}

// disablePerson serves POST /people/:id/disable.
func (s *Server) disablePerson(ctx context.Context, p access.Person) error {
	_, err := s.accounts.DisablePerson(ctx, p.ID)
	return err
}

// enablePerson serves POST /people/:id/enable.
func (s *Server) enablePerson(ctx context.Context, p access.Person) error {
	_, err := s.accounts.EnablePerson(ctx, p.ID)
	return err
}

// removeFactors serves POST /people/:id/factors/remove.
func (s *Server) removeFactors(ctx context.Context, p access.Person) error {
	_, err := s.accounts.RemoveFactors(ctx, p.ID)
	return err
}

// endSessions serves POST /people/:id/sessions/end.
func (s *Server) endSessions(ctx context.Context, p access.Person) error {
	return s.accounts.EndSessions(ctx, p.ID)
}

// onOwnAccount is where people do to themselves what others must not do for them.
const onOwnAccount words.Text = "Use your account page. It asks for your password first."

// revokeKeyOf serves POST /people/:id/keys/:key/revoke.
func (s *Server) revokeKeyOf(c echo.Context) error {
	key, err := s.revokeKeyOfPerson(c)
	if err != nil {
		return err
	}
	return personDone(c, access.Person{ID: key.PersonID}, "key")
}

// revokeKeyOfPerson revokes the key in the address, of the person there.
func (s *Server) revokeKeyOfPerson(c echo.Context) (key access.Key, err error) {
	p, err := s.personOf(c)
	if err != nil {
		return key, err
	}
	id, err := idParam(c, "key")
	noteOf(c).about("key", id)
	if err != nil {
		return key, err
	}
	if key, err = s.accounts.RevokeKey(c.Request().Context(), p.ID, id); err == nil {
		noteOf(c).detail = fmt.Sprintf("%s (%s) of %s", key.Name, key.Prefix, p.ShownName())
	}
	return key, err
}
