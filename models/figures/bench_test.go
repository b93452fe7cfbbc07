package figures_test

import (
	"context"
	"runtime"
	"testing"

	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkMeasureSnapshot is what a snapshot costs once everything is read.
func BenchmarkMeasureSnapshot(b *testing.B) {
	s := modelstest.DemoSnapshot(b)
	b.Run("openings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, s.ComputeOpenings(context.Background()))
		}
	})
	b.Run("figures", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, s.Measure(context.Background()))
		}
		b.ReportMetric(float64(s.Polls), "polls")
	})
}

// BenchmarkNarrow is what it costs to narrow a snapshot to a tenth of its stores, and
// how much memory that takes for each store.
func BenchmarkNarrow(b *testing.B) {
	s := modelstest.DemoSnapshot(b)
	var codes []string
	for n := 0; n < len(s.Stores); n += 10 {
		codes = append(codes, s.Stores[n].Code)
	}
	r := reach.Of(nil, codes)
	b.ReportAllocs()
	for b.Loop() {
		s.Narrow(r)
	}
	var before, after runtime.MemStats
	kept := make([]*figures.Snapshot, 100)
	runtime.GC()
	runtime.ReadMemStats(&before)
	for n := range kept {
		kept[n] = s.Narrow(r)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(len(kept)*len(codes)), "B/narrowed-store")
	runtime.KeepAlive(kept)
}
