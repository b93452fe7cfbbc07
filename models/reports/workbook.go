package reports

import (
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

// WriteWorkbook writes a complete report as a spreadsheet (.xlsx) for people: a row for
// each store, what they asked about first, and a second sheet that says what the report is
// about. Numbers are those of the CSV files and are numbers; ids are text, so that all
// their digits stay; no cell is a formula. A share of nothing is an empty cell. The same
// report gives the same bytes. Without an id it names none.
//
// Rows go through a temporary file once they are many, so that any number takes little
// memory.
func WriteWorkbook(w io.Writer, r models.Report, rows iter.Seq2[Row, error]) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	made := time.UnixMicro(int64(r.FinishedAt)).UTC().Format(time.RFC3339)
	err = errors.Join(
		book.SetSheetName("Sheet1", storesSheet),
		book.SetDocProps(&excelize.DocProperties{Creator: "Lights On", Title: strings.TrimSpace("Report " + r.ID), Created: made, Modified: made}),
	)
	if err != nil {
		return err
	}
	if err := writeStores(book, r, rows); err != nil {
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

// workbookWidths are the widths of the first columns, in characters. All others have
// workbookWidth.
var workbookWidths = []float64{22, 28, 20, 16, 20}

const workbookWidth = 14

func writeStores(book *excelize.File, r models.Report, rows iter.Seq2[Row, error]) error {
	head, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	if err != nil {
		return err
	}
	text, err := book.NewStyle(&excelize.Style{NumFmt: 49}) // text, also after it was edited
	if err != nil {
		return err
	}
	decimals, err := book.NewStyle(&excelize.Style{NumFmt: 2}) // 0.00
	if err != nil {
		return err
	}
	sheet, err := book.NewStreamWriter(storesSheet)
	if err != nil {
		return err
	}
	header := workbookHeader(r)
	for n := range header {
		width := float64(workbookWidth)
		if n < len(workbookWidths) {
			width = workbookWidths[n]
		}
		if err := sheet.SetColWidth(n+1, n+1, width); err != nil {
			return err
		}
	}
	if err := sheet.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	cells := make([]any, 0, len(header))
	for _, title := range header {
		cells = append(cells, excelize.Cell{StyleID: head, Value: title})
	}
	if err := sheet.SetRow("A1", cells); err != nil {
		return err
	}
	line := 1
	for row, err := range rows {
		if err != nil {
			return err
		}
		if line++; line > mostWorkbookRows {
			return fmt.Errorf("expected at most %d stores: a spreadsheet has no more rows", mostWorkbookRows-1)
		}
		if err := sheet.SetRow("A"+strconv.Itoa(line), workbookCells(cells[:0], r, row, text, decimals)); err != nil {
			return err
		}
	}
	return sheet.Flush()
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

func workbookHeader(r models.Report) []string {
	header := []string{"Store", "Name", "Group", "City", "Time zone"}
	for _, span := range workbookSpans(r) {
		in := ", " + span.unit
		header = append(header, span.title+": up"+in, span.title+": down"+in, span.title+": no data"+in, span.title+": availability, %", span.title+": outages",
			span.title+": excused"+in, span.title+": corrected down"+in, span.title+": corrected availability, %")
	}
	return append(header, "Target, %")
}

func workbookCells(cells []any, r models.Report, row Row, text, decimals int) []any {
	for _, t := range []string{row.Store, row.Name, row.Group, row.City, row.Zone} {
		cells = append(cells, excelize.Cell{StyleID: text, Value: t})
	}
	number := func(text string) {
		var value any // nothing for "—"
		if n, err := strconv.ParseFloat(text, 64); err == nil {
			value = n
		}
		cells = append(cells, excelize.Cell{StyleID: decimals, Value: value})
	}
	corrected := row.Corrected()
	for _, span := range workbookSpans(r) {
		raw, mended := span.of(&row.Figures, row.Range), span.of(&corrected.Figures, corrected.Range)
		number(span.length(raw.Up))
		number(span.length(raw.Down))
		number(span.length(raw.NoData()))
		number(uptime.Percent(raw.Up, raw.Down))
		cells = append(cells, excelize.Cell{Value: raw.Outages})
		number(span.length(mended.Excused))
		number(span.length(mended.Down))
		number(uptime.Percent(mended.Up, mended.Down))
	}
	number(targetCell(row.Target))
	return cells
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
	facts = append(facts, [2]any{"Made", clock(r.FinishedAt)}, [2]any{"Stores", r.Stores}, [2]any{"Stores without data", r.NoData}, [2]any{"Polls read", r.Polls})
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
