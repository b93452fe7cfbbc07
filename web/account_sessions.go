package web

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// endOwnSession serves POST /account/sessions/:id/end.
func (s *Server) endOwnSession(c echo.Context) error {
	if err := s.endSessionOfSelf(c); err != nil {
		return err
	}
	return accountDone(c, "session")
}

// endOtherSessions serves POST /account/sessions/end.
func (s *Server) endOtherSessions(c echo.Context) error {
	if err := s.endOtherSessionsOfSelf(c); err != nil {
		return err
	}
	return accountDone(c, "sessions")
}

// endSessionOfSelf ends the session that an address names, of whoever asks.
func (s *Server) endSessionOfSelf(c echo.Context) error {
	me, err := s.self(c)
	if err != nil {
		return err
	}
	id, err := idParam(c, "id")
	if err != nil {
		return err
	}
	return s.accounts.EndSession(c.Request().Context(), me.ID, id)
}

// endOtherSessionsOfSelf ends the sessions of whoever asks but for the present one. A key has
// none: with it, all end.
func (s *Server) endOtherSessionsOfSelf(c echo.Context) error {
	me, err := s.self(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = "all others"
	return s.accounts.EndOtherSessions(c.Request().Context(), me.ID, me.session)
}

// newSessionRows are the sessions of a person. here is the id of the visitor's own session,
// which they sign out of instead. Every other can be ended at an address that begins with
// below; where below is empty, none can.
func (s *Server) newSessionRows(ctx context.Context, person, here, below string) ([]views.SessionRow, error) {
	w := spokenOf(ctx)
	sessions, err := s.accounts.Sessions(ctx, person)
	if err != nil {
		return nil, err
	}
	rows := make([]views.SessionRow, len(sessions))
	for n, in := range sessions {
		rows[n] = views.SessionRow{
			ID: in.ID, Here: in.ID == here, Agent: in.Agent, Address: in.Address, How: s.howText(w, in.How),
			Since: w.time(in.CreatedAt, time.UTC, dayAndClock), Seen: w.time(in.SeenAt, time.UTC, dayAndClock),
		}
		if in.ID != here && below != "" {
			rows[n].EndURL = below + in.ID + "/end"
		}
	}
	return rows, nil
}

// howText says how a session began. It may have begun at a provider that is no longer set.
func (s *Server) howText(w spoken, how access.How) string {
	if name := s.settings.SignIn.OIDC.Name; how == access.ByOIDC && name != "" {
		return name
	}
	return w.Say(howWords[how])
}

// howWords are what somebody signed in with.
var howWords = map[access.How]words.Text{
	access.ByPassword:                "password",
	access.ByPasswordAndTOTP:         "password and code",
	access.ByPasswordAndRecoveryCode: "password and recovery code",
	access.ByPasswordAndPasskey:      "password and passkey",
	access.ByPasskey:                 "passkey",
	access.ByOIDC:                    "provider",
}

// inEnglish speaks what is kept for the audit log, whoever reads it later.
var inEnglish = spoken{words.In(words.English)}
