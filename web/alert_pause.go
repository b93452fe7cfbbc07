package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	pausedFromList = "list"  // the form stands in the list of alerts
	usualPause     = 7       // days
	longestPause   = 2 * 365 // days
	pauseDate      = "Mon 2 Jan 2006"
)

// localToday is the date that it is where a store is.
func (s *Server) localToday(snapshot *figures.Snapshot, n int) uptime.Date {
	return uptime.DateOf(s.now().In(snapshot.Location(n)).Date())
}

// holds reports whether a pause is not over. One of a store that cannot be seen is not
// shown.
func (s *Server) holds(snapshot *figures.Snapshot, p alerts.Pause) bool {
	n, found := snapshot.Find(p.Store)
	return found && s.localToday(snapshot, n) < p.Until
}

// newPauseForm pauses a store; nil where no path can carry its id.
func (s *Server) newPauseForm(w spoken, snapshot *figures.Snapshot, n int, id string) *views.PauseForm {
	code := snapshot.Stores[n].Code
	if code == "." || code == ".." {
		return nil
	}
	until := s.localToday(snapshot, n) + usualPause
	return &views.PauseForm{Action: storeURL(code) + "/pause", ID: id, Of: storeTitle(w, snapshot, n), Until: uptime.DateText(until)}
}

func newAlertPauses(w spoken, b alertBook) (list []views.AlertPause) {
	for _, p := range b.paused {
		n, _ := b.snapshot.Find(p.Store)
		list = append(list, views.AlertPause{
			Store: views.Link{Text: storeTitle(w, b.snapshot, n), URL: storeURL(p.Store)}, Until: w.date(p.Until-1, pauseDate), ResumeURL: storeURL(p.Store) + "/resume?back=" + pausedFromList,
		})
	}
	slices.SortFunc(list, func(a, b views.AlertPause) int {
		return cmp.Or(strings.Compare(names.Fold(a.Store.Text), names.Fold(b.Store.Text)), strings.Compare(a.Store.URL, b.Store.URL))
	})
	return list
}

// pauses are those of the visitor.
func (s *Server) pauses(ctx context.Context) ([]alerts.Pause, error) {
	now, err := s.enteredEpoch(ctx)
	if err != nil {
		return nil, err
	}
	return s.paused.get(ctx, audienceOf(ctx), now, struct{}{}, s.data.Pauses)
}

// addPause says on the page of a store whether the visitor has paused its alerts, or has the
// form that does.
func (s *Server) addPause(c echo.Context, store *views.Store, snapshot *figures.Snapshot, n int, wrong *fieldProblem) error {
	ctx := c.Request().Context()
	if !may(ctx, access.KeepAlerts) {
		return nil
	}
	pauses, err := s.pauses(ctx)
	if err != nil {
		return err
	}
	w, code := spokenOf(ctx), snapshot.Stores[n].Code
	for _, p := range pauses {
		if p.Store == code && s.holds(snapshot, p) {
			recordingOf(ctx).isDated()
			store.PausedUntil, store.ResumeURL = w.date(p.Until-1, pauseDate), storeURL(code)+"/resume"
			return nil
		}
	}
	store.Pause = s.newPauseForm(w, snapshot, n, "pause-until")
	if wrong != nil && wrong.field == "until" && store.Pause != nil {
		store.Pause.Until, store.Pause.Wrong = c.FormValue("until"), wrong.refusal(w)
	}
	return nil
}

// pauseStore serves POST /stores/:id/pause, from the page of a store or from the list of
// alerts. The date is the last on which nothing is told.
func (s *Server) pauseStore(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, n, err := s.recentStore(c)
	if err != nil {
		return err
	}
	code := snapshot.Stores[n].Code
	noteOf(c).detail = strings.TrimSpace(c.FormValue("until"))
	until, err := s.parsePause(snapshot, n, c.FormValue("until"))
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		return s.sendStore(c, http.StatusUnprocessableEntity, &wrong)
	}
	if err == nil {
		err = s.data.Pause(ctx, code, until+1)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, pausedURL(c, code, "paused"))
}

func (s *Server) parsePause(snapshot *figures.Snapshot, n int, text string) (uptime.Date, error) {
	until, err := parseDate("until", strings.TrimSpace(text))
	if err != nil {
		return 0, err
	}
	today := s.localToday(snapshot, n)
	if until < today || until > today+longestPause {
		first, last := uptime.DateText(today), uptime.DateText(today+longestPause)
		return 0, badField("until", words.Later("a date from {from} to {to}", "from", first, "to", last), feed.Shown(text)).
			saying(words.Later("Enter a date from {from} to {to}.", "from", first, "to", last))
	}
	return until, nil
}

// resumeStore serves POST /stores/:id/resume. Resuming what is not paused succeeds.
func (s *Server) resumeStore(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, n, err := s.recentStore(c)
	if err != nil {
		return err
	}
	code := snapshot.Stores[n].Code
	if err := s.data.Unpause(ctx, code); err != nil && !isGone(err) {
		return err
	}
	noteOf(c).detail = "resumed"
	return c.Redirect(http.StatusSeeOther, pausedURL(c, code, "resumed"))
}

// pausedURL is where the form of a pause leads back to.
func pausedURL(c echo.Context, code, done string) string {
	if c.FormValue("back") == pausedFromList {
		return alertsURL(done)
	}
	return storeURL(code) + "#alerts"
}
