package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/views"
)

// hideInvitation keeps the token in an address from other sites and from search engines.
// With strict-origin, browsers tell other servers the host alone. With no-referrer they
// would send the form with "Origin: null", which is refused unless Sec-Fetch-Site says where
// it comes from. Old browsers do not know strict-origin, and use no-referrer.
func hideInvitation(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Referrer-Policy", "no-referrer, strict-origin")
		h.Set("X-Robots-Tag", "noindex, nofollow")
		return next(c)
	}
}

// showInvitation serves GET /invitation/:token. Looking at it does not use it up:
// programs that check links do so, too.
func (s *Server) showInvitation(c echo.Context) error {
	return s.sendInvitation(c, nil)
}

// sendInvitation sends the page of an invitation, in the language of who is invited where that
// is known. refused is why a password was not taken.
func (s *Server) sendInvitation(c echo.Context, refused error) error {
	token := c.Param("token")
	i, err := s.accounts.Invitation(c.Request().Context(), token)
	if errors.Is(err, access.ErrInvitation) {
		return s.sendDeadLink(c)
	}
	if err != nil {
		return err
	}
	s.speakTo(c, i.Person.Principal(""))
	wrong, status := refusal(c, refused)
	if status == 0 {
		status = http.StatusOK
	}
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	shown := views.Invitation{
		Action: "/invitation/" + token, Name: i.Person.ShownName(), Email: i.Person.Email, Reset: i.Kind == access.OtherPassword,
		Until: w.time(i.ExpiresAt, time.UTC, dayAndClock), MinLength: access.MinPassword, Problem: wrong,
	}
	if p, err := access.Of(ctx); err == nil && p.Kind == access.IsPerson && p.PersonID != i.Person.ID {
		shown.Note = w.Say("You are signed in as {person}. You will be signed out.", "person", p.Name)
	}
	return render(c, status, views.InvitationPage(s.outsidePage(w.Say("Choose a password")), shown))
}

// sendDeadLink answers a link that is unknown, used, void or expired, in the same way.
func (s *Server) sendDeadLink(c echo.Context) error {
	return render(c, http.StatusNotFound, views.DeadLinkPage(s.outsidePage(spokenOf(c.Request().Context()).Say("This link does not work"))))
}

type invitationForm struct {
	Password string `form:"password"`
}

// useInvitation serves POST /invitation/:token. Whoever has a second factor must show it
// next: a reset does not take its place.
func (s *Server) useInvitation(c echo.Context) error {
	var form invitationForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	person, err := s.accounts.UseInvitation(c.Request().Context(), c.Param("token"), form.Password)
	if errors.Is(err, access.ErrInvitation) {
		return s.sendDeadLink(c)
	}
	if _, status := refusal(c, err); status != 0 {
		return s.sendInvitation(c, err)
	}
	if err != nil {
		return err
	}
	noteOf(c).about("person", person.ID)
	return s.passwordProved(c, person, "")
}
