package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestSameOptionsGiveSameBytes(t *testing.T) {
	p1, h1, z1 := feedsOf(small())
	p2, h2, z2 := feedsOf(small())
	if !bytes.Equal(p1, p2) || !bytes.Equal(h1, h2) || !bytes.Equal(z1, z2) || !bytes.Equal(namesOf(small()), namesOf(small())) {
		t.Error("two runs differ")
	}
}

func TestUntilInAnotherZoneGivesSameBytes(t *testing.T) {
	o := small()
	o.Until = o.Until.In(time.FixedZone("somewhere", 5*60*60+30*60))
	p1, _, _ := feedsOf(small())
	p2, _, _ := feedsOf(o)
	if !bytes.Equal(p1, p2) {
		t.Error("the polls differ with the zone that Until is written in")
	}
}

// A fixed sum notices what two runs on one machine cannot: another processor, or
// an edition of Go that draws differently. Change it with the data, on purpose.
func TestBytesAreTheSameOnEveryMachine(t *testing.T) {
	sum := sha256.New()
	p, h, z := feedsOf(small())
	for _, feed := range [][]byte{p, h, z} {
		sum.Write(feed)
	}
	const want = "973e9bffd6b299568d6ac02cb5cfa0cf1881cef18c65abc0c00cfd889a28b898"
	if got := hex.EncodeToString(sum.Sum(nil)); got != want {
		t.Errorf("sum of the feeds = %s, want %s", got, want)
	}
	const wantNames = "695e686e97171c0812d1898543737bfe70c6a3d88103b87ff48c22638d8b56f9"
	names := sha256.Sum256(namesOf(small()))
	if got := hex.EncodeToString(names[:]); got != wantNames {
		t.Errorf("sum of the names = %s, want %s", got, wantNames)
	}
}

func TestAnotherSeedGivesOtherStores(t *testing.T) {
	o := small()
	o.Seed++
	one, other := read(small()), read(o)
	for id := range one.pollsByStore {
		if len(other.pollsByStore[id]) > 0 {
			t.Errorf("store %s is in both", id)
		}
	}
}

func TestAStoreIsTheSameHoweverManyThereAre(t *testing.T) {
	few, many := small(), small()
	many.Stores *= 4
	manyPolls, manyHours, manyZones := feedsOf(many)
	fewPolls, fewHours, fewZones := feedsOf(few)
	for _, feeds := range [][2][]byte{{fewPolls, manyPolls}, {fewHours, manyHours}, {fewZones, manyZones}, {namesOf(few), namesOf(many)}} {
		among := map[string]bool{}
		for line := range strings.Lines(string(feeds[1])) {
			among[line] = true
		}
		for line := range strings.Lines(string(feeds[0])) {
			if !among[line] {
				t.Fatalf("%q is gone with more stores", line)
			}
		}
	}
}

func TestMorePassesGiveTheSamePollsInAnotherOrder(t *testing.T) {
	var once, often bytes.Buffer
	n := must(WritePolls(&once, small(), nil))
	if m := must(writePolls(&often, small(), 100, nil)); m != n {
		t.Errorf("%d polls in many passes, want %d", m, n)
	}
	if bytes.Equal(once.Bytes(), often.Bytes()) {
		t.Error("the order is the same: were there many passes?")
	}
	a, b := slices.Sorted(strings.Lines(once.String())), slices.Sorted(strings.Lines(often.String()))
	if !slices.Equal(a, b) {
		t.Error("the polls differ with the number of passes")
	}
}
