package imports

import (
	"context"
	"encoding/binary"

	"lightson/models"
	"lightson/models/polls"
)

// UndoKept is how many imports of files can be undone, PushesKept how many of pushes.
const (
	UndoKept   = undoKept
	PushesKept = pushesKept
)

// MergeBatch merges a batch without an import around it.
func MergeBatch(tx *models.Tx, b *Batch) error {
	_, err := mergeBatch(context.Background(), tx, b)
	return err
}

// Seen counts the data that a transaction sees.
func Seen(tx *models.Tx) (version int64, stores, hours int, count int64, err error) {
	ctx := context.Background()
	v, err := tx.DataVersion(ctx)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	all, err := tx.Stores(ctx)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	byStore, err := tx.AllHours(ctx)
	if err != nil {
		return 0, 0, 0, 0, err
	}
	for _, schedules := range byStore {
		for _, s := range schedules {
			hours += len(s.Hours)
		}
	}
	err = tx.PollTable().ReadDays(ctx, -1_000_000, 1_000_000, func(_, _ int32, day polls.Day) error {
		count += int64(day.Len())
		return nil
	})
	return v.Version, len(all), hours, count, err
}

// ChecksumOf is a checksum as journals have it.
func ChecksumOf(written []byte) []byte {
	return binary.LittleEndian.AppendUint32(nil, checksumOf(written))
}

// RangeStores is how many stores are sorted and merged at once.
const RangeStores = rangeStores

// JournaledPolls are the days, and the stores by id, of which a merge has polls in its
// journal, and whether it changed them.
func JournaledPolls(tx *models.Tx, merge int64) (map[[2]int32]bool, error) {
	ctx := context.Background()
	found := map[[2]int32]bool{}
	parts, err := journals{tx}.parts(ctx, merge, merge)
	for _, p := range parts {
		if p.Kind != pollsJournal || err != nil {
			continue
		}
		err = journals{tx}.eachEntry(ctx, p, func(e journalEntry) error {
			found[[2]int32{p.Day, e.store}] = e.changed()
			return nil
		})
	}
	return found, err
}
