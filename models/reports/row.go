package reports

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"

	"lightson/models"
	"lightson/models/uptime"
)

// A Row is one store in a report. Everything that is shown of a report,
// as a page, as JSON or as CSV, is made of these.
type Row struct {
	Store        string
	Zone         string // IANA name
	ZoneAssumed  bool   // no feed gave one
	HoursAssumed bool   // no feed gave any: always open
	Figures      [uptime.WindowCount]uptime.Figures
	Ranged       bool           // a range was asked for beside the windows
	Range        uptime.Figures // of it

	Name, Group, City string // as in Store
}

// rowsPerPart is how many rows of a report one row of report_parts holds, so
// that a report of any size is written and read in small pieces.
const rowsPerPart = 1000

// pack packs the rows of a report into parts.
func pack(id string, rows iter.Seq2[Row, error]) ([]models.ReportPart, error) {
	var parts []models.ReportPart
	count := 0
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		if count%rowsPerPart == 0 {
			parts = append(parts, models.ReportPart{ReportID: id, Part: len(parts)})
		}
		last := &parts[len(parts)-1]
		last.Rows = row.append(last.Rows)
		count++
	}
	return parts, nil
}

func saveParts(ctx context.Context, tx *models.Tx, parts []models.ReportPart) error {
	for _, part := range parts {
		if err := tx.GORM(ctx).Create(&part).Error; err != nil {
			return fmt.Errorf("save rows of report %s: %w", part.ReportID, err)
		}
	}
	return nil
}

// Rows iterates over the rows of a complete report, sorted by store.
func Rows(ctx context.Context, db *models.DB, id string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for n := 0; ; n++ {
			var parts []models.ReportPart
			err := db.GORM(ctx).Where("report_id = ? AND part = ?", id, n).Find(&parts).Error
			if err != nil {
				yield(Row{}, fmt.Errorf("rows of report %s: %w", id, err))
				return
			}
			if len(parts) == 0 {
				return
			}
			for rest := parts[0].Rows; len(rest) > 0; {
				var row Row
				if row, rest, err = readRow(rest); err != nil {
					yield(Row{}, fmt.Errorf("rows of report %s, part %d: %w", id, n, err))
					return
				}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// A row is packed as its flags, its texts with their lengths, and the figures as
// variable-length integers. The texts are two, or five where a flag says that
// the store has a name, a group or a city: rows from before there were any, which
// are kept for good, read as rows without.
const (
	flagZoneAssumed  = 1
	flagHoursAssumed = 2
	flagNamed        = 4
	flagRanged       = 8 // the figures of the range follow those of the windows
)

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

// A rowDecoder takes values off the front of b, until one is not there.
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
