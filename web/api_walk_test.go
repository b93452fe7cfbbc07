package web_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// walk follows the pieces of a list to its end and calls between before each but the first.
// It returns how often each item was sent, by the fields that tell it from others.
func (s *site) walk(target string, between func(), fields ...string) map[string]int {
	s.t.Helper()
	sent := map[string]int{}
	for pieces := 0; target != ""; pieces++ {
		if pieces > 0 {
			between()
		}
		a := s.call(http.MethodGet, target)
		if a.StatusCode != http.StatusOK || pieces > 500 {
			s.t.Fatalf("%s: %d after %d pieces: %.300s", target, a.StatusCode, pieces, a.body)
		}
		for _, text := range itemsOf(s.t, a) {
			var item map[string]any
			if err := json.Unmarshal(text, &item); err != nil {
				s.t.Fatal(err)
			}
			var key []string
			for _, field := range fields {
				key = append(key, fmt.Sprint(item[field]))
			}
			sent[strings.Join(key, " ")]++
		}
		target = strings.TrimSuffix(strings.TrimPrefix(a.Header.Get("Link"), "<"), `>; rel="next"`)
	}
	return sent
}

// Between two pieces, polls of some stores are pushed: they may change their places. All
// others must be sent once.
func TestAWalkSurvivesPushesBetweenItsPieces(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.withDemo()
		s.someEntered()
		stores := s.snapshot().Stores
		dice := rand.New(rand.NewPCG(1, 2))
		moved := map[string]bool{}
		push := func() {
			pushed := stores[dice.IntN(12)].Code // ten times as many keep their places
			moved[pushed] = true
			at := fmt.Sprintf("2023-01-25T%02d:%02d:%02dZ", 8+dice.IntN(9), dice.IntN(60), dice.IntN(60))
			rows := []string{pushOf(pushed, []string{"active", "inactive"}[dice.IntN(2)], at)}
			if dice.IntN(3) == 0 { // a store that comes before or among the others
				added := fmt.Sprintf("%d-new", dice.IntN(1000))
				moved[added] = true
				rows = append(rows, pushOf(added, "inactive", at))
			}
			if a := s.push("application/json", "["+strings.Join(rows, ",")+"]"); a.StatusCode != http.StatusOK {
				t.Fatal(a.body)
			}
		}
		for _, list := range []struct {
			target string
			fields []string
		}{
			{"/api/v1/stores?limit=13", []string{"id"}},
			{"/api/v1/stores?limit=13&sort=week&order=asc", []string{"id"}},
			{"/api/v1/stores?limit=17&sort=day&order=desc", []string{"id"}},
			{"/api/v1/stores?limit=17&sort=store&order=desc", []string{"id"}},
			{"/api/v1/stores?limit=17&sort=zone&order=desc", []string{"id"}},
			{"/api/v1/stores?limit=17&sort=state", []string{"id"}},
			{"/api/v1/outages?limit=40", []string{"store", "from", "to"}},
			{"/api/v1/outages?limit=40&sort=longest", []string{"store", "from", "to"}},
			{"/api/v1/quality/outside_hours?limit=5", []string{"id"}},
			{"/api/v1/quality/no_zone?limit=5", []string{"id"}},
			{"/api/v1/groups?limit=1", []string{"name"}},
			{"/api/v1/corrections?limit=1", []string{"id"}},
			{"/api/v1/reports?limit=1", []string{"id"}},
			{"/api/v1/special-days?limit=1", []string{"date", "scope", "name"}},
			{"/api/v1/targets?limit=1", []string{"scope", "name"}},
		} {
			clear(moved)
			before := s.walk(list.target, func() {}, list.fields...)
			sent := s.walk(list.target, push, list.fields...)
			for item, times := range before {
				id, _, _ := strings.Cut(item, " ")
				if times != 1 {
					t.Errorf("%s: %s was sent %d times though nothing happened", list.target, item, times)
				}
				if !moved[id] && sent[item] != 1 {
					t.Errorf("%s: %s was sent %d times (pushed: %v)", list.target, item, sent[item], moved)
				}
			}
		}
	})
}

func TestAListSortsAsItsPlacesDo(t *testing.T) {
	s := onSQLite(t).withChains()
	all := len(s.snapshot().Stores)
	for _, sorted := range []string{"store", "state", "zone", "hour", "day", "week"} {
		for _, order := range []string{"asc", "desc"} {
			target := "/api/v1/stores?limit=%d&sort=" + sorted + "&order=" + order
			var whole, pieces []string
			for _, store := range decode[jsonStores](t, s.call(http.MethodGet, fmt.Sprintf(target, 1000))).Stores {
				whole = append(whole, store.ID)
			}
			for next := fmt.Sprintf(target, 7); next != ""; {
				a := s.call(http.MethodGet, next)
				for _, store := range decode[jsonStores](t, a).Stores {
					pieces = append(pieces, store.ID)
				}
				next = strings.TrimSuffix(strings.TrimPrefix(a.Header.Get("Link"), "<"), `>; rel="next"`)
			}
			if len(whole) != all || !slices.Equal(whole, pieces) {
				t.Errorf("by %s %s: whole %v, in pieces %v", sorted, order, whole, pieces)
			}
		}
	}
}
