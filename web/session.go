package web

import (
	"cmp"
	"context"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// newSessions keeps sessions in the database. Their ends are the store's to enforce.
func newSessions(accounts *access.Accounts, lifetime time.Duration) *scs.SessionManager {
	m := scs.New()
	m.Store, m.Codec = accounts.SessionStore(), access.SessionCodec{}
	m.HashTokenInStore, m.Lifetime = true, lifetime
	return m
}

// The cookies of a browser. Where it speaks https, their prefix keeps other hosts of the
// same domain from setting them. Below a path of the host they are for that path alone, so that
// what else is at the host neither gets nor replaces them; "__Host-" would not allow that.
const (
	sessionCookie = "lightson"
	deviceCookie  = "lightson-device"
	hostPrefix    = "__Host-"
	securePrefix  = "__Secure-"
)

func (s *Server) cookieName(c echo.Context, name string) string {
	switch {
	case !s.isSecure(c):
		return name
	case s.prefix() != "":
		return securePrefix + name
	default:
		return hostPrefix + name
	}
}

func (s *Server) cookie(c echo.Context, name string) string {
	cookie, err := c.Cookie(s.cookieName(c, name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie sets a cookie that no script can read and no other site can send with a form.
// A value of "" takes it away.
func (s *Server) setCookie(c echo.Context, name, value string, until time.Duration) {
	cookie := &http.Cookie{
		Name: s.cookieName(c, name), Value: value, Path: cmp.Or(s.prefix(), "/"), MaxAge: int(until.Seconds()),
		HttpOnly: true, Secure: s.isSecure(c), SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}

// sessionToken is what a browser proves its session with.
func (s *Server) sessionToken(c echo.Context) string { return s.cookie(c, sessionCookie) }

// withSession opens the session of a request for handlers that read or change it, and
// saves it before the answer is sent, also where that is an error: what is good for one
// use is then used up. Nothing is saved, and no cookie set, for a stranger who only looks.
func (s *Server) withSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, err := s.sessions.Load(c.Request().Context(), s.sessionToken(c))
		if err != nil {
			return err
		}
		c.SetRequest(c.Request().WithContext(ctx))
		c.Response().Before(func() {
			alive, cancel := context.WithTimeout(context.WithoutCancel(ctx), errorPatience) // an error may have ended ctx
			defer cancel()
			if err := s.saveSession(c, alive); err != nil { // the answer is on its way; the browser signs in anew
				s.log.ErrorContext(ctx, "a session was not saved", "route", c.Path(), "error", err)
			}
		})
		return next(c)
	}
}

func (s *Server) saveSession(c echo.Context, ctx context.Context) error {
	switch s.sessions.Status(ctx) {
	case scs.Modified:
		token, expires, err := s.sessions.Commit(ctx)
		if err != nil {
			return err
		}
		s.setCookie(c, sessionCookie, token, time.Until(expires))
	case scs.Destroyed:
		s.setCookie(c, sessionCookie, "", 0)
	}
	return nil
}

// secretHash stands for a secret in the memory of the process.
func secretHash(secret string) [sha256.Size]byte { return sha256.Sum256([]byte(secret)) }
