package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/feed"
	"lightson/models/uptime"
	"lightson/models/words"
)

type apiDeliveries struct {
	Deliveries []apiDelivery `json:"deliveries"` // the newest first
	NextCursor *string       `json:"next_cursor"`
}

type apiDelivery struct {
	ID          string          `json:"id"`
	Kind        deliveries.Kind `json:"kind"`
	ChannelID   string          `json:"channel_id"`
	ChannelName string          `json:"channel_name"` // as it was then
	State       string          `json:"state"`
	Message     apiMessage      `json:"message"`
	Tries       []apiTry        `json:"tries"` // the latest, the oldest of them first
	Error       *string         `json:"error"` // why it was not sent
	CreatedAt   apiTime         `json:"created_at"`
	NextTryAt   *apiTime        `json:"next_try_at"`
}

type apiTry struct {
	At     apiTime       `json:"at"`
	Took   uptime.Micros `json:"took_us"`
	Sent   bool          `json:"sent"`
	Answer string        `json:"answer"`
}

func newAPIDelivery(d deliveries.Delivery) apiDelivery {
	shown := apiDelivery{
		ID: d.ID, Kind: d.Kind, ChannelID: d.ChannelID, ChannelName: d.ChannelName, State: deliveryStateWord(d.State), Message: newAPIMessage(d.Message),
		Tries: make([]apiTry, len(d.Tries)), CreatedAt: apiTime(d.CreatedAt), NextTryAt: knownTime(d.DueAt, d.State == models.Queued),
	}
	for n, t := range d.Tries {
		shown.Tries[n] = apiTry{apiTime(t.At), t.Took, t.Sent, t.Answer.In(inEnglish.Words)}
	}
	if d.State.Final() {
		shown.Error = orNull(d.Error.In(inEnglish.Words))
	}
	return shown
}

// deliveryStateWord is what addresses call a state.
func deliveryStateWord(state models.State) string {
	for _, known := range deliveryStates {
		if known.state == state {
			return known.word
		}
	}
	return string(state)
}

// apiListDeliveries serves GET /api/v1/deliveries?channel=&state=&limit=&cursor=.
func (s *Server) apiListDeliveries(c echo.Context) error {
	channel, state := c.QueryParam("channel"), c.QueryParam("state")
	from, limit, err := parseCursor(c, withQuery("deliveries", url.Values{"channel": {channel}, "state": {state}}))
	if err != nil {
		return err
	}
	if channel != "" && checkID(channel) != nil {
		return badParam("channel", words.Said("the id of a channel"), feed.Shown(channel))
	}
	_, filter, err := parseDeliveryQuery(c)
	if err != nil {
		return err
	}
	filter.After, filter.Limit = from.Below, limit+1
	found, err := s.data.Deliveries(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	piece, more := cut(found, limit)
	list := apiDeliveries{Deliveries: make([]apiDelivery, len(piece))}
	for n, d := range piece {
		list.Deliveries[n] = newAPIDelivery(d)
	}
	if more {
		list.NextCursor = cursor{List: from.List, Below: piece[limit-1].ListPlace()}.next(true)
	}
	return sendAPIList(c, list, list.Deliveries, list.NextCursor)
}

// apiShowDelivery serves GET /api/v1/deliveries/:id.
func (s *Server) apiShowDelivery(c echo.Context) error {
	d, _, err := s.delivery(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, newAPIDelivery(d))
}

// apiRetryDelivery serves POST /api/v1/deliveries/:id/retry.
func (s *Server) apiRetryDelivery(c echo.Context) error {
	if _, err := s.tryDeliveryAgain(c); err != nil {
		return err
	}
	return s.apiShowDelivery(c)
}

// apiCancelDelivery serves POST /api/v1/deliveries/:id/cancel.
func (s *Server) apiCancelDelivery(c echo.Context) error {
	if _, err := s.cancelOwnDelivery(c); err != nil {
		return err
	}
	return s.apiShowDelivery(c)
}
