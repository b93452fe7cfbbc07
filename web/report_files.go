package web

import (
	"io"
	"iter"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// A reportFile is one of the files of a complete report.
type reportFile struct {
	write func(io.Writer, iter.Seq2[reports.Row, error]) error
	size  int64 // as it is stored with the report
}

// A fileKind tells the files of a report apart by their names, which are English for everybody.
type fileKind string

const (
	contractKind fileKind = ""
	detailsKind  fileKind = " details"
	rangeKind    fileKind = " by store"
)

// unknownSize is the size of a file whose size is not stored.
const unknownSize = -1

// contractFile is the report that scripts read.
//
// Its stored size is of the figures that were asked for, raw or corrected.
func contractFile(r models.Report, corrected bool) reportFile {
	size := r.CSVBytes
	if corrected != r.Corrected {
		size = unknownSize
	}
	return reportFile{func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
		return reports.WriteCSV(w, corrected, rows)
	}, size}
}

func detailsFile(r models.Report) reportFile {
	return reportFile{func(w io.Writer, rows iter.Seq2[reports.Row, error]) error {
		return reports.WriteDetailsCSV(w, r.Ranged(), rows)
	}, r.DetailsBytes}
}

func rangeFile(r models.Report) reportFile { return reportFile{reports.WriteRangeCSV, r.RangeBytes} }

// downloadReport serves GET /reports/:id/report.csv.
func (s *Server) downloadReport(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	return s.sendContract(c, r, reportFileName(r, contractKind))
}

// downloadDetails serves GET /reports/:id/details.csv.
func (s *Server) downloadDetails(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	return s.sendReportFile(c, r, detailsFile(r), detailsKind)
}

// downloadRange serves GET /reports/:id/range.csv.
func (s *Server) downloadRange(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	return s.sendRange(c, r)
}

func (s *Server) sendRange(c echo.Context, r models.Report) error {
	if !r.Ranged() {
		return problem{http.StatusNotFound, words.Later("This report has no range"), words.Later("Only reports with a range have this file. Ask for one with from and to."), nil}
	}
	return s.sendReportFile(c, r, rangeFile(r), rangeKind)
}

// downloadWorkbook serves GET /reports/:id/report.xlsx and GET /api/v1/reports/:id/workbook.
func (s *Server) downloadWorkbook(c echo.Context) error {
	r, err := s.completeReport(c)
	if err != nil {
		return err
	}
	return s.sendWorkbook(c, r)
}

// sendWorkbook sends the spreadsheet, which is the same for people and scripts. Whoever has
// a share link learns no id, as on its page.
func (s *Server) sendWorkbook(c echo.Context, r models.Report) error {
	rows := s.data.Rows(c.Request().Context(), r)
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, reports.WorkbookType)
	h.Set(echo.HeaderContentDisposition, disposition(savedName(reportName(inEnglish, r))+".xlsx"))
	if isShared(c) {
		r.ID = ""
	}
	return reports.WriteWorkbook(c.Response(), r, rows)
}

// sendContract sends the report that scripts read. It never begins with a mark.
func (s *Server) sendContract(c echo.Context, r models.Report, name string) error {
	corrected, err := wantsCorrected(c, r)
	if err != nil {
		return err
	}
	f := contractFile(r, corrected)
	size, err := s.fileSize(c, r, f)
	if err != nil {
		return err
	}
	return csvFile{name, size}.send(c, s.rowsTo(c, r, f))
}

// wantsCorrected reports whether the contract is to have corrected figures: as the query
// says or, where it says nothing, as the report was asked for.
func wantsCorrected(c echo.Context, r models.Report) (bool, error) {
	text := said(c.QueryParams()["corrected"])
	if text == "" {
		return r.Corrected, nil
	}
	return text.parse("corrected")
}

// sendReportFile sends a file for people.
func (s *Server) sendReportFile(c echo.Context, r models.Report, f reportFile, kind fileKind) error {
	size, err := s.fileSize(c, r, f)
	if err != nil {
		return err
	}
	return csvFile{reportFileName(r, kind), size}.sendToPeople(c, s.rowsTo(c, r, f))
}

func (s *Server) rowsTo(c echo.Context, r models.Report, f reportFile) func(io.Writer) error {
	return func(w io.Writer) error { return f.write(w, s.data.Rows(c.Request().Context(), r)) }
}

// fileSize is the size of a file of a report. Where an earlier version of the
// writers counted it, it is counted anew.
func (s *Server) fileSize(c echo.Context, r models.Report, f reportFile) (int64, error) {
	if r.FilesVersion == reports.FilesVersion && f.size != unknownSize {
		return f.size, nil
	}
	return reports.Size(f.write, s.data.Rows(c.Request().Context(), r))
}

// reportDownloads are the links to the files of a complete report, which are below the
// address of its page, what people asked about first.
func reportDownloads(w spoken, r models.Report, page string) []views.Download {
	list := []views.Download{
		{Label: "CSV", URL: page + "/report.csv", Size: w.bytes(r.CSVBytes)},
		{Label: w.Say("Details CSV"), URL: page + "/details.csv", Size: w.bytes(r.DetailsBytes)},
		{Label: w.Say("Excel"), URL: page + "/report.xlsx"},
	}
	if !r.Ranged() {
		return list
	}
	ranged := views.Download{Label: w.Say("Range CSV"), URL: page + "/range.csv"}
	if r.RangeBytes > 0 {
		ranged.Size = w.bytes(r.RangeBytes)
	}
	return append([]views.Download{ranged}, list...)
}

// addCorrectedFacts says what corrections excuse in a report, as it was made, and offers
// the contract file with the figures that were not asked for.
func addCorrectedFacts(w spoken, shown *views.Report, r models.Report, finished *finishedReport) {
	excused, of := finished.correctedSum[uptime.LastWeek], words.Plural{One: "in the last week, of {n} store", Other: "in the last week, of {n} stores"}
	if r.Ranged() {
		excused, of = finished.correctedRanged, words.Plural{One: "in the range, of {n} store", Other: "in the range, of {n} stores"}
	}
	if finished.correctedStores == 0 {
		return
	}
	shown.Facts = append(shown.Facts, views.Fact{
		Name: w.Say("Corrections"), Value: w.Say("excuse {length}", "length", w.length(excused.Excused)), Note: w.Count(int64(finished.correctedStores), of),
	})
	other := views.Download{Label: w.Say("CSV, corrected"), URL: shown.URL + "/report.csv?corrected=true"}
	if r.Corrected {
		other = views.Download{Label: w.Say("CSV, raw"), URL: shown.URL + "/report.csv?corrected=false"}
	}
	shown.Downloads = append(shown.Downloads, other)
}
