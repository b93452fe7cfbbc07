package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/words"
)

// apiBacktest is what a rule would have sent.
type apiBacktest struct {
	From      *apiTime          `json:"from"` // of the data that it was tried on; none without data
	To        *apiTime          `json:"to"`
	Stores    int               `json:"stores"`
	Incidents int               `json:"incidents"`
	Short     *string           `json:"short"` // why the time is less than 30 days
	Messages  []apiBacktestSent `json:"messages"`
}

type apiBacktestSent struct {
	At        apiTime    `json:"at"`
	Stores    int        `json:"stores"`
	Incidents int        `json:"incidents"`
	Message   apiMessage `json:"message"`
}

// apiTryAlertRule serves POST /api/v1/alerts/backtest: what a rule would have sent, which need
// not be saved.
func (s *Server) apiTryAlertRule(c echo.Context) error {
	form := emptyAlertRuleForm()
	if err := readAPIBody(c, &form, alertRuleExample); err != nil {
		return err
	}
	r, err := form.rule(s.data.PollEvery())
	if err != nil {
		return err
	}
	found, err := s.backtest(c.Request().Context(), r)
	if err != nil {
		return alertRuleRefusal(err)
	}
	return c.JSON(http.StatusOK, newAPIBacktest(found))
}

// backtest tries a rule for as long as there is time.
func (s *Server) backtest(ctx context.Context, r alerts.Rule) (alerts.Backtest, error) {
	p, err := access.Of(ctx)
	if err != nil {
		return alerts.Backtest{}, err
	}
	end, err := s.trials.begin(ctx, p.Key())
	if errors.Is(err, errTrying) {
		return alerts.Backtest{}, problem{http.StatusTooManyRequests, words.Said("Other rules are being tried"), words.Said("Try again in a moment."), err}
	}
	if err != nil {
		return alerts.Backtest{}, err
	}
	defer end()
	bounded, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	found, err := s.data.BacktestAlertRule(bounded, r)
	if bounded.Err() != nil && ctx.Err() == nil {
		return found, problem{http.StatusUnprocessableEntity, words.Said("This took too long"), words.Said("scope: try it for one group or one store."), bounded.Err()}
	}
	return found, err
}

func newAPIBacktest(found alerts.Backtest) apiBacktest {
	known := !found.Span.Empty()
	tried := apiBacktest{
		From: knownTime(found.Span.From, known), To: knownTime(found.Span.To, known), Stores: found.Stores, Incidents: found.Incidents,
		Short: orNull(found.Short), Messages: make([]apiBacktestSent, len(found.Messages)),
	}
	for n, told := range found.Messages {
		tried.Messages[n] = apiBacktestSent{apiTime(told.At), told.Stores, told.Incidents, newAPIMessage(told.Message)}
	}
	return tried
}
