package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/words"
)

const (
	languageCookie = "lightson-language"
	// languageFor is how long a browser remembers the language that was chosen.
	languageFor = 400 * 24 * time.Hour // browsers keep no cookie longer
)

// speak has pages made in the language of who reads them, as far as that is known before they
// are: the one that was chosen in this browser, else the one that the browser wants.
func (s *Server) speak(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		speakIn(c, s.languageOf(c))
		return next(c)
	}
}

// languageOf is the language of whoever uses a browser, as far as they are known yet.
func (s *Server) languageOf(c echo.Context) words.Language {
	if l, chosen := s.chosenHere(c); chosen {
		return l
	}
	if p, err := access.Of(c.Request().Context()); err == nil && p.Kind == access.IsPerson && offers(p.Language) {
		return p.Language
	}
	return s.wanted(c)
}

// speakTo goes on in the language that is remembered of somebody, unless another one was
// chosen in this browser.
func (s *Server) speakTo(c echo.Context, p access.Principal) {
	if _, chosen := s.chosenHere(c); !chosen && p.Kind == access.IsPerson && offers(p.Language) {
		speakIn(c, p.Language)
	}
}

// speakIn has pages made in a language. Scripts are answered in English, whatever they say of
// themselves.
func speakIn(c echo.Context, l words.Language) {
	r := c.Request()
	if wantsJSON(c) || isContract(c) && !asksForPage(r) {
		return
	}
	c.SetRequest(r.WithContext(words.With(r.Context(), words.In(l))))
}

// chosenHere is the language that was chosen in the browser.
func (s *Server) chosenHere(c echo.Context) (l words.Language, chosen bool) {
	l = words.Language(s.cookie(c, languageCookie))
	return l, offers(l)
}

// wanted is the language that a browser wants most of those that are offered.
func (s *Server) wanted(c echo.Context) words.Language {
	return words.Preferred(c.Request().Header.Get("Accept-Language"))
}

// toRemember is the language that is remembered of whoever signs in and of whom none is known:
// nothing where their browser says nothing.
func (s *Server) toRemember(c echo.Context) words.Language {
	l, chosen := s.chosenHere(c)
	switch {
	case chosen:
		return l
	case c.Request().Header.Get("Accept-Language") == "":
		return ""
	default:
		return s.wanted(c)
	}
}

// learnPatience bounds how long a page waits for the language of its reader to be remembered.
const learnPatience = 500 * time.Millisecond

// learnLanguage remembers the language of somebody who comes signed in, so that there is no
// sign-in at which it could be. Where the database is busy, that is left for the next time.
func (s *Server) learnLanguage(ctx context.Context, c echo.Context, person string) words.Language {
	l := s.toRemember(c)
	if l == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, learnPatience)
	defer cancel()
	if err := s.accounts.LearnLanguage(ctx, person, l); err != nil {
		s.log.WarnContext(ctx, "the language of a person is not remembered yet", "error", err)
		return ""
	}
	return l
}

func offers(l words.Language) bool { return slices.Contains(words.Languages, l) }

// chooseLanguage remembers a language, of somebody who is signed in also for what they are
// sent, and leads back to the page where it was chosen.
func (s *Server) chooseLanguage(c echo.Context) error {
	chosen := words.Language(c.FormValue("language"))
	if !offers(chosen) {
		return badField("language", words.Later("one of those at the foot of each page"), string(chosen))
	}
	ctx := c.Request().Context()
	if p, err := access.Of(ctx); err == nil && p.Kind == access.IsPerson {
		if err := s.accounts.ChooseLanguage(ctx, p.PersonID, chosen); err != nil {
			return err
		}
	}
	s.setCookie(c, languageCookie, string(chosen), languageFor)
	return c.Redirect(http.StatusSeeOther, pageBefore(c))
}

// pageBefore is the address of our page from which a form was sent, "/" where that is not
// known: pages with a secret in their address do not tell.
func pageBefore(c echo.Context) string {
	from, err := url.Parse(c.Request().Referer())
	if err != nil || from.Host != c.Request().Host || from.Path == "" {
		return "/"
	}
	return nextPath((&url.URL{Path: from.Path, RawPath: from.RawPath, RawQuery: from.RawQuery}).RequestURI())
}
