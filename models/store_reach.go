package models

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lightson/models/names"
	"lightson/models/reach"
)

// GroupsWithin answers which groups have stores within a reach.
type GroupsWithin struct {
	db    *DB
	reach reach.Reach
}

// GroupsWithin are the groups of the stores within a reach.
func (db *DB) GroupsWithin(r reach.Reach) GroupsWithin { return GroupsWithin{db, r} }

// GroupExists reports whether any store within the reach belongs to the group with a name,
// as it is shown.
// For packages of models only.
func (g GroupsWithin) GroupExists(ctx context.Context, name string) (bool, error) {
	if g.reach.HasGroup(name) {
		return g.db.groupExists(ctx, name)
	}
	codes := slices.DeleteFunc(slices.Clone(g.reach.Stores()), func(code string) bool { // PostgreSQL would refuse these
		return !utf8.ValidString(code) || strings.ContainsRune(code, 0)
	})
	for some := range slices.Chunk(codes, StoresPerStatement) {
		var groups []string
		err := g.db.GORM(ctx).Model(&Store{}).Where("code IN ?", some).Distinct().Pluck("group_name", &groups).Error
		if err != nil {
			return false, fmt.Errorf("look for group %s: %w", name, err)
		}
		if slices.ContainsFunc(groups, func(stored string) bool { return names.Visible(stored) == name }) {
			return true, nil
		}
	}
	return false, nil
}

// Within reports whether the store is within a reach, by the group that it is in now.
// For packages of models only.
func (s Store) Within(r reach.Reach) bool { return r.Has(s.Code, names.Visible(s.Group)) }

// CountStores counts the stores within a reach.
func (db *DB) CountStores(ctx context.Context, within reach.Reach) (count int64, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		return tx.StoreTable().Read(ctx, func(s Store) {
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
