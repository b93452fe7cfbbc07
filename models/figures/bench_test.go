package figures_test

import (
	"context"
	"testing"

	"lightson/models/modelstest"
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
