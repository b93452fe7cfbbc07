package models

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightson/models/demo"
)

// benchStores is a chain small enough to be made in a moment, and large enough
// not to stay in the processor's cache.
const benchStores = 1000

// benchDemo writes the four feeds of a chain.
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

// benchSnapshot is the snapshot of a chain, by way of a database.
func benchSnapshot(b *testing.B) *Snapshot {
	b.Helper()
	ctx := b.Context()
	db, err := Open(ctx, "", b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	must(b, db.Migrate(ctx))
	batch := NewBatch(b.TempDir(), time.Now())
	defer batch.Close()
	files := benchDemo(b)
	i := NewImport(FromCommand)
	for _, file := range files.All() {
		text, err := os.ReadFile(file.Path)
		must(b, err)
		i.Add(file.Path, int64(len(text)))
		must(b, batch.Read(ctx, file.Path, bytes.NewReader(text)))
	}
	a, err := db.BeginImport(ctx, i)
	must(b, err)
	must(b, db.FinishImport(ctx, a, batch))
	s, err := db.SnapshotAt(ctx, 0, nil)
	must(b, err)
	return s
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
	// Sorting is done in place: each round sorts a copy.
	unsorted := map[int32][]uint64{}
	for day, keys := range batch.polls.days {
		unsorted[day] = append([]uint64(nil), keys...)
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, day := range days {
			copy(batch.polls.days[day], unsorted[day])
			_, err := batch.polls.day(day)
			must(b, err)
		}
	}
}

// BenchmarkMeasureSnapshot is what a snapshot costs once everything is read.
func BenchmarkMeasureSnapshot(b *testing.B) {
	s := benchSnapshot(b)
	b.Run("openings", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, s.layOutAll(context.Background()))
		}
	})
	b.Run("figures", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := s.measureAll(context.Background(), nil)
			must(b, err)
		}
		b.ReportMetric(float64(s.Polls), "polls")
	})
}

func BenchmarkReportRow(b *testing.B) {
	s := benchSnapshot(b)
	var packed []byte
	for row, err := range s.Rows() {
		must(b, err)
		packed = row.append(packed)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(packed)))
		b.ReportAllocs()
		for b.Loop() {
			packed = packed[:0]
			for row := range s.Rows() {
				packed = row.append(packed)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(packed)))
		b.ReportAllocs()
		for b.Loop() {
			for rest := packed; len(rest) > 0; {
				var err error
				if _, rest, err = readReportRow(rest); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkWriteCSV(b *testing.B) {
	s := benchSnapshot(b)
	b.Run("report", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, WriteReportCSV(io.Discard, s.Rows()))
		}
	})
	b.Run("details", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, WriteDetailsCSV(io.Discard, false, s.Rows()))
		}
	})
}
