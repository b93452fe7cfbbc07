package uptime_test

import (
	"encoding/binary"
	"testing"
)

// fromBytes draws numbers from what the fuzzer gives, and zeros after its end.
func fromBytes(b []byte) draw {
	return func(n int) int {
		size := 1
		for size < 8 && n > 1<<(8*size) {
			size *= 2
		}
		var word [8]byte
		b = b[copy(word[:size], b):]
		return int(binary.LittleEndian.Uint64(word[:]) % uint64(n))
	}
}

func FuzzOpenings(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("a store of many hours and no polls at all"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := fromBytes(b)
		s := scene{loc: location(zones[d(len(zones))])}
		s.asOf = d.asOf(s.loc)
		for range d(30) {
			s.hours = append(s.hours, d.hours()...)
		}
		agree(t, s, 40)
	})
}

func FuzzMeasure(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("a store, its hours and nine days of its polls"))
	f.Fuzz(func(t *testing.T, b []byte) {
		agree(t, fromBytes(b).scene(9), 40)
	})
}
