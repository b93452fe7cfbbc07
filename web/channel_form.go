package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/deliveries"
	"lightson/models/entered"
	"lightson/models/words"
	"lightson/views"
)

// channelForm is what a visitor may send to add a channel.
type channelForm struct {
	Kind    string `form:"kind"`
	Name    string `form:"name"`
	Address string `form:"address"`
}

// channelHints say how to get the address of a kind.
var channelHints = map[deliveries.ChannelKind]words.Text{
	deliveries.Email:   "Any address. If it is not the address of your account, its reader must agree first.",
	deliveries.Webhook: "A URL of your own program. It gets each message as signed JSON. You see the secret only once.",
	deliveries.Slack:   "In Slack, add the app “Incoming WebHooks” to the channel. Copy the webhook URL.",
	deliveries.Teams:   "In Teams, open the channel’s menu, then Workflows. Choose “When a Teams webhook request is received” and copy its URL.",
	deliveries.Discord: "In Discord, open the channel’s settings, then Integrations, then Webhooks. Create a webhook and copy its URL.",
}

// newChannelForm is the form with what was entered. An address that may be a secret is on
// no page, so it has to be entered again.
func (s *Server) newChannelForm(w spoken, typed channelForm) views.ChannelForm {
	f := views.ChannelForm{Name: typed.Name}
	if typed.Kind == string(deliveries.Email) {
		f.Address = typed.Address
	}
	for _, kind := range deliveries.ChannelKinds {
		choice := views.Choice{Value: string(kind), Text: kind.Words().In(w.Words), Hint: w.Say(channelHints[kind]), Selected: typed.Kind == string(kind)}
		if kind == deliveries.Email && !s.teller.MailWorks() {
			choice.Hint = w.Say(noMail)
		}
		f.Kinds = append(f.Kinds, choice)
	}
	return f
}

// addChannel serves POST /channels. The secret of a webhook is shown this once.
func (s *Server) addChannel(c echo.Context) error {
	var form channelForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	noteOf(c).about("channel", "")
	channel, err := s.makeChannel(c, form)
	if wrong, refused := channelRefusal(spokenOf(c.Request().Context()), err, "kind", "name", "address"); refused {
		return s.sendChannels(c, http.StatusUnprocessableEntity, func(shown *views.Channels) {
			shown.Form = s.newChannelForm(spokenOf(c.Request().Context()), form)
			shown.Form.Problem = wrong
		})
	}
	if err != nil {
		return err
	}
	noteOf(c).about("channel", channel.ID)
	noteOf(c).detail = channel.Kind.Words().String()
	if channel.Kind == deliveries.Webhook {
		return s.sendChannels(c, http.StatusOK, func(shown *views.Channels) {
			shown.Secret = newChannelSecret(spokenOf(c.Request().Context()), channel.Name, channel.Secret)
		})
	}
	return channelDone(c, "added", channel.ID)
}

func (s *Server) makeChannel(c echo.Context, form channelForm) (deliveries.Channel, error) {
	kind := deliveries.ChannelKind(form.Kind)
	name := strings.TrimSpace(form.Name)
	if name == "" && slices.Contains(deliveries.ChannelKinds, kind) {
		name = kind.Words().In(spokenOf(c.Request().Context()).Words)
	}
	channel := deliveries.Channel{Kind: kind, Name: name, Address: form.Address, CreatedBy: whoAsks(c)}
	err := s.data.AddChannel(c.Request().Context(), s.teller, &channel)
	return channel, err
}

// channelRefusal says why something about a channel was refused, at one of the fields or
// at none of them.
func channelRefusal(w spoken, err error, fields ...string) (views.Refusal, bool) {
	var wrong entered.Problem
	if !errors.As(err, &wrong) {
		return views.Refusal{}, false
	}
	r := views.Refusal{Text: wrong.ForPeople().In(w.Words)}
	if slices.Contains(fields, wrong.Where) {
		r.Field = wrong.Where
	}
	return r, true
}
