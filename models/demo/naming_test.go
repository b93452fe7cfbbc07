package demo

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryTenthStoreHasNoName(t *testing.T) {
	r := usual()
	if got, want := len(r.names), r.options.Stores*9/10; got != want {
		t.Errorf("%d of %d stores have a name, want %d", got, r.options.Stores, want)
	}
	for id, called := range r.names {
		if !validID.MatchString(id) || called.name == "" || len(called.name) > 60 || strings.TrimSpace(called.name) != called.name {
			t.Errorf("store %s is called %+v", id, called)
		}
	}
}

func TestAChainHasManyStoresInSeveralCitiesAndAnOwnerAFew(t *testing.T) {
	stores, cities := map[string]int{}, map[string]map[string]bool{}
	for _, called := range usual().names {
		stores[called.group]++
		if cities[called.group] == nil {
			cities[called.group] = map[string]bool{}
		}
		cities[called.group][called.city] = true
	}
	if stores[""] < 40 || stores[""] > 120 {
		t.Errorf("%d stores are on their own, want about a fifth", stores[""])
	}
	isChain := func(group string) bool {
		return slices.ContainsFunc(chains, func(s share[string]) bool { return s.value == group })
	}
	largest := "Golden Skillet"
	if stores[largest] < 20 || len(cities[largest]) < 5 {
		t.Errorf("%s has %d stores in %d cities", largest, stores[largest], len(cities[largest]))
	}
	chained, owned := 0, 0
	for group, count := range stores {
		switch {
		case group == "":
		case isChain(group):
			chained++
		default:
			owned++
			if count > ownerSpan {
				t.Errorf("%s owns %d stores, want a few", group, count)
			}
		}
	}
	if chained != len(chains) || owned < 15 {
		t.Errorf("%d chains and %d owners", chained, owned)
	}
}

func TestOwnersDoNotComeUpAgainSoon(t *testing.T) {
	o := small()
	seen := map[string]int{}
	for n := range len(forenames) * len(surnames) {
		owner := o.owner(n)
		if before, again := seen[owner]; again {
			t.Fatalf("owner %d is owner %d: %s", n, before, owner)
		}
		seen[owner] = n
	}
}

func TestEveryZoneHasCities(t *testing.T) {
	for _, s := range zones {
		if len(cities[s.value.name]) == 0 {
			t.Errorf("%s has no city", s.value.name)
		}
	}
	if len(cities) != len(zones) {
		t.Errorf("cities of %d zones, want %d", len(cities), len(zones))
	}
}

func TestATextIsQuotedWhereACommaOrAQuoteIsInIt(t *testing.T) {
	for text, want := range map[string]string{"": "", "Joe's": "Joe's", "Salt, Smoke": `"Salt, Smoke"`, `the "Fox"`: `"the ""Fox"""`} {
		if got := string(appendText(nil, text)); got != want {
			t.Errorf("%q is written %s, want %s", text, got, want)
		}
	}
}
