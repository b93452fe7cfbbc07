package imports

import (
	"cmp"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/feed"
)

// storeNames are the name, group and city in one row of a names file. Group and
// city are unspecified where the file has no such column.
type storeNames struct {
	name              string
	group, city       string
	hasGroup, hasCity bool
}

func (b *Batch) addNames(r feed.NamesRow) error {
	n, err := b.number(r.Store)
	if err != nil {
		return err
	}
	b.names[n] = append(b.names[n], storeNames{
		name: string(r.Name), group: b.text(r.Group), city: b.text(r.City),
		hasGroup: r.HasGroup, hasCity: r.HasCity,
	})
	return nil
}

// chooseNames chooses among the rows of one store: the first by name, group and
// city, whatever the order of the rows. A field that is unspecified there is taken
// from the next row that has it. conflicting counts the distinct rows that
// disagree with the choice. The rows are sorted in place.
func chooseNames(rows []storeNames) (chosen storeNames, conflicting int64) {
	slices.SortFunc(rows, compareNames)
	chosen = rows[0]
	for _, row := range rows {
		if !chosen.hasGroup && row.hasGroup {
			chosen.group, chosen.hasGroup = row.group, true
		}
		if !chosen.hasCity && row.hasCity {
			chosen.city, chosen.hasCity = row.city, true
		}
	}
	for i, row := range rows {
		if (i == 0 || row != rows[i-1]) && !row.agreesWith(chosen) {
			conflicting++
		}
	}
	return chosen, conflicting
}

// compareNames sorts unspecified fields behind specified ones.
func compareNames(a, b storeNames) int {
	specifiedFirst := func(a, b bool) int {
		switch {
		case a == b:
			return 0
		case a:
			return -1
		default:
			return 1
		}
	}
	return cmp.Or(strings.Compare(a.name, b.name),
		specifiedFirst(a.hasGroup, b.hasGroup), strings.Compare(a.group, b.group),
		specifiedFirst(a.hasCity, b.hasCity), strings.Compare(a.city, b.city))
}

// agreesWith reports whether chosen has every specified field of the row.
func (row storeNames) agreesWith(chosen storeNames) bool {
	return row.name == chosen.name &&
		(!row.hasGroup || row.group == chosen.group) && (!row.hasCity || row.city == chosen.city)
}

// applyTo is the store with the specified fields.
func (chosen storeNames) applyTo(s models.Store) models.Store {
	s.Name = chosen.name
	if chosen.hasGroup {
		s.Group = chosen.group
	}
	if chosen.hasCity {
		s.City = chosen.city
	}
	return s
}
