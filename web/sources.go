package web

import (
	"context"
	"time"

	"lightson/models"
	"lightson/models/words"
	"lightson/views"
)

// sourceMarks say how the last check of a source ended.
var sourceMarks = map[models.SourceState]struct {
	tone views.Tone
	text words.Text
}{
	models.SourceNew:       {views.Coming, "Not checked yet"},
	models.SourceTakenIn:   {views.Well, "Imported"},
	models.SourceUnchanged: {views.Same, "Unchanged"},
	models.SourceRefused:   {views.Look, "Refused|a file was"},
	models.SourceFailed:    {views.Look, "Failed|a check"},
}

// newSourceRows lists the addresses from which files are fetched.
func (s *Server) newSourceRows(ctx context.Context) ([]views.SourceRow, error) {
	w := spokenOf(ctx)
	sources, err := s.data.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var rows []views.SourceRow
	for _, source := range sources {
		mark := sourceMarks[source.State]
		row := views.SourceRow{
			URL: source.URL, State: views.Mark{Tone: mark.tone, Text: w.Say(mark.text)},
			Checked: w.workTime(source.CheckedAt, time.UTC, dayAndClock), Next: w.workTime(source.NextAt, time.UTC, dayAndClock),
		}
		if source.State != models.SourceNew { // whose outcome would repeat the mark
			row.Outcome = source.Outcome.In(w.Words)
		}
		if source.ImportID != "" {
			_, kept, err := s.keptImport(ctx, source.ImportID)
			if err != nil {
				return nil, err
			}
			row.Import.Text = shortID(source.ImportID)
			if kept {
				row.Import.URL = importURL(source.ImportID)
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}
