package access

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A Feed is a secret address at which programs read without signing in: as much of its
// subject as its person sees at the time, and only what its kind leads to.
type Feed struct {
	ID         string
	PersonID   string // who made it; empty where there were no accounts
	Hash       string `json:"-"`
	Kind       FeedKind
	Name       string
	Subject    entered.Subject `gorm:"embedded;embeddedPrefix:subject_"` // All: whatever its person sees
	CreatedAt  uptime.Instant
	ExpiresAt  models.OptionalInstant // none: it works until it is revoked
	LastUsedAt models.OptionalInstant
	RevokedAt  models.OptionalInstant
}

// A FeedKind is what a feed leads to. Its text is stored.
type FeedKind string

// The kinds of feeds.
const (
	OutagesFeed FeedKind = "outages" // outages and openings, for feed readers and calendars
	FiguresFeed FeedKind = "figures" // the newest figures, for spreadsheets; it expires
)

// Live reports whether the feed can be used at an instant, as far as the feed itself tells.
func (f Feed) Live(now uptime.Instant) bool {
	return !f.RevokedAt.Known && (!f.ExpiresAt.Known || f.ExpiresAt.At > now)
}

// A NewFeed is what is asked for.
type NewFeed struct {
	Kind    FeedKind // empty = OutagesFeed
	Name    string
	Subject entered.Subject
	Days    int // until one of figures expires; 0 = DefaultFiguresDays. Others do not expire.
}

// Bounds of feeds. A spreadsheet that stops after a month would be noticed by its readers
// and not by whoever made it, so feeds of figures work longer than links do.
const (
	DefaultFiguresDays = 90
	mostFeeds          = 50 // of one person that work
)

const feedSecret = "feed"

// expiresAt is when a feed that is made now ends.
func (n NewFeed) expiresAt(a *Accounts) (at models.OptionalInstant, err error) {
	days := cmp.Or(n.Days, DefaultFiguresDays)
	switch {
	case n.Kind != FiguresFeed:
		return at, nil
	case days < 0 || days > MaxLinkDays:
		return at, WrongInput("Days", "enter 1 to {most}, not {found}", "most", MaxLinkDays, "found", n.Days)
	}
	return models.InstantAt(a.after(time.Duration(days) * 24 * time.Hour)), nil
}

// MakeFeed makes a feed for a principal and returns its token, which is shown once. A
// subject of which the principal sees no store is an entered.Problem.
func (a *Accounts) MakeFeed(ctx context.Context, p Principal, n NewFeed) (token string, feed Feed, err error) {
	name, err := personName(n.Name)
	if err == nil && name == "" {
		err = WrongInput("Name", "enter the program that will read the feed")
	}
	if err != nil {
		return "", Feed{}, err
	}
	expires, err := n.expiresAt(a)
	if err != nil {
		return "", Feed{}, err
	}
	subject, err := n.Subject.Clean()
	if err != nil {
		return "", Feed{}, err
	}
	if err := mustSeeSome(ctx, a.db, p.Reach, subject); err != nil {
		return "", Feed{}, err
	}
	token = newSecret()
	feed = Feed{
		ID: models.NewID(), PersonID: p.PersonID, Hash: hashOf(feedSecret, token), Kind: cmp.Or(n.Kind, OutagesFeed), Name: name, Subject: subject,
		CreatedAt: a.instant(), ExpiresAt: expires,
	}
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		var live int64
		err := g.Model(&Feed{}).Where("person_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)", p.PersonID, feed.CreatedAt).Count(&live).Error
		if err == nil && live >= mostFeeds {
			err = WrongInput("", "you can have at most {most} feeds: revoke one first", "most", mostFeeds)
		}
		if err != nil {
			return err
		}
		return g.Create(&feed).Error
	})
	if err != nil {
		return "", Feed{}, fmt.Errorf("make feed: %w", err)
	}
	return token, feed, nil
}

// FeedPrincipal is whoever reads a feed of a kind. It gives ErrFeed for one that is unknown,
// of another kind, expired or revoked, or whose person is disabled, and for one that was
// made before there were accounts and is read after.
func (a *Accounts) FeedPrincipal(ctx context.Context, kind FeedKind, token string) (Principal, error) {
	now, g := a.instant(), a.db.GORM(ctx)
	var feed Feed
	if err := g.Where("hash = ?", hashOf(feedSecret, cut(token, maxSecret))).Limit(1).Find(&feed).Error; err != nil {
		return Principal{}, fmt.Errorf("read feed: %w", err)
	}
	if feed.ID == "" || len(token) > maxSecret || feed.Kind != kind || !feed.Live(now) {
		return Principal{}, ErrFeed
	}
	person, told, err := a.Recipient(ctx, feed.PersonID)
	if err != nil {
		return Principal{}, err
	}
	if !told {
		return Principal{}, ErrFeed
	}
	within, err := reachOfFeed(g, feed.Subject, person.Reach)
	if err != nil {
		return Principal{}, err
	}
	a.marks.note(mark{"feeds", "last_used_at", feed.ID}, feed.LastUsedAt.At, now)
	return Principal{Kind: principalOf[kind], ID: feed.ID, Name: feed.Name, Reach: within, PersonID: feed.PersonID}, nil
}

// principalOf is what whoever reads a feed of a kind may do.
var principalOf = map[FeedKind]Kind{OutagesFeed: IsFeed, FiguresFeed: IsFigures}

// reachOfFeed is what a reach has of a subject.
func reachOfFeed(g *gorm.DB, subject entered.Subject, within reach.Reach) (reach.Reach, error) {
	switch subject.Scope {
	case entered.OfAll:
		return within, nil
	case entered.OfGroup:
		return commonReach(g, reach.Of([]string{subject.Name}, nil), within)
	case entered.OfStore:
		return commonReach(g, reach.Of(nil, []string{subject.Name}), within)
	default:
		return reach.Reach{}, nil
	}
}

// Feeds are the feeds of a person, revoked ones too, the newest first.
func (a *Accounts) Feeds(ctx context.Context, person string) ([]Feed, error) {
	var feeds []Feed
	if err := a.db.GORM(ctx).Where("person_id = ?", person).Order("created_at DESC, id DESC").Find(&feeds).Error; err != nil {
		return nil, fmt.Errorf("read feeds: %w", err)
	}
	return feeds, nil
}

// RevokeFeed makes a feed of a person useless at once, and returns it. It gives
// models.ErrNotFound for one that the person does not have.
func (a *Accounts) RevokeFeed(ctx context.Context, person, id string) (feed Feed, err error) {
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		if err := locked(g).Where("id = ? AND person_id = ?", id, person).Take(&feed).Error; err != nil {
			return models.NotFound(err)
		}
		if feed.RevokedAt.Known {
			return nil
		}
		feed.RevokedAt = models.InstantAt(a.instant())
		return g.Model(&feed).Update("revoked_at", feed.RevokedAt).Error
	})
	if err != nil {
		return Feed{}, fmt.Errorf("revoke feed: %w", err)
	}
	return feed, nil
}
