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
	flagNamed        = 4  // name, group and city follow the first two texts
	flagRanged       = 8  // the figures of the range follow those of the windows
	flagSure         = 16 // figures have what is certain and closely seen of them
	flagCorrected    = 32 // corrected figures follow
	flagTarget       = 64 // a target follows
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
	if r.Sure {
		flags |= flagSure
	}
	if r.Corrections != nil {
		flags |= flagCorrected
	}
	if r.Target != 0 {
		flags |= flagTarget
	}
	named := r.Name != "" || r.Group != "" || r.City != ""
	if named {
		flags |= flagNamed
	}
	dst = append(dst, flags)
	dst = appendText(appendText(dst, r.Store), r.Zone)
	if named {
		dst = appendText(appendText(appendText(dst, r.Name), r.Group), r.City)
	}
	dst = appendSpans(dst, flags, &r.Figures, &r.Range)
	if c := r.Corrections; c != nil {
		dst = appendSpans(dst, flags, &c.Figures, &c.Range)
	}
	if r.Target != 0 {
		dst = binary.AppendUvarint(dst, uint64(r.Target))
	}
	return dst
}

func appendText(dst []byte, text string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(text))), text...)
}

// appendSpans appends the figures of the windows and, where there is one, of the range.
func appendSpans(dst []byte, flags byte, windows *[uptime.WindowCount]uptime.Figures, ranged *uptime.Figures) []byte {
	for n := range windows {
		dst = appendFigures(dst, flags, &windows[n])
	}
	if flags&flagRanged != 0 {
		dst = appendFigures(dst, flags, ranged)
	}
	return dst
}

func appendFigures(dst []byte, flags byte, f *uptime.Figures) []byte {
	numbers := append(make([]uint64, 0, 9), uint64(f.Open), uint64(f.Up), uint64(f.Down), uint64(f.Outages), uint64(f.Longest))
	if flags&flagSure != 0 {
		numbers = append(numbers, uint64(f.CertainUp), uint64(f.CertainDown), uint64(f.Close))
	}
	if flags&flagCorrected != 0 {
		numbers = append(numbers, uint64(f.Excused))
	}
	for _, n := range numbers {
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
	row.Ranged, row.Sure = flags&flagRanged != 0, flags&flagSure != 0
	d.spans(flags, &row.Figures, &row.Range)
	if flags&flagCorrected != 0 {
		row.Corrections = &Corrections{}
		d.spans(flags, &row.Corrections.Figures, &row.Corrections.Range)
	}
	if flags&flagTarget != 0 {
		row.Target = int(d.number())
	}
	if d.failed || flags > flagTarget<<1-1 {
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

// spans takes the figures of the windows and, where there is one, of the range.
func (d *rowDecoder) spans(flags byte, windows *[uptime.WindowCount]uptime.Figures, ranged *uptime.Figures) {
	for n := range windows {
		windows[n] = d.figures(flags)
	}
	if flags&flagRanged != 0 {
		*ranged = d.figures(flags)
	}
}

func (d *rowDecoder) figures(flags byte) (f uptime.Figures) {
	f.Open, f.Up, f.Down = d.micros(), d.micros(), d.micros()
	f.Outages, f.Longest = int(d.number()), d.micros()
	if flags&flagSure != 0 {
		f.CertainUp, f.CertainDown, f.Close = d.micros(), d.micros(), d.micros()
	}
	if flags&flagCorrected != 0 {
		f.Excused = d.micros()
	}
	return f
}

func (d *rowDecoder) micros() uptime.Micros { return uptime.Micros(d.number()) }

func (d *rowDecoder) text() string { return string(d.take(d.number())) }
