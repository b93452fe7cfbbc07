package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/words"
	"lightson/views"
)

// deliveryNotices say what was just done.
var deliveryNotices = map[string]words.Text{"retried": "It is being sent again.", "cancelled": "Cancelled. It will not be sent."}

// delivery is the delivery that the address names, with the channels of its person. Nobody
// else finds it.
func (s *Server) delivery(c echo.Context) (d deliveries.Delivery, channels []deliveries.Channel, err error) {
	id, err := idParam(c, "id")
	if err != nil {
		return d, nil, err
	}
	ctx := c.Request().Context()
	if d, err = s.data.Delivery(ctx, id); err != nil {
		return d, nil, err
	}
	channels, err = s.data.Channels(ctx)
	return d, channels, err
}

// showDelivery serves GET /deliveries/:id?done=.
func (s *Server) showDelivery(c echo.Context) error {
	d, channels, err := s.delivery(c)
	if err != nil {
		return err
	}
	page, err := s.page(c, d.Message.Title, views.NavAlerts)
	if err != nil {
		return err
	}
	w := spokenOf(c.Request().Context())
	shown := newDelivery(w, d, channels)
	shown.Notice = w.Say(deliveryNotices[c.QueryParam("done")])
	return renderEither(c, views.DeliveryPage(page, shown), views.DeliveryDetail(shown))
}

func newDelivery(w spoken, d deliveries.Delivery, channels []deliveries.Channel) views.Delivery {
	shown := views.Delivery{DeliveryRow: newDeliveryRow(w, d, channels), Message: newSentMessage(d.Message)}
	for _, t := range slices.Backward(d.Tries) {
		mark := views.Mark{Tone: views.Look, Text: w.Say("Failed|of a message")}
		if t.Sent {
			mark = views.Mark{Tone: views.Well, Text: w.Say("Sent|of a message")}
		}
		shown.Tries = append(shown.Tries, views.DeliveryTry{At: w.time(t.At, time.UTC, exactDay), Took: tryTook(w, t), Answer: t.Answer.In(w.Words), State: mark})
	}
	return shown
}

// newSentMessage is a message in words.
func newSentMessage(m deliveries.Message) views.SentMessage {
	shown := views.SentMessage{Title: m.Title, Lines: m.Lines, Notes: m.Notes}
	for _, section := range m.Sections {
		s := views.SentSection{Heading: section.Heading, More: section.More}
		for _, r := range section.Rows {
			s.Rows = append(s.Rows, views.SentRow{What: views.Link{Text: r.Text, URL: pagePath(r.Path)}, Value: r.Value})
		}
		shown.Sections = append(shown.Sections, s)
	}
	for _, l := range m.Links {
		if path := pagePath(l.Path); path != "" {
			shown.Links = append(shown.Links, views.Link{Text: l.Text, URL: path})
		}
	}
	return shown
}

// newUnlinkedMessage is a message for whoever was sent it, who may see no page that it names.
func newUnlinkedMessage(m deliveries.Message) views.SentMessage {
	shown := newSentMessage(m)
	shown.Links = nil
	for _, section := range shown.Sections {
		for n := range section.Rows {
			section.Rows[n].What.URL = ""
		}
	}
	return shown
}

// secretPaths begin the addresses whose rest is for whoever got the message, and not for
// whoever reads its log.
var secretPaths = []string{"/confirm/", "/unsubscribe/", "/acknowledge/", "/feeds/", sharedPrefix}

// pagePath is the path of a page of this site that a message names, where its log may
// lead to it.
func pagePath(path string) string {
	secret := slices.ContainsFunc(secretPaths, func(prefix string) bool { return strings.HasPrefix(path, prefix) })
	if secret || !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsRune(path, '\\') {
		return ""
	}
	return path
}

// retryDelivery serves POST /deliveries/:id/retry.
func (s *Server) retryDelivery(c echo.Context) error {
	id, err := s.tryDeliveryAgain(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, deliveryURL(id)+"?done=retried")
}

// tryDeliveryAgain has the delivery in the address tried again, or sooner.
func (s *Server) tryDeliveryAgain(c echo.Context) (id string, err error) {
	d, _, err := s.delivery(c)
	if err != nil {
		return "", err
	}
	noteOf(c).detail = d.Kind.Words().String()
	err = s.data.RetryDelivery(c.Request().Context(), s.teller, d.ID)
	var wrong entered.Problem
	if errors.As(err, &wrong) {
		err = problem{http.StatusConflict, words.Later("It cannot be sent again"), wrong.ForPeople(), err}
	}
	return d.ID, err
}

// cancelDelivery serves POST /deliveries/:id/cancel.
func (s *Server) cancelDelivery(c echo.Context) error {
	id, err := s.cancelOwnDelivery(c)
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, deliveryURL(id)+"?done=cancelled")
}

// cancelOwnDelivery cancels the delivery in the address. What is being sent can no longer be
// cancelled: nobody could tell whether it arrived.
func (s *Server) cancelOwnDelivery(c echo.Context) (id string, err error) {
	d, _, err := s.delivery(c)
	if err != nil {
		return "", err
	}
	noteOf(c).detail = d.Kind.Words().String()
	cancelled := false
	if d.State == models.Queued {
		if cancelled, err = s.work.Cancel(c.Request().Context(), deliveries.Work, d.ID); err != nil {
			return "", err
		}
	}
	if !cancelled {
		return "", problem{http.StatusConflict, words.Later("It can no longer be cancelled"), words.Later("It is being sent, or it was already finished."), nil}
	}
	return d.ID, nil
}
