package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/deliveries"
	"lightson/models/words"
	"lightson/views"
)

// A teller sends messages to channels in the background.
type teller interface {
	deliveries.Queue
	// MailWorks reports whether mail is set up.
	MailWorks() bool
}

// channelNotices say what was just done. The address has the word, so that it can say
// nothing else.
var channelNotices = map[string]words.Text{
	"added":     "Channel added.",
	"renamed":   "Channel renamed.",
	"enabled":   "Channel enabled.",
	"disabled":  "Channel disabled. Messages that were waiting for it are cancelled.",
	"removed":   "Channel removed.",
	"confirmed": "Channel confirmed.",
	"asked":     "Another mail is on its way to this address.",
}

// channelIcons are the pictures of kinds. A chat is the usual one.
var channelIcons = map[deliveries.ChannelKind]string{deliveries.Email: "mail", deliveries.Webhook: "webhook"}

// listChannels serves GET /channels?done=.
func (s *Server) listChannels(c echo.Context) error {
	return s.sendChannels(c, http.StatusOK, func(shown *views.Channels) {
		shown.Notice = spokenOf(c.Request().Context()).Say(channelNotices[c.QueryParam("done")])
	})
}

// showChannelForm serves GET /channels/new.
func (s *Server) showChannelForm(c echo.Context) error {
	return s.sendChannels(c, http.StatusOK, func(shown *views.Channels) { shown.Form.Open = true })
}

// channelDone leads back to the list, which says what was done to a channel.
func channelDone(c echo.Context, what, id string) error {
	to := "/channels?done=" + what
	if id != "" {
		to += "#channel-" + id
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// sendChannels sends the page with a change: what is shown once, or why a form was refused.
func (s *Server) sendChannels(c echo.Context, status int, change func(*views.Channels)) error {
	page, err := s.page(c, spokenOf(c.Request().Context()).Say("Channels"), views.NavAlerts)
	if err != nil {
		return err
	}
	shown, err := s.newChannels(c.Request().Context())
	if err != nil {
		return err
	}
	change(&shown)
	return render(c, status, views.ChannelsPage(page, shown))
}

func (s *Server) newChannels(ctx context.Context) (shown views.Channels, err error) {
	list, err := s.data.Channels(ctx)
	if err != nil {
		return shown, err
	}
	shown.NoLinks = s.settings.URL == nil
	shown.Form = s.newChannelForm(spokenOf(ctx), channelForm{})
	shown.Form.Open = len(list) == 0
	for _, c := range list {
		card, err := s.newChannelCard(ctx, c)
		if err != nil {
			return shown, err
		}
		shown.Rows = append(shown.Rows, card)
	}
	if s.teller.MailWorks() {
		shown.OwnEmail, err = s.unusedEmail(ctx, list)
	}
	return shown, err
}

// unusedEmail is the e-mail of the visitor's account, unless it is a channel already.
func (s *Server) unusedEmail(ctx context.Context, list []deliveries.Channel) (string, error) {
	p, err := access.Of(ctx)
	if err != nil || p.PersonID == "" {
		return "", err
	}
	person, err := s.accounts.Person(ctx, p.PersonID)
	used := slices.ContainsFunc(list, func(c deliveries.Channel) bool {
		return c.Kind == deliveries.Email && c.Address == person.Email
	})
	if err != nil || used {
		return "", err
	}
	return person.Email, nil
}

// showChannelNow serves GET /channels/:id/now: how a channel is, for its card.
func (s *Server) showChannelNow(c echo.Context) error {
	channel, err := s.channel(c)
	if err != nil {
		return err
	}
	card, err := s.newChannelCard(c.Request().Context(), channel)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.ChannelNow(card))
}

// channel is the channel that the address names. Only its person finds it.
func (s *Server) channel(c echo.Context) (deliveries.Channel, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return deliveries.Channel{}, err
	}
	return s.data.Channel(c.Request().Context(), id)
}

func channelURL(id string) string { return "/channels/" + id }

func (s *Server) newChannelCard(ctx context.Context, c deliveries.Channel) (views.ChannelCard, error) {
	w, below := spokenOf(ctx), channelURL(c.ID)
	card := views.ChannelCard{
		ID: c.ID, Name: c.Name, Kind: c.Kind.Words().In(w.Words), Icon: cmp.Or(channelIcons[c.Kind], "chat"), Address: c.Shown(),
		NowURL: below + "/now", NameURL: below + "/name", RemoveURL: below + "/remove",
	}
	latest, err := s.data.Deliveries(ctx, deliveries.Filter{Channel: c.ID, Limit: 1})
	if err != nil {
		return card, err
	}
	arrived := false
	for _, d := range latest {
		arrived = d.State == models.Complete
		card.Last = &views.LastDelivery{
			ID: d.ID, Kind: d.Kind.Words().In(w.Words), What: views.Link{Text: d.Message.Title, URL: deliveryURL(d.ID)},
			At: w.time(d.CreatedAt, time.UTC, dayAndClock), State: newDeliveryState(w, d),
		}
	}
	if card.Last != nil && !arrived {
		sent, err := s.data.Deliveries(ctx, deliveries.Filter{Channel: c.ID, States: []models.State{models.Complete}, Limit: 1})
		if err != nil {
			return card, err
		}
		arrived = len(sent) > 0
	}
	card.State, card.Why = s.channelState(w, c, arrived)
	mail := c.Kind != deliveries.Email || s.teller.MailWorks()
	if c.Works() && mail {
		card.TestURL = below + "/test"
	}
	if c.Kind == deliveries.Webhook {
		card.SecretURL = below + "/secret"
	}
	switch {
	case c.DisabledAt.Known:
		card.EnableURL = below + "/enable"
		return card, nil
	case !c.ConfirmedAt.Known:
		card.CodeURL = below + "/confirm"
		if mail {
			card.ConfirmURL = below + "/ask"
		}
	}
	card.DisableURL = below + "/disable"
	return card, nil
}

// channelState says whether messages arrive, and if not, why.
func (s *Server) channelState(w spoken, c deliveries.Channel, arrived bool) (views.Mark, string) {
	when := func(o models.OptionalInstant) string { return w.time(o.At, time.UTC, dayAndClock).Text }
	hint := c.Hint().In(w.Words)
	switch {
	case c.DisabledAt.Known:
		return views.Mark{Tone: views.Same, Text: w.Say("Disabled|of a channel")}, w.Say("Since {time}: {reason}", "time", when(c.DisabledAt), "reason", c.DisabledWhy)
	case c.Kind == deliveries.Email && !s.teller.MailWorks():
		return views.Mark{Tone: views.Look, Text: w.Say("Mail is not set up")}, w.Say(noMail)
	case !c.ConfirmedAt.Known:
		return views.Mark{Tone: views.Coming, Text: w.Say("Waiting for confirmation")}, w.Say("We sent a mail to this address. Open its link or enter its code here. Until then, nothing else is sent.")
	case c.FailingAt.Known:
		return views.Mark{Tone: views.Look, Text: w.Say("Failing|of a channel")}, w.Say("Nothing has arrived since {time}.", "time", when(c.FailingAt)) + " " + hint
	case !arrived:
		return views.Mark{Tone: views.Note, Text: w.Say("Not tried yet")}, cmp.Or(hint, w.Say("Send a test to see whether messages arrive."))
	default:
		return views.Mark{Tone: views.Well, Text: w.Say("Works|of a channel")}, hint
	}
}

const noMail words.Text = "This server cannot send mail. The person who runs it can set LIGHTSON_SMTP_URL."

// newChannelSecret shows a secret that was just made.
func newChannelSecret(w spoken, name, secret string) views.Secret {
	return views.Secret{
		Title: w.Say("Secret of “{name}”", "name", name), Label: w.Say("Secret"), Value: secret,
		Note: w.Say("Each message is signed as Standard Webhooks describes: its header webhook-signature is “v1,” and the base64 of the HMAC-SHA256 of “webhook-id.webhook-timestamp.body”, with the part after whsec_, decoded from base64, as the key. Accept a message only if your result is the same and the timestamp is at most five minutes old. There are libraries for most languages."),
	}
}
