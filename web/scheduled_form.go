package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lightson/models/deliveries"
	"lightson/models/recurring"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// scheduledInput is what a visitor may send to schedule a report.
type scheduledInput struct {
	Name      string   `form:"name"`
	Every     string   `form:"every"`
	Weekday   string   `form:"weekday"`
	MonthDay  string   `form:"month_day"`
	At        string   `form:"at"`
	Cron      string   `form:"cron"`
	Zone      string   `form:"zone"`
	Group     string   `form:"group"`
	Period    string   `form:"period"`
	Corrected bool     `form:"corrected"`
	Files     []string `form:"file"`
	Attach    bool     `form:"attach"`
	Channels  []string `form:"channel"`
	ToFolder  bool     `form:"to_folder"`
	Folder    string   `form:"folder"`
}

// newScheduledInput is the form before anything was typed.
func (s *Server) newScheduledInput(c echo.Context) (scheduledInput, error) {
	channels, err := s.data.Channels(c.Request().Context())
	form := scheduledInput{
		Every: string(recurring.Weekly), Weekday: "0", MonthDay: "1", At: "07:00", Period: string(scheduled.LastWeek),
		Files: []string{string(scheduled.XLSX)},
	}
	for _, channel := range channels {
		if channel.Works() {
			form.Channels = append(form.Channels, channel.ID)
		}
	}
	return form, err
}

// newScheduledInputOf is the form as it shows a scheduled report.
func newScheduledInputOf(r scheduled.Report) scheduledInput {
	form := scheduledInput{
		Name: r.Name, Every: string(r.Times.Every), Weekday: "0", MonthDay: "1", At: uptime.ClockText(r.Times.At), Cron: r.Times.Cron, Zone: r.Times.Zone,
		Group: r.Group, Period: string(r.Period), Corrected: r.Corrected, Attach: r.Attach, Channels: r.Channels, ToFolder: r.ToFolder, Folder: r.Folder,
	}
	switch r.Times.Every {
	case recurring.Weekly:
		form.Weekday = strconv.Itoa(r.Times.Day)
	case recurring.Monthly:
		form.MonthDay = strconv.Itoa(r.Times.Day)
	}
	for _, file := range r.Files {
		form.Files = append(form.Files, string(file))
	}
	return form
}

// report is what the form stands for. A field that is wrong is a fieldProblem.
func (f scheduledInput) report() (r scheduled.Report, err error) {
	r = scheduled.Report{
		Name: f.Name, Group: f.Group, Period: scheduled.Period(f.Period), Corrected: f.Corrected,
		Attach: f.Attach, Channels: f.Channels, ToFolder: f.ToFolder, Folder: f.Folder,
		Times: recurring.Times{Every: recurring.Every(f.Every), Cron: f.Cron, Zone: f.Zone},
	}
	for _, file := range f.Files {
		r.Files = append(r.Files, scheduled.File(file))
	}
	switch r.Times.Every {
	case recurring.Weekly:
		r.Times.Day, err = parseDay("weekday", "Expected a day of the week, 0 (Monday) to 6 (Sunday), found {found}.", f.Weekday)
	case recurring.Monthly:
		r.Times.Day, err = parseDay("month_day", "Expected a day of the month, 1 to 31, found {found}.", f.MonthDay)
	case recurring.ByCron:
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.Times.At, err = parseTimeOfDay("at", f.At)
	return r, err
}

// saveScheduled adds or changes a scheduled report as a form says. wrong says why it did not.
func (s *Server) saveScheduled(c echo.Context, id string) (form scheduledInput, r scheduled.Report, wrong views.Refusal, err error) {
	if err := c.Bind(&form); err != nil {
		return form, r, wrong, err
	}
	if r, err = form.report(); err == nil {
		r.ID, r.CreatedBy = id, whoAsks(c)
		err = s.data.SaveScheduledReport(c.Request().Context(), &r, s.now())
	}
	if err == nil {
		noteOf(c).detail = shortened(r.Name+", "+r.Times.Words().String(), 200)
	}
	wrong, err = form.refusal(spokenOf(c.Request().Context()), err)
	return form, r, wrong, err
}

// refusal says why the form is shown again. An error that is not about it is given back.
func (f scheduledInput) refusal(w spoken, err error) (views.Refusal, error) {
	wrong, err := formRefusal(w, err)
	wrong.Field, _, _ = strings.Cut(wrong.Field, ",") // "cron, hour"
	switch {
	case wrong.Field == "time":
		wrong.Field = "at"
	case wrong.Field == "day" && f.Every == string(recurring.Weekly):
		wrong.Field = "weekday"
	case wrong.Field == "day":
		wrong.Field = "month_day"
	}
	return wrong, err
}

// newScheduledForm is the form with its choices.
func (s *Server) newScheduledForm(c echo.Context, form scheduledInput, channels []deliveries.Channel) (views.ScheduledForm, error) {
	ctx := c.Request().Context()
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return views.ScheduledForm{}, err
	}
	w := spokenOf(ctx)
	shown := views.ScheduledForm{
		Name: form.Name, At: form.At, Cron: form.Cron, Zone: form.Zone, Corrected: form.Corrected, Attach: form.Attach,
		ToFolder: form.ToFolder, Folder: form.Folder, Weekdays: weekdayOptions(w, form.Weekday), Channels: newChannelBoxes(w, channels, form.Channels), Groups: newGroupSelect(w, snapshot.Groups(), w.Say("All stores I can see"), form.Group),
		Zones: zonesOf(snapshot), MayFolder: s.settings.ReportsDir && s.data.MayPutIntoFolder(ctx),
		Every: newOptions(w, form.Every, []choiceOf{{"daily", "Every day"}, {"weekly", "Every week"}, {"monthly", "Every month"}, {"cron", "With a cron expression"}}),
	}
	shown.Zone = cmp.Or(shown.Zone, suggestedZone(shown.Zones))
	for day := 1; day <= 31; day++ {
		text := strconv.Itoa(day)
		option := views.Option{Value: text, Text: text, Selected: text == form.MonthDay}
		if day > 28 {
			option.Text = w.Say("{day}, or the last", "day", day)
		}
		shown.MonthDay = append(shown.MonthDay, option)
	}
	for _, period := range scheduled.Periods {
		shown.Periods = append(shown.Periods, views.Option{Value: string(period), Text: upperFirst(w.Say(period.Words())), Selected: string(period) == form.Period})
	}
	for _, file := range scheduled.Files {
		shown.Files = append(shown.Files, views.Box{Value: string(file), Text: w.Say(scheduled.Labels[file]), Hint: w.Say(fileHints[file]), Chosen: slices.Contains(form.Files, string(file))})
	}
	return shown, nil
}

var fileHints = map[scheduled.File]words.Text{
	scheduled.CSV: "For programs: seven columns.", scheduled.Details: "All figures of every store.",
	scheduled.Range: "For people: the range first.", scheduled.XLSX: "A spreadsheet with names.",
}

// A choiceOf is a value that a form offers, with its words.
type choiceOf struct {
	value string
	text  words.Text
}

func newOptions(w spoken, chosen string, list []choiceOf) (options []views.Option) {
	for _, o := range list {
		options = append(options, views.Option{Value: o.value, Text: w.Say(o.text), Selected: o.value == chosen})
	}
	return options
}
