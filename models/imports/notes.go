package imports

import (
	"fmt"
	"strings"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
)

// The kinds of notes. Those about ids are the faults of package feed.
const (
	noteHeaderAgain = "repeated_header"
	noteStatusWords = "status_words"
)

// idsPerNote is how many ids a note names; all are counted.
const idsPerNote = 5

// notesOf are the notes about a file that was read. The stores from first on are
// those that no file of the batch had named before.
func notesOf(s feed.Summary, codes []string, first int) []models.Note {
	var notes []models.Note
	if n := s.HeadersAgain; n == 1 {
		notes = append(notes, models.Note{Kind: noteHeaderAgain, Count: n, Text: fmt.Sprintf("The header occurs again on line %d, which was skipped.", s.HeaderAgainLine)})
	} else if n > 1 {
		notes = append(notes, models.Note{Kind: noteHeaderAgain, Count: n,
			Text: fmt.Sprintf("The header occurs again %s times, first on line %d; these lines were skipped.", uptime.CountText(n), s.HeaderAgainLine)})
	}
	if len(s.Statuses) > 0 {
		notes = append(notes, statusNote(s.Statuses))
	}
	return append(notes, idNotes(codes, first)...)
}

// statusNote says how often other words than active and inactive were read as what.
func statusNote(words []feed.StatusWord) models.Note {
	note := models.Note{Kind: noteStatusWords}
	var active, inactive []string
	for _, w := range words {
		note.Count += w.Count
		text := fmt.Sprintf("%s (%s)", w.Word, uptime.CountText(w.Count))
		if w.Active {
			active = append(active, text)
		} else {
			inactive = append(inactive, text)
		}
	}
	var parts []string
	if len(active) > 0 {
		parts = append(parts, "Read as active: "+strings.Join(active, ", ")+".")
	}
	if len(inactive) > 0 {
		parts = append(parts, "Read as inactive: "+strings.Join(inactive, ", ")+".")
	}
	note.Text = strings.Join(parts, " ")
	return note
}

// idNotes name the stores from first on whose ids may not be the ones that were meant.
func idNotes(codes []string, first int) []models.Note {
	odd := false
	for _, code := range codes[first:] {
		odd = odd || feed.FaultOfID(code) != ""
	}
	if !odd {
		return nil
	}
	counts, ids := map[feed.IDFault]int64{}, map[feed.IDFault][]string{}
	for _, o := range feed.OddIDs(codes) {
		if o.Index < first {
			continue
		}
		if counts[o.Fault]++; counts[o.Fault] <= idsPerNote {
			ids[o.Fault] = append(ids[o.Fault], oddIDText(codes, o))
		}
	}
	var notes []models.Note
	for _, fault := range feed.IDFaults {
		count := counts[fault]
		if count == 0 || fault == feed.IDAlike { // the note about the other one names it
			continue
		}
		text := fmt.Sprintf("Store ids to look at: %s: %s", fault, strings.Join(ids[fault], ", "))
		if more := count - int64(len(ids[fault])); more > 0 {
			text += fmt.Sprintf(" and %s more", uptime.CountText(more))
		}
		notes = append(notes, models.Note{Kind: string(fault), Count: count, Text: text + ". They were taken as they are."})
	}
	return notes
}

// oddIDText is an id, and what it looks like.
func oddIDText(codes []string, o feed.OddID) string {
	text := feed.ShownID(codes[o.Index])
	if o.Like >= 0 {
		text += " (looks like " + feed.ShownID(codes[o.Like]) + ")"
	}
	return text
}
