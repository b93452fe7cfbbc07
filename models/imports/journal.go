package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/words"
)

// Journals are kept of the latest imports only, so that these can be undone: of
// undoKept imports of files and of pushesKept imports of pushes. Imports before
// either bound cannot be undone, because it is not known any more what came later.
const (
	undoKept   = 30
	pushesKept = 72
)

// The kinds of journal parts. They are stored: their numbers never change.
const (
	pollsJournal models.JournalKind = iota + 1
	hoursJournal                    // without dates; not written any more
	zonesJournal
	namesJournal
	storesJournal // stores that the import added
	schedulesJournal
	specialJournal
	reasonsJournal
)

// factOf is the kind of fact that entries are about. Journals of earlier versions have
// hours without dates.
func factOf(k models.JournalKind) models.JournalKind {
	if k == hoursJournal {
		return schedulesJournal
	}
	return k
}

// feedKind is the kind of file that a kind of journal part comes from, in words.
func feedKind(k models.JournalKind) words.Text {
	switch k {
	case pollsJournal, reasonsJournal:
		return feed.Polls.Words()
	case hoursJournal, schedulesJournal:
		return feed.Hours.Words()
	case specialJournal:
		return feed.SpecialDays.Words()
	case zonesJournal:
		return feed.Zones.Words()
	case namesJournal:
		return feed.Names.Words()
	default:
		return "stores"
	}
}

// partBytes is the size at which a part is complete. The last entry may exceed it.
const partBytes = 256 << 10

// A journal records what a merge does, so that it can be undone. It also records
// rows that repeated known data, so that undoing the earlier import cannot remove
// them. A nil journal records nothing.
type journal struct {
	part      models.JournalPart // being filled
	lastStore int32              // of the last entry of part
	finished  []models.JournalPart
	changed   map[models.JournalKind]bool

	partBytes int        // the size at which a part is complete
	pushed    *pushFacts // only of pushes: the polls that the journal has as changed already
	stored    storedPart // only of pushes: the part that goes on
}

// A storedPart is a part that is in the database and goes on.
type storedPart struct{ part, bytes int }

func newJournal(mergeNumber int64) *journal {
	return &journal{
		part: models.JournalPart{MergeNumber: mergeNumber}, changed: map[models.JournalKind]bool{},
		partBytes: partBytes,
	}
}

// recordChange records that after was written where before was; an empty before
// means that nothing was there. day is 0 for everything but polls, their reasons and
// special days.
func (j *journal) recordChange(kind models.JournalKind, day, store int32, before, after []byte) {
	if j == nil {
		return
	}
	e := journalEntry{store: store, change: added, checksum: checksumOf(after)}
	if len(before) > 0 {
		e.change, e.before = replaced, before
	}
	if isPolls := kind == pollsJournal; (isPolls || kind == reasonsJournal) && j.pushed.add(pollFact{day, store, !isPolls}) {
		e.change, e.before = changedAgain, nil
	}
	j.changed[kind] = true
	j.add(kind, day, e)
}

// recordConfirmed records that the import repeated what was known.
func (j *journal) recordConfirmed(kind models.JournalKind, day, store int32) {
	if j != nil {
		j.add(kind, day, journalEntry{store: store, change: confirmed})
	}
}

func (j *journal) add(kind models.JournalKind, day int32, e journalEntry) {
	if j.part.Kind != kind || j.part.Day != day || len(j.part.Entries) >= j.partBytes {
		j.beginPart(kind, day)
	}
	j.part.Entries = e.append(j.part.Entries, j.lastStore)
	j.lastStore = e.store
}

// beginPart finishes the current part, unless it is empty, and begins the next.
func (j *journal) beginPart(kind models.JournalKind, day int32) {
	if len(j.part.Entries) > 0 {
		j.finished = append(j.finished, j.part)
		j.part.Part++
	}
	j.part.Kind, j.part.Day, j.part.Entries = kind, day, nil
	j.lastStore = 0
}

// flush writes what was recorded so far to the database. The connection must be
// free: no rows may be in the middle of being read or copied.
func (j *journal) flush(ctx context.Context, tx *models.Tx) error {
	if j == nil {
		return nil
	}
	j.beginPart(0, 0)
	for n := range j.finished {
		if err := j.write(tx.GORM(ctx), &j.finished[n]); err != nil {
			return fmt.Errorf("write journal: %w", err)
		}
	}
	j.finished = j.finished[:0]
	return nil
}

// write writes a part, or what is new of the part that was stored already.
func (j *journal) write(g *gorm.DB, p *models.JournalPart) error {
	stored := j.stored
	if stored.bytes == 0 || p.Part != stored.part {
		return g.Create(p).Error
	}
	j.stored = storedPart{}
	if len(p.Entries) == stored.bytes {
		return nil
	}
	return g.Model(&models.JournalPart{}).Where("merge_number = ? AND part = ?", p.MergeNumber, p.Part).
		Update("entries", p.Entries).Error
}

// changedKinds are the kinds of files whose data changed, in words.
func (j *journal) changedKinds() []string {
	names := []string{}
	for _, kind := range slices.Sorted(maps.Keys(j.changed)) {
		if name := words.Later(feedKind(kind)).String(); kind != storesJournal && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
