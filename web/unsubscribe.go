package web

import (
	"errors"
	"mime"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/words"
	"lightson/views"
)

// The pages behind links of mails. Their tokens prove that whoever has them reads the mail,
// and who is signed in does not matter. Programs that check links open them, so only the
// buttons on them do anything.

const unsubscribePath = "/unsubscribe/:token"

// channelOfLink is the channel of the token in the address. done is true after a link that
// does not work was answered.
func (s *Server) channelOfLink(c echo.Context) (channel deliveries.Channel, done bool, err error) {
	channel, err = s.data.ChannelOfLink(c.Request().Context(), c.Param("token"))
	if errors.Is(err, models.ErrNotFound) {
		return channel, true, s.sendDeadLink(c)
	}
	if err == nil {
		noteOf(c).about("channel", channel.ID)
		noteOf(c).detail = channel.Kind.Words().String() + ", by link"
	}
	return channel, false, err
}

// showUnsubscribe serves GET /unsubscribe/:token.
func (s *Server) showUnsubscribe(c echo.Context) error {
	channel, done, err := s.channelOfLink(c)
	if done || err != nil {
		return err
	}
	return s.sendUnsubscribe(c, channel)
}

func (s *Server) sendUnsubscribe(c echo.Context, channel deliveries.Channel) error {
	shown := views.Unsubscribe{Action: "/unsubscribe/" + c.Param("token"), Address: channel.Shown(), Done: !unsubscribes(channel)}
	ctx := c.Request().Context()
	p, err := access.Of(ctx)
	if err != nil {
		return err
	}
	own, err := s.data.Channel(ctx, channel.ID)
	switch {
	case err == nil && own.DisabledAt.Known:
		shown.EnableURL = channelURL(channel.ID) + "/enable"
	case err != nil && !isGone(err):
		return err
	case p.Kind == access.Nobody:
		shown.SignInURL = withQuery("/sign-in", url.Values{"next": {"/channels"}})
	}
	title := words.Text("Unsubscribe")
	if shown.Done {
		title = "You are unsubscribed"
	}
	return render(c, http.StatusOK, views.UnsubscribePage(s.outsidePage(spokenOf(ctx).Say(title)), shown))
}

// unsubscribes reports whether there is anything to unsubscribe from. Whoever gets the
// mails of a channel that its owner disabled can still see to it that it stays so.
func unsubscribes(c deliveries.Channel) bool {
	return !c.DisabledAt.Known || c.Kind == deliveries.Email && c.ConfirmedAt.Known
}

// unsubscribe serves POST /unsubscribe/:token. A mail program is answered at once, since it
// follows no redirect (RFC 8058, 3.2).
func (s *Server) unsubscribe(c echo.Context) error {
	channel, done, err := s.channelOfLink(c)
	if done || err != nil {
		return err
	}
	ctx := c.Request().Context()
	if unsubscribes(channel) {
		if _, err = s.data.Unsubscribe(ctx, c.Param("token")); err != nil {
			return err
		}
	}
	if !isOneClick(c) {
		return c.Redirect(http.StatusSeeOther, "/unsubscribe/"+url.PathEscape(c.Param("token")))
	}
	if channel, err = s.data.ChannelOfLink(ctx, c.Param("token")); err != nil {
		return err
	}
	return s.sendUnsubscribe(c, channel)
}

// oneClickLimit is more than enough for the one field of RFC 8058, in bytes.
const oneClickLimit = 4 << 10

// isOneClick reports whether a request is what RFC 8058 has mail programs send. Some of
// them run in a browser on another site. What they send acts in nobody's name: the token
// in the address is all that it needs. The query of an address does not count, since a
// link could have one.
func isOneClick(c echo.Context) bool {
	r := c.Request()
	if r.Method != http.MethodPost || c.Path() != unsubscribePath {
		return false
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get(echo.HeaderContentType))
	if err != nil || kind != echo.MIMEApplicationForm && kind != echo.MIMEMultipartForm {
		return false
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, oneClickLimit) // it is read before other limits hold
	return r.PostFormValue("List-Unsubscribe") == "One-Click"
}

// showConfirm serves GET /confirm/:token.
func (s *Server) showConfirm(c echo.Context) error {
	channel, done, err := s.channelOfLink(c)
	if done || err != nil {
		return err
	}
	shown := views.Confirm{Action: "/confirm/" + c.Param("token"), Address: channel.Shown(), Done: channel.ConfirmedAt.Known, Off: channel.DisabledAt.Known}
	if shown.By, err = s.nameOf(c.Request().Context(), channel.PersonID); err != nil {
		return err
	}
	shown.By = upperFirst(shown.By)
	title := words.Text("Do you want these messages?")
	if shown.Done {
		title = "Thank you"
	}
	return render(c, http.StatusOK, views.ConfirmPage(s.outsidePage(spokenOf(c.Request().Context()).Say(title)), shown))
}

// confirmChannel serves POST /confirm/:token.
func (s *Server) confirmChannel(c echo.Context) error {
	_, done, err := s.channelOfLink(c)
	if done || err != nil {
		return err
	}
	if _, err := s.data.ConfirmChannel(c.Request().Context(), c.Param("token")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/confirm/"+url.PathEscape(c.Param("token")))
}
