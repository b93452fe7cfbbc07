package web

import (
	"context"
	"time"

	"lightson/models"
	"lightson/views"
)

// sourceMarks say how the last check of a source ended.
var sourceMarks = map[models.SourceState]views.Mark{
	models.SourceNew:       {Tone: views.Coming, Text: "Not checked yet"},
	models.SourceTakenIn:   {Tone: views.Well, Text: "Imported"},
	models.SourceUnchanged: {Tone: views.Same, Text: "Unchanged"},
	models.SourceRefused:   {Tone: views.Look, Text: "Refused"},
	models.SourceFailed:    {Tone: views.Look, Text: "Failed"},
}

// newSourceRows lists the addresses from which files are fetched.
func (s *Server) newSourceRows(ctx context.Context) ([]views.SourceRow, error) {
	sources, err := s.data.Sources(ctx)
	if err != nil {
		return nil, err
	}
	var rows []views.SourceRow
	for _, source := range sources {
		row := views.SourceRow{
			URL: source.URL, State: sourceMarks[source.State],
			Checked: workTimeText(source.CheckedAt, time.UTC, dayAndClock), Next: workTimeText(source.NextAt, time.UTC, dayAndClock),
		}
		if source.State != models.SourceNew { // whose outcome would repeat the mark
			row.Outcome = source.Outcome
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
