package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/words"
)

const (
	languageCookie = "lightson-language"
	// languageFor is how long a browser remembers the language that was chosen.
	languageFor = 400 * 24 * time.Hour // browsers keep no cookie longer
)

// speak has pages made in the language of who reads them: the one that was chosen, else the
// one that the browser wants. Scripts are answered in English, whatever they say of themselves.
func (s *Server) speak(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if wantsJSON(c) || isContract(c) && !asksForPage(r) {
			return next(c)
		}
		c.SetRequest(r.WithContext(words.With(r.Context(), words.In(s.languageOf(c)))))
		return next(c)
	}
}

func (s *Server) languageOf(c echo.Context) words.Language {
	if chosen := words.Language(s.cookie(c, languageCookie)); s.offers(chosen) {
		return chosen
	}
	if wanted := words.Preferred(c.Request().Header.Get("Accept-Language")); s.offers(wanted) {
		return wanted
	}
	return words.English
}

func (s *Server) offers(l words.Language) bool {
	return l == words.English || s.settings.Translated && slices.Contains(words.Languages, l)
}

// chooseLanguage remembers a language and leads back to the page where it was chosen.
func (s *Server) chooseLanguage(c echo.Context) error {
	chosen := words.Language(c.FormValue("language"))
	if !s.offers(chosen) {
		return badField("language", words.Later("one of those at the foot of each page"), string(chosen))
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
