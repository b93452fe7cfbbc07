package web

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
)

// revalidate lets a browser keep a page, and has it ask each time whether it is still the
// same. No cache on the way may keep it.
const revalidate headerText = "private, no-cache"

// sendPage sends a page that was recorded, or 304 to a browser that has it already. A part
// of a page is sent as it is: a browser that keeps it could show it in place of the page.
func (s *Server) sendPage(c echo.Context, page *packed) error {
	key := uuid.NewString()
	if wantsPartial(c.Request()) {
		return page.send(c, key)
	}
	tag := s.tagOf(c, page)
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, string(revalidate))
	varies(c, echo.HeaderCookie)
	sent := c.Request().Header.Values("If-None-Match")
	switch {
	case !page.keyed() && hasTag(sent, tag.of("")):
		h.Set("ETag", tag.of(""))
		return c.NoContent(http.StatusNotModified)
	case !page.keyed():
		h.Set("ETag", tag.of(""))
		return page.send(c, key)
	}
	known, used, err := s.keyOfCopy(c, sent, tag)
	if err != nil {
		return err
	}
	if known != "" && !used {
		h.Set("ETag", tag.of(known))
		return c.NoContent(http.StatusNotModified)
	}
	h.Set("ETag", tag.of(key))
	return page.send(c, key)
}

// A pageTag is the entity tag of a page, without the key of its form.
type pageTag string

// of is the tag of a page that was sent with a key; empty for a page without a form. It is
// weak, since it is of the page, compressed or not.
func (t pageTag) of(key string) string {
	if key != "" {
		key = "." + key
	}
	return `W/"` + string(t) + key + `"`
}

// tagOf is a hash of all that a page says, such as "22 min ago" and the addresses of its
// style sheet and scripts, of the program's version, which can change the header as well, and
// of whom it is for. It is no version of the data: a page may show older figures while new
// ones are computed.
func (s *Server) tagOf(c echo.Context, page *packed) pageTag {
	a := audienceOf(c.Request().Context())
	hash := sha256.New()
	hash.Write(page.sum[:])
	for _, part := range []string{s.settings.Version, a.who, a.reach.Value()} {
		hash.Write([]byte(part + "\x00"))
	}
	return pageTag(base64.RawURLEncoding.EncodeToString(hash.Sum(nil)[:16]))
}

// keyOfCopy is the key in the copy of a page that a browser has, and whether a report was
// asked for with it: that copy must not be shown again, since its button would lead to the
// same report.
func (s *Server) keyOfCopy(c echo.Context, sent []string, tag pageTag) (key string, used bool, err error) {
	for _, list := range sent {
		for one := range strings.SplitSeq(list, ",") {
			text, is := strings.CutPrefix(strings.TrimSpace(one), `W/"`+string(tag)+".")
			text, quoted := strings.CutSuffix(text, `"`)
			if _, wrong := uuid.Parse(text); !is || !quoted || wrong != nil {
				continue
			}
			used, err = s.data.KeyUsed(c.Request().Context(), text)
			return text, used, err
		}
	}
	return "", false, nil
}

// tagged has browsers keep a page that is made anew each time.
func (s *Server) tagged(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		varies(c, variesByPart)
		varies(c, variesByLanguage)
		made := &recording{turns: s.turns}
		if err := made.record(c.Request().Context(), c, next); err != nil || made.page == nil {
			return err
		}
		return s.sendPage(c, made.page)
	}
}
