package figures

import (
	"context"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
)

// fewPolls are the polls of a few stores, by the id of the store. densePolls are
// for all stores.
type fewPolls map[int32][]storeDay

type storeDay struct {
	day    int32 // UTC, in days since 1970-01-01
	packed polls.Day
}

// readStore reads any number of days of one store, in one query.
func (f fewPolls) readStore(ctx context.Context, table models.PollTable, store, first, last int32) error {
	return table.ReadStore(ctx, store, first, last, func(day int32, packed polls.Day) error {
		f.add(day, store, packed)
		return nil
	})
}

// read reads a few days of some stores, in a query a day. The ids are sorted and
// without duplicates. Of a day on which nobody was polled no store is looked up.
func (f fewPolls) read(ctx context.Context, table models.PollTable, stores []int32, first, last int32) error {
	for day := first; day <= last; day++ {
		if len(stores) >= rowsPerLookUp {
			if has, err := table.HasDay(ctx, day); err != nil {
				return err
			} else if !has {
				continue
			}
		}
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
