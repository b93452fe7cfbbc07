package polls_test

import (
	"errors"
	"maps"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/polls"
)

func TestWhatChangedIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := polls.Changed{}
		for range rapid.IntRange(0, 30).Draw(t, "changes") {
			c.Add(rapid.Int32Range(-3, 20_000).Draw(t, "day"), rapid.Int32Range(1, 1<<30).Draw(t, "store"))
		}
		c.Join(polls.Changed{rapid.Int32().Draw(t, "whole day"): nil})
		read, err := polls.UnpackChanged(c.Pack())
		if err != nil {
			t.Fatal(err)
		}
		for _, stores := range c {
			slices.Sort(stores)
		}
		if !maps.EqualFunc(c, read, func(a, b []int32) bool { return slices.Equal(slices.Compact(a), b) }) {
			t.Fatalf("%v was read as %v", c, read)
		}
	})
}

func TestADayOfWhichManyStoresChangedIsAWholeDay(t *testing.T) {
	c := polls.Changed{}
	for store := range int32(polls.MostNamed) {
		c.Add(7, store)
	}
	if len(c[7]) != polls.MostNamed {
		t.Errorf("%d stores are named", len(c[7]))
	}
	c.Add(7, 99_999)
	c.Add(7, 5)
	c.Join(polls.Changed{7: {6}})
	if stores, some := c[7]; len(stores) > 0 || !some {
		t.Errorf("a whole day is %v, %t", stores, some)
	}
}

func TestDamagedBytesOfChangesAreRefused(t *testing.T) {
	whole := polls.Changed{5: {1, 300}, 19_000: {2}}.Pack()
	for n := 1; n < len(whole); n++ {
		if c, err := polls.UnpackChanged(whole[:n]); err == nil && len(c) == 2 {
			t.Errorf("%d bytes of %d are %v", n, len(whole), c)
		}
	}
	if _, err := polls.UnpackChanged([]byte{2, 255, 255, 255, 255, 15}); !errors.Is(err, polls.ErrCorrupt) {
		t.Error(err)
	}
}
