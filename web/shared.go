package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/views"
)

// Everything below this prefix is for whoever has a share link, and for nobody else: the
// token in the address decides who asks, whatever else a request sends.
const sharedPrefix = "/shared/"

func sharedURL(token string) string { return sharedPrefix + token }

// linkPrincipal is whoever has the share link of an address. A link that was never made,
// one that has expired or was revoked, and one whose report is gone, are all nothing at all.
func (s *Server) linkPrincipal(ctx context.Context, token string) (access.Principal, error) {
	return s.known(ctx, "link "+token, func(ctx context.Context) (access.Principal, error) {
		p, err := s.accounts.LinkPrincipal(ctx, token)
		if errors.Is(err, access.ErrLink) {
			return p, models.ErrNotFound
		}
		return p, err
	})
}

// isShared reports whether a request is for what a share link leads to. Only GET and HEAD
// have routes there.
func isShared(c echo.Context) bool {
	method := c.Request().Method
	return (method == http.MethodGet || method == http.MethodHead) && strings.HasPrefix(c.Path(), sharedPrefix+":token")
}

// hideShared keeps addresses with tokens out of search engines and from other sites.
func hideShared(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if path := c.Request().URL.Path; strings.HasPrefix(path, sharedPrefix) || strings.HasPrefix(path, feedsPrefix) {
			h := c.Response().Header()
			h.Set("X-Robots-Tag", "noindex, nofollow")
			h.Set("Referrer-Policy", "no-referrer")
		}
		return next(c)
	}
}

// sharedReport is the report of the link that a request has.
func (s *Server) sharedReport(c echo.Context) (models.Report, error) {
	r, err := s.data.SharedReport(c.Request().Context())
	if err == nil {
		noteOf(c).about("report", r.ID)
	}
	return r, err
}

// showShared serves GET /shared/:token. Its table is searched, sorted and turned over
// below that address, and nothing on it leads elsewhere.
func (s *Server) showShared(c echo.Context) error {
	r, err := s.sharedReport(c)
	if err != nil {
		return err
	}
	shown, err := s.newReportPage(c, r, sharedURL(c.Param("token")))
	if err != nil {
		return err
	}
	w := spokenOf(c.Request().Context())
	shown.Facts = slices.DeleteFunc(shown.Facts, func(f views.Fact) bool { return f.Name == w.Say(askedByFact) })
	if shown.Rows != nil {
		for n := range shown.Rows.Rows {
			shown.Rows.Rows[n].URL = ""
		}
	}
	page := views.SharedReport{Report: shown}
	if page.By, page.Until, err = s.sharedBy(c.Request().Context(), r.ID); err != nil {
		return err
	}
	frame := s.outsidePage(shown.Name)
	frame.Preview = w.Say("A report of how often stores were offline while they should have been open, shared by {person}", "person", page.By)
	return render(c, http.StatusOK, views.SharedReportPage(frame, page))
}

// sharedBy says who made the link that acts, and until when it works.
func (s *Server) sharedBy(ctx context.Context, report string) (by string, until views.Time, err error) {
	p, err := access.Of(ctx)
	if err != nil {
		return "", until, err
	}
	links, err := s.accounts.Links(ctx, report)
	if err != nil {
		return "", until, err
	}
	n := slices.IndexFunc(links, func(l access.Link) bool { return l.ID == p.ID })
	if n < 0 {
		return "", until, models.ErrNotFound
	}
	by, err = s.nameOf(ctx, links[n].PersonID)
	return by, spokenOf(ctx).time(links[n].ExpiresAt, time.UTC, dayAndClock), err
}

// downloadShared serves GET /shared/:token/report.csv.
func (s *Server) downloadShared(c echo.Context) error {
	r, err := s.sharedReport(c)
	if err != nil {
		return err
	}
	return s.sendContract(c, r, reportFileName(r, contractKind))
}

// downloadSharedDetails serves GET /shared/:token/details.csv.
func (s *Server) downloadSharedDetails(c echo.Context) error {
	r, err := s.sharedReport(c)
	if err != nil {
		return err
	}
	return s.sendReportFile(c, r, detailsFile(r), detailsKind)
}

// downloadSharedRange serves GET /shared/:token/range.csv.
func (s *Server) downloadSharedRange(c echo.Context) error {
	r, err := s.sharedReport(c)
	if err != nil {
		return err
	}
	return s.sendRange(c, r)
}

// downloadSharedWorkbook serves GET /shared/:token/report.xlsx.
func (s *Server) downloadSharedWorkbook(c echo.Context) error {
	r, err := s.sharedReport(c)
	if err != nil {
		return err
	}
	return s.sendWorkbook(c, r)
}
