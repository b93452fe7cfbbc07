package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/alerts"
	"lightson/models/words"
	"lightson/views"
)

// showAcknowledge serves GET /acknowledge/:token. It changes nothing: programs that check
// mail follow links, too. Whoever has the token was sent the message, and sees no more than
// that.
func (s *Server) showAcknowledge(c echo.Context) error {
	m, err := s.data.ToldMessage(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	return s.sendAcknowledge(c, m)
}

// acknowledgeMessage serves POST /acknowledge/:token. Doing it again succeeds.
func (s *Server) acknowledgeMessage(c echo.Context) error {
	noteOf(c).about("alert", "") // never the token
	m, err := s.data.AcknowledgeMessage(c.Request().Context(), c.Param("token"))
	if err != nil {
		return err
	}
	noteOf(c).about("alert", m.ID)
	noteOf(c).detail = words.CountLater(int64(len(m.Incidents)), words.Plural{One: "{n} incident, by the link of a message", Other: "{n} incidents, by the link of a message"}).String()
	return c.Redirect(http.StatusSeeOther, "/acknowledge/"+c.Param("token"))
}

func (s *Server) sendAcknowledge(c echo.Context, m alerts.ToldMessage) error {
	w := spokenOf(c.Request().Context())
	shown := views.Acknowledge{Action: "/acknowledge/" + c.Param("token"), Message: newUnlinkedMessage(m.Message)}
	switch {
	case len(m.Incidents) == 0 || !m.Message.Acknowledge:
		shown.Nothing = w.Say("There is nothing left to acknowledge.")
	case m.Unacknowledged() == 0:
		first := m.Incidents[0]
		shown.Known, shown.KnownAt = acknowledgedWords(w, first), w.optionalTime(first.AcknowledgedAt, time.UTC, dayAndClock)
	}
	return render(c, http.StatusOK, views.AcknowledgePage(s.outsidePage(m.Message.Title), shown))
}
