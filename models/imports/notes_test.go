package imports_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
	"lightson/models/words"
)

func TestAnImportNotesWhatPeopleShouldLookAt(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		i := load(t, db,
			pollsFile("101,open,2023-01-25 15:00:00", "101,Closed,2023-01-25 15:10:00", "101,open,2023-01-25 15:20:00", "store_id,status,timestamp_utc",
				"101\u200b,active,2023-01-25 15:20:00", "8.4E+18,active,2023-01-25 15:20:00", "store_id,status,timestamp_utc"),
			zonesFile("101\u200b,UTC", "102.0,UTC", "102,UTC"),
			zonesFile("9,UTC", "10,UTC"))
		want := [][]models.Note{
			{
				{Kind: "repeated_header", Count: 2, Text: "The header is repeated 2 times, first on line 5. Those lines were skipped."},
				{Kind: "status_words", Count: 3, Text: "Read as active: open (2). Read as inactive: closed (1)."},
				{Kind: "scientific_notation", Count: 1, Text: "Check these store ids: scientific notation: a spreadsheet rounded a long number; several stores may have become one: 8.4E+18. They were imported unchanged."},
				{Kind: "invisible_characters", Count: 1, Text: `Check these store ids: invisible characters in the id: 101\u200b (looks like 101). They were imported unchanged.`},
			},
			{{Kind: "decimal", Count: 1, Text: "Check these store ids: a decimal point that a spreadsheet or a program added to a whole number: 102.0 (looks like 102). They were imported unchanged."}},
			{},
		}
		for n, file := range i.Files {
			if diff := cmp.Diff(want[n], inEnglish(file.Notes)); diff != "" {
				t.Errorf("file %d (-want +got):\n%s", n+1, diff)
			}
		}
		if i.Rows != 10 || i.Kept != 10 {
			t.Errorf("%+v", i.Counts)
		}
	})
}

// inEnglish are notes whose texts are said.
func inEnglish(notes []models.Note) []models.Note {
	said := []models.Note{}
	for _, note := range notes {
		note.Text = words.Said(note.Text.String()).Stored()
		said = append(said, note)
	}
	return said
}

func TestAStoreWhoseDaysAreAllClosedIsClosed(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		polls := pollsFile("shut,active,2023-01-25 15:00:00", "free,active,2023-01-25 15:00:00", "week,active,2023-01-25 15:00:00")
		hours := hoursFile("shut,0,,", "shut,1,closed,", "shut,2,,closed", "shut,3,CLOSED,closed", "shut,4,,", "shut,5,,", "shut,6,,", "week,2,09:00,17:00", "week,3,,", "week,3,,")
		i := load(t, db, polls, hours)
		if i.Kept != 3+9 || i.Duplicate != 1 || i.Rejected != 0 {
			t.Errorf("%+v", i.Counts)
		}
		report, details := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0))
		if !strings.Contains(report, "\nshut,0.00,0.00,0.00,0.00,0.00,0.00\n") || !strings.Contains(details, "shut,America/Chicago,assumed,given,") || strings.Contains(report, "\nfree,0.00") {
			t.Errorf("%s%s", report, details)
		}
		s := modelstest.SnapshotAt(t, db, 0)
		for n, store := range s.Stores {
			if closed := s.Now[n].State == uptime.Closed; store.Code == "shut" && !closed || store.Code == "free" && closed {
				t.Errorf("%s is %v", store.Code, s.Now[n].State)
			}
		}
		if again := load(t, db, hours); again.Kept != 0 || again.Duplicate != 10 {
			t.Errorf("again: %+v", again.Counts)
		}
		opened := load(t, db, hoursFile("shut,0,09:00,17:00"))
		undo(t, db, opened)
		if after, _ := modelstest.CSVs(t, modelstest.SnapshotAt(t, db, 0)); after != report {
			t.Errorf("after an undo:\n%s", after)
		}
	})
}
