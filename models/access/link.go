package access

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A Link lets whoever has it read one report.
type Link struct {
	ID         string
	Hash       string `json:"-"`
	ReportID   string
	Reach      reach.Reach // of the report
	PersonID   string      // who made it; empty where there were no accounts
	CreatedAt  uptime.Instant
	ExpiresAt  uptime.Instant
	LastUsedAt models.OptionalInstant
	RevokedAt  models.OptionalInstant
}

// TableName implements GORM's Tabler.
func (Link) TableName() string { return "share_links" }

// Live reports whether the link can be used at an instant, as far as the link itself tells.
func (l Link) Live(now uptime.Instant) bool { return !l.RevokedAt.Known && l.ExpiresAt > now }

// A NewLink is what is asked for.
type NewLink struct {
	ReportID string
	Reach    reach.Reach // of the report
	PersonID string      // empty where there are no accounts
	Days     int         // until it expires; 0 = DefaultLinkDays
}

// Bounds of links.
const (
	DefaultLinkDays = 30
	MaxLinkDays     = 365
	mostLinks       = 100 // of one report that can be used
)

const linkSecret = "share link"

// MakeLink makes a link of a report and returns its token, which is shown once. The
// caller has checked that the person may see and share the report.
func (a *Accounts) MakeLink(ctx context.Context, n NewLink) (token string, link Link, err error) {
	switch {
	case n.Days == 0:
		n.Days = DefaultLinkDays
	case n.Days < 0 || n.Days > MaxLinkDays:
		return "", Link{}, WrongInput("Days", "enter 1 to {most}, not {found}", "most", MaxLinkDays, "found", n.Days)
	}
	token = newSecret()
	link = Link{
		ID: models.NewID(), Hash: hashOf(linkSecret, token), ReportID: n.ReportID, Reach: n.Reach, PersonID: n.PersonID,
		CreatedAt: a.instant(), ExpiresAt: a.after(time.Duration(n.Days) * 24 * time.Hour),
	}
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		var live int64
		err := g.Model(&Link{}).Where("report_id = ? AND revoked_at IS NULL AND expires_at > ?", n.ReportID, a.instant()).Count(&live).Error
		if err == nil && live >= mostLinks {
			err = WrongInput("", "a report can have at most {most} links: revoke one first", "most", mostLinks)
		}
		if err != nil {
			return err
		}
		return g.Create(&link).Error
	})
	if err != nil {
		return "", Link{}, fmt.Errorf("make link: %w", err)
	}
	return token, link, nil
}

// LinkPrincipal is whoever has a link. It names the report that it is for. It gives ErrLink
// for a link that is unknown, revoked or expired, whose report is gone, or whose person
// is disabled or may no longer see or share the report. A link that was made before there
// were accounts stops with the first one: anybody may have made it.
func (a *Accounts) LinkPrincipal(ctx context.Context, token string) (Principal, error) {
	now, g := a.instant(), a.db.GORM(ctx)
	var link Link
	if err := g.Where("hash = ?", hashOf(linkSecret, cut(token, maxSecret))).Limit(1).Find(&link).Error; err != nil {
		return Principal{}, fmt.Errorf("read link: %w", err)
	}
	if link.ID == "" || !link.Live(now) {
		return Principal{}, ErrLink
	}
	if shared, err := a.stillShared(ctx, g, link); err != nil {
		return Principal{}, err
	} else if !shared {
		return Principal{}, ErrLink
	}
	a.marks.note(mark{"share_links", "last_used_at", link.ID}, link.LastUsedAt.At, now)
	return Principal{Kind: IsLink, ID: link.ID, Name: "share link", Reach: link.Reach, PersonID: link.PersonID, Report: link.ReportID}, nil
}

// stillShared reports whether there is the report still, and whoever made the link could
// make it now.
func (a *Accounts) stillShared(ctx context.Context, g *gorm.DB, link Link) (bool, error) {
	var reports int64
	if err := g.Model(&models.Report{}).Where("id = ?", link.ReportID).Count(&reports).Error; err != nil || reports == 0 {
		return false, err
	}
	if link.PersonID == "" {
		some, err := a.HasAccounts(ctx)
		return !some, err
	}
	var row personRow
	if err := g.Where("id = ? AND disabled_at IS NULL", link.PersonID).Limit(1).Find(&row).Error; err != nil || row.ID == "" {
		return false, err
	}
	p := row.person()
	if !p.Principal("").May(ShareReports) {
		return false, nil
	}
	return withinReach(g, link.Reach, p.Reach)
}

// Links are the links of a report, the newest first.
func (a *Accounts) Links(ctx context.Context, report string) ([]Link, error) {
	var links []Link
	if err := a.db.GORM(ctx).Where("report_id = ?", report).Order("created_at DESC, id DESC").Find(&links).Error; err != nil {
		return nil, fmt.Errorf("read links: %w", err)
	}
	return links, nil
}

// RevokeLink makes a link of a report useless at once, or gives models.ErrNotFound.
func (a *Accounts) RevokeLink(ctx context.Context, report, id string) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		var link Link
		if err := locked(g).Where("id = ? AND report_id = ?", id, report).Take(&link).Error; err != nil {
			return models.NotFound(err)
		}
		if link.RevokedAt.Known {
			return nil
		}
		return g.Model(&link).Update("revoked_at", a.instant()).Error
	})
	if err != nil {
		return fmt.Errorf("revoke link: %w", err)
	}
	return nil
}
