package reports

import (
	"encoding/binary"
	"errors"

	"lightson/models/uptime"
)

// The flags of a packed row. The comment of the package describes its format.
const (
	flagZoneAssumed  = 1
	flagHoursAssumed = 2
	flagNamed        = 4 // name, group and city follow the first two texts
	flagRanged       = 8 // the figures of the range follow those of the windows
)

// append appends the packed row to dst.
func (r Row) append(dst []byte) []byte {
	var flags byte
	if r.ZoneAssumed {
		flags |= flagZoneAssumed
	}
	if r.HoursAssumed {
		flags |= flagHoursAssumed
	}
	if r.Ranged {
		flags |= flagRanged
	}
	texts := []string{r.Store, r.Zone}
	if r.Name != "" || r.Group != "" || r.City != "" {
		flags |= flagNamed
		texts = append(texts, r.Name, r.Group, r.City)
	}
	dst = append(dst, flags)
	for _, text := range texts {
		dst = binary.AppendUvarint(dst, uint64(len(text)))
		dst = append(dst, text...)
	}
	for n := range r.Figures {
		dst = appendFigures(dst, &r.Figures[n])
	}
	if r.Ranged {
		dst = appendFigures(dst, &r.Range)
	}
	return dst
}

func appendFigures(dst []byte, f *uptime.Figures) []byte {
	for _, n := range [...]uint64{uint64(f.Open), uint64(f.Up), uint64(f.Down), uint64(f.Outages), uint64(f.Longest)} {
		dst = binary.AppendUvarint(dst, n)
	}
	return dst
}

var errCorruptRow = errors.New("corrupt report row")

// readRow unpacks the row at the beginning of b, and returns the bytes behind it.
func readRow(b []byte) (row Row, rest []byte, err error) {
	d := rowDecoder{b: b}
	flags := d.byte()
	row.ZoneAssumed, row.HoursAssumed = flags&flagZoneAssumed != 0, flags&flagHoursAssumed != 0
	row.Store, row.Zone = d.text(), d.text()
	if flags&flagNamed != 0 {
		row.Name, row.Group, row.City = d.text(), d.text(), d.text()
	}
	for n := range row.Figures {
		row.Figures[n] = d.figures()
	}
	if row.Ranged = flags&flagRanged != 0; row.Ranged {
		row.Range = d.figures()
	}
	if d.failed {
		return Row{}, nil, errCorruptRow
	}
	return row, d.b, nil
}

// A rowDecoder takes values off the front of b. Once one is missing it has failed,
// and gives zeros from then on.
type rowDecoder struct {
	b      []byte
	failed bool
}

func (d *rowDecoder) take(n uint64) []byte {
	if d.failed || n > uint64(len(d.b)) {
		d.failed = true
		return nil
	}
	taken := d.b[:n]
	d.b = d.b[n:]
	return taken
}

func (d *rowDecoder) byte() byte {
	if b := d.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (d *rowDecoder) number() uint64 {
	n, size := binary.Uvarint(d.b)
	if size <= 0 {
		d.failed = true
		return 0
	}
	d.take(uint64(size))
	return n
}

func (d *rowDecoder) figures() (f uptime.Figures) {
	f.Open, f.Up, f.Down = uptime.Micros(d.number()), uptime.Micros(d.number()), uptime.Micros(d.number())
	f.Outages, f.Longest = int(d.number()), uptime.Micros(d.number())
	return f
}

func (d *rowDecoder) text() string { return string(d.take(d.number())) }
