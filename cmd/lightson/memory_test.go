package main

import (
	"runtime"
	"testing"
	"time"
)

func TestTheMoreMemoryIsInUseTheLessGarbageMayThereBe(t *testing.T) {
	for _, c := range []struct {
		live uint64
		want int
	}{{0, 100}, {512 << 20, 100}, {1 << 30, 50}, {2 << 30, 35}, {1 << 50, 35}} {
		if got := garbagePercent(c.live); got != c.want {
			t.Errorf("%d bytes in use: %d %%, want %d %%", c.live, got, c.want)
		}
	}
}

func TestEachCollectionOfGarbageIsNoticed(t *testing.T) {
	noticed := make(chan struct{}, 100)
	everyCollection(func() { noticed <- struct{}{} })
	for n := range 3 {
		runtime.GC()
		select {
		case <-noticed:
		case <-time.After(10 * time.Second):
			t.Fatalf("collection %d was not noticed", n+1)
		}
	}
}
