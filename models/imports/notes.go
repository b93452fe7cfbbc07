package imports

import (
	"slices"
	"strconv"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/words"
)

// The kinds of notes. Those about ids are the faults of package feed.
const (
	noteHeaderAgain = "repeated_header"
	noteStatusWords = "status_words"
	noteHoursFrom   = "hours_from"
)

// idsPerNote is how many ids a note names; all are counted.
const idsPerNote = 5

// notesOf are the notes about the file that was read last, and all its ids if some of
// them are damaged. The stores from first on are those that no file of the batch had
// named before.
func (b *Batch) notesOf(s feed.Summary, first int) (notes []models.Note, oddIDs []string) {
	if n := s.HeadersAgain; n == 1 {
		notes = append(notes, models.Note{Kind: noteHeaderAgain, Count: n, Text: words.Later("The header is repeated on line {line}. That line was skipped.", "line", strconv.Itoa(s.HeaderAgainLine)).Stored()})
	} else if n > 1 {
		notes = append(notes, models.Note{Kind: noteHeaderAgain, Count: n,
			Text: words.Later("The header is repeated {n} times, first on line {line}. Those lines were skipped.", "n", n, "line", strconv.Itoa(s.HeaderAgainLine)).Stored()})
	}
	if len(s.Statuses) > 0 {
		notes = append(notes, statusNote(s.Statuses))
	}
	file := b.reading()
	var ids []string
	var numbers []int
	damaged := false
	for n, store := range b.stores.lines {
		if store.named == file {
			ids, numbers = append(ids, b.stores.codes[n]), append(numbers, n)
			damaged = damaged || feed.FaultOfID(b.stores.codes[n]) != ""
		}
	}
	zeroed := feed.ZeroedIDs(ids)
	for n, at := range zeroed {
		zeroed[n] = numbers[at]
	}
	for _, n := range numbers {
		if _, is := slices.BinarySearch(zeroed, n); !is && feed.FaultOfID(b.stores.codes[n]) == "" {
			b.stores.lines[n].sound = true
		}
	}
	if !damaged && len(zeroed) == 0 {
		return notes, nil
	}
	return append(notes, idNotes(b.stores.codes, first, zeroed, !b.matchIDs)...), ids
}

// statusNote says how often other words than active and inactive were read as what.
func statusNote(found []feed.StatusWord) models.Note {
	note := models.Note{Kind: noteStatusWords}
	var active, inactive words.List
	for _, w := range found {
		note.Count += w.Count
		text := words.Later("{word} ({count})", "word", w.Word, "count", w.Count)
		if w.Active {
			active = append(active, text)
		} else {
			inactive = append(inactive, text)
		}
	}
	var said words.Message
	if len(active) > 0 {
		said = words.Later("Read as active: {words}.", "words", active)
	}
	if len(inactive) > 0 {
		said = words.Sentences(said, words.Later("Read as inactive: {words}.", "words", inactive))
	}
	note.Text = said.Stored()
	return note
}

// idNotes name the stores from first on whose ids may not be the ones that were meant.
// zeroed are those whose ids end in zeros, by their share of the file. kept says that
// none is matched, of which another note would tell.
func idNotes(codes []string, first int, zeroed []int, kept bool) []models.Note {
	counts, ids := map[feed.IDFault]int64{}, map[feed.IDFault]words.List{}
	odd := slices.DeleteFunc(feed.OddIDs(codes), func(o feed.OddID) bool { return o.Fault == feed.IDZeros })
	for _, n := range zeroed {
		odd = append(odd, feed.OddID{Index: n, Fault: feed.IDZeros, Like: -1})
	}
	for _, o := range odd {
		if o.Index < first {
			continue
		}
		if counts[o.Fault]++; counts[o.Fault] <= idsPerNote {
			ids[o.Fault] = append(ids[o.Fault], oddIDWords(codes, o))
		}
	}
	var notes []models.Note
	for _, fault := range feed.IDFaults {
		count := counts[fault]
		if count == 0 || fault == feed.IDAlike { // the note about the other one names it
			continue
		}
		said := words.Later("Check these store ids: {fault}: {ids}.", "fault", fault.Words(), "ids", ids[fault])
		if more := count - int64(len(ids[fault])); more > 0 {
			said = words.Later("Check these store ids: {fault}: {ids} and {n} more.", "fault", fault.Words(), "ids", ids[fault], "n", more)
		}
		if kept {
			said = words.Sentences(said, words.Later("They were imported unchanged."))
		}
		notes = append(notes, models.Note{Kind: string(fault), Count: count, Text: said.Stored()})
	}
	return notes
}

// oddIDWords are an id, and what it looks like.
func oddIDWords(codes []string, o feed.OddID) any {
	id := feed.ShownID(codes[o.Index])
	if o.Like >= 0 {
		return words.Later("{id} (looks like {other})", "id", id, "other", feed.ShownID(codes[o.Like]))
	}
	return id
}
