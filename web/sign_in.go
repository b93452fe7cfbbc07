package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/views"
)

// signInForm is what somebody sends to sign in by password.
type signInForm struct {
	Next     string `form:"next"`
	Email    string `form:"email"`
	Password string `form:"password"`
}

// What the session of a stranger keeps during a sign-in that has two steps.
const (
	provedPerson sessionKey = "proved person" // whose password was right
	provedAt     sessionKey = "proved at"     // Unix time
)

// factorWithin is how long the second step may come after the first.
const factorWithin = 10 * time.Minute

// showSignIn serves GET /sign-in?next=.
func (s *Server) showSignIn(c echo.Context) error {
	if p, err := access.Of(c.Request().Context()); err == nil && p.Kind != access.Nobody {
		return c.Redirect(http.StatusSeeOther, nextPath(c.QueryParam("next")))
	}
	notice := ""
	if c.QueryParam("out") != "" {
		notice = s.signedOutText(spokenOf(c.Request().Context()))
	}
	return s.sendSignIn(c, http.StatusOK, views.SignIn{Next: c.QueryParam("next"), Notice: notice})
}

func (s *Server) sendSignIn(c echo.Context, status int, form views.SignIn) error {
	w := spokenOf(c.Request().Context())
	form.Next = keptNext(form.Next)
	form.Passkeys = s.passkeysWork(c)
	if oidc := s.settings.SignIn.OIDC; oidc.On() {
		form.Provider = views.Link{Text: w.Say("Sign in with {provider}", "provider", oidc.Name), URL: withQuery("/sign-in/oidc", nextValues(form.Next))}
	}
	return render(c, status, views.SignInPage(s.outsidePage(w.Say("Sign in")), form))
}

// outsidePage is the frame of pages for whoever has not signed in. It tells nothing of
// the data.
func (s *Server) outsidePage(title string) views.Page {
	return views.Page{Title: title, Version: s.settings.Version, Outside: true}
}

// signIn serves POST /sign-in.
func (s *Server) signIn(c echo.Context) error {
	var form signInForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	if email, err := access.Email(form.Email); err == nil { // it may be a password in the wrong field
		noteOf(c).about("person", email)
	}
	ctx := c.Request().Context()
	person, err := s.accounts.CheckPassword(ctx, access.Try{
		Email: form.Email, Password: form.Password, Address: clientAddress(c), Device: s.cookie(c, deviceCookie),
	})
	if why, status := refusedSignIn(c, err); status != 0 {
		return s.sendSignIn(c, status, views.SignIn{Next: form.Next, Email: form.Email, Problem: why})
	}
	if err != nil {
		return err
	}
	return s.passwordProved(c, person, form.Next)
}

// passwordProved goes on where somebody's password was right. Where they have a second
// factor the password proves too little, so the session is still a stranger's.
func (s *Server) passwordProved(c echo.Context, person access.Person, next string) error {
	if !person.NeedsFactor() {
		return s.finishSignIn(c, person.ID, access.ByPassword, next)
	}
	ctx := c.Request().Context()
	if err := s.sessions.Clear(ctx); err != nil { // whoever was signed in is not any more
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, string(provedPerson), person.ID)
	s.sessions.Put(ctx, string(provedAt), s.now().Unix())
	n := noteOf(c)
	n.who, n.detail = nil, "the password was right, a second step follows"
	return c.Redirect(http.StatusSeeOther, withQuery("/sign-in/factor", nextValues(next)))
}

// refusedSignIn words why somebody was not let in. It is the same for every reason but
// too many tries; the status is 0 where the error is none of these.
func refusedSignIn(c echo.Context, err error) (why string, status int) {
	w := spokenOf(c.Request().Context())
	var tries access.TooManyTries
	switch {
	case errors.As(err, &tries):
		wait := max(seconds(tries.RetryAfter.Seconds()), time.Second)
		c.Response().Header().Set(echo.HeaderRetryAfter, inSeconds(wait))
		return w.Count(int64(wait/time.Second), words.Plural{
			One: "Too many attempts. Wait {n} second, then try again.", Other: "Too many attempts. Wait {n} seconds, then try again.",
		}), http.StatusTooManyRequests
	case errors.Is(err, access.ErrSignIn), errors.Is(err, access.ErrNeedsFactor):
		return w.Say("The e-mail or the password is wrong. Check both and try again."), http.StatusUnprocessableEntity
	default:
		return "", 0
	}
}

// finishSignIn begins the session of somebody who has proved who they are. Its token is
// new, so that one that somebody planted before is worth nothing.
func (s *Server) finishSignIn(c echo.Context, person string, how access.How, next string) error {
	err := s.beginSession(c, person, how)
	if why, status := refusedSignIn(c, err); status != 0 {
		return s.sendSignIn(c, status, views.SignIn{Next: next, Problem: why})
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, nextPath(next))
}

func (s *Server) beginSession(c echo.Context, person string, how access.How) error {
	ctx := c.Request().Context()
	in, err := s.accounts.SignIn(ctx, access.SignIn{
		PersonID: person, How: how, Address: clientAddress(c), Agent: c.Request().UserAgent(), Device: s.cookie(c, deviceCookie), Language: s.toRemember(c),
	})
	if err != nil {
		return err
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Remove(ctx, string(provedPerson))
	s.sessions.Remove(ctx, string(provedAt))
	s.sessions.Put(ctx, access.SessionPerson, in.Person.ID)
	s.sessions.Put(ctx, access.SessionID, in.Session)
	s.setCookie(c, deviceCookie, in.Device, access.DeviceFor)
	p := in.Person.Principal(in.Session)
	n := noteOf(c)
	n.who, n.detail = &p, "by "+s.howText(inEnglish, how)
	n.about("person", in.Person.ID)
	return nil
}

// provedPersonOf is the person whose password was right in the first step, and empty
// where that was too long ago.
func (s *Server) provedPersonOf(ctx context.Context) string {
	if !s.isWithin(s.sessions.GetInt64(ctx, string(provedAt)), factorWithin) {
		return ""
	}
	return s.sessions.GetString(ctx, string(provedPerson))
}

// isWithin reports whether what a session keeps of a first step began at most so long ago.
// began is Unix time, and may be another server's, whose clock is a little ahead.
func (s *Server) isWithin(began int64, most time.Duration) bool {
	age := s.now().Sub(time.Unix(began, 0))
	return age >= -time.Second && age <= most
}

// signOut serves POST /sign-out.
func (s *Server) signOut(c echo.Context) error {
	ctx := c.Request().Context()
	if p, err := access.Of(ctx); err == nil && p.Session != "" {
		if err := s.accounts.EndSession(ctx, p.PersonID, p.Session); err != nil {
			return err
		}
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	// Browsers keep pages, see sendPage. Whoever sits down next must not find them by Back.
	c.Response().Header().Set("Clear-Site-Data", `"cache"`)
	return c.Redirect(http.StatusSeeOther, "/sign-in?out=1")
}

// nextPath is the page to go to after signing in. An address that could lead to another
// site is the overview instead.
func nextPath(next string) string {
	if next = keptNext(next); next != "" {
		return next
	}
	return "/"
}

// keptNext is an address of a page of ours, or empty.
func keptNext(next string) string {
	u, err := url.Parse(next)
	switch {
	case err != nil, len(next) > longestAddress/2, u.IsAbs(), u.Host != "", u.User != nil, u.Fragment != "",
		!strings.HasPrefix(next, "/"), strings.HasPrefix(next, "//"), strings.ContainsAny(next, "\\\t\r\n"), strings.HasPrefix(u.Path, "//"), strings.HasPrefix(u.Path, `/\`),
		strings.HasPrefix(u.Path, "/sign-in"), strings.HasPrefix(u.Path, "/sign-out"), hasDots(u):
		return ""
	}
	return u.RequestURI()
}

// hasDots reports whether a browser would make another path of the path: /.//a is //a.
func hasDots(u *url.URL) bool {
	for part := range strings.SplitSeq(u.Path, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}

func nextValues(next string) url.Values {
	if next = keptNext(next); next == "" {
		return nil
	}
	return url.Values{"next": {next}}
}
