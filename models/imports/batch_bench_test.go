package imports

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightson/models/demo"
)

// benchStores is a chain small enough to be made in a moment, and large enough
// not to stay in the processor's cache.
const benchStores = 1000

// benchDemo writes the four feeds of a chain. (modelstest has the same, but imports
// this package.)
func benchDemo(b *testing.B) demo.Files {
	b.Helper()
	o := demo.DefaultOptions()
	o.Stores = benchStores
	files, err := demo.Write(filepath.Join(b.TempDir(), "demo"), o, nil)
	if err != nil {
		b.Fatal(err)
	}
	return files
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkReadBatch reads the polls of a chain into runs, up to the merge.
func BenchmarkReadBatch(b *testing.B) {
	file := benchDemo(b).Polls
	text, err := os.ReadFile(file.Path)
	must(b, err)
	dir := b.TempDir()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		batch := NewBatch(dir, time.Now())
		must(b, batch.Read(context.Background(), "polls.csv", bytes.NewReader(text)))
		must(b, batch.Close())
	}
	b.ReportMetric(float64(file.Rows), "polls")
}

// BenchmarkSortDays sorts what was read by day and store.
func BenchmarkSortDays(b *testing.B) {
	text, err := os.ReadFile(benchDemo(b).Polls.Path)
	must(b, err)
	batch := NewBatch(b.TempDir(), time.Now())
	must(b, batch.Read(context.Background(), "polls.csv", bytes.NewReader(text)))
	days := batch.polls.allDays()
	b.ReportAllocs()
	for b.Loop() {
		for _, day := range days {
			for _, err := range batch.polls.day(day) {
				must(b, err)
			}
		}
	}
}
