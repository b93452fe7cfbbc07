package web

import (
	"context"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/words"
	"lightson/views"
)

// inboxRows is how many files of the inbox the page of imports lists.
const inboxRows = 50

// newInboxRows lists the files of the inbox that need attention. more says how many are
// left out.
func (s *Server) newInboxRows(ctx context.Context) (rows []views.InboxRow, more string, err error) {
	w := spokenOf(ctx)
	files, err := s.data.InboxFiles(ctx)
	if err != nil {
		return nil, "", err
	}
	if left := len(files) - inboxRows; left > 0 {
		files, more = files[:inboxRows], w.Count(int64(left), words.Plural{One: "And {n} more file.", Other: "And {n} more files."})
	}
	for _, f := range files {
		row := views.InboxRow{
			Name: f.Name, State: inboxMark(w, f), Problem: inboxText(w, f), Since: w.time(f.FoundAt, time.UTC, dayAndClock),
		}
		if f.ImportID != "" {
			_, kept, err := s.keptImport(ctx, f.ImportID)
			if err != nil {
				return nil, "", err
			}
			row.Import.Text = shortID(f.ImportID)
			if kept {
				row.Import.URL = importURL(f.ImportID)
			}
		}
		rows = append(rows, row)
	}
	return rows, more, nil
}

func inboxMark(w spoken, f models.InboxFile) views.Mark {
	switch {
	case f.ID == "":
		return views.Mark{Tone: views.Look, Text: w.Say("The folder cannot be used")}
	case f.State == models.InboxTakenIn:
		return views.Mark{Tone: views.Look, Text: w.Say("Cannot be moved")}
	case f.State == models.InboxRefused:
		return views.Mark{Tone: views.Look, Text: w.Say("Refused|a file was")}
	default:
		return views.Mark{Tone: views.Look, Text: w.Say("Not imported")}
	}
}

// inboxText is what became of a file of the inbox, and what to do.
func inboxText(w spoken, f models.InboxFile) string {
	switch {
	case f.Place != "":
		return sentence(f.Reason.In(w.Words)) + " " + w.Say("It is in {folder}, with the reason beside it.", "folder", f.Place)
	case f.State == models.InboxTakenIn:
		return w.Say("It was imported.") + " " + f.Problem.In(w.Words)
	case f.Reason != "":
		return sentence(f.Reason.In(w.Words)) + " " + f.Problem.In(w.Words)
	default:
		return f.Problem.In(w.Words)
	}
}

// sentence ends a text with a full stop.
func sentence(text string) string { return strings.TrimSuffix(text, ".") + "." }
