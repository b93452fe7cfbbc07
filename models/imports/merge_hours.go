package imports

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/schedules"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/models/zones"
)

// mergeHours merges the hours of the stores that have rows in hours files. Package
// schedules says from when on they hold. Some stores at a time are merged, and their rows
// forgotten: a large chain has millions.
func (m *merger) mergeHours(ctx context.Context) error {
	all := m.batch.storesWithHours()
	if len(all) == 0 {
		return nil
	}
	choice, err := schedules.ParseChoice(m.batch.HoursFrom)
	if err != nil {
		return fmt.Errorf("hours from: %w", err)
	}
	today := newToday(m.before.NewestPollAt)
	for numbers := range slices.Chunk(all, models.StoresPerStatement) {
		if err := m.mergeHoursOf(ctx, numbers, choice, today); err != nil {
			return err
		}
		for _, n := range numbers {
			delete(m.batch.hours, n)
			delete(m.batch.dated, n)
		}
	}
	m.batch.hours, m.batch.dated = nil, nil
	m.noteHours()
	return nil
}

// mergeHoursOf merges the hours of some stores.
func (m *merger) mergeHoursOf(ctx context.Context, numbers []uint32, choice schedules.Choice, today today) error {
	var ids []int32
	for _, n := range numbers {
		if !m.isNew[n] {
			ids = append(ids, m.stores[n].ID)
		}
	}
	known, err := m.tx.HoursOf(ctx, ids)
	if err != nil {
		return err
	}
	changed := false
	var replace []int32 // that have hours
	var rows []models.Hours
	for _, n := range numbers {
		id := m.stores[n].ID
		newest, polled, err := today.in(m.zoneAfter(n))
		if err != nil {
			return err
		}
		merged := schedules.Merge(known[id], schedules.Said{Undated: m.batch.undated(n), Dated: m.batch.dated[n]},
			schedules.When{Choice: choice, Polled: polled, Newest: newest})
		m.counts.Kept += merged.Kept
		m.counts.Duplicate += merged.Duplicate
		m.counts.Conflicting += merged.Conflicting
		if schedules.Equal(known[id], merged.Schedules) {
			m.journal.recordConfirmed(schedulesJournal, 0, id)
			continue
		}
		m.recordHours(n, known[id], merged.Schedules)
		if rows = appendHours(rows, id, merged.Schedules); len(known[id]) > 0 {
			replace = append(replace, id)
		}
		changed = true
	}
	if !changed {
		return nil // a journal of nothing but confirmed facts is not kept
	}
	m.changed = true
	if err := m.tx.ReplaceHours(ctx, replace, rows); err != nil {
		return err
	}
	return m.journal.flush(ctx, m.tx)
}

// storesWithHours are the sorted numbers of the stores that have rows in hours files.
func (b *Batch) storesWithHours() []uint32 {
	numbers := slices.AppendSeq(slices.Collect(maps.Keys(b.hours)), maps.Keys(b.dated))
	slices.Sort(numbers)
	return slices.Compact(numbers)
}

// zoneAfter is the zone that a store is computed in after the merge.
func (m *merger) zoneAfter(n uint32) string {
	store := m.stores[n]
	if rows := m.batch.zones[n]; rows != nil {
		store.Zone = rows.chosen()
	}
	return store.ZoneName()
}

// recordHours records a change of a store's hours, for an undo and for people.
func (m *merger) recordHours(n uint32, before, after []uptime.Schedule) {
	m.journal.recordChange(schedulesJournal, 0, m.stores[n].ID, schedules.Pack(before), schedules.Pack(after))
	if m.isNew[n] {
		return
	}
	m.hours.add(hoursChange{n, before, after})
	m.changes.add(func() models.Change {
		was, is, from := schedules.ChangeText(before, after)
		change := models.Change{Store: m.batch.stores.codes[n], Kind: feed.Hours.String(), Before: was, After: is}
		if from != uptime.Ever {
			change.From = uptime.DateText(from)
		}
		return change
	})
}

// appendHours appends the rows of a store's schedules.
func appendHours(rows []models.Hours, store int32, list []uptime.Schedule) []models.Hours {
	for _, s := range list {
		for _, h := range s.Hours {
			rows = append(rows, models.Hours{StoreID: store, ValidFrom: s.From, Day: h.Day, StartS: h.Start, EndS: h.End})
		}
	}
	return rows
}

// today tells the local date of the newest poll of all stores.
type today struct {
	newest models.OptionalInstant
	dates  map[string]uptime.Date // by zone
}

func newToday(newest models.OptionalInstant) today {
	return today{newest, map[string]uptime.Date{}}
}

// in is the date in a zone. It is not known where no poll is.
func (t today) in(zone string) (date uptime.Date, known bool, err error) {
	if !t.newest.Known {
		return 0, false, nil
	}
	date, known = t.dates[zone]
	if !known {
		if date, err = localDate(zone, t.newest.At); err != nil {
			return 0, false, err
		}
		t.dates[zone] = date
	}
	return date, true, nil
}

// localDate is the date of an instant in a zone.
func localDate(zone string, at uptime.Instant) (uptime.Date, error) {
	location, err := zones.Location(zone)
	if err != nil {
		return 0, fmt.Errorf("zone %s: %w", zone, err)
	}
	return uptime.DateOf(at.Time().In(location).Date()), nil
}

// changedHours are the stores, known before, whose hours a merge changed.
type changedHours struct {
	list        []hoursChange
	allTime     int64       // those whose hours changed for all time
	first, last uptime.Date // of the dates from which on those of the others changed
}

type hoursChange struct {
	store         uint32 // number within the batch
	before, after []uptime.Schedule
}

func (c *changedHours) add(change hoursChange) {
	from := schedules.FirstChange(change.before, change.after)
	switch {
	case from == uptime.Ever:
		c.allTime++
	case c.dated() == 0:
		c.first, c.last = from, from
	default:
		c.first, c.last = min(c.first, from), max(c.last, from)
	}
	c.list = append(c.list, change)
}

// dated counts the stores whose hours changed from a date on.
func (c *changedHours) dated() int64 { return int64(len(c.list)) - c.allTime }

func (c *changedHours) summary() models.HoursChange {
	s := models.HoursChange{Stores: int64(len(c.list)), AllTime: c.allTime}
	if c.dated() > 0 {
		s.First, s.Last = uptime.DateText(c.first), uptime.DateText(c.last)
	}
	return s
}

// noteHours says of the first hours file what becomes of the hours.
func (m *merger) noteHours() {
	n := slices.IndexFunc(m.batch.Files, func(f models.ImportFile) bool { return f.Kind == feed.Hours.String() })
	if n < 0 || len(m.hours.list) == 0 {
		return
	}
	var changes words.List
	if dated := m.hours.dated(); dated > 0 {
		text := words.Plural{One: "{n} store from {date} on", Other: "{n} stores from {date} on"}
		if m.hours.last != m.hours.first {
			text = words.Plural{One: "{n} store from {date} on or from a later date", Other: "{n} stores from {date} on or from a later date"}
		}
		changes = append(changes, words.CountLater(dated, text, "date", words.Moment{At: m.hours.first.Time(), Layout: "2 Jan 2006"}))
	}
	if m.hours.allTime > 0 {
		changes = append(changes, forAllTime(m.hours.allTime))
	}
	file := &m.batch.Files[n]
	file.Notes = append(file.Notes, models.Note{Kind: noteHoursFrom, Count: int64(len(m.hours.list)), Text: changedHoursWords(changes).Stored()})
}

func changedHoursWords(changes words.List) words.Message {
	return words.Later("Changed hours: {changes}.", "changes", changes)
}

// forAllTime are stores whose hours changed for all time.
func forAllTime(stores int64) words.Message {
	return words.CountLater(stores, words.Plural{One: "{n} store for all time", Other: "{n} stores for all time"})
}
