package models

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/zones"
)

// A Store is a restaurant that any feed has named.
type Store struct {
	ID          int32           // internal; small, because every row of poll_days has it
	Code        string          // the id in feeds, pages and the API
	Zone        string          // IANA name; empty where no feed gave one
	FirstPollAt OptionalInstant // of all polls ever, deleted ones included; none where it was never polled

	// Each of these is empty where no feed gave it.
	Name  string
	Group string `gorm:"column:group_name"` // the chain or owner it belongs to
	City  string
}

// AssumedZone is the zone of stores for which no zone is known.
const AssumedZone = "America/Chicago"

// ZoneKnown reports whether a feed gave the store a zone, and one that this program
// knows: a program with newer zone data, or an earlier release, may have stored another.
func (s Store) ZoneKnown() bool { return zones.Known(s.Zone) }

// ZoneName is the zone that the store is computed in: its own, or the assumed one where
// that is not known.
func (s Store) ZoneName() string {
	if !s.ZoneKnown() {
		return AssumedZone
	}
	return s.Zone
}

// StorePath is the path of the page of a store with a code. A code can be any text, with
// slashes and dots.
func StorePath(code string) string {
	escaped := url.PathEscape(code)
	if code == "." || code == ".." {
		// A browser would walk up the path, even where the dots are escaped.
		return "/stores?q=" + escaped
	}
	return "/stores/" + escaped
}

// Label is the name of the store, or its code where it has none.
func (s Store) Label() string {
	if s.Name == "" {
		return s.Code
	}
	return s.Name
}

// Within reports whether the store is within a reach, by the group that it is in now.
// For packages of models only.
func (s Store) Within(r reach.Reach) bool { return r.Has(s.Code, names.Visible(s.Group)) }

// StoresPerStatement is how many stores one statement may name. It keeps its parameters
// well under the limit of either database (32,766 on SQLite, 65,535 on PostgreSQL).
// For packages of models only.
const StoresPerStatement = 5000

// StoresByCode finds the stores with these codes, as far as they exist.
// For packages of models only.
func (tx *Tx) StoresByCode(ctx context.Context, codes []string) (map[string]Store, error) {
	found := make(map[string]Store, len(codes))
	if len(codes) > StoresPerStatement { // most of the table: reading all of it is quicker
		return found, tx.EachStore(ctx, func(s Store) { found[s.Code] = s })
	}
	var stores []Store
	if err := tx.GORM(ctx).Where("code IN ?", codes).Find(&stores).Error; err != nil {
		return nil, fmt.Errorf("look up %d stores: %w", len(codes), err)
	}
	for _, s := range stores {
		found[s.Code] = s
	}
	return found, nil
}

// AddStores adds stores and sets their ids to the next free ones. The caller holds the
// lock of the data version, so nobody else adds stores meanwhile.
// For packages of models only.
func (tx *Tx) AddStores(ctx context.Context, stores []Store) error {
	if len(stores) == 0 {
		return nil
	}
	var last int32
	if err := tx.GORM(ctx).Model(&Store{}).Select("COALESCE(MAX(id), 0)").Scan(&last).Error; err != nil {
		return fmt.Errorf("add stores: %w", err)
	}
	for n := range stores {
		stores[n].ID = last + int32(n) + 1
	}
	if err := tx.StoreTable().Insert(ctx, stores); err != nil {
		return fmt.Errorf("add %d stores: %w", len(stores), err)
	}
	for _, s := range stores {
		tx.newHours.add(s.ID)
	}
	return nil
}

// SetZones sets the zones of stores, by id.
// For packages of models only.
func (tx *Tx) SetZones(ctx context.Context, zones map[int32]string) error {
	if tx.dry {
		return nil
	}
	byZone := map[string][]int32{}
	for id, zone := range zones {
		byZone[zone] = append(byZone[zone], id)
	}
	for zone, ids := range byZone {
		for some := range slices.Chunk(ids, StoresPerStatement) {
			if err := tx.GORM(ctx).Model(&Store{}).Where("id IN ?", some).Update("zone", zone).Error; err != nil {
				return fmt.Errorf("set zone %s of %d stores: %w", zone, len(some), err)
			}
		}
	}
	return nil
}

// Stores are all stores, sorted by code in order of bytes: a database's own order
// depends on its collation.
// For packages of models only.
func (tx *Tx) Stores(ctx context.Context) ([]Store, error) {
	var stores []Store
	if err := tx.EachStore(ctx, func(s Store) { stores = append(stores, s) }); err != nil {
		return nil, err
	}
	slices.SortFunc(stores, func(a, b Store) int { return strings.Compare(a.Code, b.Code) })
	return stores, nil
}

// HighestStore is the highest id of a store, and 0 where there is none. Ids have few gaps, so it
// says about how many stores there are, and costs one look-up.
func (db *DB) HighestStore(ctx context.Context) (id int32, err error) {
	if err := db.GORM(ctx).Model(&Store{}).Select("COALESCE(MAX(id), 0)").Scan(&id).Error; err != nil {
		return 0, fmt.Errorf("find the highest id of a store: %w", err)
	}
	return id, nil
}

// CountStores counts the stores within a reach.
func (db *DB) CountStores(ctx context.Context, within reach.Reach) (count int64, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		return tx.EachStore(ctx, func(s Store) {
			if s.Within(within) {
				count++
			}
		})
	})
	if err != nil {
		return 0, fmt.Errorf("count stores: %w", err)
	}
	return count, nil
}

// CountStores counts all stores.
// For packages of models only.
func (tx *Tx) CountStores(ctx context.Context) (count int64, err error) {
	err = tx.EachStore(ctx, func(Store) { count++ })
	if err != nil {
		return 0, fmt.Errorf("count stores: %w", err)
	}
	return count, nil
}

// storeTable is the table stores in one transaction, for reading or writing many of its
// plain rows at once.
type storeTable interface {
	// Read visits all stores, in no particular order.
	Read(ctx context.Context, visit func(Store)) error
	// ReadBetween visits those with ids from lowest to highest, in no particular order.
	ReadBetween(ctx context.Context, lowest, highest int32, visit func(Store)) error
	// Insert adds stores, which have their ids.
	Insert(ctx context.Context, stores []Store) error
	// SetFirstPolls writes the FirstPollAt of stores, see [Tx.SetFirstPolls].
	SetFirstPolls(ctx context.Context, stores []Store) error
	// SetNames writes the Name, Group and City of stores.
	SetNames(ctx context.Context, stores []Store) error
}
