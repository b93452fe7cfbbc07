package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/digests"
	"lightson/models/entered"
	"lightson/models/recurring"
)

type apiDigests struct {
	Digests    []apiDigest `json:"digests"` // the oldest first
	NextCursor *string     `json:"next_cursor"`
}

// apiDigestForm is what a script may say of a digest.
type apiDigestForm struct {
	Scope       entered.Scope   `json:"scope"`
	Name        *string         `json:"name"` // the store's id or the group's name; none for all stores
	Every       recurring.Every `json:"every"`
	Day         *int            `json:"day"` // weekly from 0 for Monday, monthly from 1; none daily
	Time        string          `json:"time"`
	Zone        string          `json:"zone"`
	Channels    []string        `json:"channels"`
	WhenNothing bool            `json:"when_nothing"` // it is also sent where there is nothing to report
}

type apiDigest struct {
	ID string `json:"id"`
	apiDigestForm
	NextAt    apiTime  `json:"next_at"`
	LastAt    *apiTime `json:"last_at"`
	Outcome   *string  `json:"last_outcome"`
	CreatedBy *string  `json:"created_by"`
	CreatedAt apiTime  `json:"created_at"`
}

const digestExample = `{"scope": "all", "every": "daily", "time": "07:00", "zone": "America/Chicago", "channels": ["…"]}`

func newAPIDigest(d digests.Digest) apiDigest {
	return apiDigest{
		ID: d.ID, apiDigestForm: newAPIDigestForm(d), NextAt: apiTime(d.NextAt), LastAt: optionalTime(d.LastAt), Outcome: orNull(d.LastText),
		CreatedBy: orNull(d.CreatedBy), CreatedAt: apiTime(d.CreatedAt),
	}
}

func newAPIDigestForm(d digests.Digest) apiDigestForm {
	return apiDigestForm{
		Scope: d.Scope, Name: orNull(d.Name), Every: d.Every, Day: dayOf(d.Times()), Time: deref(clockOf(d.Times())), Zone: d.Zone,
		Channels: models.OrEmpty(d.Channels), WhenNothing: d.WhenNothing,
	}
}

// digest is what the form stands for.
func (f apiDigestForm) digest() (digests.Digest, error) {
	times, err := timesIn(f.Every, f.Day, &f.Time, nil, f.Zone)
	return digests.Digest{
		Subject: entered.Subject{Scope: f.Scope, Name: deref(f.Name)}, Every: times.Every, Day: times.Day, At: times.At, Zone: times.Zone,
		Channels: f.Channels, WhenNothing: f.WhenNothing,
	}, err
}

// apiListDigests serves GET /api/v1/digests?limit=&cursor=.
func (s *Server) apiListDigests(c echo.Context) error {
	all, err := s.data.Digests(c.Request().Context())
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, "digests", all, func(d digests.Digest) place { return olderFirst(d.CreatedAt, d.ID) })
	if err != nil {
		return err
	}
	list := apiDigests{Digests: make([]apiDigest, len(piece)), NextCursor: next}
	for n, d := range piece {
		list.Digests[n] = newAPIDigest(d)
	}
	return sendAPIList(c, list, list.Digests, next)
}

// ownDigest is the digest in the address. Somebody else's is nothing at all.
func (s *Server) ownDigest(c echo.Context) (digests.Digest, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return digests.Digest{}, err
	}
	return s.data.Digest(c.Request().Context(), id)
}

// apiShowDigest serves GET /api/v1/digests/:id.
func (s *Server) apiShowDigest(c echo.Context) error {
	d, err := s.ownDigest(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIDigest(d))
}

// apiAddDigest serves POST /api/v1/digests.
func (s *Server) apiAddDigest(c echo.Context) error {
	var form apiDigestForm
	if err := readAPIBody(c, &form, digestExample); err != nil {
		return err
	}
	d, err := s.saveAPIDigest(c, form, "")
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/digests/"+d.ID)
	return c.JSON(http.StatusCreated, newAPIDigest(d))
}

// apiChangeDigest serves PATCH /api/v1/digests/:id.
func (s *Server) apiChangeDigest(c echo.Context) error {
	own, err := s.ownDigest(c)
	if err != nil {
		return err
	}
	noteDigest(noteOf(c), own)
	form := newAPIDigestForm(own)
	if err := readAPIChange(c, &form, digestExample); err != nil {
		return err
	}
	d, err := s.saveAPIDigest(c, form, own.ID)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIDigest(d))
}

// saveAPIDigest adds a digest, or with an id changes one, and reads it as it is then.
func (s *Server) saveAPIDigest(c echo.Context, form apiDigestForm, id string) (d digests.Digest, err error) {
	ctx := c.Request().Context()
	if d, err = form.digest(); err == nil {
		d.ID, d.CreatedBy = id, whoAsks(c)
		noteDigest(noteOf(c), d)
		err = s.data.SaveDigest(ctx, &d, s.now())
	}
	if err != nil {
		return d, apiRefusal(err, nil)
	}
	return s.data.Digest(ctx, d.ID)
}

// apiRemoveDigest serves DELETE /api/v1/digests/:id.
func (s *Server) apiRemoveDigest(c echo.Context) error {
	d, err := s.ownDigest(c)
	if err != nil {
		return err
	}
	noteDigest(noteOf(c), d)
	if err := s.data.RemoveDigest(c.Request().Context(), d.ID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// apiSendDigest serves POST /api/v1/digests/:id/send.
func (s *Server) apiSendDigest(c echo.Context) error {
	d, err := s.ownDigest(c)
	if err != nil {
		return err
	}
	noteDigest(noteOf(c), d)
	if err := s.data.SendDigest(c.Request().Context(), s.teller, d.ID, s.now()); err != nil {
		return conflictOf(err)
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/digests/"+d.ID)
	return c.JSON(http.StatusAccepted, newAPIDigest(d))
}

// apiDigestNow is what a digest would say now.
type apiDigestNow struct {
	Stores  int         `json:"stores"`  // that it is about
	Sent    bool        `json:"sent"`    // whether it would be sent by itself
	Message *apiMessage `json:"message"` // none where no store of it is seen
}

// apiShowDigestMessage serves GET /api/v1/digests/:id/message.
func (s *Server) apiShowDigestMessage(c echo.Context) error {
	d, err := s.ownDigest(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	content, err := s.data.DigestNow(ctx, d.ID, s.now())
	if err != nil {
		return err
	}
	now := apiDigestNow{Stores: content.Stores}
	if content.Stores > 0 {
		message := newAPIMessage(content.Message(spokenOf(ctx).Words))
		now.Sent, now.Message = content.WhenNothing || !content.Nothing(), &message
	}
	return c.JSON(http.StatusOK, now)
}
