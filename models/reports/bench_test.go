package reports_test

import (
	"io"
	"testing"

	"lightson/models/modelstest"
	"lightson/models/reports"
)

func BenchmarkReportRow(b *testing.B) {
	s := modelstest.DemoSnapshot(b)
	var packed []byte
	for row, err := range reports.About(s, "").Rows() {
		must(b, err)
		packed = reports.AppendRow(packed, row)
	}
	b.Run("encode", func(b *testing.B) {
		b.SetBytes(int64(len(packed)))
		b.ReportAllocs()
		for b.Loop() {
			packed = packed[:0]
			for row, err := range reports.About(s, "").Rows() {
				must(b, err)
				packed = reports.AppendRow(packed, row)
			}
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(packed)))
		b.ReportAllocs()
		for b.Loop() {
			for rest := packed; len(rest) > 0; {
				var err error
				if _, rest, err = reports.ReadRow(rest); err != nil {
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
			must(b, reports.WriteCSV(io.Discard, false, reports.About(s, "").Rows()))
		}
	})
	b.Run("details", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			must(b, reports.WriteDetailsCSV(io.Discard, false, reports.About(s, "").Rows()))
		}
	})
}

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}
