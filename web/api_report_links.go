package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/uptime"
	"lightson/models/words"
)

type apiLinks struct {
	Report string    `json:"report"`
	Links  []apiLink `json:"links"` // that work, newest first
}

// apiLink is a link to a report. Its secret is only in the answer that makes it.
type apiLink struct {
	ID         string   `json:"id"`
	MadeBy     *string  `json:"made_by"`
	CreatedAt  apiTime  `json:"created_at"`
	ExpiresAt  apiTime  `json:"expires_at"`
	LastUsedAt *apiTime `json:"last_used_at"`
	URL        *string  `json:"url,omitempty"`
}

func newAPILink(link access.Link, by string) apiLink {
	return apiLink{
		ID: link.ID, MadeBy: orNull(by), CreatedAt: apiTime(link.CreatedAt), ExpiresAt: apiTime(link.ExpiresAt), LastUsedAt: optionalTime(link.LastUsedAt),
	}
}

// apiListLinks serves GET /api/v1/reports/:id/links.
func (s *Server) apiListLinks(c echo.Context) error {
	ctx := c.Request().Context()
	r, err := s.report(c, c.Param("id"))
	if err != nil {
		return err
	}
	links, err := s.accounts.Links(ctx, r.ID)
	if err != nil {
		return err
	}
	list := apiLinks{Report: r.ID, Links: []apiLink{}}
	for _, link := range links {
		if !link.Live(uptime.At(s.now())) {
			continue
		}
		by := ""
		if link.PersonID != "" {
			if by, err = s.nameOf(ctx, link.PersonID); err != nil {
				return err
			}
		}
		list.Links = append(list.Links, newAPILink(link, by))
	}
	return sendAPIList(c, list, list.Links, nil)
}

// apiMakeLink serves POST /api/v1/reports/:id/links. The link is in this answer alone.
func (s *Server) apiMakeLink(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	noteOf(c).about("report", r.ID)
	asked := struct {
		Days int `json:"days"`
	}{access.DefaultLinkDays}
	if c.Request().ContentLength != 0 {
		if err := readAPIBody(c, &asked, `{"days":7}`); err != nil {
			return err
		}
	}
	if asked.Days < 1 || asked.Days > access.MaxLinkDays {
		return badField("days", words.Said("1 to "+strconv.Itoa(access.MaxLinkDays)), strconv.Itoa(asked.Days))
	}
	token, link, err := s.makeLinkOf(c, r, asked.Days)
	var input access.InputError
	if errors.As(err, &input) {
		return problem{http.StatusConflict, words.Said("The link was not made"), words.Said(input.Error()), err}
	}
	if err != nil {
		return err
	}
	noteLink(noteOf(c), link)
	by := ""
	if p, err := access.Of(c.Request().Context()); err == nil {
		by = p.Name
	}
	shown, url := newAPILink(link, by), s.absoluteURL(c, sharedURL(token))
	shown.URL = &url
	return c.JSON(http.StatusCreated, shown)
}

// apiRevokeLink serves DELETE /api/v1/reports/:id/links/:link.
func (s *Server) apiRevokeLink(c echo.Context) error {
	if _, err := s.revokeLinkOf(c); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
