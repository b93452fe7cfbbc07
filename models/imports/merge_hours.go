package imports

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
)

// mergeHours replaces the hours of the stores that have rows in hours files.
func (m *merger) mergeHours(ctx context.Context) error {
	if len(m.batch.hours) == 0 {
		return nil
	}
	numbers := slices.Sorted(maps.Keys(m.batch.hours))
	ids := make([]int32, len(numbers))
	for i, n := range numbers {
		ids[i] = m.stores[n].ID
	}
	before, err := m.tx.HoursOf(ctx, ids)
	if err != nil {
		return err
	}
	var replace []int32
	var rows []models.Hours
	for _, n := range numbers {
		id, after := m.stores[n].ID, m.batch.hours[n]
		read := int64(len(after))
		slices.SortFunc(after, compareHours)
		after = slices.Compact(after)
		kept := int64(0)
		for _, h := range after {
			if _, known := slices.BinarySearchFunc(hoursOfEver(before[id]), h, compareHours); !known {
				kept++
			}
		}
		m.counts.Kept += kept
		m.counts.Duplicate += read - kept
		if slices.Equal(hoursOfEver(before[id]), after) {
			m.journal.recordConfirmed(hoursJournal, 0, id)
			continue
		}
		m.recordHours(n, hoursOfEver(before[id]), after)
		replace = append(replace, id)
		for _, h := range after {
			rows = append(rows, models.Hours{StoreID: id, ValidFrom: uptime.Ever, Day: h.Day, StartS: h.Start, EndS: h.End})
		}
	}
	m.changed = m.changed || len(replace) > 0
	return m.tx.ReplaceHours(ctx, replace, rows)
}

// recordHours records a change of a store's hours, for an undo and for people.
func (m *merger) recordHours(n uint32, before, after []uptime.Hours) {
	m.journal.recordChange(hoursJournal, 0, m.stores[n].ID, packHours(before), packHours(after))
	if !m.isNew[n] {
		m.changes.add(func() models.Change {
			return models.Change{Store: m.batch.codes[n], Kind: feed.Hours.String(), Before: hoursText(before), After: hoursText(after)}
		})
	}
}

func compareHours(a, b uptime.Hours) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// hoursOfEver are the hours of the schedule that holds for all time.
func hoursOfEver(schedules []uptime.Schedule) []uptime.Hours {
	if len(schedules) == 0 || schedules[0].From != uptime.Ever {
		return nil
	}
	return schedules[0].Hours
}
