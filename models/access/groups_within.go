package access

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/reach"
)

// GroupsWithin answers which groups have stores within a reach.
type GroupsWithin struct {
	db    *models.DB
	reach reach.Reach
}

// NewGroupsWithin are the groups of the stores within a reach.
func NewGroupsWithin(db *models.DB, r reach.Reach) GroupsWithin { return GroupsWithin{db, r} }

// GroupExists reports whether any store within the reach belongs to the group with a name,
// as it is shown.
func (g GroupsWithin) GroupExists(ctx context.Context, name string) (bool, error) {
	if g.reach.HasGroup(name) {
		return groupExists(ctx, g.db, name)
	}
	codes := slices.DeleteFunc(slices.Clone(g.reach.Stores()), func(code string) bool { // PostgreSQL would refuse these
		return !utf8.ValidString(code) || strings.ContainsRune(code, 0)
	})
	for some := range slices.Chunk(codes, models.StoresPerStatement) {
		var groups []string
		err := g.db.GORM(ctx).Model(&models.Store{}).Where("code IN ?", some).Distinct().Pluck("group_name", &groups).Error
		if err != nil {
			return false, fmt.Errorf("look for group %s: %w", name, err)
		}
		if slices.ContainsFunc(groups, func(stored string) bool { return names.Visible(stored) == name }) {
			return true, nil
		}
	}
	return false, nil
}

// groupExists reports whether any store belongs to the group with a name, as it is shown.
func groupExists(ctx context.Context, db *models.DB, name string) (exists bool, err error) {
	if !utf8.ValidString(name) || names.Visible(name) != name { // PostgreSQL would refuse some of these
		return false, nil
	}
	err = db.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM stores WHERE group_name = ?)", name).Scan(&exists).Error
	if err != nil {
		return false, fmt.Errorf("look for group %s: %w", name, err)
	}
	if exists || name == "" {
		return exists, nil
	}
	var stored []string // earlier releases kept characters that nobody sees
	err = db.GORM(ctx).Raw("SELECT DISTINCT group_name FROM stores").Scan(&stored).Error
	if err != nil {
		return false, fmt.Errorf("look for group %s: %w", name, err)
	}
	return slices.ContainsFunc(stored, func(s string) bool { return names.Visible(s) == name }), nil
}
