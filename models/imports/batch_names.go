package imports

import (
	"cmp"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/feed"
)

// A naming is what one row says a store is called, and what a store is called
// after several. Of what it does not have it says nothing.
type naming struct {
	name              string
	group, city       string
	hasGroup, hasCity bool
}

func (b *Batch) addNames(r feed.NamesRow) error {
	n, err := b.store(r.Store)
	if err != nil {
		return err
	}
	b.names[n] = append(b.names[n], naming{
		name: string(r.Name), group: string(r.Group), city: string(r.City),
		hasGroup: r.HasGroup, hasCity: r.HasCity,
	})
	return nil
}

// chosenNaming is what is taken where rows call one store differently: the first
// by name, group and city, a rule that does not depend on the order of rows. What
// its file has no column for is taken from the next that has. contrary is how
// many different rows say otherwise. The rows are sorted by it.
func chosenNaming(rows []naming) (chosen naming, contrary int64) {
	slices.SortFunc(rows, compareNamings)
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
		if (i == 0 || row != rows[i-1]) && !row.agrees(chosen) {
			contrary++
		}
	}
	return chosen, contrary
}

// compareNamings puts what says nothing behind what says something.
func compareNamings(a, b naming) int {
	said := func(a, b bool) int {
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
		said(a.hasGroup, b.hasGroup), strings.Compare(a.group, b.group),
		said(a.hasCity, b.hasCity), strings.Compare(a.city, b.city))
}

// agrees reports whether chosen has all that the row says.
func (row naming) agrees(chosen naming) bool {
	return row.name == chosen.name &&
		(!row.hasGroup || row.group == chosen.group) && (!row.hasCity || row.city == chosen.city)
}

// of is the store as it is called from now on.
func (chosen naming) of(s models.Store) models.Store {
	s.Name = chosen.name
	if chosen.hasGroup {
		s.Group = chosen.group
	}
	if chosen.hasCity {
		s.City = chosen.city
	}
	return s
}
