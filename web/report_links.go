package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/feed"
	"lightson/models/uptime"
	"lightson/views"
)

// linkDays are for how long a link can work, in the order of the choice.
var linkDays = []int{7, access.DefaultLinkDays, 90, access.MaxLinkDays}

// addShareLinks adds the links of a report that work, and the form that makes another.
func (s *Server) addShareLinks(ctx context.Context, r models.Report, shown *views.ShareLinks) error {
	links, err := s.accounts.Links(ctx, r.ID)
	if err != nil {
		return err
	}
	w := spokenOf(ctx)
	shown.Action = reportURL(r.ID) + "/links"
	for _, days := range linkDays {
		shown.Days = append(shown.Days, views.Option{Value: strconv.Itoa(days), Text: w.days(days), Selected: days == access.DefaultLinkDays})
	}
	makers := map[string]string{"": w.Say("somebody")}
	for _, link := range links {
		if !link.Live(uptime.At(s.now())) {
			continue
		}
		by, found := makers[link.PersonID]
		if !found {
			if by, err = s.nameOf(ctx, link.PersonID); err != nil {
				return err
			}
			makers[link.PersonID] = by
		}
		shown.Rows = append(shown.Rows, views.ShareLinkRow{
			ID: link.ID, By: by, Made: w.time(link.CreatedAt, time.UTC, dayAndClock), Expires: w.time(link.ExpiresAt, time.UTC, dayAndClock),
			Opened: w.optionalTime(link.LastUsedAt, time.UTC, dayAndClock), RevokeURL: shown.Action + "/" + link.ID + "/revoke",
		})
	}
	return nil
}

// nameOf is what a person is called, also for people who have no account here: without
// the e-mail.
func (s *Server) nameOf(ctx context.Context, person string) (string, error) {
	p, err := s.accounts.Person(ctx, person)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return "", err
	}
	return cmp.Or(p.Name, spokenOf(ctx).Say("somebody")), nil
}

// makeLink serves POST /reports/:id/links. The link is shown this once.
func (s *Server) makeLink(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	noteOf(c).about("report", r.ID)
	days, err := parseLinkDays(c.FormValue("days"))
	var token string
	var link access.Link
	if err == nil {
		token, link, err = s.makeLinkOf(c, r, days)
	}
	w := spokenOf(c.Request().Context())
	wrong, err := formRefusal(w, err)
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendReport(c, http.StatusUnprocessableEntity, r, views.ShareLinks{Problem: wrong})
	}
	noteLink(noteOf(c), link)
	return s.sendReport(c, http.StatusOK, r, views.ShareLinks{New: views.Secret{
		Title: w.Say("Link to this report"), Label: w.Say("Link"), Value: s.absoluteURL(c, sharedURL(token)),
		Note: w.Say("Anyone who has it can read this report until {time}, unless you revoke the link before then.", "time", w.time(link.ExpiresAt, time.UTC, dayAndClock).Text),
	}})
}

func noteLink(n *note, link access.Link) {
	n.detail = "link …" + shortID(link.ID) + ", until " + link.ExpiresAt.Time().Format(dayAndYear)
}

func (s *Server) makeLinkOf(c echo.Context, r models.Report, days int) (token string, link access.Link, err error) {
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return "", link, err
	}
	within, err := r.Reach()
	if err != nil {
		return "", link, err
	}
	return s.accounts.MakeLink(ctx, access.NewLink{ReportID: r.ID, Reach: within, PersonID: p.PersonID, Days: days})
}

// parseLinkDays reads for how long an address is to work; 0 where nothing is said.
func parseLinkDays(text string) (days int, err error) {
	if text == "" {
		return 0, nil
	}
	if days, err = strconv.Atoi(text); err != nil || days < 1 {
		return 0, access.WrongInput("Days", "enter 1 to {most}, not {found}", "most", access.MaxLinkDays, "found", feed.Shown(text))
	}
	return days, nil
}

// revokeLink serves POST /reports/:id/links/:link/revoke.
func (s *Server) revokeLink(c echo.Context) error {
	r, err := s.revokeLinkOf(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, reportURL(r.ID)+"#share")
}

func (s *Server) revokeLinkOf(c echo.Context) (models.Report, error) {
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return r, err
	}
	noteOf(c).about("report", r.ID)
	id, err := idParam(c, "link")
	if err != nil {
		return r, err
	}
	if err := s.accounts.RevokeLink(c.Request().Context(), r.ID, id); err != nil {
		return r, err
	}
	noteOf(c).detail = "link …" + shortID(id)
	return r, nil
}
