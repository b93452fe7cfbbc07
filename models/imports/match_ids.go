package imports

import (
	"context"
	"slices"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/words"
)

// NoteMatchable is the kind of a note that damaged ids can be matched, but were not.
const NoteMatchable = "matchable_ids"

// The other kinds of notes about matching.
const (
	noteMatched   = "matched_ids"
	noteUnmatched = "unmatched_ids"
)

// MatchIDs has the rows of damaged ids go to the known stores that these can only stand
// for. Call it before the first Read.
func (b *Batch) MatchIDs() { b.matchIDs = true }

// An unmatchedReason says why a damaged id stands for no known store, as part of a
// sentence.
type unmatchedReason = words.Text

const (
	fitsNone    unmatchedReason = "no known store fits"
	fitsSeveral unmatchedReason = "several known stores fit"
	fitsShared  unmatchedReason = "the file also has the matching store under another id"
	fitsByFew   unmatchedReason = "too few digits are left to tell stores apart"
	fitsMixed   unmatchedReason = "the rows look like several stores"
)

var unmatchedReasons = []unmatchedReason{fitsNone, fitsSeveral, fitsShared, fitsByFew, fitsMixed}

// A fileMatch is what became of the damaged ids of one file.
type fileMatch struct {
	matches   []feed.Match
	unmatched map[unmatchedReason]int64
}

// matchIDs finds the stores that damaged ids of the batch can only stand for. It notes
// them with the files and, if the batch asks for it, gives those stores the rows.
//
// A rounded id may stand for several stores, whose polls nobody could tell apart again.
// So every file that names it must allow its match, and matches that could be wrong are
// none: see couldBeSeveral.
func (m *merger) matchIDs(ctx context.Context) error {
	b := m.batch
	if !slices.ContainsFunc(b.oddIDs, func(ids []string) bool { return ids != nil }) {
		return nil
	}
	known, err := m.knownIDs(ctx)
	if err != nil {
		return err
	}
	files := make([]fileMatch, len(b.oddIDs))
	stands, refused := map[string]string{}, map[string]unmatchedReason{}
	found := make([][]feed.DamagedID, len(b.oddIDs))
	for n, ids := range b.oddIDs {
		found[n] = feed.DamagedIDs(ids, known)
		several := b.couldBeSeveral(ids, found[n], known)
		for _, d := range found[n] {
			id := ids[d.Index]
			if reason := whyUnmatched(d, several); reason != "" {
				refused[id] = reason
			} else {
				stands[id] = d.Known
			}
		}
	}
	into := map[uint32]string{}
	for n, ids := range b.oddIDs {
		files[n].unmatched = map[unmatchedReason]int64{}
		for _, d := range found[n] {
			id := ids[d.Index]
			if reason, is := refused[id]; is {
				files[n].unmatched[reason]++
				continue
			}
			files[n].matches = append(files[n].matches, feed.Match{Damaged: id, Known: stands[id]})
			n, _ := b.stores.find([]byte(id))
			into[n] = stands[id]
		}
		b.noteMatch(n, files[n])
	}
	m.matches = int64(len(into))
	if !b.matchIDs || len(into) == 0 {
		return nil
	}
	return b.moveStores(into)
}

// knownIDs are the codes of the database, and those that a file of the batch names
// without damage. Ids of the database that are damaged themselves are left out.
func (m *merger) knownIDs(ctx context.Context) ([]string, error) {
	stores, err := m.tx.Stores(ctx)
	if err != nil {
		return nil, err
	}
	known := make([]string, len(stores), len(stores)+len(m.batch.stores.codes))
	for n, s := range stores {
		known[n] = s.Code
	}
	for _, o := range feed.OddIDs(known) {
		if o.Fault == feed.IDZeros && o.Like >= 0 || o.Fault != feed.IDZeros && o.Fault != feed.IDAlike {
			known[o.Index] = "" // fits nothing
		}
	}
	for n, store := range m.batch.stores.lines {
		if store.sound {
			known = append(known, m.batch.stores.codes[n])
		}
	}
	return known, nil
}

// whyUnmatched is why a damaged id is not matched; empty where it is.
func whyUnmatched(d feed.DamagedID, several func(feed.DamagedID) unmatchedReason) unmatchedReason {
	switch {
	case d.Known != "":
		return several(d)
	case d.Shared:
		return fitsShared
	case d.Fits > 1:
		return fitsSeveral
	default:
		return fitsNone
	}
}

const (
	// textsPerID is how many numbers there must be with as many digits as are left of a
	// damaged one, for each id of its length. With fewer, an id that is not known may
	// well have become the same text.
	textsPerID = 10
	// longID is how long ids are of which spreadsheets lose digits.
	longID = 15
	// manyPolls is from how many polls on a store is compared with others of its file.
	manyPolls = 24
)

// couldBeSeveral reports why an id that lost digits may have been made of several ids,
// although only one that is known fits: so few digits are left that other stores of
// the file must have the same; or its rows are those of several stores, as it has far
// more polls than the usual store of the file, two zones, or two names.
func (b *Batch) couldBeSeveral(ids []string, damaged []feed.DamagedID, known []string) func(feed.DamagedID) unmatchedReason {
	most := 0 // at least so many ids may have been damaged like that
	for _, list := range [][]string{ids, known} {
		count := 0
		for _, id := range list {
			if len(id) >= longID {
				count++
			}
		}
		most = max(most, count)
	}
	lost := 0
	for _, d := range damaged {
		if d.Digits > 0 {
			lost++
		}
	}
	most = max(most, lost)
	usual := b.usualPolls(ids)
	return func(d feed.DamagedID) unmatchedReason {
		n, _ := b.stores.find([]byte(ids[d.Index]))
		switch {
		case d.Digits == 0:
			return ""
		case !d.Leads && numbersOf(d.Digits) < textsPerID*most:
			return fitsByFew
		case b.stores.lines[n].polls >= manyPolls && 2*b.stores.lines[n].polls > 3*usual,
			b.zones[n] != nil && len(b.zones[n].zones) > 1, differentNames(b.names[n]):
			return fitsMixed
		default:
			return ""
		}
	}
}

// numbersOf is how many numbers have so many digits.
func numbersOf(digits int) int {
	count := 9
	for range digits - 1 {
		count *= 10
	}
	return count
}

// usualPolls is the median of the polls of the ids that have any.
func (b *Batch) usualPolls(ids []string) uint32 {
	var counts []uint32
	for _, id := range ids {
		if n, _ := b.stores.find([]byte(id)); b.stores.lines[n].polls > 0 {
			counts = append(counts, b.stores.lines[n].polls)
		}
	}
	if len(counts) == 0 {
		return 0
	}
	slices.Sort(counts)
	return counts[(len(counts)-1)/2]
}

func differentNames(rows []storeNames) bool {
	return slices.ContainsFunc(rows, func(r storeNames) bool { return r.name != rows[0].name })
}

// noteMatch notes with a file what became of its damaged ids, or what could.
func (b *Batch) noteMatch(n int, f fileMatch) {
	matched, all := int64(len(f.matches)), int64(len(f.matches))
	var why words.List
	for _, reason := range unmatchedReasons {
		if count := f.unmatched[reason]; count > 0 {
			all += count
			why = append(why, words.Later("{reason} ({count})", "reason", reason, "count", count))
		}
	}
	file := &b.Files[n]
	b.previewFiles[n].Match = models.IDMatch{Count: matched, Unmatched: all - matched}
	var examples words.List
	for _, match := range f.matches[:min(matched, idsPerNote)] {
		b.previewFiles[n].Match.Examples = append(b.previewFiles[n].Match.Examples,
			models.IDMatchExample{Damaged: feed.ShownID(match.Damaged), Known: match.Known})
		examples = append(examples, feed.ShownID(match.Damaged)+" → "+match.Known)
	}
	if more := matched - int64(len(examples)); more > 0 {
		examples = append(examples, words.Later("and {n} more", "n", more))
	}
	switch {
	case matched > 0 && b.matchIDs:
		file.Notes = append(file.Notes, models.Note{Kind: noteMatched, Count: matched,
			Text: words.Later("Matched {matched} of {all} damaged ids to stores: {ids}.", "matched", matched, "all", all, "ids", examples).Stored()})
	case matched > 0:
		file.Notes = append(file.Notes, models.Note{Kind: NoteMatchable, Count: matched,
			Text: words.Later("{matched} of {all} damaged ids can be matched to stores: {ids}.", "matched", matched, "all", all, "ids", examples).Stored()})
	}
	if len(why) > 0 && (b.matchIDs || matched > 0) {
		file.Notes = append(file.Notes, models.Note{Kind: noteUnmatched, Count: all - matched,
			Text: words.CountLater(all-matched, unmatchedText(b.matchIDs), "why", why).Stored()})
	}
}

// unmatchedText says of ids that were not matched, or that cannot be, why.
func unmatchedText(done bool) words.Plural {
	if done {
		return words.Plural{One: "{n} damaged id was not matched: {why}.", Other: "{n} damaged ids were not matched: {why}."}
	}
	return words.Plural{One: "{n} damaged id cannot be matched: {why}.", Other: "{n} damaged ids cannot be matched: {why}."}
}
