package scheduled

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/uptime"
)

// Message is what a person is told of a run whose report has ended, and the same for
// programs.
func (r Report) Message(run Run, made models.Report, f Figures) (deliveries.Message, json.RawMessage) {
	m := deliveries.Message{
		Title: r.Name + " " + stateWords(made),
		Notes: []string{fmt.Sprintf("You get this because of the scheduled report “%s”: %s.", r.Name, r.Times.Words())},
	}
	if run.Late() {
		m.Notes = append(m.Notes, fmt.Sprintf("It was due at %s. The server was not running then, or it was busy.", r.Clock(run.DueAt)))
	}
	switch made.State {
	case models.Complete:
		r.addFigures(&m, made, f)
		r.addFiles(&m, run, made)
	case models.Failed:
		m.Lines = []string{made.Error.String()}
	default:
		m.Lines = []string{"Someone cancelled the report."}
	}
	if run.Why != "" {
		m.Lines = append(m.Lines, run.Why.String())
	}
	m.Links = slices.Insert(m.Links, 0, deliveries.Link{Text: "Open the report", Path: reportPath(made)})
	m.Links = append(m.Links, deliveries.Link{Text: "Change the schedule", Path: "/scheduled-reports/" + url.PathEscape(r.ID)})
	return m, payload("report."+string(made.State), made, map[string]any{"scheduled_report_id": r.ID, "scheduled_report": r.Name, "run_id": run.ID})
}

// addFigures says what is in the report.
func (r Report) addFigures(m *deliveries.Message, made models.Report, f Figures) {
	m.Lines = append(m.Lines, availabilityText(r, made, f), r.scopeText(), offlineText(f))
	if made.AsOf.Known {
		m.Notes = append(m.Notes, "Data as of "+r.Clock(made.AsOf.At)+".")
	}
	f.cut()
	if len(f.worst) == 0 {
		return
	}
	section := deliveries.Section{Heading: "Most downtime"}
	for _, d := range f.worst {
		section.Rows = append(section.Rows, deliveries.Row{
			Text: d.shown(), Value: d.f.Down.Hours() + " h offline, " + uptime.Percent(d.f.Up, d.f.Down) + " %",
			Path: models.StorePath(d.code), Tone: deliveries.Bad,
		})
	}
	if more := f.Offline - len(f.worst); more > 0 {
		section.More = "and " + uptime.CountText(int64(more)) + " more"
	}
	m.Sections = append(m.Sections, section)
}

// availabilityText says what availability was, and when.
func availabilityText(r Report, made models.Report, f Figures) string {
	if made.Ranged() {
		return fmt.Sprintf("Availability from %s to %s: %s.", r.Clock(made.RangeFrom), r.Clock(made.RangeTo), percent(f))
	}
	return fmt.Sprintf("Availability in the last week: %s.", percent(f))
}

// scopeText says of which stores figures are, and of which kind.
func (r Report) scopeText() string {
	switch {
	case r.Group == "" && r.Corrected:
		return "The figures are for all stores you can see, with corrections."
	case r.Group == "":
		return "The figures are for all stores you can see, without corrections."
	case r.Corrected:
		return fmt.Sprintf("The figures are for the group %s, with corrections.", r.Group)
	default:
		return fmt.Sprintf("The figures are for the group %s, without corrections.", r.Group)
	}
}

// offlineText counts the stores that were offline, and those without data.
func offlineText(f Figures) string {
	offline, stores, unseen := uptime.CountText(int64(f.Offline)), storesText(f.Stores), uptime.CountText(int64(f.Unseen))
	if f.Offline == 1 {
		return fmt.Sprintf("1 of %s was offline at some point. Without data: %s.", stores, unseen)
	}
	return fmt.Sprintf("%s of %s were offline at some point. Without data: %s.", offline, stores, unseen)
}

func percent(f Figures) string {
	if text := uptime.Percent(f.Up, f.Down); f.Up+f.Down > 0 {
		return text + " %"
	}
	return "unknown"
}

func storesText(n int) string {
	if n == 1 {
		return "1 store"
	}
	return uptime.CountText(int64(n)) + " stores"
}

// Labels name the files for people.
var Labels = map[File]string{CSV: "CSV", Details: "Details CSV", Range: "Range CSV", XLSX: "Excel"}

// addFiles adds the files of a complete report as links and, where they are asked for, as
// attachments.
func (r Report) addFiles(m *deliveries.Message, run Run, made models.Report) {
	paths := map[File]string{CSV: "report.csv", Details: "details.csv", Range: "range.csv", XLSX: "report.xlsx"}
	for _, file := range r.FilesOf(made) {
		m.Links = append(m.Links, deliveries.Link{Text: Labels[file], Path: reportPath(made) + "/" + paths[file]})
		if r.Attach {
			m.Attachments = append(m.Attachments, deliveries.Attachment{Report: made.ID, Format: string(file), Name: r.FileName(run, file)})
		}
	}
}

// UnfiledMessage is what a person is told where files are not in their folder.
func (r Report) UnfiledMessage(run Run, made models.Report) (deliveries.Message, json.RawMessage) {
	m := deliveries.Message{
		Title: r.Name + ": files were not saved in the folder",
		Lines: []string{run.Why.String()},
		Links: []deliveries.Link{{Text: "Open the report", Path: reportPath(made)}, {Text: "Change the schedule", Path: "/scheduled-reports/" + url.PathEscape(r.ID)}},
		Notes: []string{fmt.Sprintf("You get this because of the scheduled report “%s”: %s.", r.Name, r.Times.Words())},
	}
	return m, payload("report.not_filed", made, map[string]any{"scheduled_report_id": r.ID, "scheduled_report": r.Name, "run_id": run.ID})
}

// Chosen are the channels that are told, of some.
func (r Report) Chosen(channels []deliveries.Channel) []deliveries.Channel {
	return slices.DeleteFunc(slices.Clone(channels), func(c deliveries.Channel) bool { return !slices.Contains(r.Channels, c.ID) })
}

// FilesOf are the files of a report that was made: one without a range has no range CSV.
func (r Report) FilesOf(made models.Report) []File {
	return slices.DeleteFunc(slices.Clone(r.Files), func(file File) bool { return file == Range && !made.Ranged() })
}

// ReadyMessage is what somebody is told who waits for a report.
func ReadyMessage(made models.Report) (deliveries.Message, json.RawMessage) {
	m := deliveries.Message{
		Title: "A report " + stateWords(made),
		Links: []deliveries.Link{{Text: "Open the report", Path: reportPath(made)}},
		Notes: []string{"You get this because you asked to be told when the report is ready."},
	}
	switch made.State {
	case models.Complete:
		m.Lines = []string{fmt.Sprintf("It covers %s.", storesText(int(made.Stores)))}
	case models.Failed:
		m.Lines = []string{made.Error.String()}
	default:
		m.Lines = []string{"Someone cancelled the report."}
	}
	return m, payload("report."+string(made.State), made, map[string]any{})
}

func stateWords(made models.Report) string {
	switch made.State {
	case models.Complete:
		return "is ready"
	case models.Failed:
		return "failed"
	default:
		return "was cancelled"
	}
}

func reportPath(made models.Report) string { return "/reports/" + url.PathEscape(made.ID) }

// payload is a message for programs, in the form that Standard Webhooks recommend.
func payload(kind string, made models.Report, data map[string]any) json.RawMessage {
	data["report_id"], data["state"] = made.ID, made.State
	if made.State == models.Failed {
		data["error"] = made.Error.String()
	}
	text, err := json.Marshal(map[string]any{"type": kind, "timestamp": made.FinishedAt.Time(), "data": data})
	if err != nil {
		panic(err) // texts can always be written
	}
	return text
}
