package demo

import (
	"bufio"
	"io"
)

// A pollWriter writes polls as rows. It formats by hand: at two million rows,
// time.Format alone would take as long as all the rest.
type pollWriter struct {
	*bufio.Writer
	ids   []string
	dates dates
}

func newPollWriter(w io.Writer, s schedule, o Options) *pollWriter {
	f := &pollWriter{bufio.NewWriterSize(w, 1<<16), make([]string, o.Stores), newDates(s.span)}
	for n := range f.ids {
		f.ids[n] = o.store(n).id
	}
	_, _ = f.WriteString(pollsHeader) // a bufio.Writer keeps its first error for Flush
	return f
}

func (f *pollWriter) write(p poll) error {
	b := append(f.AvailableBuffer(), f.ids[p.store]...)
	if p.active {
		b = append(b, ",active,"...)
	} else {
		b = append(b, ",inactive,"...)
	}
	b = f.dates.appendInstant(b, p.at)
	_, err := f.Write(append(b, '\n'))
	return err
}
