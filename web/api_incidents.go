package web

import (
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/feed"
	"lightson/models/words"
)

type apiIncidents struct {
	Incidents  []apiIncident `json:"incidents"` // the newest found first
	NextCursor *string       `json:"next_cursor"`
}

type apiIncident struct {
	ID             string       `json:"id"`
	RuleID         string       `json:"rule_id"`
	Kind           alerts.Kind  `json:"kind"`
	Store          *string      `json:"store_id"`
	Import         *string      `json:"import_id"` // that failed
	Source         *string      `json:"source_id"` // that fails
	Reason         *string      `json:"reason"`    // what went wrong with these
	State          alerts.Phase `json:"state"`
	Ending         *string      `json:"ending"`
	Began          apiTime      `json:"began_at"`
	Ended          *apiTime     `json:"ended_at"`
	Found          apiTime      `json:"found_at"` // by the clock
	Told           *apiTime     `json:"told_at"`  // by the clock
	Telling        string       `json:"telling"`  // "Sent", or why not
	AcknowledgedAt *apiTime     `json:"acknowledged_at"`
	AcknowledgedBy *string      `json:"acknowledged_by"`
}

// incidentFilter is which incidents a script asks for, and the name of that list.
func incidentFilter(c echo.Context) (f alerts.IncidentFilter, list string, err error) {
	state, rule, store := c.QueryParam("state"), c.QueryParam("rule"), c.QueryParam("store")
	list = withQuery("incidents", url.Values{"state": {state}, "rule": {rule}, "store": {store}})
	f = alerts.IncidentFilter{RuleID: rule, Store: store}
	switch state {
	case "":
	case "open":
		f.Open = true
	case "ended":
		f.EndedSince = 1
	default:
		return f, list, badParam("state", words.Said("open or ended"), feed.Shown(state))
	}
	if rule != "" && checkID(rule) != nil {
		return f, list, badParam("rule", words.Said("the id of a rule"), feed.Shown(rule))
	}
	return f, list, nil
}

// apiListIncidents serves GET /api/v1/alerts/incidents?state=&rule=&store=&limit=&cursor=.
func (s *Server) apiListIncidents(c echo.Context) error {
	filter, name, err := incidentFilter(c)
	if err != nil {
		return err
	}
	from, limit, err := parseCursor(c, name)
	if err != nil {
		return err
	}
	filter.Before, filter.Limit = from.Below.ID, limit+1
	found, err := s.data.Incidents(c.Request().Context(), filter)
	if err != nil {
		return err
	}
	piece, more := cut(found, limit)
	list := apiIncidents{}
	if list.Incidents, err = s.newAPIIncidents(c, piece); err != nil {
		return err
	}
	if more {
		list.NextCursor = cursor{List: from.List, Below: models.ListPlace{ID: piece[limit-1].ID}}.next(true)
	}
	return sendAPIList(c, list, list.Incidents, list.NextCursor)
}

func (s *Server) newAPIIncidents(c echo.Context, list []alerts.Incident) ([]apiIncident, error) {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return nil, err
	}
	book, err := s.alertBook(ctx, snapshot, moment{})
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(list))
	for n, i := range list {
		ids[n] = i.ID
	}
	if book.told, err = s.data.Tellings(ctx, ids); err != nil {
		return nil, err
	}
	incidents := make([]apiIncident, len(list))
	for n, i := range list {
		incidents[n] = book.newAPIIncident(i)
	}
	return incidents, nil
}

func (b alertBook) newAPIIncident(i alerts.Incident) apiIncident {
	shown := apiIncident{
		ID: i.ID, RuleID: i.RuleID, Kind: i.Kind, Store: orNull(i.Store), Reason: orNull(i.Words.In(inEnglish.Words)), State: i.Phase, Ending: orNull(string(i.Ending)),
		Began: apiTime(i.Began), Ended: optionalTime(i.EndedAt), Found: apiTime(i.FoundAt), Told: optionalTime(b.told[i.ID].At),
		AcknowledgedAt: optionalTime(i.AcknowledgedAt), AcknowledgedBy: orNull(i.AcknowledgedBy),
	}
	switch i.Kind {
	case alerts.ImportFailed:
		shown.Import = orNull(i.About)
	case alerts.SourceFailing:
		shown.Source = orNull(i.About)
	}
	shown.Telling = "Sent"
	if shown.Told == nil {
		shown.Telling = inEnglish.Say(b.untold(i))
	}
	return shown
}

// ownIncident is the incident in the address. Somebody else's is nothing at all.
func (s *Server) ownIncident(c echo.Context) (alerts.Incident, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return alerts.Incident{}, err
	}
	return s.data.Incident(c.Request().Context(), id)
}

func (s *Server) sendAPIIncident(c echo.Context, i alerts.Incident) error {
	list, err := s.newAPIIncidents(c, []alerts.Incident{i})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, list[0])
}

// apiShowIncident serves GET /api/v1/alerts/incidents/:id.
func (s *Server) apiShowIncident(c echo.Context) error {
	i, err := s.ownIncident(c)
	if err != nil {
		return err
	}
	return s.sendAPIIncident(c, i)
}

// apiAcknowledgeIncident serves POST /api/v1/alerts/incidents/:id/acknowledge. What somebody
// has acknowledged stays theirs.
func (s *Server) apiAcknowledgeIncident(c echo.Context) error {
	i, err := s.ownIncident(c)
	if err != nil {
		return err
	}
	noteOf(c).about("incident", i.ID)
	if _, err := s.data.Acknowledge(c.Request().Context(), whoAsks(c), i.ID); err != nil {
		return err
	}
	if i, err = s.ownIncident(c); err != nil {
		return err
	}
	return s.sendAPIIncident(c, i)
}

// apiAcknowledgeAll serves POST /api/v1/alerts/incidents/acknowledge: everything that goes on.
func (s *Server) apiAcknowledgeAll(c echo.Context) error {
	count, err := s.acknowledgeOpen(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, struct {
		Acknowledged int64 `json:"acknowledged"`
	}{count})
}
