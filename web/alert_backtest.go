package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/semaphore"

	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/models/zones"
	"lightson/views"
)

const (
	trialTime       = 14 * time.Second // that one may take; htmx gives up after twenty
	trialPatience   = 4 * time.Second  // that one waits for others
	trialsAtOnce    = 2
	messagesOfTrial = 50 // that are shown
	storesOfTrial   = 10 // that are named
)

// trials bound how many rules are tried at once. A person tries one at a time, so that
// nobody keeps others from trying theirs.
type trials struct {
	slots *semaphore.Weighted
	mu    sync.Mutex
	busy  map[string]bool // by principal
}

func newTrials() *trials {
	return &trials{slots: semaphore.NewWeighted(trialsAtOnce), busy: map[string]bool{}}
}

// errTrying says that no more rules can be tried just now.
var errTrying = errors.New("too many rules are tried at once")

// begin waits until a rule can be tried, and returns what ends it.
func (t *trials) begin(ctx context.Context, who string) (end func(), err error) {
	t.mu.Lock()
	if t.busy[who] {
		t.mu.Unlock()
		return nil, errTrying
	}
	t.busy[who] = true
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		delete(t.busy, who)
		t.mu.Unlock()
	}
	waiting, cancel := context.WithTimeout(ctx, trialPatience)
	defer cancel()
	if t.slots.Acquire(waiting, 1) != nil {
		leave()
		return nil, cmp.Or(ctx.Err(), errTrying)
	}
	return func() { t.slots.Release(1); leave() }, nil
}

// tryAlertRule serves POST /alerts/backtest: what the rule of the form would have sent.
func (s *Server) tryAlertRule(c echo.Context) error {
	var form alertRuleForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	if form.ID != "" { // the form is that of a rule, which must be the visitor's
		if err := checkID(form.ID); err != nil {
			return err
		}
		if _, err := s.data.AlertRule(ctx, form.ID); err != nil {
			return err
		}
	}
	w := spokenOf(ctx)
	r, err := form.rule()
	var tried views.Backtest
	if err == nil {
		tried, err = s.newBacktest(ctx, r)
	}
	wrong, err := form.refusal(w, err)
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendAlertRule(c, http.StatusUnprocessableEntity, form, tried, wrong)
	}
	varies(c, variesByPart)
	if wantsPartial(c.Request()) {
		return render(c, http.StatusOK, views.BacktestResult(tried))
	}
	return s.sendAlertRule(c, http.StatusOK, form, tried, views.Refusal{})
}

// newBacktest tries a rule. That there is no answer in time is an answer.
func (s *Server) newBacktest(ctx context.Context, r alerts.Rule) (views.Backtest, error) {
	w := spokenOf(ctx)
	unanswered := w.Say("What would it have sent?")
	p, err := access.Of(ctx)
	if err != nil {
		return views.Backtest{}, err
	}
	end, err := s.trials.begin(ctx, p.Key())
	if errors.Is(err, errTrying) {
		return views.Backtest{Done: true, Title: unanswered, Problem: w.Say("Other rules are being tried. Try again in a moment.")}, nil
	}
	if err != nil {
		return views.Backtest{}, err
	}
	defer end()
	bounded, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	began := time.Now()
	found, err := s.data.BacktestAlertRule(bounded, r)
	switch {
	case bounded.Err() != nil && ctx.Err() == nil:
		return views.Backtest{Done: true, Title: unanswered, Problem: w.Say("This took too long. Try it for one group or one store.")}, nil
	case err != nil:
		return views.Backtest{}, err
	}
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return views.Backtest{}, err
	}
	shown := newBacktest(w, snapshot, r, found)
	if tooMany(r, found) {
		shown.Advice = s.advice(bounded, w, r, found, began)
	}
	return shown, nil
}

// tooMany reports whether a rule tells more often than once a day.
func tooMany(r alerts.Rule, found alerts.Backtest) bool {
	return r.Kind.OfStores() && int64(len(found.Messages)) > onePerDay(found)
}

func onePerDay(found alerts.Backtest) int64 { return max(int64(found.Span.Length()/uptime.Day), 1) }

// calmerAfter are the lengths that are tried in place of one that tells too often.
var calmerAfter = []uptime.Micros{30 * uptime.Minute, uptime.Hour, 2 * uptime.Hour, 4 * uptime.Hour, 8 * uptime.Hour, uptime.Day}

// advice says how a rule that tells too often would tell less, as far as there is time to
// find out: the first length with which it tells a third, or once a day.
func (s *Server) advice(ctx context.Context, w spoken, r alerts.Rule, found alerts.Backtest, began time.Time) string {
	enough := max(onePerDay(found), int64(len(found.Messages)/3))
	said := w.Say("That is more than one a day. A rule for one group or one store sends less.")
	for _, after := range calmerAfter {
		if after < 2*r.After {
			continue
		}
		if time.Since(began) > trialTime/4 {
			break
		}
		longer := r
		longer.After = after
		other, err := s.data.BacktestAlertRule(ctx, longer)
		if err != nil || other.Stores < found.Stores {
			break
		}
		if len(other.Messages) < len(found.Messages)*9/10 {
			said = w.Say("That is more than one a day. With {length}, it would have been {n}.", "length", w.span(after), "n", len(other.Messages))
		}
		if int64(len(other.Messages)) <= enough {
			break
		}
	}
	return said
}

func newBacktest(w spoken, s *figures.Snapshot, r alerts.Rule, found alerts.Backtest) views.Backtest {
	shown := views.Backtest{Done: true}
	zone := zoneOfSubject(s, r.Subject)
	if location, err := zones.Location(r.Zone); r.Quiet() && err == nil {
		zone = location
	}
	if found.Span.Empty() {
		shown.Title, shown.Text = w.Say("No data to try it on"), cmp.Or(found.Short, w.Say("There are no data yet."))
		return shown
	}
	from, to := found.Span.From.Time().In(zone), found.Span.To.Time().In(zone)
	days := max(int64((found.Span.Length()+uptime.Day/2)/uptime.Day), 1)
	shown.Title = w.Count(days, words.Plural{One: "{messages} in {n} day", Other: "{messages} in {n} days"}, "messages", w.messages(len(found.Messages)))
	shown.Text = w.Say("From {from} to {to}, tried on {stores}.", "from", w.Time(from, "2 Jan 2006"), "to", w.Time(to, "2 Jan 2006"), "stores", w.stores(found.Stores))
	if len(found.Messages) == 0 {
		shown.Title = w.Count(days, words.Plural{One: "No message in {n} day", Other: "No message in {n} days"})
	}
	if found.Short != "" {
		shown.Text += " " + upperFirst(strings.TrimSuffix(found.Short, ".")) + "."
	}
	for _, told := range slices.Backward(found.Messages) {
		if len(shown.Messages) == messagesOfTrial {
			shown.Pager = w.Say("The latest {n} of {all} are shown.", "n", messagesOfTrial, "all", len(found.Messages))
			break
		}
		shown.Messages = append(shown.Messages, views.BacktestMessage{At: w.time(told.At, zone, dayAndClock), Message: newSentMessage(told.Message)})
	}
	addBacktestStores(w, &shown, found)
	return shown
}

// messages is a number of messages.
func (w spoken) messages(n int) string {
	return w.Count(int64(n), words.Plural{One: "{n} message", Other: "{n} messages"})
}

// addBacktestStores says about which stores messages are, the most often told of first.
func addBacktestStores(w spoken, shown *views.Backtest, found alerts.Backtest) {
	type told struct {
		link  views.Link
		count int
	}
	var list []told
	index := map[string]int{}
	for _, message := range found.Messages {
		seen := map[string]bool{}
		for _, section := range message.Message.Sections {
			for _, row := range section.Rows {
				if !strings.HasPrefix(row.Path, "/stores") || seen[row.Path] {
					continue
				}
				seen[row.Path] = true
				n, known := index[row.Path]
				if !known {
					n = len(list)
					index[row.Path] = n
					list = append(list, told{link: views.Link{Text: row.Text, URL: row.Path}})
				}
				list[n].count++
			}
		}
	}
	slices.SortStableFunc(list, func(a, b told) int { return b.count - a.count })
	if more := len(list) - storesOfTrial; more > 0 {
		shown.Others, list = w.Count(int64(more), words.Plural{One: "And {n} more store.", Other: "And {n} more stores."}), list[:storesOfTrial]
	}
	for _, t := range list {
		shown.Stores = append(shown.Stores, views.BacktestStore{Store: t.link, Count: w.messages(t.count)})
	}
}
