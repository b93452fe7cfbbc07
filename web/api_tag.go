package web

import (
	"crypto/sha256"
	"encoding/base64"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
)

// tagAnswers gives every answer of the API that is looked at an entity tag, and answers 304 to
// whoever has it already: dashboards ask again and again for what seldom changes. The tag is a
// hash of the answer, so it needs no version of anything. Downloads, and files that are
// streamed, are sent as they come.
func (s *Server) tagAnswers(r *router) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			rule, routed := r.ruleOf(c)
			method := c.Request().Method
			if !routed || method != http.MethodGet && method != http.MethodHead || !strings.HasPrefix(c.Path(), apiPrefix) || rule.record == access.Downloaded {
				return next(c)
			}
			a := &taggedAnswer{heldAnswer: heldAnswer{ResponseWriter: c.Response().Writer}, c: c}
			c.Response().Writer = a
			defer func() { c.Response().Writer = a.ResponseWriter }()
			if err := next(c); err != nil || a.passes {
				return err
			}
			return a.sendTagged()
		}
	}
}

// A taggedAnswer is held back until its tag is known. What has none passes through.
type taggedAnswer struct {
	heldAnswer
	c      echo.Context
	passes bool
}

// streamedKey marks a request whose answer is streamed.
const streamedKey = "streamed"

// taggedKinds are the media types of answers with a tag.
var taggedKinds = []string{offerJSON.String(), offerLines.String(), offerCSV.String()}

// WriteHeader implements http.ResponseWriter.
func (a *taggedAnswer) WriteHeader(status int) {
	kind, _, err := mime.ParseMediaType(a.Header().Get(echo.HeaderContentType))
	if status != http.StatusOK || err != nil || !slices.Contains(taggedKinds, kind) || a.c.Get(streamedKey) != nil {
		a.passes = true
		a.ResponseWriter.WriteHeader(status)
		return
	}
	a.heldAnswer.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (a *taggedAnswer) Write(p []byte) (int, error) {
	if a.passes {
		return a.ResponseWriter.Write(p)
	}
	return a.heldAnswer.Write(p)
}

// sendTagged sends the answer, or 304. The tag is weak, since it is of the answer compressed
// or not.
func (a *taggedAnswer) sendTagged() error {
	h := a.Header()
	hash := sha256.New()
	for _, part := range []string{h.Get(echo.HeaderContentType), h.Get("Link")} {
		hash.Write([]byte(part + "\x00"))
	}
	hash.Write(a.body.Bytes())
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]) + `"`
	h.Set("ETag", tag)
	h.Set(echo.HeaderCacheControl, string(revalidate))
	varies(a.c, echo.HeaderAuthorization)
	varies(a.c, echo.HeaderCookie)
	if !hasTag(a.c.Request().Header.Values("If-None-Match"), tag) {
		return a.send()
	}
	h.Del(echo.HeaderContentType)
	h.Del(echo.HeaderContentLength)
	h.Del(echo.HeaderContentDisposition)
	a.c.Response().Status = http.StatusNotModified
	a.ResponseWriter.WriteHeader(http.StatusNotModified)
	return nil
}
