package imports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/schedules"
	"lightson/models/uptime"
	"lightson/models/words"
)

var (
	// ErrNoPastHours says that an import has no hours that could hold for all time as well.
	ErrNoPastHours = errors.New("no hours to apply to the past")
	// ErrPastHoursDone says that the hours of an import were applied to the past before.
	ErrPastHoursDone = errors.New("applied to the past before")
)

// PastHours are the hours that an import changed from a date on and that could hold for
// all time as well.
type PastHours struct {
	Stores      int64       // that have such hours, and still those that the import gave them
	StoreDays   int64       // their days before that on which opening hours would be others
	First, Last uptime.Date // of the dates from which on they hold
	AppliedBy   string      // id of the import that applied them, which was not undone; empty if none
}

// FindPastHours finds the hours of an import that could hold for all time as well.
func FindPastHours(ctx context.Context, db *models.DB, i models.Import) (p PastHours, err error) {
	if !mayHavePastHours(i) {
		return p, nil
	}
	err = db.View(ctx, func(tx *models.Tx) error {
		if p.AppliedBy, err = appliedBy(ctx, tx, i.ID); err != nil || p.AppliedBy != "" {
			return err
		}
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		found, err := findPastHours(ctx, tx, i, version)
		if err != nil || len(found) == 0 {
			return err
		}
		days, err := newDayCounter(ctx, tx, version)
		if err != nil {
			return err
		}
		p.First, p.Last = found[0].from, found[0].from
		for _, s := range found {
			p.Stores++
			p.First, p.Last = min(p.First, s.from), max(p.Last, s.from)
			zone := s.store.ZoneName()
			if err := days.add(s.store, zone, s.now, zone, s.applied, s.from-1); err != nil {
				return err
			}
		}
		p.StoreDays, err = days.count()
		return err
	})
	if err != nil {
		return p, fmt.Errorf("find hours of import %s to apply to the past: %w", i.ID, err)
	}
	return p, nil
}

func mayHavePastHours(i models.Import) bool {
	return i.State == models.Complete && i.UndoneAt == 0 && i.MergeNumber > 0 && slices.Contains(i.Changed, feed.Hours.String())
}

// pastStore is a store whose hours can be applied to the past.
type pastStore struct {
	store        models.Store
	now, applied []uptime.Schedule
	from         uptime.Date // from which on the hours hold now
}

// findPastHours finds the stores whose hours an import changed, that still have them, and
// for which they could hold for all time as well, in order of id.
func findPastHours(ctx context.Context, tx *models.Tx, i models.Import, version models.DataVersion) (found []pastStore, err error) {
	entries, err := hoursEntries(ctx, tx, i)
	if err != nil || len(entries) == 0 {
		return nil, err
	}
	ids := slices.Sorted(maps.Keys(entries))
	known := make(map[int32]models.Store, len(ids))
	if err := tx.EachStore(ctx, func(s models.Store) {
		if _, is := entries[s.ID]; is {
			known[s.ID] = s
		}
	}); err != nil {
		return nil, fmt.Errorf("read stores: %w", err)
	}
	hours, err := tx.HoursOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	today := newToday(version.NewestPollAt)
	for _, id := range ids {
		e, store, now := entries[id], known[id], hours[id]
		if checksumOf(schedules.Pack(now)) != e.checksum || store.ID == 0 {
			continue
		}
		before, err := schedules.Unpack(e.before)
		if err != nil {
			return nil, fmt.Errorf("%w: hours of store %d: %w", errCorruptJournal, id, err)
		}
		newest, polled, err := today.in(store.ZoneName())
		if err != nil {
			return nil, err
		}
		if applied, from, ok := schedules.OverPast(before, now, newest); ok && polled {
			found = append(found, pastStore{store, now, applied, from})
		}
	}
	return found, nil
}

// hoursEntries are what the journal of an import has of hours, by store. It is empty
// where there is no journal any more.
func hoursEntries(ctx context.Context, tx *models.Tx, i models.Import) (map[int32]journalEntry, error) {
	j := journals{tx}
	parts, err := j.parts(ctx, i.MergeNumber, i.MergeNumber)
	if err != nil {
		return nil, err
	}
	entries := map[int32]journalEntry{}
	for _, p := range parts {
		if p.Kind != schedulesJournal {
			continue
		}
		err := j.eachEntry(ctx, p, func(e journalEntry) error {
			if e.changed() {
				entries[e.store] = e
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// pastName stands for the name of a file in an import that applies hours to the past. It
// names the import that they are of, so that it is found again.
func pastName(id string) string { return "hours of import " + id + ", applied to the past" }

// appliedBy is the id of the import that applied the hours of another to the past, unless
// that was undone.
func appliedBy(ctx context.Context, tx *models.Tx, id string) (by string, err error) {
	var ids []string
	// What someone uploads has a checksum.
	err = tx.GORM(ctx).Model(&models.Import{}).Where("undone_at = 0 AND merge_number > 0").
		Where("id IN (?)", tx.GORM(ctx).Model(&models.ImportFile{}).Select("import_id").Where("name = ? AND sha256 = ''", pastName(id))).
		Limit(1).Pluck("id", &ids).Error
	if err != nil {
		return "", fmt.Errorf("look for an import that applied hours: %w", err)
	}
	if len(ids) > 0 {
		by = ids[0]
	}
	return by, nil
}

// ApplyHoursToPast makes the hours that an import changed hold for all time, for the
// stores that still have them. It is recorded as an import of its own, which it returns
// and which can be undone; source and by say where it was asked for, and who did.
//
// It gives ErrPastHoursDone and the import that did it where that was done before, and
// ErrNoPastHours where there are no such hours; nothing changes then.
func ApplyHoursToPast(ctx context.Context, db *models.DB, id string, source models.Source, by string) (models.Import, error) {
	var applied string
	err := db.Update(ctx, func(tx *models.Tx) (err error) {
		applied, err = applyHours(ctx, tx, id, source, by)
		return err
	})
	if err != nil && !errors.Is(err, ErrPastHoursDone) {
		return models.Import{}, fmt.Errorf("apply hours of import %s to the past: %w", id, err)
	}
	i, readErr := db.Import(ctx, applied)
	return i, errors.Join(err, readErr)
}

func applyHours(ctx context.Context, tx *models.Tx, id string, source models.Source, by string) (applied string, err error) {
	version, err := tx.LockDataVersion(ctx) // merges and undos wait
	if err != nil {
		return "", err
	}
	var of models.Import
	if err := tx.GORM(ctx).Where("id = ?", id).First(&of).Error; err != nil {
		return "", models.NotFound(err)
	}
	if !mayHavePastHours(of) {
		return "", ErrNoPastHours
	}
	if applied, err = appliedBy(ctx, tx, id); err != nil || applied != "" {
		return applied, errors.Join(err, ErrPastHoursDone)
	}
	found, err := findPastHours(ctx, tx, of, version)
	if err != nil {
		return "", err
	}
	if len(found) == 0 {
		return "", ErrNoPastHours
	}
	last, err := journals{tx}.lastMerge(ctx)
	if err != nil {
		return "", err
	}
	record := newJournal(last + 1)
	var ids []int32
	var rows []models.Hours
	for _, s := range found {
		record.recordChange(schedulesJournal, 0, s.store.ID, schedules.Pack(s.now), schedules.Pack(s.applied))
		ids, rows = append(ids, s.store.ID), appendHours(rows, s.store.ID, s.applied)
	}
	if err := tx.ReplaceHours(ctx, ids, rows); err != nil {
		return "", err
	}
	if err := record.flush(ctx, tx); err != nil {
		return "", err
	}
	version.RenewBy(models.DataChange{Others: true})
	if err := tx.SaveDataVersion(ctx, version); err != nil {
		return "", err
	}
	return recordApplied(ctx, tx, of, last+1, source, by, int64(len(found)))
}

// recordApplied records an import that applies hours of stores to the past.
func recordApplied(ctx context.Context, tx *models.Tx, of models.Import, merge int64, source models.Source, by string, stores int64) (id string, err error) {
	i := models.NewImport(source)
	now := models.Now()
	file := models.ImportFile{
		ImportID: i.ID, Number: 1, Name: pastName(of.ID), Kind: feed.Hours.String(), Rows: stores,
		Notes: []models.Note{{Kind: noteHoursFrom, Count: stores, Text: changedHoursWords(words.List{forAllTime(stores)}).Stored()}},
	}
	i.By, i.HoursFrom = by, schedules.Choice{Always: true}.String()
	i.Counts = models.Counts{Rows: stores, Kept: stores}
	if err := tx.AddImport(ctx, i); err != nil {
		return "", err
	}
	changed, err := json.Marshal([]string{feed.Hours.String()})
	if err != nil {
		return "", err
	}
	g := tx.GORM(ctx)
	if err := g.Create(&file).Error; err != nil {
		return "", fmt.Errorf("record hours: %w", err)
	}
	done := g.Model(&models.Import{}).Where("id = ?", i.ID).Updates(map[string]any{
		"state": models.Complete, "started_at": now, "finished_at": now, "merged": true,
		"merge_number": merge, "changed": string(changed),
	})
	if done.Error != nil {
		return "", fmt.Errorf("record hours: %w", done.Error)
	}
	return i.ID, journals{tx}.removeOld(ctx)
}
