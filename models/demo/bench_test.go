package demo

import (
	"bytes"
	"fmt"
	"io"
	"testing"
)

func BenchmarkWritePolls(b *testing.B) {
	o := DefaultOptions()
	for _, stores := range []int{200, 14_000} {
		b.Run(fmt.Sprintf("%d_stores", stores), func(b *testing.B) {
			o.Stores = stores
			var size counter
			must(WritePolls(&size, o, nil))
			b.SetBytes(int64(size))
			b.ReportAllocs()
			for b.Loop() {
				must(WritePolls(io.Discard, o, nil))
			}
		})
	}
}

func BenchmarkWriteHours(b *testing.B) {
	o := DefaultOptions()
	o.Stores = 14_000
	var w bytes.Buffer
	for b.Loop() {
		w.Reset()
		must(WriteHours(&w, o))
	}
}

type counter int64

func (c *counter) Write(b []byte) (int, error) {
	*c += counter(len(b))
	return len(b), nil
}
