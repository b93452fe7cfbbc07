package web

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/models/zones"
	"lightson/views"
)

// correctionForm is what a visitor may send to make a correction.
type correctionForm struct {
	Scope    string `form:"scope"`
	Store    string `form:"store"`
	Group    string `form:"group"`
	From     string `form:"from"` // on the clocks of the zone
	To       string `form:"to"`
	Zone     string `form:"zone"` // empty: the store's own; UTC for more than one store
	Category string `form:"category"`
	Note     string `form:"note"`

	// The instants that From and To were made of. A browser's field has no microseconds,
	// and an outage that is excused must not leave any.
	ExactFrom string `form:"exact_from"`
	ExactTo   string `form:"exact_to"`
}

// showCorrectionForm serves GET /corrections/new?store=&group=&from=&to=. Without a
// store and a group, it is for all stores where the visitor reaches them.
func (s *Server) showCorrectionForm(c echo.Context) error {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	form := correctionForm{Scope: string(entered.OfStore), Store: strings.TrimSpace(c.QueryParam("store")), Group: names.Asked(c.QueryParam("group"))}
	if form.Store == "" && form.Group != "" {
		form.Scope = string(entered.OfGroup)
	}
	zone := zoneOfSubject(snapshot, form.subject())
	form.From, form.ExactFrom = filledTime(c.QueryParam("from"), zone)
	form.To, form.ExactTo = filledTime(c.QueryParam("to"), zone)
	if form.Category = c.QueryParam("category"); form.Category == "" && form.To != "" {
		form.Category = string(entered.Other) // an outage is excused in two clicks
	}
	return s.sendCorrectionForm(c, http.StatusOK, snapshot, form, views.Refusal{})
}

// filledTime is what a field shows of an instant, and the instant. A text that is none
// fills in nothing.
func filledTime(text string, zone *time.Location) (shown, exact string) {
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "", ""
	}
	return at.In(zone).Format(secondLayout), instantText(uptime.At(at))
}

// secondLayout is the layout of a browser's field for a time to the second.
const secondLayout = "2006-01-02T15:04:05"

// makeCorrection serves POST /corrections.
func (s *Server) makeCorrection(c echo.Context) error {
	var form correctionForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	ctx := c.Request().Context()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	noteOf(c).about("correction", "")
	correction, err := form.correction(snapshot)
	if err == nil {
		err = s.addCorrection(c, &correction)
	}
	if wrong, status := form.refusal(spokenOf(ctx), err); status != 0 {
		return s.sendCorrectionForm(c, status, snapshot, form, wrong)
	}
	if err != nil {
		return err
	}
	// The page that follows shows the figures with the correction.
	if _, err := s.trend(ctx); err != nil {
		return err
	}
	if correction.Scope == entered.OfStore {
		return c.Redirect(http.StatusSeeOther, storeURL(correction.Name)+"#corrections")
	}
	return c.Redirect(http.StatusSeeOther, "/corrections")
}

// addCorrection records a correction, and what the audit log says of it.
func (s *Server) addCorrection(c echo.Context, correction *entered.Correction) error {
	noteOf(c).about("correction", "")
	noteOf(c).detail = correctionNote(*correction)
	correction.By = whoAsks(c)
	err := s.data.AddCorrection(c.Request().Context(), correction)
	if err == nil {
		noteOf(c).about("correction", correction.ID)
	}
	return err
}

func (f correctionForm) subject() entered.Subject {
	switch entered.Scope(f.Scope) {
	case entered.OfStore:
		return entered.Store(strings.TrimSpace(f.Store))
	case entered.OfGroup:
		return entered.Group(names.Asked(f.Group))
	default:
		return entered.Subject{Scope: entered.Scope(f.Scope)}
	}
}

// correction is what the form stands for. A field that is wrong is a fieldProblem.
func (f correctionForm) correction(s *figures.Snapshot) (c entered.Correction, err error) {
	c = entered.Correction{Subject: f.subject(), Category: entered.Category(f.Category), Note: f.Note}
	zone := zoneOfSubject(s, c.Subject)
	if f.Zone != "" && f.Zone != "UTC" {
		if zone, err = zones.Location(f.Zone); err != nil {
			return c, badField("zone", words.Later("the name of a time zone such as America/Chicago"), feed.Shown(f.Zone))
		}
	} else if f.Zone == "UTC" {
		zone = time.UTC
	}
	if c.From, err = parseLocal("from", f.From, f.ExactFrom, zone); err != nil {
		return c, err
	}
	c.To, err = parseLocal("to", f.To, f.ExactTo, zone)
	return c, err
}

// parseLocal reads a time on the clocks of a zone. exact is the instant that the field was
// filled with; it counts as long as the field still shows it.
func parseLocal(field, text, exact string, zone *time.Location) (uptime.Instant, error) {
	text = strings.TrimSpace(text)
	var wall time.Time
	err := errors.New("no layout fits")
	for _, layout := range []string{secondLayout, fieldLayout, "2006-01-02 15:04:05", "2006-01-02 15:04"} {
		if wall, err = time.Parse(layout, text); err == nil {
			break
		}
	}
	if err != nil {
		return 0, badField(field, words.Later("a time such as 2023-01-24T14:05"), feed.Shown(text))
	}
	if at, err := time.Parse(time.RFC3339, exact); err == nil && at.In(zone).Format(secondLayout) == wall.Format(secondLayout) {
		return uptime.At(at), nil
	}
	date := uptime.DateOf(wall.Date())
	second := wall.Hour()*3600 + wall.Minute()*60 + wall.Second()
	about := uptime.At(wall)
	at := uptime.NewZone(zone, uptime.Span{From: about, To: about}).Instant(date, second)
	return at.Add(uptime.Micros(wall.Nanosecond() / 1000)), nil
}

// problemFields are the fields of the form by what problems of corrections call them.
var problemFields = map[string]string{"begin": "from", "end": "to", "category": "category", "note": "note", "scope": "scope"}

// refusal says why the form is shown again, and with which status. The status is 0 where
// it is not.
func (f correctionForm) refusal(w spoken, err error) (views.Refusal, int) {
	var field fieldProblem
	var wrong entered.Problem
	switch {
	case errors.As(err, &field):
		return field.refusal(w), http.StatusUnprocessableEntity
	case errors.As(err, &wrong):
		at := cmp.Or(problemFields[wrong.Where], f.nameField())
		return views.Refusal{Field: at, Text: wrong.ForPeople().In(w.Words)}, http.StatusUnprocessableEntity
	case errors.Is(err, models.ErrNotFound):
		return views.Refusal{Field: f.nameField(), Text: f.notFoundText(w)}, http.StatusNotFound
	default:
		return views.Refusal{}, 0
	}
}

// nameField is the field that says which store or group it is for.
func (f correctionForm) nameField() string {
	switch scope := entered.Scope(f.Scope); scope {
	case entered.OfStore, entered.OfGroup:
		return f.Scope
	default:
		return "scope"
	}
}

func (f correctionForm) notFoundText(w spoken) string {
	switch subject := f.subject(); subject.Scope {
	case entered.OfStore:
		return w.Say("There is no store {store} that you may correct.", "store", feed.Shown(subject.Name))
	case entered.OfGroup:
		return w.Say("There is no group {group} all of which you may correct.", "group", feed.Shown(subject.Name))
	default:
		return w.Say("You may correct only some of the stores, not all of them.")
	}
}

// sendCorrectionForm sends the form with what was typed into it, and what is wrong.
func (s *Server) sendCorrectionForm(c echo.Context, status int, snapshot *figures.Snapshot, form correctionForm, wrong views.Refusal) error {
	w := spokenOf(c.Request().Context())
	page, err := s.page(c, w.Say("Add a correction"), "")
	if err != nil {
		return err
	}
	shown := views.CorrectionForm{
		Store: form.Store, Groups: newGroupSelect(w, snapshot.Groups(), w.Say("No group"), form.Group),
		From: form.From, To: form.To, ExactFrom: form.ExactFrom, ExactTo: form.ExactTo,
		Categories: newCategoryOptions(w, w.Say("Choose why"), entered.Category(form.Category)), Note: form.Note, Problem: wrong,
	}
	shown.Scopes = newScopeOptions(c, form.Scope)
	shown.Zones = newCorrectionZones(w, snapshot, form)
	return render(c, status, views.CorrectionFormPage(page, shown))
}

func newScopeOptions(c echo.Context, chosen string) []views.Option {
	w := spokenOf(c.Request().Context())
	options := []views.Option{{Value: string(entered.OfStore), Text: w.Say("One store")}, {Value: string(entered.OfGroup), Text: w.Say("A group")}}
	if p, err := access.Of(c.Request().Context()); err == nil && p.Reach.IsAll() {
		options = append(options, views.Option{Value: string(entered.OfAll), Text: w.Say("All stores")})
	}
	for n := range options {
		options[n].Selected = options[n].Value == chosen
	}
	return options
}

// newCorrectionZones are the zones in which times can be typed: those that stores are in.
func newCorrectionZones(w spoken, s *figures.Snapshot, form correctionForm) []views.Option {
	own := w.Say("The store’s own time; UTC for more than one store")
	if n, found := s.Find(strings.TrimSpace(form.Store)); found && form.Scope == string(entered.OfStore) {
		own = w.Say("The store’s own time, {zone}", "zone", s.Stores[n].ZoneName())
	}
	options := []views.Option{{Text: own, Selected: form.Zone == ""}, {Value: "UTC", Text: "UTC", Selected: form.Zone == "UTC"}}
	for _, zone := range newZoneOptions(w, countZones(s), form.Zone)[1:] {
		zone.Text = zone.Value
		options = append(options, zone)
	}
	return options
}
