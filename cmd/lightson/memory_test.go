package main

import (
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheMoreMemoryIsInUseTheLessGarbageMayThereBe(t *testing.T) {
	for _, c := range []struct {
		inUse uint64
		want  int
	}{{0, 400}, {16 << 20, 400}, {32 << 20, 200}, {64 << 20, 100}, {512 << 20, 100}, {1 << 30, 50}, {2 << 30, 35}, {1 << 50, 35}} {
		if got := garbagePercent(c.inUse); got != c.want {
			t.Errorf("%d bytes in use: %d %%, want %d %%", c.inUse, got, c.want)
		}
	}
}

// The pace is set once for each change of what is in use, and never where GOGC sets it.
func TestThePaceOfTheGarbageCollectorFollowsWhatIsInUse(t *testing.T) {
	var inUse atomic.Uint64
	set := make(chan int, 100)
	setPercent := func(percent int) int {
		set <- percent
		return 0
	}
	spareMemory("", inUse.Load, setPercent)
	if first := <-set; first != 400 {
		t.Errorf("begins with %d %%", first)
	}
	spareMemory("100", func() uint64 { return 3 << 30 }, setPercent)
	collected := make(chan struct{}, 100)
	everyCollection(func() { collected <- struct{}{} })
	for _, want := range []struct {
		inUse   uint64
		percent int
	}{{1 << 30, 50}, {4 << 30, 35}, {64 << 20, 100}} {
		inUse.Store(want.inUse)
		runtime.GC()
		select {
		case got := <-set:
			if got != want.percent {
				t.Errorf("%d bytes in use: set to %d %%, want %d %%", want.inUse, got, want.percent)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("%d bytes in use: nothing was set", want.inUse)
		}
	}
	for range 3 { // of which each is noticed
		for len(collected) > 0 {
			<-collected
		}
		runtime.GC()
		select {
		case <-collected:
		case <-time.After(10 * time.Second):
			t.Fatal("a collection was not noticed")
		}
	}
	if len(set) > 0 {
		t.Errorf("set to %d %% while nothing changed", <-set)
	}
}
