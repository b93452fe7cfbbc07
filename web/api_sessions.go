package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

type apiSessions struct {
	Sessions   []apiSession `json:"sessions"` // newest first
	NextCursor *string      `json:"next_cursor"`
}

// apiSession is a browser in which a person is signed in.
type apiSession struct {
	ID        string  `json:"id"`
	Present   bool    `json:"present"` // by which this was asked
	How       string  `json:"signed_in_with"`
	Agent     string  `json:"user_agent"`
	Address   string  `json:"address"` // from where it began
	CreatedAt apiTime `json:"created_at"`
	SeenAt    apiTime `json:"last_seen_at"`
	ExpiresAt apiTime `json:"expires_at"`
}

// apiListOwnSessions serves GET /api/v1/account/sessions?limit=&cursor=.
func (s *Server) apiListOwnSessions(c echo.Context) error {
	me, err := s.self(c)
	if err != nil {
		return err
	}
	return s.sendAPISessions(c, "own sessions", me.ID, me.session)
}

// apiListSessionsOf serves GET /api/v1/people/:id/sessions?limit=&cursor=.
func (s *Server) apiListSessionsOf(c echo.Context) error {
	p, err := s.personOf(c)
	if err != nil {
		return err
	}
	who, err := access.Of(c.Request().Context())
	if err != nil {
		return err
	}
	return s.sendAPISessions(c, "sessions of "+p.ID, p.ID, who.Session)
}

// sendAPISessions sends the sessions of a person. present is the id of the one by which they
// are asked for; empty for a key.
func (s *Server) sendAPISessions(c echo.Context, name, person, present string) error {
	sessions, err := s.accounts.Sessions(c.Request().Context(), person)
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, name, sessions, func(in access.Session) place { return newerFirst(in.CreatedAt, in.ID) })
	if err != nil {
		return err
	}
	list := apiSessions{Sessions: make([]apiSession, len(piece)), NextCursor: next}
	for n, in := range piece {
		list.Sessions[n] = apiSession{
			ID: in.ID, Present: in.ID == present, How: strings.ReplaceAll(string(in.How), " ", "_"), Agent: in.Agent, Address: in.Address,
			CreatedAt: apiTime(in.CreatedAt), SeenAt: apiTime(in.SeenAt), ExpiresAt: apiTime(in.ExpiresAt),
		}
	}
	return sendAPIList(c, list, list.Sessions, next)
}

// apiEndOwnSession serves DELETE /api/v1/account/sessions/:id.
func (s *Server) apiEndOwnSession(c echo.Context) error {
	if err := s.endSessionOfSelf(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiEndOtherSessions serves POST /api/v1/account/sessions/end.
func (s *Server) apiEndOtherSessions(c echo.Context) error {
	if err := s.endOtherSessionsOfSelf(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
