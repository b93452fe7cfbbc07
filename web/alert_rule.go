package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/access"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// alertRuleForm is what a visitor may send to make, change or try a rule.
type alertRuleForm struct {
	ID        string   `form:"id"` // of the rule that is tried; empty: a new one
	Kind      string   `form:"kind"`
	Scope     string   `form:"scope"`
	Group     string   `form:"for_group"`
	Store     string   `form:"for_store"`
	After     string   `form:"after"`
	Unit      string   `form:"after_unit"` // inMinutes or inHours
	Back      bool     `form:"back"`
	Enabled   bool     `form:"enabled"`
	Remind    string   `form:"remind"` // minutes; empty: never
	Again     string   `form:"again"`  // minutes
	QuietFrom string   `form:"quiet_from"`
	QuietTo   string   `form:"quiet_to"`
	Zone      string   `form:"zone"`
	Channels  []string `form:"channel"`
}

const (
	inMinutes = "minutes"
	inHours   = "hours"
)

// newAlertRuleForm is the form as it shows a rule.
func newAlertRuleForm(r alerts.Rule) alertRuleForm {
	f := alertRuleForm{
		ID: r.ID, Kind: string(r.Kind), Scope: string(r.Scope), Back: r.TellBack, Enabled: r.Enabled, Zone: r.Zone, Channels: r.Channels,
		After: minutesText(r.After), Unit: inMinutes, Again: minutesText(r.Again),
	}
	if r.After > 0 && r.After%uptime.Hour == 0 {
		f.After, f.Unit = strconv.FormatInt(int64(r.After/uptime.Hour), 10), inHours
	}
	if r.Remind > 0 {
		f.Remind = minutesText(r.Remind)
	}
	switch r.Scope {
	case entered.OfGroup:
		f.Group = r.Name
	case entered.OfStore:
		f.Store = r.Name
	}
	if r.Quiet() {
		f.QuietFrom, f.QuietTo = uptime.ClockText(r.QuietFrom), uptime.ClockText(r.QuietTo)
	}
	return f
}

func minutesText(m uptime.Micros) string { return strconv.FormatInt(int64(m/uptime.Minute), 10) }

// longestMinutes bounds what is typed, so that it stays a length. What a rule takes is less.
const longestMinutes = 1 << 20

func parseMinutes(field, text string) (uptime.Micros, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 0 || n > longestMinutes {
		return 0, sayField(field, words.Later("Enter a whole number such as 30."))
	}
	return uptime.Micros(n) * uptime.Minute, nil
}

// rule is what the form stands for. A field that is wrong is a fieldProblem.
func (f alertRuleForm) rule() (r alerts.Rule, err error) {
	r = alerts.NewRule(alerts.Kind(f.Kind), uptime.Hour)
	r.ID, r.TellBack, r.Enabled, r.Zone, r.Channels = f.ID, f.Back, f.Enabled, strings.TrimSpace(f.Zone), f.Channels
	if !slices.Contains(alerts.Kinds, r.Kind) {
		return r, sayField("kind", words.Later("Choose what the rule looks for."))
	}
	if r.Kind.OfStores() {
		if r.Subject, err = parseForWhom(f.Scope, f.Group, f.Store); err != nil {
			return r, err
		}
	}
	if r.Kind.Timed() {
		if r.After, err = parseMinutes("after", f.After); err != nil {
			return r, err
		}
		if f.Unit == inHours {
			r.After *= 60
		}
	}
	if f.Again != "" {
		if r.Again, err = parseMinutes("again", f.Again); err != nil {
			return r, err
		}
	}
	if f.Remind != "" {
		if r.Remind, err = parseMinutes("remind", f.Remind); err != nil {
			return r, err
		}
	}
	return r, f.parseQuiet(&r)
}

func (f alertRuleForm) parseQuiet(r *alerts.Rule) error {
	from, to := strings.TrimSpace(f.QuietFrom), strings.TrimSpace(f.QuietTo)
	if from == "" && to == "" {
		return nil
	}
	hours, err := parseTimes("quiet", from, to)
	if err != nil {
		return sayField("quiet", words.Later("Enter two times such as 23:00 and 07:00, or none."))
	}
	if r.Zone == "" {
		return sayField("zone", words.Later("Enter a time zone for the quiet hours, such as America/Chicago."))
	}
	r.QuietFrom, r.QuietTo = hours.Start, hours.End
	return nil
}

// refusal says why the form is shown again. An error that is not about it is given back.
func (f alertRuleForm) refusal(w spoken, err error) (views.Refusal, error) {
	if errors.Is(err, access.ErrForbidden) {
		return views.Refusal{Field: "kind", Text: w.Say("Imports and sources are about all stores, so only people who can see all stores can have this rule.")}, nil
	}
	wrong, err := forWhomRefusal(w, err, f.Scope)
	if strings.HasPrefix(wrong.Field, "quiet ") {
		wrong.Field = "quiet"
	}
	return wrong, err
}

// showNewAlertRule serves GET /alerts/new?store=&group=.
func (s *Server) showNewAlertRule(c echo.Context) error {
	ctx := c.Request().Context()
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return err
	}
	r := alerts.NewRule(alerts.Offline, s.data.PollEvery())
	for _, channel := range channels {
		if channel.Works() {
			r.Channels = append(r.Channels, channel.ID)
		}
	}
	form := newAlertRuleForm(r)
	if p, err := access.Of(ctx); err == nil && !p.Reach.IsAll() && len(p.Reach.Groups()) == 1 {
		form.Scope, form.Group = string(entered.OfGroup), p.Reach.Groups()[0]
	}
	if group := c.QueryParam("group"); group != "" {
		form.Scope, form.Group = string(entered.OfGroup), group
	}
	if store := c.QueryParam("store"); store != "" {
		form.Scope, form.Store = string(entered.OfStore), store
	}
	return s.sendAlertRule(c, http.StatusOK, form, views.Backtest{}, views.Refusal{})
}

// showAlertRule serves GET /alerts/:id.
func (s *Server) showAlertRule(c echo.Context) error {
	r, err := s.ownAlertRule(c)
	if err != nil {
		return err
	}
	return s.sendAlertRule(c, http.StatusOK, newAlertRuleForm(r), views.Backtest{}, views.Refusal{})
}

// ownAlertRule is the rule in the address. Somebody else's is nothing at all.
func (s *Server) ownAlertRule(c echo.Context) (alerts.Rule, error) {
	id, err := idParam(c, "id")
	if err != nil {
		return alerts.Rule{}, err
	}
	return s.data.AlertRule(c.Request().Context(), id)
}

// addAlertRule serves POST /alerts.
func (s *Server) addAlertRule(c echo.Context) error { return s.saveAlertRule(c, "") }

// changeAlertRule serves POST /alerts/:id.
func (s *Server) changeAlertRule(c echo.Context) error {
	r, err := s.ownAlertRule(c)
	if err != nil {
		return err
	}
	return s.saveAlertRule(c, r.ID)
}

func (s *Server) saveAlertRule(c echo.Context, id string) error {
	var form alertRuleForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	form.ID = id // the address decides
	noteOf(c).about("alert-rule", id)
	ctx := c.Request().Context()
	r, err := form.rule()
	if err == nil {
		r.CreatedBy = whoAsks(c)
		err = s.data.SaveAlertRule(ctx, &r)
	}
	wrong, err := form.refusal(spokenOf(ctx), err)
	if err != nil {
		return err
	}
	if wrong.Text != "" {
		return s.sendAlertRule(c, http.StatusUnprocessableEntity, form, views.Backtest{}, wrong)
	}
	noteOf(c).about("alert-rule", r.ID)
	if snapshot, err := s.recentSnapshot(ctx); err == nil {
		noteOf(c).detail = shortened(alertCondition(snapshot, r).String(), 200)
	}
	return c.Redirect(http.StatusSeeOther, alertsURL("saved"))
}

// switchAlertRule serves POST /alerts/:id/enable and /alerts/:id/disable.
func (s *Server) switchAlertRule(on bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		r, err := s.ownAlertRule(c)
		if err != nil {
			return err
		}
		done := "disabled"
		if on {
			done = "enabled"
		}
		noteOf(c).about("alert-rule", r.ID)
		noteOf(c).detail = done
		ctx := c.Request().Context()
		r.Enabled = on
		err = s.data.SaveAlertRule(ctx, &r)
		form := newAlertRuleForm(r)
		wrong, err := form.refusal(spokenOf(ctx), err)
		if err != nil {
			return err
		}
		if wrong.Text != "" { // what it is about is there no more
			return s.sendAlertRule(c, http.StatusUnprocessableEntity, form, views.Backtest{}, wrong)
		}
		return c.Redirect(http.StatusSeeOther, alertsURL(done))
	}
}

// removeAlertRule serves POST /alerts/:id/remove.
func (s *Server) removeAlertRule(c echo.Context) error {
	r, err := s.ownAlertRule(c)
	if err != nil {
		return err
	}
	noteOf(c).about("alert-rule", r.ID)
	if err := s.data.RemoveAlertRule(c.Request().Context(), r.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, alertsURL("removed"))
}

// sendAlertRule sends the form with what was typed into it, what it would have sent, and what
// is wrong.
func (s *Server) sendAlertRule(c echo.Context, status int, form alertRuleForm, tried views.Backtest, wrong views.Refusal) error {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	shown, err := s.newAlertRuleFields(ctx, snapshot, form)
	if err != nil {
		return err
	}
	shown.Backtest, shown.Wrong = tried, wrong
	shown.More = shown.More || slices.Contains([]string{"quiet", "zone", "remind", "again"}, wrong.Field)
	page, err := s.page(c, shown.Title, views.NavAlerts)
	if err != nil {
		return err
	}
	varies(c, variesByPart)
	if wantsPartial(c.Request()) {
		c.Response().Header().Set("HX-Retarget", "#rule")
		c.Response().Header().Set("HX-Reswap", "outerHTML")
		return render(c, status, views.AlertRuleFields(shown))
	}
	return render(c, status, views.AlertRulePage(page, shown))
}

func (s *Server) newAlertRuleFields(ctx context.Context, snapshot *figures.Snapshot, form alertRuleForm) (views.AlertRuleForm, error) {
	channels, err := s.data.Channels(ctx)
	if err != nil {
		return views.AlertRuleForm{}, err
	}
	w := spokenOf(ctx)
	shown := views.AlertRuleForm{
		Action: "/alerts", TryURL: "/alerts/backtest", ID: form.ID, Title: w.Say("New rule"), After: form.After, TellBack: form.Back, Enabled: form.Enabled,
		Units:     []views.Option{{Value: inMinutes, Text: w.Say("minutes|unit of a length"), Selected: form.Unit != inHours}, {Value: inHours, Text: w.Say("hours|unit of a length"), Selected: form.Unit == inHours}},
		QuietFrom: form.QuietFrom, QuietTo: form.QuietTo, Zone: form.Zone,
		Remind: newMinuteOptions(w.Say("Never"), w.every, form.Remind, 60, 120, 240, 480, 1440), Again: newMinuteOptions("", w.span, form.Again, 15, 30, 60, 120, 240, 480, 1440),
		More: form.QuietFrom != "" || form.QuietTo != "" || form.Remind != "",
	}
	if form.ID != "" {
		shown.Title, shown.Action, shown.RemoveURL = w.Say("Change rule"), alertRuleURL(form.ID), alertRuleURL(form.ID)+"/remove"
	}
	for _, kind := range alerts.Kinds {
		choice := views.Choice{Value: string(kind), Text: w.Say(alertKinds[kind].text), Hint: w.Say(alertKinds[kind].hint), Selected: string(kind) == form.Kind}
		if !kind.OfImports() || may(ctx, access.ReadImports) {
			shown.Kinds = append(shown.Kinds, choice)
		}
	}
	shown.Who, shown.Zones, shown.Channels = newForWhomSeen(w, snapshot), zonesOf(snapshot), newChannelBoxes(w, channels, form.Channels)
	fillForWhom(&shown.Who, form.Scope, form.Group, form.Store)
	shown.Zone = cmp.Or(shown.Zone, suggestedZone(shown.Zones))
	return shown, nil
}

// newMinuteOptions offers lengths as say says them, and the present one if it is another.
func newMinuteOptions(none string, say func(uptime.Micros) string, chosen string, minutes ...int) (options []views.Option) {
	if none != "" {
		options = append(options, views.Option{Text: none, Selected: chosen == ""})
	}
	if n, err := strconv.Atoi(chosen); err == nil && n > 0 && n <= longestMinutes && !slices.Contains(minutes, n) {
		minutes = append(minutes, n)
		slices.Sort(minutes)
	}
	for _, n := range minutes {
		text := upperFirst(say(uptime.Micros(n) * uptime.Minute))
		options = append(options, views.Option{Value: strconv.Itoa(n), Text: text, Selected: strconv.Itoa(n) == chosen})
	}
	return options
}
