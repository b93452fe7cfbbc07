package reports

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"lightson/models"
	"lightson/models/uptime"
)

// WorkbookType is the media type of a workbook.
const WorkbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// mostWorkbookRows is how many rows a sheet of a spreadsheet may have, the header included.
const mostWorkbookRows = 1 << 20

const (
	storesSheet = "Stores"
	aboutSheet  = "About"
)

// WriteWorkbook writes a complete report as a spreadsheet (.xlsx) for people: a sheet for
// each window with a row for each store, what they asked about first, then a sheet of the
// stores and one that says what the report is about. Numbers are those of the CSV files and
// are numbers; ids are text, so that all their digits stay; no cell is a formula. A share of
// nothing is an empty cell. The same report gives the same bytes.
// Without an id it names none, and without the time when it was made the as-of instant
// stands for that.
//
// Rows go through a temporary file once they are many, so that any number takes little
// memory.
func WriteWorkbook(w io.Writer, r models.Report, rows iter.Seq2[Row, error]) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	made := time.UnixMicro(int64(cmp.Or(r.FinishedAt, r.AsOf.At))).UTC().Format(time.RFC3339)
	err = book.SetDocProps(&excelize.DocProperties{Creator: "Lights On", Title: strings.TrimSpace("Report " + r.ID), Created: made, Modified: made})
	if err != nil {
		return err
	}
	if err := writeSheets(book, r, rows); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	if err := writeAbout(book, r); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return nil
}

// workbookStyles are the numbers of the styles of a workbook.
type workbookStyles struct{ head, text, decimals int }

func newWorkbookStyles(book *excelize.File) (s workbookStyles, err error) {
	for _, style := range []struct {
		number *int
		of     excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.text, excelize.Style{NumFmt: 49}},    // text, also after it was edited
		{&s.decimals, excelize.Style{NumFmt: 2}}, // 0.00
	} {
		if *style.number, err = book.NewStyle(&style.of); err != nil {
			return s, err
		}
	}
	return s, nil
}

// A workbookSheet has a row for each store.
type workbookSheet struct {
	name   string
	header []string
	widths []float64 // of the first columns, in characters; all others have workbookWidth
	cells  func(cells []any, row Row, style workbookStyles) []any

	out *excelize.StreamWriter
}

const workbookWidth = 14

func workbookSheets(r models.Report) (sheets []workbookSheet) {
	for _, span := range workbookSpans(r) {
		sheets = append(sheets, newSpanSheet(span))
	}
	return append(sheets, workbookSheet{
		name: storesSheet, header: []string{"Store", "Name", "Group", "City", "Time zone", "Target, %"}, widths: []float64{22, 28, 20, 16, 20},
		cells: func(cells []any, row Row, style workbookStyles) []any {
			cells = style.texts(cells, row.Store, row.Name, row.Group, row.City, row.Zone)
			return style.number(cells, targetCell(row.Target))
		},
	})
}

func newSpanSheet(span workbookSpan) workbookSheet {
	in := ", " + span.unit
	return workbookSheet{
		name: span.title, widths: []float64{22, 28, 20},
		header: []string{"Store", "Name", "Group", "Up" + in, "Down" + in, "No data" + in, "Availability, %", "Outages",
			"Excused" + in, "Corrected down" + in, "Corrected availability, %"},
		cells: func(cells []any, row Row, style workbookStyles) []any {
			corrected := row.Corrected()
			raw, mended := span.of(&row.Figures, row.Range), span.of(&corrected.Figures, corrected.Range)
			cells = style.texts(cells, row.Store, row.Name, row.Group)
			for _, text := range []string{span.length(raw.Up), span.length(raw.Down), span.length(raw.NoData()), uptime.Percent(raw.Up, raw.Down)} {
				cells = style.number(cells, text)
			}
			cells = append(cells, excelize.Cell{Value: raw.Outages})
			for _, text := range []string{span.length(mended.Excused), span.length(mended.Down), uptime.Percent(mended.Up, mended.Down)} {
				cells = style.number(cells, text)
			}
			return cells
		},
	}
}

func (s workbookStyles) texts(cells []any, texts ...string) []any {
	for _, t := range texts {
		cells = append(cells, excelize.Cell{StyleID: s.text, Value: t})
	}
	return cells
}

// number is a number as the CSV files have it, or an empty cell for "—".
func (s workbookStyles) number(cells []any, text string) []any {
	var value any
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		value = n
	}
	return append(cells, excelize.Cell{StyleID: s.decimals, Value: value})
}

// begin adds the sheet to a workbook, with its header, which stays in view.
func (s *workbookSheet) begin(book *excelize.File, style workbookStyles) (err error) {
	if _, err = book.NewSheet(s.name); err != nil {
		return err
	}
	if s.out, err = book.NewStreamWriter(s.name); err != nil {
		return err
	}
	for n := range s.header {
		width := float64(workbookWidth)
		if n < len(s.widths) {
			width = s.widths[n]
		}
		if err := s.out.SetColWidth(n+1, n+1, width); err != nil {
			return err
		}
	}
	if err := s.out.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	cells := make([]any, 0, len(s.header))
	for _, title := range s.header {
		cells = append(cells, excelize.Cell{StyleID: style.head, Value: title})
	}
	return s.out.SetRow("A1", cells)
}

func writeSheets(book *excelize.File, r models.Report, rows iter.Seq2[Row, error]) error {
	style, err := newWorkbookStyles(book)
	if err != nil {
		return err
	}
	sheets := workbookSheets(r)
	if err := book.SetSheetName("Sheet1", sheets[0].name); err != nil {
		return err
	}
	for n := range sheets {
		if err := sheets[n].begin(book, style); err != nil {
			return err
		}
	}
	line, cells := 1, []any{}
	for row, err := range rows {
		if err != nil {
			return err
		}
		if line++; line > mostWorkbookRows {
			return fmt.Errorf("expected at most %d stores, because a spreadsheet has no more rows", mostWorkbookRows-1)
		}
		for _, sheet := range sheets {
			cells = sheet.cells(cells[:0], row, style)
			if err := sheet.out.SetRow("A"+strconv.Itoa(line), cells); err != nil {
				return err
			}
		}
	}
	for _, sheet := range sheets {
		if err := sheet.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// workbookSpan is a window or the range of a report.
type workbookSpan struct {
	title, unit string
	length      func(uptime.Micros) string
	of          func(windows *[uptime.WindowCount]uptime.Figures, ranged uptime.Figures) uptime.Figures
}

func workbookSpans(r models.Report) []workbookSpan {
	spans := []workbookSpan{}
	if r.Ranged() {
		spans = append(spans, workbookSpan{"Range", "h", uptime.Micros.Hours, func(_ *[uptime.WindowCount]uptime.Figures, ranged uptime.Figures) uptime.Figures { return ranged }})
	}
	for n, title := range []string{"Last hour", "Last day", "Last week"} {
		unit := "h"
		if n == uptime.LastHour {
			unit = "min"
		}
		spans = append(spans, workbookSpan{title, unit, lengthText(n), func(windows *[uptime.WindowCount]uptime.Figures, _ uptime.Figures) uptime.Figures { return windows[n] }})
	}
	return spans
}

// writeAbout says what the report is about. Instants are text, with their zone.
func writeAbout(book *excelize.File, r models.Report) error {
	if _, err := book.NewSheet(aboutSheet); err != nil {
		return err
	}
	clock := func(at uptime.Instant) string { return at.Time().UTC().Format("2006-01-02 15:04:05.999999 UTC") }
	asOf := "no polls yet"
	if r.AsOf.Known {
		asOf = clock(r.AsOf.At)
	}
	var facts [][2]any
	if r.ID != "" {
		facts = append(facts, [2]any{"Report", r.ID})
	}
	facts = append(facts, [2]any{"As of", asOf})
	if r.Ranged() {
		facts = append(facts, [2]any{"Range from", clock(r.RangeFrom)}, [2]any{"Range to", clock(r.RangeTo)})
	}
	if r.Group != "" {
		facts = append(facts, [2]any{"Group", r.Group})
	}
	if r.FinishedAt != 0 {
		facts = append(facts, [2]any{"Made", clock(r.FinishedAt)})
	}
	facts = append(facts, [2]any{"Stores", r.Stores}, [2]any{"Stores without data", r.NoData}, [2]any{"Polls read", r.Polls})
	if r.ZoneData != "" {
		facts = append(facts, [2]any{"Time zone data", r.ZoneData})
	}
	sheet, err := book.NewStreamWriter(aboutSheet)
	if err != nil {
		return err
	}
	if err := sheet.SetColWidth(1, 2, 40); err != nil {
		return err
	}
	for n, fact := range facts {
		if err := sheet.SetRow("A"+strconv.Itoa(n+1), fact[:]); err != nil {
			return err
		}
	}
	return sheet.Flush()
}
