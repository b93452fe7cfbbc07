package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"lightson/models/uptime"
)

// A storePart is a row of store_parts: the stores with ids in a range, and their weekly hours,
// packed. It says nothing that stores and hours do not say, but a report of a large chain needs
// a hundred thousand of their rows, or some thirty of these.
//
// The database itself deletes the parts of which rows change, by triggers, whoever changes them:
// this program, an earlier release, somebody by hand, or a restore of rows. Where a part is
// missing, the plain rows are read. So a part that is there is never out of date. Each change
// of the data writes those that are missing, in its transaction, unless somebody else is changing
// stores or hours meanwhile.
type storePart struct {
	Part   int32  // the number of its range of ids
	Stores []byte // see packStores
}

// TableName implements GORM's Tabler.
func (storePart) TableName() string { return "store_parts" }

// storesPerPart is how many ids a part is for. The triggers know it as well. A part that
// changes is written whole.
const storesPerPart = 512

func partOf(id int32) int32 { return id / storesPerPart }

// StoresWithHours are all stores, sorted as by Stores, and the schedules of each, sorted as by
// HoursOf, by the same index. Schedules that are equal may share their memory, and must not be
// changed.
// For packages of models only.
func (tx *Tx) StoresWithHours(ctx context.Context) (stores []Store, hours [][]uptime.Schedule, err error) {
	return tx.StoresWithHoursBetween(ctx, 0, math.MaxInt32)
}

// StoresWithHoursBetween is StoresWithHours for those with ids from lowest to highest.
// For packages of models only.
func (tx *Tx) StoresWithHoursBetween(ctx context.Context, lowest, highest int32) (stores []Store, hours [][]uptime.Schedule, err error) {
	read, gaps, err := tx.readStoreParts(ctx, lowest, highest)
	for _, gap := range gaps {
		first, last := gap.ids(storesPerPart)
		if err == nil {
			read, err = tx.readPlainStores(ctx, read, max(lowest, first), last)
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read stores and hours: %w", err)
	}
	read = slices.DeleteFunc(read, func(s storeWithHours) bool { return s.ID < lowest || s.ID > highest })
	slices.SortFunc(read, func(a, b storeWithHours) int { return strings.Compare(a.Code, b.Code) })
	stores, hours = make([]Store, len(read)), make([][]uptime.Schedule, len(read))
	for n := range read {
		stores[n], hours[n] = read[n].Store, read[n].hours
	}
	return stores, hours, nil
}

// A storeWithHours is a store and its schedules.
type storeWithHours struct {
	Store
	hours []uptime.Schedule
}

// partRange are some parts, from first to last.
type partRange struct{ first, last int32 }

// ids are the lowest and the highest id of parts for so many ids each.
func (r partRange) ids(perPart int32) (lowest, highest int32) {
	return r.first * perPart, int32(min(math.MaxInt32, (int64(r.last)+1)*int64(perPart)-1))
}

// missing are the parts from next to last that found does not name, in order.
type missing struct {
	next, last int32
	gaps       []partRange
}

// found says that a part is there. Parts come in order.
func (m *missing) found(part int32) {
	m.skipTo(part)
	m.next = part + 1
}

func (m *missing) skipTo(part int32) {
	if part > m.next {
		m.gaps = append(m.gaps, partRange{m.next, part - 1})
	}
}

// all are the gaps, once all parts were found that are there.
func (m *missing) all() []partRange {
	m.skipTo(m.last + 1)
	return m.gaps
}

// readStoreParts reads the parts of the stores with ids from lowest to highest, and says which
// of them are missing or were packed by a later release.
func (tx *Tx) readStoreParts(ctx context.Context, lowest, highest int32) (stores []storeWithHours, gaps []partRange, err error) {
	u := newStoreUnpacker()
	gaps, err = tx.eachStorePart(ctx, lowest, highest, func(p storePart) error {
		unpacked, err := u.unpack(stores, string(p.Stores))
		if err == nil {
			stores = unpacked
		}
		return err
	})
	return stores, gaps, err
}

// eachStorePart visits the parts of the stores with ids from lowest to highest, in order, and says
// which of them are missing. The plain rows tell what is in one for which visit gives an error.
func (tx *Tx) eachStorePart(ctx context.Context, lowest, highest int32, visit func(storePart) error) (gaps []partRange, err error) {
	parts := missing{next: partOf(lowest), last: partOf(highest)}
	rows, err := tx.GORM(ctx).Model(&storePart{}).Select("part", "stores").Where("part BETWEEN ? AND ?", parts.next, parts.last).Order("part").Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var p storePart
		if err := rows.Scan(&p.Part, &p.Stores); err != nil {
			return nil, err
		}
		if visit(p) == nil {
			parts.found(p.Part)
		}
	}
	return parts.all(), rows.Err()
}

// EachStore visits all stores, in no particular order. Their texts share memory: one that is kept
// for itself is better cloned.
// For packages of models only.
func (tx *Tx) EachStore(ctx context.Context, visit func(Store)) error {
	u := newStoreUnpacker()
	var unpacked []storeWithHours
	gaps, err := tx.eachStorePart(ctx, 0, math.MaxInt32, func(p storePart) (err error) {
		if unpacked, err = u.unpack(unpacked[:0], string(p.Stores)); err != nil {
			return err
		}
		for n := range unpacked {
			visit(unpacked[n].Store)
		}
		return nil
	})
	for _, gap := range gaps {
		first, last := gap.ids(storesPerPart)
		if err == nil {
			err = tx.StoreTable().ReadBetween(ctx, first, last, visit)
		}
	}
	if err != nil {
		return fmt.Errorf("read stores: %w", err)
	}
	return nil
}

// partsAtOnce is how many parts are in memory while those in which first polls changed are packed.
const partsAtOnce = 64

// SetFirstPolls writes the FirstPollAt of stores, which it sorts by id. Stores that are polled for
// the first time come with every other hour of a large chain, and say nothing of hours: so their
// parts are packed again from what they were, and not from the plain rows.
// For packages of models only.
func (tx *Tx) SetFirstPolls(ctx context.Context, stores []Store) error {
	if tx.dry || len(stores) == 0 {
		return nil
	}
	alone, err := tx.keepUnchanged(ctx, "stores, hours")
	if err != nil {
		return fmt.Errorf("set first polls: %w", err)
	}
	slices.SortFunc(stores, func(a, b Store) int { return cmp.Compare(a.ID, b.ID) })
	for len(stores) > 0 {
		end := partOf(stores[0].ID) + partsAtOnce
		some, _ := slices.BinarySearchFunc(stores, end, func(s Store, end int32) int { return cmp.Compare(partOf(s.ID), end) })
		if err := tx.setSomeFirstPolls(ctx, stores[:some], alone); err != nil {
			return fmt.Errorf("set first polls: %w", err)
		}
		stores = stores[some:]
	}
	return nil
}

// setSomeFirstPolls writes those of stores in a few parts, and these, where nobody else changes
// stores or hours.
func (tx *Tx) setSomeFirstPolls(ctx context.Context, stores []Store, alone bool) error {
	var changed []storePart
	if alone {
		var err error
		if changed, err = tx.partsWithFirstPolls(ctx, stores); err != nil {
			return err
		}
	}
	if err := tx.StoreTable().SetFirstPolls(ctx, stores); err != nil {
		return err
	}
	for _, part := range changed { // which the trigger has deleted
		if err := tx.GORM(ctx).Create(&part).Error; err != nil {
			return err
		}
	}
	return nil
}

// partsWithFirstPolls are the parts of stores, with other first polls of these.
func (tx *Tx) partsWithFirstPolls(ctx context.Context, stores []Store) (changed []storePart, err error) {
	first, has := map[int32]OptionalInstant{}, map[int32]bool{}
	for _, s := range stores {
		first[s.ID], has[partOf(s.ID)] = s.FirstPollAt, true
	}
	u := newStoreUnpacker()
	var unpacked []storeWithHours
	_, err = tx.eachStorePart(ctx, stores[0].ID, stores[len(stores)-1].ID, func(p storePart) (err error) {
		if !has[p.Part] {
			return nil
		}
		if unpacked, err = u.unpack(unpacked[:0], string(p.Stores)); err != nil {
			return err
		}
		for n := range unpacked {
			if at, some := first[unpacked[n].ID]; some {
				unpacked[n].FirstPollAt = at
			}
		}
		changed = append(changed, storePart{p.Part, packStores(unpacked)})
		return nil
	})
	return changed, err
}

// readPlainStores appends the stores with ids from lowest to highest, by stores and hours. This
// is the plain path.
func (tx *Tx) readPlainStores(ctx context.Context, stores []storeWithHours, lowest, highest int32) ([]storeWithHours, error) {
	found := map[int32][]uptime.Schedule{}
	addHours, addStore := func(h Hours) { h.addTo(found) }, func(s Store) { stores = append(stores, storeWithHours{s, found[s.ID]}) }
	if lowest == 0 && highest == math.MaxInt32 { // PostgreSQL need not know that these are all
		if err := tx.bulk.hours.Read(ctx, addHours); err != nil {
			return nil, err
		}
		return stores, tx.bulk.stores.Read(ctx, addStore)
	}
	if err := tx.bulk.hours.ReadBetween(ctx, lowest, highest, addHours); err != nil {
		return nil, err
	}
	return stores, tx.bulk.stores.ReadBetween(ctx, lowest, highest, addStore)
}

// writeStoreParts writes the parts that are missing. Those without stores are written as well,
// so that nobody looks for these again.
func (tx *Tx) writeStoreParts(ctx context.Context) error {
	var found struct{ Last, Count int32 }
	err := tx.GORM(ctx).Raw(`SELECT s.last, (SELECT COUNT(*) FROM store_parts WHERE part <= s.last) AS count
		FROM (SELECT COALESCE(MAX(id) / ?, -1) AS last FROM stores) AS s`, storesPerPart).Scan(&found).Error
	if err != nil || found.Count == found.Last+1 {
		return err
	}
	if alone, err := tx.keepUnchanged(ctx, "stores, hours"); err != nil || !alone {
		return err
	}
	var there []int32
	if err := tx.GORM(ctx).Model(&storePart{}).Order("part").Pluck("part", &there).Error; err != nil {
		return err
	}
	for part := int32(0); part <= found.Last; part++ {
		if len(there) > 0 && there[0] == part {
			there = there[1:]
			continue
		}
		first, last := partRange{part, part}.ids(storesPerPart)
		stores, err := tx.storesToPack(ctx, first, last)
		if err != nil {
			return err
		}
		slices.SortFunc(stores, func(a, b storeWithHours) int { return cmp.Compare(a.ID, b.ID) })
		if err := tx.GORM(ctx).Create(&storePart{part, packStores(stores)}).Error; err != nil {
			return err
		}
	}
	return nil
}

// storesToPack are the stores with ids from lowest to highest, with their hours.
func (tx *Tx) storesToPack(ctx context.Context, lowest, highest int32) (stores []storeWithHours, err error) {
	if tx.newHours.some(lowest, highest) {
		err = tx.bulk.stores.ReadBetween(ctx, lowest, highest, func(s Store) { stores = append(stores, storeWithHours{Store: s}) })
		if err != nil || tx.newHours.addTo(stores) {
			return stores, err
		}
	}
	return tx.readPlainStores(ctx, nil, lowest, highest)
}

// keepUnchanged has others who would change tables wait until the transaction ends, and reports
// false where somebody is changing them already, such as a person with psql. What is not
// committed yet would be missing in a part, whose trigger found no part to delete. On SQLite
// whoever writes is alone.
func (tx *Tx) keepUnchanged(ctx context.Context, tables string) (alone bool, err error) {
	if tx.pgx == nil {
		return true, nil
	}
	err = pgx.BeginFunc(ctx, tx.pgx, func(part pgx.Tx) error { // a refusal would end the whole transaction
		_, err := part.Exec(ctx, "LOCK TABLE "+tables+" IN SHARE MODE NOWAIT")
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "55P03" {
		return false, nil
	}
	return err == nil, err
}
