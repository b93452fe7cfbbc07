package models_test

import (
	"io"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

func BenchmarkReportRow(b *testing.B) {
	s := modelstest.DemoSnapshot(b)
	var packed []byte
	for row, err := range s.Rows() {
		must(b, err)
		packed = models.AppendRow(packed, row)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(packed)))
		b.ReportAllocs()
		for b.Loop() {
			packed = packed[:0]
			for row := range s.Rows() {
				packed = models.AppendRow(packed, row)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(packed)))
		b.ReportAllocs()
		for b.Loop() {
			for rest := packed; len(rest) > 0; {
				var err error
				if _, rest, err = models.ReadRow(rest); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}

func BenchmarkWriteCSV(b *testing.B) {
	s := modelstest.DemoSnapshot(b)
	b.Run("report", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, models.WriteReportCSV(io.Discard, s.Rows()))
		}
	})
	b.Run("details", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, models.WriteDetailsCSV(io.Discard, false, s.Rows()))
		}
	})
}
