package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
)

type apiFeeds struct {
	Feeds      []apiFeed `json:"feeds"` // the newest first
	NextCursor *string   `json:"next_cursor"`
}

type apiFeed struct {
	ID        string        `json:"id"`
	Name      string        `json:"name"` // the program that reads it
	Scope     entered.Scope `json:"scope"`
	Subject   *string       `json:"subject"` // the store's id or the group's name; none for all stores
	CreatedAt apiTime       `json:"created_at"`
	UsedAt    *apiTime      `json:"last_used_at"`
}

// apiNewFeed is a feed as it is shown once, with its secret addresses.
type apiNewFeed struct {
	apiFeed
	Outages  string `json:"outages_url"`  // Atom
	Openings string `json:"openings_url"` // iCal
}

func newAPIFeed(f access.Feed) apiFeed {
	return apiFeed{ID: f.ID, Name: f.Name, Scope: f.Subject.Scope, Subject: orNull(f.Subject.Name), CreatedAt: apiTime(f.CreatedAt), UsedAt: optionalTime(f.LastUsedAt)}
}

// apiListFeeds serves GET /api/v1/feeds?limit=&cursor=: those that work.
func (s *Server) apiListFeeds(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	feeds, err := s.accounts.Feeds(ctx, p.PersonID)
	if err != nil {
		return err
	}
	feeds = slices.DeleteFunc(feeds, func(f access.Feed) bool { return f.RevokedAt.Known })
	piece, next, err := pieceOf(c, "feeds", feeds)
	if err != nil {
		return err
	}
	list := apiFeeds{Feeds: make([]apiFeed, len(piece)), NextCursor: next}
	for n, f := range piece {
		list.Feeds[n] = newAPIFeed(f)
	}
	return sendAPIList(c, list, list.Feeds, next)
}

// apiMakeFeed serves POST /api/v1/feeds. The addresses are shown this once.
func (s *Server) apiMakeFeed(c echo.Context) error {
	var form struct {
		Name    string        `json:"name"`
		Scope   entered.Scope `json:"scope"`
		Subject *string       `json:"subject"`
	}
	if err := readAPIBody(c, &form, `{"name": "Reader", "scope": "group", "subject": "Burger Barn"}`); err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	token, feed, err := s.accounts.MakeFeed(ctx, p, access.NewFeed{Name: form.Name, Subject: entered.Subject{Scope: form.Scope, Name: deref(form.Subject)}})
	if err != nil {
		return apiRefusal(err, map[string]string{"name": "subject"})
	}
	n := noteOf(c)
	n.about("feed", feed.ID)
	n.detail = feed.Name + ", " + feed.Subject.String()
	store := "ID"
	if feed.Subject.Scope == entered.OfStore {
		store = url.QueryEscape(feed.Subject.Name)
	}
	return c.JSON(http.StatusCreated, apiNewFeed{
		newAPIFeed(feed), s.absoluteURL(c, feedURL(token, "outages.atom")), s.absoluteURL(c, feedURL(token, "openings.ics")+"?store="+store),
	})
}

// apiRevokeFeed serves DELETE /api/v1/feeds/:feed.
func (s *Server) apiRevokeFeed(c echo.Context) error {
	if err := s.revokeOwnFeed(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
