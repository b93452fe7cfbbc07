package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models/alerts"
	"lightson/models/deliveries"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const (
	incidentsPerPage = 20
	mostIncidents    = 5000 // that are looked at for the page
	incidentsKept    = 30 * uptime.Day
)

// alertQuery is the state of the page of alerts, as its URL carries it.
type alertQuery struct {
	Open int // page of what goes on
	Page int // of what is over
	Done string
}

func parseAlertQuery(c echo.Context) (q alertQuery, err error) {
	err = echo.QueryParamsBinder(c).Int("open", &q.Open).Int("page", &q.Page).String("done", &q.Done).BindError()
	q.Open, q.Page = min(max(q.Open, 1), mostPages), min(max(q.Page, 1), mostPages)
	return q, err
}

func (q alertQuery) url() string {
	v := url.Values{}
	if q.Open > 1 {
		v.Set("open", strconv.Itoa(q.Open))
	}
	addPage(v, q.Page)
	return withQuery("/alerts", v)
}

// alertsDone are the notices of what was just done, by the word in the address.
var alertsDone = map[string]words.Text{
	"saved": "Rule saved.", "removed": "Rule removed.", "enabled": "The rule is on.", "disabled": "The rule is off.",
	"acknowledged": "Acknowledged. You will get no more reminders.", "paused": "Alerts for this store are paused.", "resumed": "Alerts for this store are on again.",
}

// alertsURL is the page of alerts, which says what was just done.
func alertsURL(done string) string { return withQuery("/alerts", url.Values{"done": {done}}) }

func alertRuleURL(id string) string { return "/alerts/" + id }

// listAlerts serves GET /alerts?open=&page=.
func (s *Server) listAlerts(c echo.Context) error {
	query, err := parseAlertQuery(c)
	if err != nil {
		return err
	}
	page, shown, err := s.alertsPage(c, query)
	if err != nil {
		return err
	}
	varies(c, variesByPart)
	switch {
	case !wantsPartial(c.Request()):
		return render(c, http.StatusOK, views.AlertsPage(page, shown))
	case c.Request().Header.Get("HX-Target") == "past":
		return render(c, http.StatusOK, views.PastIncidents(shown))
	default:
		return render(c, http.StatusOK, views.OpenIncidents(shown))
	}
}

// alertBook is what the page of alerts is made of.
type alertBook struct {
	snapshot *figures.Snapshot
	at       moment
	rules    []alerts.Rule
	channels []deliveries.Channel
	paused   map[string]alerts.Pause   // by store, those that hold
	told     map[string]alerts.Telling // by incident, of those that are shown
}

func (b alertBook) rule(id string) (alerts.Rule, bool) {
	n := slices.IndexFunc(b.rules, func(r alerts.Rule) bool { return r.ID == id })
	if n < 0 {
		return alerts.Rule{}, false
	}
	return b.rules[n], true
}

func (s *Server) alertBook(ctx context.Context, snapshot *figures.Snapshot, at moment) (b alertBook, err error) {
	b = alertBook{snapshot: snapshot, at: at, paused: map[string]alerts.Pause{}}
	if b.rules, err = s.data.AlertRules(ctx); err != nil {
		return b, err
	}
	if b.channels, err = s.data.Channels(ctx); err != nil {
		return b, err
	}
	pauses, err := s.data.Pauses(ctx)
	for _, p := range pauses {
		if s.holds(snapshot, p) {
			b.paused[p.Store] = p
		}
	}
	return b, err
}

// listedIncidents are the incidents of a page of a list.
var listedIncidents = words.Plural{One: "{first}–{last} of {n} incident", Other: "{first}–{last} of {n} incidents"}

func (s *Server) alertsPage(c echo.Context, q alertQuery) (page views.Page, shown views.Alerts, err error) {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return page, shown, err
	}
	w := spokenOf(ctx)
	page, at, err := s.pageOf(c, snapshot, w.Say("Alerts"), views.NavAlerts)
	if err != nil {
		return page, shown, err
	}
	book, err := s.alertBook(ctx, snapshot, at)
	if err != nil {
		return page, shown, err
	}
	open, err := s.data.Incidents(ctx, alerts.IncidentFilter{Open: true, Limit: mostIncidents})
	if err != nil {
		return page, shown, err
	}
	past, err := s.data.Incidents(ctx, alerts.IncidentFilter{EndedSince: uptime.At(s.now()).Add(-incidentsKept), Limit: mostIncidents})
	if err != nil {
		return page, shown, err
	}
	shown = views.Alerts{Notice: w.Say(alertsDone[q.Done]), NoChannel: !slices.ContainsFunc(book.channels, deliveries.Channel.Works), None: book.nothingOpen(w)}
	if slices.ContainsFunc(open, func(i alerts.Incident) bool { return !i.Acknowledged() }) {
		shown.AllURL = "/alerts/incidents/acknowledge"
	}
	slices.SortStableFunc(open, compareIncidents)
	shown.OpenPager, open = paginate(w, open, q.Open, incidentsPerPage, listedIncidents, func(n int) string { return alertQuery{Open: n, Page: q.Page}.url() })
	shown.PastPager, past = paginate(w, past, q.Page, incidentsPerPage, listedIncidents, func(n int) string { return alertQuery{Open: q.Open, Page: n}.url() })
	var ids []string
	for _, i := range slices.Concat(open, past) {
		ids = append(ids, i.ID)
	}
	if book.told, err = s.data.Tellings(ctx, ids); err != nil {
		return page, shown, err
	}
	for _, i := range open {
		shown.Open = append(shown.Open, s.newOpenIncident(w, book, i))
	}
	for _, i := range past {
		shown.Past = append(shown.Past, newPastIncident(w, book, i))
	}
	for _, r := range book.rules {
		shown.Rules = append(shown.Rules, newAlertRuleRow(w, book, r))
	}
	shown.Pauses = newAlertPauses(w, book)
	return page, shown, nil
}

// compareIncidents has those that nobody has acknowledged first, then those of stores that
// are offline, and of these the longest.
func compareIncidents(a, b alerts.Incident) int {
	rank := func(i alerts.Incident) int { return slices.Index(alerts.Kinds, i.Kind) }
	return cmp.Or(compareBools(a.Acknowledged(), b.Acknowledged()), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Began, b.Began), strings.Compare(a.Store, b.Store))
}

// nothingOpen says what it means that nothing goes on: little where nothing is looked for.
func (b alertBook) nothingOpen(w spoken) views.Empty {
	switch {
	case !slices.ContainsFunc(b.rules, func(r alerts.Rule) bool { return r.Enabled }):
		return views.Empty{Title: w.Say("No rule is on"), Text: w.Say("Turn on a rule to get alerts.")}
	case b.at.old():
		return views.Empty{Title: w.Say("Nothing found"), Text: w.Say("The data are old: this is as of {time}.", "time", b.at.untilDay(time.UTC))}
	default:
		return views.Empty{Title: w.Say("All good"), Text: w.Say("None of your rules finds anything now.")}
	}
}

// newIncident is what lists of incidents have in common.
func newIncident(w spoken, b alertBook, i alerts.Incident) views.Incident {
	zone := time.UTC
	shown := views.Incident{}
	switch i.Kind {
	case alerts.PollsStale:
		shown.Of = views.Link{Text: w.Say("All stores"), URL: "/"}
	case alerts.ImportFailed:
		shown.Of, shown.Where = views.Link{Text: w.Say("Import …{id}", "id", shortID(i.About)), URL: importURL(i.About)}, i.Words.In(w.Words)
	case alerts.SourceFailing:
		shown.Of, shown.Where = views.Link{Text: w.Say("Sources"), URL: "/imports"}, i.Words.In(w.Words)
	default:
		shown.Of = views.Link{Text: w.Say("Store {id}", "id", names.Visible(i.Store))}
		if n, found := b.snapshot.Find(i.Store); found {
			stored := b.snapshot.Stores[n]
			zone, shown.Of = b.snapshot.Location(n), views.Link{Text: storeTitle(w, b.snapshot, n), URL: storeURL(i.Store)}
			shown.Where = strings.Join(slices.DeleteFunc([]string{stored.City, names.Visible(stored.Group)}, func(text string) bool { return text == "" }), " · ")
		}
	}
	shown.From = b.at.near(i.Began, zone, clock)
	if i.EndedAt.Known {
		shown.To = b.at.near(i.EndedAt.At, zone, clock)
	}
	if r, found := b.rule(i.RuleID); found {
		shown.Rule = views.Link{Text: upperFirst(alertCondition(b.snapshot, r).In(w.Words)), URL: alertRuleURL(r.ID)}
	}
	if told := b.told[i.ID].At; told.Known {
		shown.Told, shown.ToldAt = w.Say("Sent|of a message"), b.at.near(told.At, zone, clock)
	} else {
		shown.Told = w.Say(b.untold(i))
	}
	if i.Acknowledged() {
		shown.Known, shown.KnownAt = acknowledgedWords(w, i), w.time(i.AcknowledgedAt.At, zone, dayAndClock)
	}
	return shown
}

// acknowledgedWords say who acknowledged an incident.
func acknowledgedWords(w spoken, i alerts.Incident) string {
	if i.AcknowledgedBy == "" {
		return w.Say("Acknowledged")
	}
	return w.Say("Acknowledged by {person}", "person", strings.TrimPrefix(names.Visible(i.AcknowledgedBy), "by "))
}

// untold says why somebody was not told of an incident.
func (b alertBook) untold(i alerts.Incident) words.Text {
	r, _ := b.rule(i.RuleID)
	_, paused := b.paused[i.Store]
	switch {
	case b.told[i.ID].Waits:
		return "Will be sent"
	case i.Quiet && paused:
		return "Not sent: alerts for this store are paused"
	case i.Quiet && (!r.ActiveFrom.Known || i.Began < r.ActiveFrom.At):
		return "Not sent: it began before the rule"
	case i.Quiet:
		return "Not sent"
	case i.Phase == alerts.Withdrawn:
		return "Not sent: it was already over"
	case i.ToldAt.Known:
		return "Not sent: no channel works"
	case !i.Open():
		return "Not sent: it was already over"
	default:
		return "Will be sent"
	}
}

func (s *Server) newOpenIncident(w spoken, b alertBook, i alerts.Incident) views.Incident {
	shown := newIncident(w, b, i)
	now := b.at.asOf
	switch i.Kind {
	case alerts.Offline:
		shown.State = views.StoreState{Kind: views.Offline, Since: w.Say("since {time}", "time", shown.From.Text), At: shown.From}
	case alerts.NoData:
		shown.State = views.StoreState{Kind: views.NoData, Since: w.Say("since {time}", "time", shown.From.Text), At: shown.From}
	default:
		shown.Mark = views.Mark{Tone: views.Look, Text: w.Say(incidentWords(i))}
		now = uptime.At(s.now())
	}
	if now > i.Began {
		shown.Length = w.Say("{length} so far", "length", w.length(uptime.Micros(now-i.Began)))
	}
	if !i.Acknowledged() {
		shown.AcknowledgeURL = "/alerts/incidents/" + i.ID + "/acknowledge"
	}
	if n, found := b.snapshot.Find(i.Store); found && i.Store != "" {
		if _, paused := b.paused[i.Store]; !paused {
			shown.Pause = s.newPauseForm(w, b.snapshot, n, "pause-"+i.ID)
			if shown.Pause != nil {
				shown.Pause.Back = pausedFromList
			}
		}
	}
	return shown
}

func newPastIncident(w spoken, b alertBook, i alerts.Incident) views.Incident {
	shown := newIncident(w, b, i)
	shown.Mark = views.Mark{Tone: views.Same, Text: w.Say(incidentWords(i))}
	if i.Phase == alerts.Withdrawn {
		shown.Mark.Tone = views.Note
	}
	if i.EndedAt.Known && i.Phase == alerts.Over {
		shown.Length = w.length(uptime.Micros(i.EndedAt.At - i.Began))
	}
	return shown
}

// incidentWords say what was found, and how it ended.
func incidentWords(i alerts.Incident) words.Text {
	switch {
	case i.Ending == alerts.LeftReach:
		return "No longer watched"
	case i.Phase == alerts.Withdrawn:
		return "Was a false alarm"
	case i.Ending == alerts.Unknown:
		return "No longer polled"
	case i.Kind == alerts.ImportFailed:
		return "Import failed"
	}
	known := map[alerts.Kind][2]words.Text{
		alerts.Offline: {"Offline|of a store", "Was offline|of a store"}, alerts.NoData: {"No data|of a store", "Had no data|of a store"},
		alerts.PollsStale: {"No store is polled", "No store was polled"}, alerts.SourceFailing: {"Cannot be fetched", "Could not be fetched"},
	}[i.Kind]
	if i.Open() {
		return known[0]
	}
	return known[1]
}

func newAlertRuleRow(w spoken, b alertBook, r alerts.Rule) views.AlertRule {
	row := views.AlertRule{URL: alertRuleURL(r.ID), Sentence: alertSentence(b.snapshot, r).In(w.Words), More: alertMore(w, r)}
	row.SendsTo, row.Problem = sendsTo(w, r, b.channels)
	if r.Enabled {
		row.State, row.SwitchText, row.SwitchURL = views.Mark{Tone: views.Well, Text: w.Say("On|of a rule")}, w.Say("Turn off"), row.URL+"/disable"
	} else {
		row.State, row.SwitchText, row.SwitchURL = views.Mark{Tone: views.Same, Text: w.Say("Off|of a rule")}, w.Say("Turn on"), row.URL+"/enable"
	}
	return row
}

// acknowledgeIncident serves POST /alerts/incidents/:id/acknowledge.
func (s *Server) acknowledgeIncident(c echo.Context) error {
	id, err := idParam(c, "id")
	if err != nil {
		return err
	}
	noteOf(c).about("incident", id)
	ctx := c.Request().Context()
	if _, err := s.data.Incident(ctx, id); err != nil {
		return err
	}
	if _, err := s.data.Acknowledge(ctx, whoAsks(c), id); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, alertsURL("acknowledged"))
}

// acknowledgeAll serves POST /alerts/incidents/acknowledge: everything that goes on.
func (s *Server) acknowledgeAll(c echo.Context) error {
	if _, err := s.acknowledgeOpen(c); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, alertsURL("acknowledged"))
}

// acknowledgeOpen acknowledges everything that goes on, and returns how much of it was new.
func (s *Server) acknowledgeOpen(c echo.Context) (count int64, err error) {
	noteOf(c).about("incident", "")
	ctx := c.Request().Context()
	open, err := s.data.Incidents(ctx, alerts.IncidentFilter{Open: true, Limit: mostIncidents})
	if err != nil {
		return 0, err
	}
	ids := make([]string, len(open))
	for n, i := range open {
		ids[n] = i.ID
	}
	if count, err = s.data.Acknowledge(ctx, whoAsks(c), ids...); err == nil {
		noteOf(c).detail = plural(count, "incident")
	}
	return count, err
}
