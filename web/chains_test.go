package web_test

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"lightson/models/demo"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// chains are a demo with names, and so with groups, that goes back more than one
// page of a store's history. Every kind of store is among them.
var chains = sync.OnceValues(func() ([]file, error) {
	o := demo.DefaultOptions()
	o.Stores, o.Days = 40, 40
	var polls, hours, zones, names strings.Builder
	_, err1 := demo.WritePolls(&polls, o, nil)
	_, err2 := demo.WriteHours(&hours, o)
	_, err3 := demo.WriteZones(&zones, o)
	_, err4 := demo.WriteNames(&names, o)
	for _, err := range []error{err1, err2, err3, err4} {
		if err != nil {
			return nil, err
		}
	}
	return []file{
		{demo.PollsName, polls.String()}, {demo.HoursName, hours.String()},
		{demo.ZonesName, zones.String()}, {demo.NamesName, names.String()},
	}, nil
})

// withChains loads them.
func (s *site) withChains() *site {
	s.t.Helper()
	list, err := chains()
	if err != nil {
		s.t.Fatal(err)
	}
	if i := s.load(list...); i.Rejected > 0 {
		s.t.Fatalf("%d rows were rejected", i.Rejected)
	}
	return s
}

// members are the stores of a group, found without the help of its index; those
// of "" are all.
func members(snapshot *figures.Snapshot, group string) (stores []int) {
	for n, store := range snapshot.Stores {
		if group == "" || store.Group == group {
			stores = append(stores, n)
		}
	}
	return stores
}

// groupsOf are the names of the groups that have stores, sorted.
func groupsOf(snapshot *figures.Snapshot) (names []string) {
	for _, store := range snapshot.Stores {
		if store.Group != "" && !slices.Contains(names, store.Group) {
			names = append(names, store.Group)
		}
	}
	slices.Sort(names)
	return names
}

// codes are the ids of stores, sorted.
func codes(snapshot *figures.Snapshot, stores []int) (list []string) {
	for _, n := range stores {
		list = append(list, snapshot.Stores[n].Code)
	}
	slices.Sort(list)
	return list
}

// sumOf adds the figures of a window of stores up.
func sumOf(snapshot *figures.Snapshot, stores []int, window int) (sum uptime.Figures) {
	for _, n := range stores {
		sum.Add(snapshot.Figures[n][window])
	}
	return sum
}

// past is what is known of dates of a store, read from the database.
func (s *site) past(n int, first, last uptime.Date) figures.StoreDays {
	s.t.Helper()
	p, err := s.figures.StoreDays(s.t.Context(), s.snapshot(), n, first, last)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// inRange measures stores in a range and adds them up.
func (s *site) inRange(stores []int, within uptime.Span) (sum uptime.Figures) {
	s.t.Helper()
	for _, n := range stores {
		f, err := s.figures.MeasureRange(s.t.Context(), s.snapshot(), []int{n}, within, nil)
		if err != nil {
			s.t.Fatal(err)
		}
		sum.Add(f.Figures[0])
	}
	return sum
}

// percent is a share as pages show it.
func percent(part, rest uptime.Micros) string { return uptime.Percent(part, rest) + " %" }

func TestTheChainsHaveEveryKindOfStore(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	kinds := map[string]int{}
	count := func(kind string, is bool) {
		if is {
			kinds[kind]++
		}
	}
	for n, store := range snapshot.Stores {
		week := snapshot.Figures[n][uptime.LastWeek]
		count("named", store.Name != "")
		count("without a name", store.Name == "")
		count("without a group", store.Group == "")
		count("never polled", !store.FirstPollAt.Known)
		count("hours assumed", len(snapshot.Hours(n)) == 0)
		count("zone assumed", store.Zone == "")
		count("offline", snapshot.Now[n].State == uptime.Down)
		count("closed", snapshot.Now[n].State == uptime.Closed)
		count("online", snapshot.Now[n].State == uptime.Up)
		count("no data now", snapshot.Now[n].State == uptime.NoData)
		count("with downtime", week.Down > 0)
	}
	if len(kinds) != 11 || len(groupsOf(snapshot)) < 5 {
		t.Errorf("kinds of stores: %v, groups: %q", kinds, groupsOf(snapshot))
	}
}
