package figures

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// packedPolls are polls of stores, as packed as in the database.
type packedPolls interface {
	// appendPolls appends the polls of one store to dst, in order.
	appendPolls(dst []uptime.Poll, store int32) ([]uptime.Poll, error)
}

// fewPolls are the polls of fewer stores than those, by store.
type fewPolls map[int32][]storeDay

type storeDay struct {
	day    int32
	packed polls.Day
}

// readStore reads the days of one store, however many they are.
func (f fewPolls) readStore(ctx context.Context, table models.PollTable, store, first, last int32) error {
	return table.ReadStore(ctx, store, first, last, func(day int32, packed polls.Day) error {
		f.add(day, store, packed)
		return nil
	})
}

// read reads a few days of some stores, which are sorted by id.
func (f fewPolls) read(ctx context.Context, table models.PollTable, stores []int32, first, last int32) error {
	for day := first; day <= last; day++ {
		err := table.ReadDay(ctx, day, stores, func(store int32, packed polls.Day) error {
			f.add(day, store, packed)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (f fewPolls) add(day, store int32, packed polls.Day) {
	f[store] = append(f[store], storeDay{day, slices.Clone(packed)})
}

func (f fewPolls) appendPolls(dst []uptime.Poll, store int32) (_ []uptime.Poll, err error) {
	for _, d := range f[store] {
		if dst, err = d.packed.AppendPolls(dst, d.day); err != nil {
			return dst, fmt.Errorf("day %d: %w", d.day, err)
		}
	}
	return dst, nil
}
