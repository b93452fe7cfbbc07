package models

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lightson/models/uptime"
)

// A Store is a restaurant that any feed has named.
type Store struct {
	ID          int32          // ours; small, because every row of poll_days carries it
	Code        string         // the id that the feeds use; what people see
	Zone        string         // IANA name; empty where no feed gave one
	FirstPollAt uptime.Instant // 0 where it was never polled
}

// AssumedZone is where a store is that no feed gave a zone.
const AssumedZone = "America/Chicago"

// ZoneName is the store's zone, or the assumed one.
func (s Store) ZoneName() string {
	if s.Zone == "" {
		return AssumedZone
	}
	return s.Zone
}

// storesPerStatement keeps a statement's parameters well under the limit of
// either database (32,766 on SQLite, 65,535 on PostgreSQL).
const storesPerStatement = 5000

// storesByCode finds those of the stores that exist.
func (tx *Tx) storesByCode(ctx context.Context, codes []string) (map[string]Store, error) {
	found := make(map[string]Store, len(codes))
	for some := range slices.Chunk(codes, storesPerStatement) {
		var stores []Store
		if err := tx.gorm.WithContext(ctx).Where("code IN ?", some).Find(&stores).Error; err != nil {
			return nil, fmt.Errorf("look up %d stores: %w", len(some), err)
		}
		for _, s := range stores {
			found[s.Code] = s
		}
	}
	return found, nil
}

// addStores adds stores that do not exist yet.
func (tx *Tx) addStores(ctx context.Context, codes []string) (map[string]Store, error) {
	added := make(map[string]Store, len(codes))
	for some := range slices.Chunk(codes, storesPerStatement) {
		stores := make([]Store, len(some))
		for n, code := range some {
			stores[n].Code = code
		}
		if err := tx.gorm.WithContext(ctx).Create(&stores).Error; err != nil {
			return nil, fmt.Errorf("add %d stores: %w", len(some), err)
		}
		for _, s := range stores {
			added[s.Code] = s
		}
	}
	return added, nil
}

// setZones sets the zones of stores.
func (tx *Tx) setZones(ctx context.Context, zones map[int32]string) error {
	byZone := map[string][]int32{}
	for id, zone := range zones {
		byZone[zone] = append(byZone[zone], id)
	}
	for zone, ids := range byZone {
		for some := range slices.Chunk(ids, storesPerStatement) {
			if err := tx.gorm.WithContext(ctx).Model(&Store{}).Where("id IN ?", some).Update("zone", zone).Error; err != nil {
				return fmt.Errorf("set zone %s of %d stores: %w", zone, len(some), err)
			}
		}
	}
	return nil
}

// setFirstPolls sets when stores were first polled.
func (tx *Tx) setFirstPolls(ctx context.Context, first map[int32]uptime.Instant) error {
	if len(first) == 0 {
		return nil
	}
	stores := make([]Store, 0, len(first))
	for id, at := range first {
		stores = append(stores, Store{ID: id, FirstPollAt: at})
	}
	return tx.polls.setFirstPolls(ctx, stores)
}

// stores are all stores, sorted by code, byte by byte: a database's own order
// depends on its collation.
func (tx *Tx) stores(ctx context.Context) ([]Store, error) {
	var stores []Store
	if err := tx.gorm.WithContext(ctx).Find(&stores).Error; err != nil {
		return nil, fmt.Errorf("read stores: %w", err)
	}
	slices.SortFunc(stores, func(a, b Store) int { return strings.Compare(a.Code, b.Code) })
	return stores, nil
}
