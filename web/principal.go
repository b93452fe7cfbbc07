package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
	"lightson/static"
)

// principal is who a request acts for. Below the address of a share link or a feed it is
// whoever has it. Everywhere else it is the key that it sends, else the person of its
// session, else the person whom a trusted proxy names, else nobody. Where nobody can sign
// in, it is the open principal, and keys mean nothing. A request that is unasked does not
// count as a use of its session.
func (s *Server) principal(ctx context.Context, c echo.Context, unasked bool) (access.Principal, error) {
	if asksForNoData(c) {
		return access.Stranger(), nil
	}
	if isShared(c) {
		return s.linkPrincipal(ctx, c.Param("token"))
	}
	if isFeed(c) {
		return s.feedPrincipal(ctx, cmp.Or(figuresFeedFile[c.Path()], access.OutagesFeed), c.Param("token"))
	}
	if on, err := s.signInIsOn(ctx); err != nil || !on {
		return access.Open(), err
	}
	if secret, sent := bearerOf(c.Request()); sent {
		return s.known(ctx, "key "+secret, func(ctx context.Context) (access.Principal, error) {
			p, err := s.accounts.KeyPrincipal(ctx, secret)
			if errors.Is(err, access.ErrKey) {
				return p, errBadKey
			}
			return p, err
		})
	}
	if s.comesFromOrigin(c.Request()) { // whose pages act by keys alone
		return access.Stranger(), nil
	}
	if token := s.sessionToken(c); token != "" {
		p, err := s.knownSession(ctx, token, unasked)
		if !errors.Is(err, errNoSession) {
			return p, err
		}
	}
	if email, named := proxyUser(c); named {
		return s.known(ctx, "proxy "+email, func(ctx context.Context) (access.Principal, error) {
			p, err := s.accounts.FromProxy(ctx, email, access.Rights{})
			if errors.Is(err, access.ErrNoAccount) {
				return p, problem{http.StatusForbidden, words.Later("You have no account here"), words.Later("You are signed in as {email}. Ask the person who runs this site for an account with that e-mail.", "email", email), err}
			}
			if err == nil && p.Language == "" {
				p.Language = s.learnLanguage(ctx, c, p.PersonID)
			}
			return p, err
		})
	}
	return access.Stranger(), nil
}

// asksForNoData reports whether a request is for what tells nothing of any data, and must
// be answered without the database.
func asksForNoData(c echo.Context) bool {
	return isStatic(c.Path()) || slices.Contains(probes, c.Path())
}

// isStatic reports whether a route is that of a file which is the same for everybody.
func isStatic(path string) bool {
	return strings.HasPrefix(path, static.Prefix) || slices.Contains(static.Root, path)
}

// signInIsOn reports whether people have to sign in: there is an account, or somebody
// else says who they are, or the server is not to be open.
func (s *Server) signInIsOn(ctx context.Context) (bool, error) {
	if s.settings.SignInAlways || s.settings.SignIn.ByOthers() {
		return true, nil
	}
	mark, err := s.data.ChangeMark(ctx)
	if err != nil {
		return false, err
	}
	return s.accountsKnown.get(ctx, everybody, mark, struct{}{}, s.accounts.HasAccounts)
}

// errBadKey is the same for a key that never was, has expired or was revoked.
var errBadKey = problem{http.StatusUnauthorized, words.Later("This key is not valid"), words.Later("It may have been mistyped, have expired or been revoked."), access.ErrKey}

// bearer is the scheme of keys, by RFC 6750.
const bearer headerText = "Bearer"

// bearerOf is the key that a request sends. A proxy's own Basic authentication is none.
func bearerOf(r *http.Request) (secret string, sent bool) {
	kind, secret, _ := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
	return strings.TrimSpace(secret), strings.EqualFold(kind, string(bearer))
}

// An identityEpoch stands for everything that decides who somebody is. The minute has
// sessions end and marks when they were last used.
type identityEpoch = liveEpoch

// known keeps who was found for a secret until anything is written, so that a crowd of
// requests asks the database once. Errors are not kept, and neither are secrets: the key
// is a hash.
func (s *Server) known(ctx context.Context, secret string, find func(context.Context) (access.Principal, error)) (access.Principal, error) {
	mark, err := s.data.ChangeMark(ctx)
	if err != nil {
		return access.Principal{}, err
	}
	return s.identities.get(ctx, everybody, identityEpoch{mark, s.minute()}, secretHash(secret), find)
}

// knownSession keeps the two kinds of requests apart: one that is a use of the session must not
// find what was kept of one that is none.
func (s *Server) knownSession(ctx context.Context, token string, unasked bool) (access.Principal, error) {
	kind := "session "
	if unasked {
		kind = "unasked " + kind
	}
	return s.known(ctx, kind+token, func(ctx context.Context) (access.Principal, error) {
		if unasked {
			ctx = access.Unasked(ctx)
		}
		return s.sessionPrincipal(ctx, token)
	})
}

// errNoSession says that a session has ended, or that nobody has signed in to it.
var errNoSession = errors.New("no session")

// sessionPrincipal is the person of a session, or errNoSession.
func (s *Server) sessionPrincipal(ctx context.Context, token string) (access.Principal, error) {
	ctx, err := s.sessions.Load(ctx, token)
	if err != nil {
		return access.Principal{}, err
	}
	person, session := s.sessions.GetString(ctx, access.SessionPerson), s.sessions.GetString(ctx, access.SessionID)
	if person == "" {
		return access.Principal{}, errNoSession
	}
	p, err := s.accounts.PersonPrincipal(ctx, person, session)
	if errors.Is(err, access.ErrSignIn) {
		return p, errNoSession
	}
	return p, err
}
