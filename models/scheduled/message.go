package scheduled

import (
	"encoding/json"
	"net/url"
	"slices"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/spoken"
	"lightson/models/words"
)

// Message is what a person is told of a run whose report has ended, in the words of a language.
func (r Report) Message(w *words.Words, run Run, made models.Report, f Figures) deliveries.Message {
	s := said{spoken.Words{Words: w}, r}
	m := deliveries.NewMessage(w)
	m.Title = s.title(made)
	m.Notes = []string{s.why()}
	if run.Late() {
		m.Notes = append(m.Notes, w.Say("It was due at {time}. The server was not running then, or it was busy.", "time", s.clock(run.DueAt)))
	}
	switch made.State {
	case models.Complete:
		s.addFigures(&m, made, f)
		s.addFiles(&m, run, made)
	case models.Failed:
		m.Lines = []string{made.Error.In(w)}
	default:
		m.Lines = []string{w.Say("Someone cancelled the report.")}
	}
	if run.Why != "" {
		m.Lines = append(m.Lines, run.Why.In(w))
	}
	m.Links = slices.Insert(m.Links, 0, openLink(w, made))
	m.Links = append(m.Links, s.changeLink())
	return m
}

// Payload is the same for programs.
func (r Report) Payload(run Run, made models.Report) json.RawMessage {
	return payload("report."+string(made.State), made, r.payloadData(run))
}

func (r Report) payloadData(run Run) map[string]any {
	return map[string]any{"scheduled_report_id": r.ID, "scheduled_report": r.Name, "run_id": run.ID}
}

// UnfiledMessage is what a person is told where files are not in their folder.
func (r Report) UnfiledMessage(w *words.Words, run Run, made models.Report) deliveries.Message {
	s := said{spoken.Words{Words: w}, r}
	m := deliveries.NewMessage(w)
	m.Title = w.Say("{report}: files were not saved in the folder", "report", r.Name)
	m.Lines, m.Notes = []string{run.Why.In(w)}, []string{s.why()}
	m.Links = []deliveries.Link{openLink(w, made), s.changeLink()}
	return m
}

// UnfiledPayload is the same for programs.
func (r Report) UnfiledPayload(run Run, made models.Report) json.RawMessage {
	return payload("report.not_filed", made, r.payloadData(run))
}

// said is what a scheduled report says in a language.
type said struct {
	spoken.Words
	r Report
}

func (s said) title(made models.Report) string {
	switch made.State {
	case models.Complete:
		return s.Say("{report} is ready", "report", s.r.Name)
	case models.Failed:
		return s.Say("{report} failed", "report", s.r.Name)
	default:
		return s.Say("{report} was cancelled", "report", s.r.Name)
	}
}

// why says why somebody is told.
func (s said) why() string {
	return s.Say("You get this because of the scheduled report “{report}”: {times}.", "report", s.r.Name, "times", s.r.Times.Words())
}

func openLink(w *words.Words, made models.Report) deliveries.Link {
	return deliveries.Link{Text: w.Say("Open the report"), Path: reportPath(made)}
}

func (s said) changeLink() deliveries.Link {
	return deliveries.Link{Text: s.Say("Change the schedule"), Path: "/scheduled-reports/" + url.PathEscape(s.r.ID)}
}

// Labels name the files for people.
var Labels = map[File]words.Text{CSV: "CSV", Details: "Details CSV", Range: "Range CSV", XLSX: "Excel"}

// addFiles adds the files of a complete report as links and, where they are asked for, as
// attachments.
func (s said) addFiles(m *deliveries.Message, run Run, made models.Report) {
	paths := map[File]string{CSV: "report.csv", Details: "details.csv", Range: "range.csv", XLSX: "report.xlsx"}
	for _, file := range s.r.FilesOf(made) {
		m.Links = append(m.Links, deliveries.Link{Text: s.Say(Labels[file]), Path: reportPath(made) + "/" + paths[file]})
		if s.r.Attach {
			m.Attachments = append(m.Attachments, deliveries.Attachment{Report: made.ID, Format: string(file), Name: s.r.FileName(run, file)})
		}
	}
}

// Chosen are the channels that are told, of some.
func (r Report) Chosen(channels []deliveries.Channel) []deliveries.Channel {
	return slices.DeleteFunc(slices.Clone(channels), func(c deliveries.Channel) bool { return !slices.Contains(r.Channels, c.ID) })
}

// FilesOf are the files of a report that was made: one without a range has no range CSV.
func (r Report) FilesOf(made models.Report) []File {
	return slices.DeleteFunc(slices.Clone(r.Files), func(file File) bool { return file == Range && !made.Ranged() })
}

// ReadyMessage is what somebody is told who waits for a report, in the words of a language.
func ReadyMessage(w *words.Words, made models.Report) deliveries.Message {
	m := deliveries.NewMessage(w)
	m.Links = []deliveries.Link{openLink(w, made)}
	m.Notes = []string{w.Say("You get this because you asked to be told when the report is ready.")}
	switch made.State {
	case models.Complete:
		m.Title = w.Say("A report is ready")
		m.Lines = []string{w.Say("It covers {stores}.", "stores", spoken.Words{Words: w}.Stores(int(made.Stores)))}
	case models.Failed:
		m.Title = w.Say("A report failed")
		m.Lines = []string{made.Error.In(w)}
	default:
		m.Title = w.Say("A report was cancelled")
		m.Lines = []string{w.Say("Someone cancelled the report.")}
	}
	return m
}

// ReadyPayload is the same for programs.
func ReadyPayload(made models.Report) json.RawMessage {
	return payload("report."+string(made.State), made, map[string]any{})
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
