package main

import (
	"runtime"
	"runtime/metrics"
)

const (
	// littleGarbage is how many bytes of garbage are too few to collect, whatever is in use: a command
	// that ends soon would spend its time on that.
	littleGarbage = 64 << 20
	// mostGarbage is the largest share of what is in use, in percent, for which the garbage collector
	// waits.
	mostGarbage = 400
	// doubledUntil is how many bytes may be in use while the garbage collector waits until there
	// is as much garbage, as Go does at any size.
	doubledUntil = 512 << 20
	// leastGarbage is the share of what is in use, in percent, for which it waits at any size.
	leastGarbage = 35
)

// spareMemory has the garbage collector begin the earlier the more memory is in use. Most of what a
// server with many stores has in use are polls and figures that the collector need not look through,
// and at Go's own pace as much garbage would gather beside them. With little in use it begins later
// than at that pace. GOGC, where it is set, decides instead, and GOMEMLIMIT holds beside this.
func spareMemory(gogc string, inUse func() uint64, setPercent func(int) int) {
	if gogc != "" {
		return
	}
	percent := 0
	setPace := func() {
		if p := garbagePercent(inUse()); p != percent {
			percent = p
			setPercent(p)
		}
	}
	setPace()
	everyCollection(setPace)
}

// bytesInUse is what the latest collection found to be in use.
func bytesInUse() uint64 {
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(live)
	return live[0].Value.Uint64()
}

// garbagePercent is how much garbage there may be for so many bytes in use, in percent of them.
func garbagePercent(live uint64) int {
	switch {
	case live <= littleGarbage:
		return min(mostGarbage, int(100*littleGarbage/max(1, live)))
	case live <= doubledUntil:
		return 100
	default:
		return max(leastGarbage, int(100*doubledUntil/live))
	}
}

// everyCollection calls a function after each collection of garbage.
func everyCollection(call func()) {
	type mark [1]*byte // a pointer, since values without any share their memory with others and may live on
	runtime.SetFinalizer(&mark{}, func(*mark) {
		call()
		everyCollection(call)
	})
}
