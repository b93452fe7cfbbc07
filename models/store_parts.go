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
		if err == nil {
			read, err = tx.readPlainStores(ctx, read, max(lowest, gap.first*storesPerPart), gap.highest())
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

// highest is the highest id of the parts.
func (r partRange) highest() int32 {
	return int32(min(math.MaxInt32, (int64(r.last)+1)*storesPerPart-1))
}

// readStoreParts reads the parts of the stores with ids from lowest to highest, and says which
// of them are missing or were packed by a later release.
func (tx *Tx) readStoreParts(ctx context.Context, lowest, highest int32) (stores []storeWithHours, gaps []partRange, err error) {
	next, last := partOf(lowest), partOf(highest)
	rows, err := tx.GORM(ctx).Model(&storePart{}).Select("part", "stores").Where("part BETWEEN ? AND ?", next, last).Order("part").Rows()
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	u := newStoreUnpacker()
	for rows.Next() {
		var p storePart
		if err := rows.Scan(&p.Part, &p.Stores); err != nil {
			return nil, nil, err
		}
		unpacked, err := u.unpack(stores, string(p.Stores))
		if err != nil {
			continue // the plain rows tell
		}
		stores = unpacked
		if p.Part > next {
			gaps = append(gaps, partRange{next, p.Part - 1})
		}
		next = p.Part + 1
	}
	if next <= last {
		gaps = append(gaps, partRange{next, last})
	}
	return stores, gaps, rows.Err()
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
	if alone, err := tx.keepStoresUnchanged(ctx); err != nil || !alone {
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
		stores, err := tx.readPlainStores(ctx, nil, part*storesPerPart, partRange{part, part}.highest())
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

// keepStoresUnchanged has others who would change stores or hours wait until the transaction ends,
// and reports false where somebody is changing them already, such as a person with psql. What is
// not committed yet would be missing in a part, whose trigger found no part to delete. On SQLite
// whoever writes is alone.
func (tx *Tx) keepStoresUnchanged(ctx context.Context) (alone bool, err error) {
	if tx.pgx == nil {
		return true, nil
	}
	err = pgx.BeginFunc(ctx, tx.pgx, func(part pgx.Tx) error { // a refusal would end the whole transaction
		_, err := part.Exec(ctx, "LOCK TABLE stores, hours IN SHARE MODE NOWAIT")
		return err
	})
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "55P03" {
		return false, nil
	}
	return err == nil, err
}
