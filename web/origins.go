package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"lightson/models/feed"
)

// Origins are those whose pages may use the API and the contract from a browser
// (LIGHTSON_CORS_ORIGINS). They act by keys only: whoever is signed in here is nobody to them.
type Origins []string

// ParseOrigins parses the origins of LIGHTSON_CORS_ORIGINS, which are separated by commas.
// Any origin (*) is refused: a server without accounts would obey every page that is opened in
// its network.
func ParseOrigins(text string) (origins Origins, err error) {
	for entry := range strings.SplitSeq(text, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		u, err := url.Parse(entry)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || !strings.EqualFold(u.Scheme+"://"+u.Host, entry) || strings.Contains(entry, "*") {
			return nil, fmt.Errorf("expected origins separated by commas, such as https://dash.example.com, found %s", feed.Shown(entry))
		}
		origins = append(origins, strings.ToLower(entry))
	}
	return origins, nil
}

// sharedMethods, sharedHeaders and exposedHeaders are what pages of other origins may use.
var (
	sharedMethods  = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	sharedHeaders  = []string{echo.HeaderAuthorization, echo.HeaderAccept, echo.HeaderContentType, headerIdempotencyKey, "If-None-Match"}
	exposedHeaders = []string{
		string(linkHeader), "ETag", echo.HeaderLocation, echo.HeaderRetryAfter, echo.HeaderContentDisposition, "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset",
		headerVersion, headerTotal, headerReplayed, "X-Report-Status", echo.HeaderWWWAuthenticate, echo.HeaderAllow,
	}
)

// preflightAge is for how many seconds browsers need not ask again.
const preflightAge = 600

// shareAcrossOrigins lets pages of the origins of the settings use the API and the contract,
// and nothing else. Without any it does nothing.
func (s *Server) shareAcrossOrigins() echo.MiddlewareFunc {
	if len(s.settings.Origins) == 0 {
		return func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	return middleware.CORSWithConfig(middleware.CORSConfig{
		Skipper: func(c echo.Context) bool {
			r := c.Request() // an OPTIONS that is no preflight asks which methods there are
			return !isForPrograms(r) || r.Method == http.MethodOptions && r.Header.Get(echo.HeaderAccessControlRequestMethod) == ""
		},
		AllowOrigins: s.settings.Origins, AllowMethods: sharedMethods, AllowHeaders: sharedHeaders, ExposeHeaders: exposedHeaders, MaxAge: preflightAge,
	})
}

// isForPrograms reports whether a request is for the API or the contract.
func isForPrograms(r *http.Request) bool {
	path := r.URL.Path
	return strings.HasPrefix(path, apiPrefix) || slices.Contains([]string{"/trigger_report", "/get_report"}, strings.TrimSuffix(path, "/")) ||
		strings.HasPrefix(path, "/get_report/")
}

// comesFromOrigin reports whether a request comes from a page of another origin that may send it.
func (s *Server) comesFromOrigin(r *http.Request) bool {
	return isForPrograms(r) && slices.Contains(s.settings.Origins, strings.ToLower(r.Header.Get(echo.HeaderOrigin)))
}
