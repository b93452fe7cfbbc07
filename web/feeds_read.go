package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	ics "github.com/arran4/golang-ical"
	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/uptime"
	"lightson/models/words"
)

// What is below the address of a feed is for whoever has its token, as with share links.
const feedsPrefix = "/feeds/"

func feedURL(token, file string) string { return feedsPrefix + token + "/" + file }

// isFeed reports whether a request is for what a feed leads to.
func isFeed(c echo.Context) bool {
	method := c.Request().Method
	return (method == http.MethodGet || method == http.MethodHead) && strings.HasPrefix(c.Path(), feedsPrefix+":token/")
}

// feedPrincipal is whoever has the token of a feed of a kind. One that does not work is
// nothing at all.
func (s *Server) feedPrincipal(ctx context.Context, kind access.FeedKind, token string) (access.Principal, error) {
	return s.known(ctx, string(kind)+" feed "+token, func(ctx context.Context) (access.Principal, error) {
		p, err := s.accounts.FeedPrincipal(ctx, kind, token)
		if errors.Is(err, access.ErrFeed) {
			return p, models.ErrNotFound
		}
		return p, err
	})
}

// sendFeedOpenings serves GET /feeds/:token/openings.ics?store=ID. A feed of one store
// needs no id.
func (s *Server) sendFeedOpenings(c echo.Context) error {
	snapshot, err := s.data.FeedSnapshot(c.Request().Context())
	if err != nil {
		return err
	}
	code := c.QueryParam("store")
	if code == "" && len(snapshot.Stores) == 1 {
		code = snapshot.Stores[0].Code
	}
	if code == "" {
		return badParam("store", words.Later("the id of a store, such as ?store=17"), "")
	}
	n, err := findStore(snapshot, code)
	if err != nil {
		return err
	}
	first, last, err := s.calendarDates(c, snapshot, n)
	if err != nil {
		return err
	}
	calendar := newStoreCalendar(spokenOf(c.Request().Context()), snapshot, n, first, last, s.asOfOrNow(snapshot))
	return sendUnlessKnown(c, "text/calendar; charset=utf-8", []byte(calendar.Serialize(ics.WithNewLine("\r\n"))), snapshot.AsOf)
}

// sendUnlessKnown sends a document, or 304 where the asker has it already, by RFC 9110,
// section 13. If-Modified-Since is compared for equality, since an undone import lets
// the data go back.
func sendUnlessKnown(c echo.Context, kind string, body []byte, modified uptime.Instant) error {
	sum := sha256.Sum256(body)
	etag := `W/"` + hex.EncodeToString(sum[:16]) + `"` // weak: a proxy may compress it
	at := modified.Time().Format(http.TimeFormat)
	varies(c, variesByLanguage)
	h, asked := c.Response().Header(), c.Request().Header
	h.Set("ETag", etag)
	h.Set("Last-Modified", at)
	h.Set("Cache-Control", "private, no-cache") // kept by who reads it, and asked about each time
	known := asked.Get("If-Modified-Since") == at
	if tags := asked.Values("If-None-Match"); len(tags) > 0 {
		known = hasTag(tags, etag)
	}
	if known {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, kind, body)
}

// hasTag reports whether If-None-Match names an entity tag, or any, by weak comparison.
func hasTag(sent []string, tag string) bool {
	for _, list := range sent {
		for one := range strings.SplitSeq(list, ",") {
			one = strings.TrimSpace(one)
			if one == "*" || strings.TrimPrefix(one, "W/") == strings.TrimPrefix(tag, "W/") {
				return true
			}
		}
	}
	return false
}
