package web

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/deliveries"
	"lightson/models/words"
	"lightson/views"
)

// onChannel serves POST /channels/:id/…: it does something to a channel of the visitor, and
// leads back to its card. does says it for the audit log; done is what the page says then,
// or empty where the card shows it.
func (s *Server) onChannel(does auditText, done string, act func(c echo.Context, channel deliveries.Channel) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		channel, err := s.channel(c)
		if err != nil {
			return err
		}
		noteOf(c).detail = channel.Kind.Words().String() + ", " + string(does)
		err = act(c, channel)
		if wrong, refused := channelRefusal(spokenOf(c.Request().Context()), err, "name", "code"); refused {
			return s.refuseOnChannel(c, channel.ID, wrong)
		}
		if err != nil {
			return err
		}
		switch done {
		case "":
			return c.Redirect(http.StatusSeeOther, "/channels#channel-"+channel.ID)
		case "removed":
			return channelDone(c, done, "")
		default:
			return channelDone(c, done, channel.ID)
		}
	}
}

// refuseOnChannel sends the list with what is wrong at the card of the channel.
func (s *Server) refuseOnChannel(c echo.Context, id string, wrong views.Refusal) error {
	return s.sendChannels(c, http.StatusUnprocessableEntity, func(shown *views.Channels) {
		for n := range shown.Rows {
			if shown.Rows[n].ID == id {
				shown.Rows[n].Problem, shown.Rows[n].Typed = wrong, c.FormValue("name")
			}
		}
	})
}

// byID is what is done to a channel by its id alone.
func byID(act func(ctx context.Context, id string) error) func(echo.Context, deliveries.Channel) error {
	return func(c echo.Context, channel deliveries.Channel) error { return act(c.Request().Context(), channel.ID) }
}

// byQueue is what is done to a channel with a message.
func (s *Server) byQueue(act func(ctx context.Context, q deliveries.Queue, id string) error) func(echo.Context, deliveries.Channel) error {
	return func(c echo.Context, channel deliveries.Channel) error {
		return act(c.Request().Context(), s.teller, channel.ID)
	}
}

// testChannel sends a test message. Its card shows what becomes of it.
func (s *Server) testChannel(c echo.Context, channel deliveries.Channel) error {
	_, err := s.data.TestChannel(c.Request().Context(), s.teller, channel.ID)
	return err
}

func (s *Server) renameChannel(c echo.Context, channel deliveries.Channel) error {
	return s.data.RenameChannel(c.Request().Context(), channel.ID, c.FormValue("name"))
}

func (s *Server) confirmByCode(c echo.Context, channel deliveries.Channel) error {
	return s.data.ConfirmChannelByCode(c.Request().Context(), channel.ID, c.FormValue("code"))
}

// renewChannelSecret serves POST /channels/:id/secret. The secret is shown this once.
func (s *Server) renewChannelSecret(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	noteOf(c).detail = words.Later("{kind}, new secret", "kind", channel.Kind.Words()).String()
	secret, err := s.data.RenewChannelSecret(c.Request().Context(), channel.ID)
	if wrong, refused := channelRefusal(spokenOf(c.Request().Context()), err); refused {
		return s.refuseOnChannel(c, channel.ID, wrong)
	}
	if err != nil {
		return err
	}
	return s.sendChannels(c, http.StatusOK, func(shown *views.Channels) {
		shown.Secret = newChannelSecret(spokenOf(c.Request().Context()), channel.Name, secret)
	})
}
