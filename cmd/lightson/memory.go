package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

const (
	// doubledUntil is how many bytes may be in use while the garbage collector waits until there
	// is as much garbage, as Go does at any size.
	doubledUntil = 512 << 20
	// leastGarbage is the share of what is in use, in percent, for which it waits at any size.
	leastGarbage = 35
)

// spareMemory has the garbage collector begin the earlier the more memory is in use. A server with
// a million stores has 2 GB of figures, most of which it need not look through, and would take twice
// that. GOGC, where it is set, decides instead, and GOMEMLIMIT holds beside this.
func spareMemory() {
	if os.Getenv("GOGC") != "" {
		return
	}
	live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	percent := 100
	everyCollection(func() {
		metrics.Read(live)
		if p := garbagePercent(live[0].Value.Uint64()); p != percent {
			percent = p
			debug.SetGCPercent(p)
		}
	})
}

// garbagePercent is how much garbage there may be for so many bytes in use, in percent of them.
func garbagePercent(live uint64) int {
	if live <= doubledUntil {
		return 100
	}
	return max(leastGarbage, int(100*doubledUntil/live))
}

// everyCollection calls a function after each collection of garbage.
func everyCollection(call func()) {
	type mark [1]*byte // a pointer, since values without any share their memory with others and may live on
	runtime.SetFinalizer(&mark{}, func(*mark) {
		call()
		everyCollection(call)
	})
}
