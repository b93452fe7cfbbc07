package access

import (
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/reach"
)

// commonReach is what two reaches have in common: the groups that both name, and each
// single store that both have, by its name or by its group. Which group a store is in is
// looked up, so what it returns is right for now, and each request asks anew.
func commonReach(g *gorm.DB, x, y reach.Reach) (reach.Reach, error) {
	sure := x.And(y)
	if x.IsAll() || y.IsAll() {
		return sure, nil
	}
	groups, err := groupsOf(g, unsureStores(x, y))
	if err != nil {
		return reach.Reach{}, err
	}
	stores := slices.Clone(sure.Stores())
	for store, group := range groups {
		if x.Has(store, group) && y.Has(store, group) {
			stores = append(stores, store)
		}
	}
	return reach.Of(sure.Groups(), stores), nil
}

// unsureStores are single stores of either reach that may be in a group of the other.
func unsureStores(x, y reach.Reach) (stores []string) {
	if len(y.Groups()) > 0 {
		stores = append(stores, x.Stores()...)
	}
	if len(x.Groups()) > 0 {
		stores = append(stores, y.Stores()...)
	}
	return stores
}

// withinReach reports whether other has everything that a reach has now. Stores that
// there are not are within all stores only.
func withinReach(g *gorm.DB, r, other reach.Reach) (bool, error) {
	if r.Within(other) {
		return true, nil
	}
	if r.IsAll() || !reach.Of(r.Groups(), nil).Within(other) {
		return false, nil
	}
	groups, err := groupsOf(g, r.Stores())
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(r.Stores(), func(store string) bool { return !other.Has(store, groups[store]) }), nil
}

// groupsOf looks up the groups of stores, as far as they exist.
func groupsOf(g *gorm.DB, codes []string) (map[string]string, error) {
	groups := make(map[string]string, len(codes))
	for some := range slices.Chunk(codes, models.StoresPerStatement) {
		var stores []models.Store
		if err := g.Session(&gorm.Session{NewDB: true}).Select("code", "group_name").Where("code IN ?", some).Find(&stores).Error; err != nil {
			return nil, fmt.Errorf("look up groups of stores: %w", err)
		}
		for _, s := range stores {
			groups[s.Code] = names.Visible(s.Group)
		}
	}
	return groups, nil
}
