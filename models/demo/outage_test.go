package demo

import (
	"cmp"
	"slices"
	"testing"

	iana "lightson/models/zones"
)

func TestOutagesClusterInTheEvening(t *testing.T) {
	var seen, down [24]int
	r := usual()
	for id, name := range r.zones {
		at := must(iana.Location(name))
		for _, p := range r.pollsByStore[id] {
			hour := p.at.In(at).Hour()
			seen[hour]++
			if !p.active {
				down[hour]++
			}
		}
	}
	share := func(from, to int) float64 {
		s, d := 0, 0
		for h := from; h < to; h++ {
			s, d = s+seen[h], d+down[h]
		}
		return float64(d) / float64(s)
	}
	if evening, morning := share(18, 22), share(4, 10); evening < 2*morning {
		t.Errorf("%.3f of the evening's polls are inactive and %.3f of the morning's, want many more", evening, morning)
	}
}

func TestAFewStoresMakeMostOfTheTroubleAndManyNone(t *testing.T) {
	r := usual()
	var down []int
	all := 0
	for _, polls := range r.pollsByStore {
		n := 0
		for _, p := range polls {
			if !p.active {
				n++
			}
		}
		down = append(down, n)
		all += n
	}
	slices.SortFunc(down, func(a, b int) int { return cmp.Compare(b, a) })
	worst := 0
	for _, n := range down[:len(down)/10] {
		worst += n
	}
	if 2*worst < all {
		t.Errorf("the worst tenth has %d of %d inactive polls, want more than half", worst, all)
	}
	if down[len(down)/2] != 0 {
		t.Errorf("the median store has %d inactive polls, want none", down[len(down)/2])
	}
	if share := float64(all) / float64(len(r.polls)); share < 0.005 || share > 0.03 {
		t.Errorf("%.3f of all polls are inactive, want one or two in a hundred", share)
	}
}

func TestOutagesLastOverSeveralPolls(t *testing.T) {
	again, down := 0, 0
	for _, polls := range usual().pollsByStore {
		for i, p := range polls[1:] {
			if !polls[i].active {
				down++
				if !p.active {
					again++
				}
			}
		}
	}
	if 3*again < down {
		t.Errorf("after %d of %d inactive polls the next is inactive too, want a third", again, down)
	}
}

func TestSomeStoresAreOfflineAtTheEnd(t *testing.T) {
	r, offline := usual(), 0
	for _, polls := range r.pollsByStore {
		if !polls[len(polls)-1].active {
			offline++
		}
	}
	if share := float64(offline) / float64(r.options.Stores); share < 0.015 || share > 0.045 {
		t.Errorf("%.3f of the stores are offline at the end, want 0.02 to 0.04", share)
	}
}
