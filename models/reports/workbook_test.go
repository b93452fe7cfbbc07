package reports_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
)

// someRows are rows of many shapes: 19 digits, formulas, no data, corrections.
func someRows(count int) iter.Seq2[reports.Row, error] {
	ids := []string{"8419537941919820732", "=1+1", "0042", "<b>&", "1e5", "_x0041_", "é😀"}
	return func(yield func(reports.Row, error) bool) {
		for n := range count {
			row := reports.Row{Store: ids[n%len(ids)] + strings.Repeat("0", n/len(ids)%7), Zone: "America/Chicago", Name: "=HYPERLINK(\"x\")", Ranged: true, Sure: true, Target: 9950}
			for w := range row.Figures {
				up, down := uptime.Micros(n)*uptime.Second, uptime.Micros(n%3)*uptime.Minute
				row.Figures[w] = uptime.Figures{Open: up + down + uptime.Minute, Up: up, Down: down, Outages: n % 3}
			}
			row.Range = row.Figures[uptime.LastWeek]
			if n%5 == 0 {
				row.Corrections = &reports.Corrections{Figures: row.Figures, Range: row.Range}
				row.Corrections.Range.Down, row.Corrections.Range.Excused = 0, row.Range.Down
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

func rangedReport() models.Report {
	return models.Report{
		Work: models.Work{ID: "r", State: models.Complete, FinishedAt: at("2023-01-25 19:00")}, AsOf: models.InstantAt(at("2023-01-25 18:00")),
		RangeFrom: at("2023-01-16 06:00"), RangeTo: at("2023-01-23 06:00"), Stores: 3, ZoneData: "2025c",
	}
}

func workbookOf(t *testing.T, r models.Report, rows iter.Seq2[reports.Row, error]) *excelize.File {
	t.Helper()
	var file bytes.Buffer
	if err := reports.WriteWorkbook(&file, r, rows); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func TestAWorkbookSaysWhatTheRangeCSVSays(t *testing.T) {
	const stores = 40
	book := workbookOf(t, rangedReport(), someRows(stores))
	var text bytes.Buffer
	if err := reports.WriteRangeCSV(&text, someRows(stores)); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&text).ReadAll()
	if err != nil || len(lines) != stores+1 {
		t.Fatalf("%d rows in the CSV, %v", len(lines), err)
	}
	spans := []string{"Range", "Last hour", "Last day", "Last week"}
	if got, want := book.GetSheetList(), append(spans, "Stores", "About"); !slices.Equal(got, want) {
		t.Fatalf("sheets are %q, want %q", got, want)
	}
	compared := 0
	for number, span := range spans {
		cells, err := book.GetRows(span, excelize.Options{RawCellValue: true})
		if err != nil || len(cells) != len(lines) {
			t.Fatalf("%s has %d rows, %v", span, len(cells), err)
		}
		unit := map[bool]string{true: "min", false: "h"}[span == "Last hour"]
		for n, line := range lines[1:] {
			row := cells[n+1]
			if want := strings.TrimPrefix(line[0], "'"); row[0] != want || row[1] != strings.TrimPrefix(line[1], "'") {
				t.Errorf("%s: row %d is of %q, %q, want %q, %q", span, n, row[0], row[1], line[0], line[1])
			}
			for f, title := range []string{"Up, " + unit, "Down, " + unit, "No data, " + unit, "Availability, %", "Outages"} {
				column := slices.Index(cells[0], title)
				if column < 0 {
					t.Fatalf("%s has no column %q in %q", span, title, cells[0])
				}
				got, want := row[column], line[3+5*number+f]
				if want == "—" {
					want = ""
				} else if number, err := strconv.ParseFloat(want, 64); err == nil {
					want = strconv.FormatFloat(number, 'f', -1, 64)
				}
				if compared++; got != want {
					t.Errorf("row %d, %s: %s is %q, want %q", n, span, title, got, want)
				}
			}
		}
	}
	if compared != stores*20 {
		t.Errorf("compared %d cells", compared)
	}
}

func TestAWorkbookHasNumbersAsNumbersAndIdsAsText(t *testing.T) {
	book := workbookOf(t, rangedReport(), someRows(7))
	for cell, want := range map[string]excelize.CellType{
		"A2": excelize.CellTypeInlineString, "A3": excelize.CellTypeInlineString, "B3": excelize.CellTypeInlineString,
		"D3": excelize.CellTypeUnset, "H3": excelize.CellTypeUnset, // numbers have no type of their own
	} {
		if got, err := book.GetCellType("Range", cell); err != nil || got != want {
			t.Errorf("%s is of type %d, %v, want %d", cell, got, err, want)
		}
		if formula, err := book.GetCellFormula("Range", cell); err != nil || formula != "" {
			t.Errorf("%s is the formula %q, %v", cell, formula, err)
		}
	}
	for cell, want := range map[string]string{"A2": "8419537941919820732", "A3": "=1+1", "A4": "0042", "A5": "<b>&", "A6": "1e5", "A7": "_x0041_", "A8": "é😀"} {
		for _, sheet := range []string{"Range", "Last hour", "Stores"} {
			if got, err := book.GetCellValue(sheet, cell); err != nil || got != want {
				t.Errorf("%s of %s is %q, %v, want %q", cell, sheet, got, err, want)
			}
		}
	}
	for _, sheet := range []string{"Range", "Last hour", "Last day", "Last week", "Stores"} {
		panes, err := book.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 1 {
			t.Errorf("panes of %s are %+v, %v", sheet, panes, err)
		}
	}
	about, err := book.GetRows("About")
	if err != nil || len(about) < 6 || about[1][1] != "2023-01-25 18:00:00 UTC" || about[2][1] != "2023-01-16 06:00:00 UTC" {
		t.Errorf("about is %q, %v", about, err)
	}
}

func TestTheSameReportGivesTheSameWorkbook(t *testing.T) {
	var parts [2]map[string]string // they stand in the archive in any order
	for n := range parts {
		var file bytes.Buffer
		if err := reports.WriteWorkbook(&file, rangedReport(), someRows(50)); err != nil {
			t.Fatal(err)
		}
		archive, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		parts[n] = map[string]string{}
		for _, f := range archive.File {
			text, err := fs.ReadFile(archive, f.Name)
			if err != nil {
				t.Fatal(err)
			}
			parts[n][f.Name] = string(text)
		}
	}
	if diff := cmp.Diff(parts[0], parts[1]); diff != "" || len(parts[0]) < 5 {
		t.Errorf("two workbooks of %d parts differ:\n%s", len(parts[0]), diff)
	}
}

func TestAWorkbookOfNothingHasItsHeader(t *testing.T) {
	r := models.Report{Work: models.Work{ID: "r", State: models.Complete}}
	book := workbookOf(t, r, someRows(0))
	if got, want := book.GetSheetList(), []string{"Last hour", "Last day", "Last week", "Stores", "About"}; !slices.Equal(got, want) {
		t.Errorf("sheets are %q, want %q", got, want)
	}
	for _, sheet := range book.GetSheetList()[:4] {
		if rows, err := book.GetRows(sheet); err != nil || len(rows) != 1 || rows[0][0] != "Store" {
			t.Errorf("rows of %s are %q, %v", sheet, rows, err)
		}
	}
}

func TestAWorkbookEndsWithTheErrorOfItsRows(t *testing.T) {
	broken := func(yield func(reports.Row, error) bool) { yield(reports.Row{}, fmt.Errorf("no paper")) }
	var file bytes.Buffer
	if err := reports.WriteWorkbook(&file, rangedReport(), broken); err == nil || !strings.Contains(err.Error(), "no paper") || file.Len() > 0 {
		t.Errorf("error %v after %d bytes", err, file.Len())
	}
}

// A table of these cells in memory would be several times as large.
func TestALargeWorkbookTakesLittleMemory(t *testing.T) {
	const stores, most = 14_000, 48 << 20
	var before, last runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	rows := func(yield func(reports.Row, error) bool) {
		someRows(stores)(yield)
		runtime.GC()
		runtime.ReadMemStats(&last)
	}
	var file countedBytes
	if err := reports.WriteWorkbook(&file, rangedReport(), rows); err != nil || file < 1<<20 {
		t.Fatalf("%d bytes, %v", file, err)
	}
	if live := int64(last.HeapAlloc) - int64(before.HeapAlloc); live > most || last.HeapAlloc == 0 {
		t.Errorf("with its last row it holds %d MB, expected at most %d", live>>20, most>>20)
	}
}

type countedBytes int64

func (c *countedBytes) Write(p []byte) (int, error) {
	*c += countedBytes(len(p))
	return len(p), nil
}
