package polls

import (
	"testing"
	"time"
)

// hourlyMarks are the marks of a store on a day in which it was polled each
// hour, a while after it.
func hourlyMarks(hours int, after time.Duration) []uint64 {
	marks := make([]uint64, hours)
	for n := range marks {
		at := time.Duration(n)*time.Hour + after
		marks[n] = MarkOf(at.Microseconds(), n%10 != 0)
	}
	return marks
}

// BenchmarkMergeMarks merges into a day of a store what imports bring.
func BenchmarkMergeMarks(b *testing.B) {
	day := hourlyMarks(24, 10*time.Minute)
	bench := func(known, added []uint64) func(*testing.B) {
		return func(b *testing.B) {
			var merged []uint64
			b.ReportAllocs()
			for b.Loop() {
				merged, _, _ = Merge(merged[:0], known, added, func(uint64) {})
			}
		}
	}
	b.Run("a new day", bench(nil, day))
	b.Run("a day that is known", bench(day, day))
	b.Run("one more hour", bench(day[:23], day[23:]))
	b.Run("another poller's day", bench(day, hourlyMarks(24, 40*time.Minute)))
}

func BenchmarkPackDay(b *testing.B) {
	marks := hourlyMarks(24, 0)
	var packed []byte
	b.ReportAllocs()
	for b.Loop() {
		packed = Pack(packed[:0], marks)
	}
}

func BenchmarkUnpackDay(b *testing.B) {
	packed := Pack(nil, hourlyMarks(24, 0))
	b.Run("as marks", func(b *testing.B) {
		var marks []uint64
		var err error
		b.ReportAllocs()
		for b.Loop() {
			marks, err = packed.AppendMarks(marks[:0])
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("as polls", func(b *testing.B) {
		polls, err := packed.AppendPolls(nil, 0)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			polls, err = packed.AppendPolls(polls[:0], 0)
			if err != nil {
				b.Fatal(err)
			}
		}
	})
}
