package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// feedForm is what somebody sends to make a feed.
type feedForm struct {
	Kind  string `form:"kind"` // figures; anything else is a feed of outages and openings
	Name  string `form:"name"`
	Scope string `form:"scope"`
	Group string `form:"for_group"`
	Store string `form:"for_store"`
	Days  string `form:"days"`
}

// listFeeds serves GET /feeds.
func (s *Server) listFeeds(c echo.Context) error {
	return s.sendFeeds(c, http.StatusOK, func(f *views.Feeds) {
		if c.QueryParam("done") == "revoked" {
			f.Notice = spokenOf(c.Request().Context()).Say("The feed is revoked. Its addresses no longer work.")
		}
	})
}

// makeFeed serves POST /feeds. The addresses are shown this once.
func (s *Server) makeFeed(c echo.Context) error {
	var form feedForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	token, feed, err := s.makeFeedOf(c.Request().Context(), form)
	wrong, err := forWhomRefusal(spokenOf(c.Request().Context()), err, form.Scope)
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendFeeds(c, http.StatusUnprocessableEntity, func(f *views.Feeds) { form.fill(f, wrong) })
	}
	noteFeed(noteOf(c), feed)
	return s.sendFeeds(c, http.StatusOK, func(f *views.Feeds) {
		if feed.Kind == access.FiguresFeed {
			f.NewSheets = s.newSheets(c, token, feed)
			return
		}
		f.New, f.NewCalendar = s.newFeedSecrets(c, token, feed)
	})
}

// noteFeed says in the audit log which feed was made.
func noteFeed(n *note, feed access.Feed) {
	n.about("feed", feed.ID)
	n.detail = feed.Name + ", " + feed.Subject.String()
	if feed.ExpiresAt.Known {
		n.detail += ", " + string(feed.Kind) + " until " + feed.ExpiresAt.At.Time().Format(dayAndYear)
	}
}

// openingsURL is the address of the openings of a feed: of its store, or with ID in place of
// the id of one.
func (s *Server) openingsURL(c echo.Context, token string, feed access.Feed) string {
	store := "ID"
	if feed.Subject.Scope == entered.OfStore {
		store = url.QueryEscape(feed.Subject.Name)
	}
	return s.absoluteURL(c, feedURL(token, "openings.ics")+"?store="+store)
}

// newFeedSecrets are the addresses of a feed that was just made.
func (s *Server) newFeedSecrets(c echo.Context, token string, feed access.Feed) (outages, openings views.Secret) {
	w := spokenOf(c.Request().Context())
	outages = views.Secret{
		Title: w.Say("The feed “{name}”", "name", feed.Name), Label: w.Say("Atom feed of outages"), Value: s.absoluteURL(c, feedURL(token, "outages.atom")),
		Note: w.Say("Subscribe to it in a feed reader. Anyone who has the address can read it without signing in."),
	}
	note := w.Say("Subscribe to it in a calendar program, with the id of a store in place of ID. Anyone who has the address can read it without signing in.")
	if feed.Subject.Scope == entered.OfStore {
		note = w.Say("Subscribe to it in a calendar program. Anyone who has the address can read it without signing in.")
	}
	openings = views.Secret{
		Title: w.Say("The calendar of “{name}”", "name", feed.Name), Label: w.Say("iCal of openings"), Value: s.openingsURL(c, token, feed),
		Note: note,
	}
	return outages, openings
}

func (s *Server) makeFeedOf(ctx context.Context, form feedForm) (token string, feed access.Feed, err error) {
	p, err := access.Of(ctx)
	if err != nil {
		return "", feed, err
	}
	subject, err := parseForWhom(form.Scope, form.Group, form.Store)
	if err != nil {
		return "", feed, err
	}
	asked := access.NewFeed{Name: form.Name, Subject: subject}
	if form.figures() {
		asked.Kind = access.FiguresFeed
		if asked.Days, err = parseLinkDays(form.Days); err != nil {
			return "", feed, err
		}
	}
	return s.accounts.MakeFeed(ctx, p, asked)
}

func (f feedForm) figures() bool { return f.Kind == string(access.FiguresFeed) }

// fill fills in what was typed, in the form that it was typed into.
func (f feedForm) fill(shown *views.Feeds, wrong views.Refusal) {
	form := &shown.Form
	if f.figures() {
		form = &shown.Figures.FeedForm
		chooseDays(shown.Figures.Days, f.Days)
	}
	form.Name, form.Problem = f.Name, wrong
	fillForWhom(&form.Who, f.Scope, f.Group, f.Store)
}

// revokeFeed serves POST /feeds/:feed/revoke.
func (s *Server) revokeFeed(c echo.Context) error {
	if err := s.revokeOwnFeed(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/feeds?done=revoked")
}

// revokeOwnFeed revokes the feed in the address. What is sent there in place of an id is not
// recorded: it may be a token.
func (s *Server) revokeOwnFeed(c echo.Context) error {
	id, err := idParam(c, "feed")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	feed, err := s.accounts.RevokeFeed(ctx, p.PersonID, id)
	if err != nil {
		return err
	}
	n := noteOf(c)
	n.about("feed", feed.ID)
	n.detail = feed.Name
	return nil
}

// feedReads is what feeds of each kind lead to.
var feedReads = map[access.FeedKind]words.Text{
	access.OutagesFeed: "Outages and openings", access.FiguresFeed: "The newest figures",
}

// sendFeeds sends the page of feeds, with what more there is to say on it.
func (s *Server) sendFeeds(c echo.Context, status int, more func(*views.Feeds)) error {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	page, err := s.page(c, spokenOf(ctx).Say("Feeds and calendars"), views.NavAlerts)
	if err != nil {
		return err
	}
	shown, err := s.newFeeds(ctx, snapshot)
	if err != nil {
		return err
	}
	more(&shown)
	return render(c, status, views.FeedsPage(page, shown))
}

// liveFeeds are the visitor's feeds that work, the newest first.
func (s *Server) liveFeeds(ctx context.Context) ([]access.Feed, error) {
	p, err := access.Of(ctx)
	if err != nil {
		return nil, err
	}
	feeds, err := s.accounts.Feeds(ctx, p.PersonID)
	return slices.DeleteFunc(feeds, func(f access.Feed) bool { return !f.Live(uptime.At(s.now())) }), err
}

func (s *Server) newFeeds(ctx context.Context, snapshot *figures.Snapshot) (f views.Feeds, err error) {
	w := spokenOf(ctx)
	f.Form.Who = newForWhomSeen(w, snapshot)
	f.Figures = newFiguresFeedForm(w, snapshot)
	feeds, err := s.liveFeeds(ctx)
	for _, feed := range feeds {
		f.Rows = append(f.Rows, views.FeedRow{
			ID: feed.ID, Name: feed.Name, Reads: w.Say(feedReads[feed.Kind]), Expires: w.optionalTime(feed.ExpiresAt, time.UTC, dayAndClock), Of: subjectLink(w, snapshot, feed.Subject), Made: w.time(feed.CreatedAt, time.UTC, dayAndClock),
			Used: w.optionalTime(feed.LastUsedAt, time.UTC, dayAndClock), RevokeURL: feedsPrefix + feed.ID + "/revoke",
		})
	}
	return f, err
}
