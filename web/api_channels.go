package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/deliveries"
	"lightson/models/words"
)

type apiChannels struct {
	Channels   []apiChannel `json:"channels"` // the oldest first
	NextCursor *string      `json:"next_cursor"`
}

// apiChannel is a channel without its secrets: of a URL only the server is shown.
type apiChannel struct {
	ID          string                 `json:"id"`
	Kind        deliveries.ChannelKind `json:"kind"`
	Name        string                 `json:"name"`
	Address     string                 `json:"address"`
	Works       bool                   `json:"works"` // messages are sent to it
	ConfirmedAt *apiTime               `json:"confirmed_at"`
	DisabledAt  *apiTime               `json:"disabled_at"`
	DisabledWhy *string                `json:"disabled_why"`
	FailingAt   *apiTime               `json:"failing_since"`
	Hint        *string                `json:"hint"` // what to look at again
	CreatedBy   *string                `json:"created_by"`
	CreatedAt   apiTime                `json:"created_at"`
}

// apiNewChannel is a channel as it is shown once, with the secret that signs its messages.
type apiNewChannel struct {
	apiChannel
	Secret *string `json:"secret"` // of a webhook
}

func (s *Server) newAPIChannel(c deliveries.Channel) apiChannel {
	hint := c.Hint().String()
	if c.Kind == deliveries.Email && !s.teller.MailWorks() {
		hint = string(noMail)
	}
	return apiChannel{
		ID: c.ID, Kind: c.Kind, Name: c.Name, Address: c.Shown(), Works: c.Works(),
		ConfirmedAt: optionalTime(c.ConfirmedAt), DisabledAt: optionalTime(c.DisabledAt), DisabledWhy: orNull(c.DisabledWhy.In(inEnglish.Words)),
		FailingAt: optionalTime(c.FailingAt), Hint: orNull(hint), CreatedBy: orNull(c.CreatedBy), CreatedAt: apiTime(c.CreatedAt),
	}
}

func apiChannelURL(id string) string { return "/api/v1/channels/" + id }

// apiListChannels serves GET /api/v1/channels?limit=&cursor=.
func (s *Server) apiListChannels(c echo.Context) error {
	channels, err := s.data.Channels(c.Request().Context())
	if err != nil {
		return err
	}
	piece, next, err := pieceOf(c, "channels", channels, func(c deliveries.Channel) place { return olderFirst(c.CreatedAt, c.ID) })
	if err != nil {
		return err
	}
	list := apiChannels{Channels: make([]apiChannel, len(piece)), NextCursor: next}
	for n, channel := range piece {
		list.Channels[n] = s.newAPIChannel(channel)
	}
	return sendAPIList(c, list, list.Channels, next)
}

// apiShowChannel serves GET /api/v1/channels/:id.
func (s *Server) apiShowChannel(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, s.newAPIChannel(channel))
}

// apiChannelForm is what a script says of a new channel.
type apiChannelForm struct {
	Kind    string `json:"kind"`
	Name    string `json:"name"` // that of the kind without it
	Address string `json:"address"`
}

// apiAddChannel serves POST /api/v1/channels. The secret of a webhook is shown this once.
func (s *Server) apiAddChannel(c echo.Context) error {
	noteOf(c).about("channel", "")
	var form apiChannelForm
	if err := readAPIBody(c, &form, `{"kind": "webhook", "name": "Till", "address": "https://example.com/hook"}`); err != nil {
		return err
	}
	channel, err := s.makeChannel(c, channelForm(form))
	if err != nil {
		return apiRefusal(err, nil)
	}
	noteOf(c).about("channel", channel.ID)
	noteOf(c).detail = channel.Kind.Words().String()
	c.Response().Header().Set(echo.HeaderLocation, apiChannelURL(channel.ID))
	return c.JSON(http.StatusCreated, apiNewChannel{s.newAPIChannel(channel), orNull(channel.Secret)})
}

// apiRenameChannel serves PATCH /api/v1/channels/:id.
func (s *Server) apiRenameChannel(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = channel.Kind.Words().String() + ", renamed"
	form := struct {
		Name string `json:"name"`
	}{channel.Name}
	if err := readAPIChange(c, &form, `{"name": "Till"}`); err != nil {
		return err
	}
	if err := s.data.RenameChannel(c.Request().Context(), channel.ID, form.Name); err != nil {
		return apiRefusal(err, nil)
	}
	return s.apiShowChannel(c)
}

// apiRenewChannelSecret serves POST /api/v1/channels/:id/secret. It is shown this once.
func (s *Server) apiRenewChannelSecret(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = channel.Kind.Words().String() + ", new secret"
	secret, err := s.data.RenewChannelSecret(c.Request().Context(), channel.ID)
	if err != nil {
		return conflictOf(err)
	}
	return c.JSON(http.StatusOK, apiNewChannel{s.newAPIChannel(channel), orNull(secret)})
}

// apiTestChannel serves POST /api/v1/channels/:id/test. Its delivery says what becomes of it.
func (s *Server) apiTestChannel(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = channel.Kind.Words().String() + ", tested"
	ctx := c.Request().Context()
	id, err := s.data.TestChannel(ctx, s.teller, channel.ID)
	if err != nil {
		return conflictOf(err)
	}
	d, err := s.data.Delivery(ctx, id)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderLocation, "/api/v1/deliveries/"+id)
	return c.JSON(http.StatusAccepted, newAPIDelivery(d))
}

// apiConfirmChannel serves POST /api/v1/channels/:id/confirm, with the code that its address
// was sent.
func (s *Server) apiConfirmChannel(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = channel.Kind.Words().String() + ", confirmed by code"
	var form struct {
		Code string `json:"code"`
	}
	if err := readAPIBody(c, &form, `{"code": "abcd-efgh"}`); err != nil {
		return err
	}
	if form.Code == "" {
		return badParam("code", words.Said("the code that the channel was sent"), "")
	}
	if err := s.data.ConfirmChannelByCode(c.Request().Context(), channel.ID, form.Code); err != nil {
		return apiRefusal(err, nil)
	}
	return s.apiShowChannel(c)
}

// onAPIChannel serves POST /api/v1/channels/:id/… and answers with the channel as it is then.
func (s *Server) onAPIChannel(does auditText, act func(c echo.Context, channel deliveries.Channel) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		channel, err := s.channel(c)
		if err != nil {
			return err
		}
		noteOf(c).detail = channel.Kind.Words().String() + ", " + string(does)
		if err := act(c, channel); err != nil {
			return conflictOf(err)
		}
		return s.apiShowChannel(c)
	}
}

// apiRemoveChannel serves DELETE /api/v1/channels/:id.
func (s *Server) apiRemoveChannel(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = channel.Kind.Words().String() + ", removed"
	if err := s.data.RemoveChannel(c.Request().Context(), channel.ID); err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}
