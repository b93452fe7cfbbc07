package reports

import (
	"io"
	"iter"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lightson/models/feed"
	"lightson/models/uptime"
)

// A line is the beginning of a line of a CSV file, with a comma behind each cell. A report
// writes a million cells, so they are written into one buffer and none is a string of its own.
// The bytes are those that encoding/csv writes.
type line []byte

// lineBuffer is how many bytes are written at once.
const lineBuffer = 64 << 10

// writeLines writes a header and rows. appendCells appends the cells of a row.
func writeLines(w io.Writer, rows iter.Seq2[Row, error], header []string, appendCells func(line, *Row) line) error {
	l := make(line, 0, lineBuffer+4<<10)
	for _, cell := range header {
		l = l.plain(cell)
	}
	l.end()
	var current Row // one for all, because its address is given away
	for row, err := range rows {
		if err != nil {
			return err
		}
		current = row
		l = appendCells(l, &current)
		l.end()
		if len(l) < lineBuffer {
			continue
		}
		if _, err := w.Write(l); err != nil {
			return err
		}
		l = l[:0]
	}
	_, err := w.Write(l)
	return err
}

// end ends the line, which has a cell at least.
func (l line) end() { l[len(l)-1] = '\n' }

// plain appends a cell that needs no quotes.
func (l line) plain(cell string) line { return append(append(l, cell...), ',') }

// text appends a cell of any text, guarded as by feed.SafeCell.
func (l line) text(cell string) line {
	cell = feed.SafeCell(cell)
	if !needsQuotes(cell) {
		return l.plain(cell)
	}
	l = append(l, '"')
	l = append(l, strings.ReplaceAll(cell, `"`, `""`)...)
	return append(l, '"', ',')
}

// needsQuotes reports whether encoding/csv quotes a cell.
func needsQuotes(cell string) bool {
	if cell == "" {
		return false
	}
	if cell == `\.` {
		return true
	}
	for n := range len(cell) {
		switch cell[n] {
		case ',', '"', '\r', '\n':
			return true
		}
	}
	first, _ := utf8.DecodeRuneInString(cell)
	return unicode.IsSpace(first)
}

func (l line) minutes(m uptime.Micros) line { return append(m.AppendMinutes(l), ',') }

func (l line) hours(m uptime.Micros) line { return append(m.AppendHours(l), ',') }

func (l line) percent(up, down uptime.Micros) line {
	return append(uptime.AppendPercent(l, up, down), ',')
}

func (l line) count(n int) line { return append(strconv.AppendInt(l, int64(n), 10), ',') }

// lengthOf appends lengths in the unit of a window.
func lengthOf(window int) func(line, uptime.Micros) line {
	if window == uptime.LastHour {
		return line.minutes
	}
	return line.hours
}

// details appends what the details say of the figures of a window or range.
func (l line) details(f *uptime.Figures, length func(line, uptime.Micros) line) line {
	l = length(length(length(length(l, f.Open), f.Up), f.Down), f.NoData())
	l = l.percent(f.Up, f.Down).percent(f.Up+f.Down, f.NoData())
	return length(l.count(f.Outages), f.Longest)
}

// sureness appends how sure figures are, and what corrections make of them.
func (l line) sureness(sure bool, raw, corrected *uptime.Figures, length func(line, uptime.Micros) line) line {
	if sure {
		l = length(length(l, raw.Least()), raw.Most()).percent(raw.Close, raw.Open-raw.Close)
	} else {
		l = l.plain("—").plain("—").plain("—")
	}
	l = length(length(length(l, corrected.Excused), corrected.Up), corrected.Down)
	return l.percent(corrected.Up, corrected.Down)
}

// ranged appends what the file for people says of the figures of a window or range.
func (l line) ranged(f *uptime.Figures, length func(line, uptime.Micros) line) line {
	l = length(length(length(l, f.Up), f.Down), f.NoData())
	return l.percent(f.Up, f.Down).count(f.Outages)
}
