package web

import (
	"cmp"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/words"
)

type apiFeeds struct {
	Feeds      []apiFeed `json:"feeds"` // the newest first
	NextCursor *string   `json:"next_cursor"`
}

type apiFeed struct {
	ID        string          `json:"id"`
	Kind      access.FeedKind `json:"kind"`
	Name      string          `json:"name"` // the program that reads it
	Scope     entered.Scope   `json:"scope"`
	Subject   *string         `json:"subject"` // the store's id or the group's name; none for all stores
	CreatedAt apiTime         `json:"created_at"`
	ExpiresAt *apiTime        `json:"expires_at"` // none where it works until it is revoked
	UsedAt    *apiTime        `json:"last_used_at"`
}

// apiNewFeed is a feed as it is shown once, with its secret addresses.
type apiNewFeed struct {
	apiFeed
	Outages  *string `json:"outages_url"`  // Atom
	Openings *string `json:"openings_url"` // iCal
	CSV      *string `json:"csv_url"`      // of a feed of figures
	Workbook *string `json:"workbook_url"`
}

func newAPIFeed(f access.Feed) apiFeed {
	return apiFeed{
		ID: f.ID, Kind: f.Kind, Name: f.Name, Scope: f.Subject.Scope, Subject: orNull(f.Subject.Name),
		CreatedAt: apiTime(f.CreatedAt), ExpiresAt: optionalTime(f.ExpiresAt), UsedAt: optionalTime(f.LastUsedAt),
	}
}

// apiListFeeds serves GET /api/v1/feeds?limit=&cursor=: those that work.
func (s *Server) apiListFeeds(c echo.Context) error {
	feeds, err := s.liveFeeds(c.Request().Context())
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, "feeds", feeds, func(f access.Feed) place { return newerFirst(f.CreatedAt, f.ID) })
	if err != nil {
		return err
	}
	list := apiFeeds{Feeds: make([]apiFeed, len(piece)), NextCursor: next}
	for n, f := range piece {
		list.Feeds[n] = newAPIFeed(f)
	}
	return sendAPIList(c, list, list.Feeds, next)
}

// apiFeedForm is what makes a feed.
type apiFeedForm struct {
	Kind    access.FeedKind `json:"kind"` // outages without it
	Name    string          `json:"name"`
	Scope   entered.Scope   `json:"scope"`
	Subject *string         `json:"subject"`
	Days    *int            `json:"days"` // until one of figures ends
}

func (f apiFeedForm) newFeed() (n access.NewFeed, err error) {
	n = access.NewFeed{Kind: cmp.Or(f.Kind, access.OutagesFeed), Name: f.Name, Subject: entered.Subject{Scope: f.Scope, Name: deref(f.Subject)}, Days: deref(f.Days)}
	switch {
	case n.Kind != access.OutagesFeed && n.Kind != access.FiguresFeed:
		return n, badParam("kind", words.Said("outages or figures"), string(f.Kind))
	case f.Days != nil && n.Kind == access.OutagesFeed:
		return n, badParam("days", words.Said("none for a feed of outages, which works until it is revoked"), strconv.Itoa(n.Days))
	case f.Days != nil && n.Days < 1:
		return n, badParam("days", words.Said("1 to "+strconv.Itoa(access.MaxLinkDays)), strconv.Itoa(n.Days))
	}
	return n, nil
}

// apiMakeFeed serves POST /api/v1/feeds. The addresses are shown this once.
func (s *Server) apiMakeFeed(c echo.Context) error {
	var form apiFeedForm
	if err := readAPIBody(c, &form, `{"name": "Reader", "scope": "group", "subject": "Burger Barn"}`); err != nil {
		return err
	}
	asked, err := form.newFeed()
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	token, feed, err := s.accounts.MakeFeed(ctx, p, asked)
	if err != nil {
		return apiRefusal(err, map[string]string{"name": "subject"})
	}
	noteFeed(noteOf(c), feed)
	return c.JSON(http.StatusCreated, s.newAPINewFeed(c, token, feed))
}

func (s *Server) newAPINewFeed(c echo.Context, token string, feed access.Feed) apiNewFeed {
	shown, at := apiNewFeed{apiFeed: newAPIFeed(feed)}, func(file string) *string { return orNull(s.absoluteURL(c, feedURL(token, file))) }
	if feed.Kind == access.FiguresFeed {
		shown.CSV, shown.Workbook = at("latest.csv"), at("latest.xlsx")
	} else {
		shown.Outages, shown.Openings = at("outages.atom"), orNull(s.openingsURL(c, token, feed))
	}
	return shown
}

// apiRevokeFeed serves DELETE /api/v1/feeds/:feed.
func (s *Server) apiRevokeFeed(c echo.Context) error {
	if err := s.revokeOwnFeed(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
