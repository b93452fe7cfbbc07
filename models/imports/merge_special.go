package imports

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/feed"
	"lightson/models/schedules"
	"lightson/models/uptime"
)

// A storeDate is a date of one store, the fact that a special days file replaces.
type storeDate struct {
	date   uptime.Date
	store  int32  // id
	number uint32 // of the store within the batch
}

// mergeSpecial replaces the special days of the stores and dates that have rows in
// special days files.
func (m *merger) mergeSpecial(ctx context.Context) error {
	if len(m.batch.special) == 0 {
		return nil
	}
	var facts []storeDate
	var on []entered.SubjectDate
	for n, dates := range m.batch.special {
		for date := range dates {
			facts = append(facts, storeDate{date, m.stores[n].ID, n})
			on = append(on, entered.SubjectDate{Subject: entered.Store(m.batch.stores.codes[n]), Date: date})
		}
	}
	known, err := entered.SpecialDaysOn(ctx, m.tx, on)
	if err != nil {
		return err
	}
	// A part of the journal is of one date.
	slices.SortFunc(facts, func(a, b storeDate) int { return cmp.Or(cmp.Compare(a.date, b.date), cmp.Compare(a.store, b.store)) })
	on = on[:0]
	var rows []entered.SpecialDay
	for _, f := range facts {
		of := entered.SubjectDate{Subject: entered.Store(m.batch.stores.codes[f.number]), Date: f.date}
		before, after := known[of], m.chooseSpecial(of, m.batch.special[f.number][f.date], known[of])
		if entered.SaySame(before, after) {
			m.journal.recordConfirmed(specialJournal, int32(f.date), f.store)
			continue
		}
		for n := range after {
			after[n].By, after[n].At = m.batch.By, uptime.At(m.batch.now)
		}
		m.recordSpecial(f, before, after)
		on, rows = append(on, of), append(rows, after...)
	}
	m.changed = m.changed || len(on) > 0
	return entered.ReplaceSpecialDays(ctx, m.tx, on, rows)
}

// chooseSpecial chooses among the rows of one store and date, whatever their order, and
// counts all of them. Times win over a closed day: it is the rows with times that say
// more. Of notes about the same times, the first in byte order that is not empty wins.
// The rows are sorted in place.
func (m *merger) chooseSpecial(on entered.SubjectDate, rows []specialRow, known []entered.SpecialDay) (chosen []entered.SpecialDay) {
	slices.SortFunc(rows, func(a, b specialRow) int {
		return cmp.Or(schedules.Compare(a.hours, b.hours), compareNotes(a.note, b.note))
	})
	times := slices.ContainsFunc(rows, func(r specialRow) bool { return !r.hours.Closed() })
	for n, row := range rows {
		if n > 0 && row == rows[n-1] {
			m.counts.Duplicate++
			continue
		}
		last := len(chosen) - 1
		again := last >= 0 && chosen[last].Start == row.hours.Start && chosen[last].End == row.hours.End
		if row.hours.Closed() && times || again || len(chosen) == entered.MostSpecialRows {
			m.counts.Conflicting++
			continue
		}
		day := entered.SpecialDay{Subject: on.Subject, Date: on.Date, Start: row.hours.Start, End: row.hours.End, Note: row.note}
		chosen = append(chosen, day)
		if slices.ContainsFunc(known, func(k entered.SpecialDay) bool { return k.Start == day.Start && k.End == day.End && k.Note == day.Note }) {
			m.counts.Duplicate++
		} else {
			m.counts.Kept++
		}
	}
	return chosen
}

// compareNotes sorts notes, an empty one behind the others.
func compareNotes(a, b string) int {
	if (a == "") != (b == "") {
		return len(b) - len(a)
	}
	return strings.Compare(a, b)
}

// recordSpecial records a change of a store's special day, for an undo and for people.
func (m *merger) recordSpecial(f storeDate, before, after []entered.SpecialDay) {
	m.journal.recordChange(specialJournal, int32(f.date), f.store, packSpecial(before), packSpecial(after))
	if !m.isNew[f.number] {
		m.changes.add(func() models.Change {
			return models.Change{
				Store: m.batch.stores.codes[f.number], Kind: feed.SpecialDays.String(),
				Before: specialText(before), After: specialText(after),
			}
		})
	}
}

// specialText is the rows of one date in one line.
func specialText(days []entered.SpecialDay) string {
	if len(days) == 0 {
		return ""
	}
	texts := make([]string, len(days))
	for n, d := range days {
		texts[n] = schedules.SpanText(uptime.Hours{Start: d.Start, End: d.End})
	}
	text := schedules.DayText(days[0].Date) + " " + strings.Join(texts, " and ")
	if note := days[0].Note; note != "" {
		text += " (" + note + ")"
	}
	return text
}

// packSpecial packs the sorted rows of one store and date for the journal. The result is
// empty if there are none.
func packSpecial(days []entered.SpecialDay) []byte {
	var packed []byte
	for _, d := range days {
		packed = binary.AppendUvarint(packed, uint64(d.Start))
		packed = binary.AppendUvarint(packed, uint64(d.End))
		for _, text := range []string{d.Note, d.By} {
			packed = binary.AppendUvarint(packed, uint64(len(text)))
			packed = append(packed, text...)
		}
		packed = binary.AppendVarint(packed, int64(d.At))
	}
	return packed
}

// unpackSpecial is the inverse of packSpecial.
func unpackSpecial(on entered.SubjectDate, packed []byte) (days []entered.SpecialDay, err error) {
	corrupt := fmt.Errorf("%w: special day of %s", errCorruptJournal, on.Subject)
	for len(packed) > 0 {
		d := entered.SpecialDay{Subject: on.Subject, Date: on.Date}
		for _, seconds := range []*int{&d.Start, &d.End} {
			v, n := binary.Uvarint(packed)
			if n <= 0 {
				return nil, corrupt
			}
			*seconds, packed = int(v), packed[n:]
		}
		for _, text := range []*string{&d.Note, &d.By} {
			size, n := binary.Uvarint(packed)
			if n <= 0 || size > uint64(len(packed)-n) {
				return nil, corrupt
			}
			*text, packed = string(packed[n:n+int(size)]), packed[n+int(size):]
		}
		at, n := binary.Varint(packed)
		if n <= 0 {
			return nil, corrupt
		}
		d.At, packed = uptime.Instant(at), packed[n:]
		days = append(days, d)
	}
	return days, nil
}
