package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/feed"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const deliveriesPerPage = 50

// deliveryStates are the states that the log can be narrowed to, by their word in its URL.
var deliveryStates = []struct {
	word  string
	text  words.Text
	state models.State
}{
	{"waiting", "Waiting|of a message", models.Queued}, {"sending", "Sending|of a message", models.Running}, {"sent", "Sent|of a message", models.Complete},
	{"failed", "Failed|of a message", models.Failed}, {"cancelled", "Cancelled|of a message", models.Cancelled},
}

// deliveryStateText is what the log calls a state.
func deliveryStateText(w spoken, state models.State) string {
	for _, known := range deliveryStates {
		if known.state == state {
			return w.Say(known.text)
		}
	}
	return string(state)
}

// deliveryQuery is the state of the log, as its URL carries it.
type deliveryQuery struct {
	Channel, State string
	Before         string // the last delivery of the page before; empty on the first
}

func parseDeliveryQuery(c echo.Context) (q deliveryQuery, f deliveries.Filter, err error) {
	q = deliveryQuery{c.QueryParam("channel"), c.QueryParam("state"), c.QueryParam("before")}
	f = deliveries.Filter{Channel: q.Channel, Limit: deliveriesPerPage + 1}
	for _, id := range []string{q.Channel, q.Before} {
		if id != "" && checkID(id) != nil {
			return q, f, models.ErrNotFound
		}
	}
	if q.State == "" {
		return q, f, nil
	}
	for _, known := range deliveryStates {
		if known.word == q.State {
			f.States = []models.State{known.state}
			return q, f, nil
		}
	}
	return q, f, badParam("state", words.Later("waiting, sending, sent, failed or cancelled"), feed.Shown(q.State))
}

func (q deliveryQuery) values() url.Values {
	v := url.Values{}
	for name, value := range map[string]string{"channel": q.Channel, "state": q.State, "before": q.Before} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

func (q deliveryQuery) url() string { return withQuery("/deliveries", q.values()) }

func (q deliveryQuery) of(state string) deliveryQuery {
	q.State, q.Before = state, ""
	return q
}

func (q deliveryQuery) below(id string) deliveryQuery {
	q.Before = id
	return q
}

// listDeliveries serves GET /deliveries?channel=&state=&before=.
func (s *Server) listDeliveries(c echo.Context) error {
	query, filter, err := parseDeliveryQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	page, err := s.page(c, w.Say("Deliveries"), views.NavAlerts)
	if err != nil {
		return err
	}
	if query.Before != "" { // one that is there no more stands for the top
		last, err := s.data.Delivery(ctx, query.Before)
		if err != nil && !errors.Is(err, models.ErrNotFound) {
			return err
		}
		filter.After = last.ListPlace()
	}
	list, err := s.data.Deliveries(ctx, filter)
	if err != nil {
		return err
	}
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return err
	}
	shown := newDeliveryList(w, query, list, channels)
	return renderEither(c, views.DeliveriesPage(page, shown), views.DeliveriesTable(shown))
}

func newDeliveryList(w spoken, q deliveryQuery, list []deliveries.Delivery, channels []deliveries.Channel) views.Deliveries {
	l := views.Deliveries{
		Filtered: q.Channel+q.State != "", ClearURL: "/deliveries", RefreshURL: q.url(),
		Channels: views.Select{Name: "channel", Label: w.Say("Channel"), Options: []views.Option{{Text: w.Say("Any channel"), Selected: q.Channel == ""}}},
		States:   []views.Filter{{Text: w.Say("All|messages"), URL: q.of("").url(), Active: q.State == ""}},
	}
	for _, known := range deliveryStates {
		l.States = append(l.States, views.Filter{Text: w.Say(known.text), URL: q.of(known.word).url(), Active: q.State == known.word})
	}
	for _, c := range channels {
		l.Channels.Options = append(l.Channels.Options, views.Option{Value: c.ID, Text: c.Name, Selected: q.Channel == c.ID})
	}
	if q.State != "" {
		l.Kept = []views.Param{{Name: "state", Value: q.State}}
	}
	if q.Before != "" {
		l.Pager.Prev, l.Pager.PrevText = q.below("").url(), w.Say("Newest")
	}
	if len(list) > deliveriesPerPage {
		list = list[:deliveriesPerPage]
		l.Pager.Next, l.Pager.NextText = q.below(list[len(list)-1].ID).url(), w.Say("Older")
	}
	for _, d := range list {
		l.Rows = append(l.Rows, newDeliveryRow(w, d, channels))
	}
	return l
}

func deliveryURL(id string) string { return "/deliveries/" + id }

func newDeliveryRow(w spoken, d deliveries.Delivery, channels []deliveries.Channel) views.DeliveryRow {
	row := views.DeliveryRow{
		ID: d.ID, What: views.Link{Text: d.Message.Title, URL: deliveryURL(d.ID)}, Kind: d.Kind.Words().In(w.Words), Channel: views.Link{Text: d.ChannelName},
		At: w.time(d.CreatedAt, time.UTC, dayAndClock), State: newDeliveryState(w, d), RowURL: deliveryURL(d.ID) + "/row",
	}
	if n := slices.IndexFunc(channels, func(c deliveries.Channel) bool { return c.ID == d.ChannelID }); n >= 0 {
		row.Channel = views.Link{Text: channels[n].Name, URL: "/channels#channel-" + d.ChannelID}
		if canRetry(d, channels[n]) {
			row.RetryURL = deliveryURL(d.ID) + "/retry"
		}
	}
	if d.State == models.Queued {
		row.CancelURL = deliveryURL(d.ID) + "/cancel"
	}
	return row
}

// canRetry reports whether a delivery can be tried again, or sooner than it would be.
func canRetry(d deliveries.Delivery, c deliveries.Channel) bool {
	waits := d.State == models.Queued && len(d.Tries) > 0
	open := c.Works() || d.Kind == deliveries.Confirmation && !c.DisabledAt.Known
	return open && (waits || d.State == models.Failed || d.State == models.Cancelled)
}

// newDeliveryState says how far a delivery is, in words of its receiver where there are any.
func newDeliveryState(w spoken, d deliveries.Delivery) views.DeliveryState {
	state := views.DeliveryState{Badge: views.Badge{State: views.JobState(stateName(d.State))}}
	last := deliveries.Try{}
	if len(d.Tries) > 0 {
		last = d.Tries[len(d.Tries)-1]
		state.Answer = last.Answer.In(w.Words)
	}
	switch {
	case d.State == models.Complete:
		state.Answer = w.Say("Sent in {length}: {answer}", "length", tryTook(w, last), "answer", last.Answer)
	case d.State.Final() && d.Error != "":
		state.Answer = d.Error.In(w.Words)
	case d.State == models.Queued && (len(d.Tries) > 0 || d.DueAt > d.CreatedAt):
		state.Next = w.time(d.DueAt, time.UTC, dayAndClock)
	}
	if len(d.Tries) > 1 {
		state.Tries = w.Count(int64(len(d.Tries)), words.Plural{One: "{n} attempt", Other: "{n} attempts"})
	}
	return state
}

// tryTook is how long a try took.
func tryTook(w spoken, t deliveries.Try) string { return w.took(1, 1+uptime.Instant(t.Took)) }

// showDeliveryRow serves GET /deliveries/:id/row.
func (s *Server) showDeliveryRow(c echo.Context) error {
	d, channels, err := s.delivery(c)
	if err != nil {
		return err
	}
	return render(c, http.StatusOK, views.DeliveryTableRow(newDeliveryRow(spokenOf(c.Request().Context()), d, channels)))
}
