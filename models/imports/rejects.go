package imports

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/feed"
)

const (
	examplesPerCause = 5
	// rejectPartBytes is how much of a rejects.csv a row of import_rejects holds.
	rejectPartBytes = 256 << 10
)

// A rejectLog writes the rejects of one file as CSV: the original columns, then
// the line, the column and the reason, then surplus fields. A corrected file can
// be imported again; the added columns are ignored then. There may be as many
// rejects as rows, so they go to a temporary file.
type rejectLog struct {
	dir     string // for the temporary file
	columns []int  // indexes of the original columns in a row
	surplus []int  // indexes of the columns with surplus fields, where the file is itself a rejects.csv
	width   int    // number of columns in the header
	file    *tempFile
	buffer  *bufio.Writer
	out     *csv.Writer
	record  []string // used again for each row
	causes  []models.Cause
}

func newRejectLog(dir string) *rejectLog { return &rejectLog{dir: dir} }

// setHeader sets the columns of the rows that follow.
func (l *rejectLog) setHeader(h feed.Header) {
	l.columns, l.surplus, l.width = feed.OriginalColumns(h.Columns), feed.SurplusColumns(h.Columns), len(h.Columns)
}

// rejectHeader is the header of the rejects.csv of a file with these columns.
func rejectHeader(columns []string) []string {
	var header []string
	for _, at := range feed.OriginalColumns(columns) {
		header = append(header, feed.Guard(columns[at]))
	}
	return append(header, feed.RejectColumns()...)
}

// add writes a reject and counts its cause.
func (l *rejectLog) add(r feed.Reject) error {
	if l.out == nil {
		f, err := newTempFile(l.dir, "rejects-*.csv")
		if err != nil {
			return fmt.Errorf("write rejects: %w", err)
		}
		l.file, l.buffer = f, bufio.NewWriter(f)
		l.out = csv.NewWriter(l.buffer)
	}
	l.count(r)
	l.record = l.record[:0]
	for _, at := range l.columns {
		field := ""
		if at < len(r.Fields) {
			field = r.Fields[at]
		}
		l.record = append(l.record, feed.Guard(field))
	}
	line := ""
	if r.Line > 0 {
		line = strconv.Itoa(r.Line)
	}
	l.record = append(l.record, line, feed.Guard(r.Column), feed.Guard(r.String()))
	for _, at := range l.surplus {
		if at < len(r.Fields) && r.Fields[at] != "" {
			l.record = append(l.record, feed.Guard(r.Fields[at]))
		}
	}
	for _, field := range r.Fields[min(l.width, len(r.Fields)):] {
		l.record = append(l.record, feed.Guard(field))
	}
	return l.out.Write(l.record)
}

func (l *rejectLog) count(r feed.Reject) {
	n := slices.IndexFunc(l.causes, func(c models.Cause) bool { return c.Column == r.Column && c.Expected == r.Expected })
	if n < 0 {
		n = len(l.causes)
		l.causes = append(l.causes, models.Cause{Column: r.Column, Expected: r.Expected})
	}
	c := &l.causes[n]
	c.Count++
	if len(c.Examples) < examplesPerCause {
		c.Examples = append(c.Examples, r.String())
	}
}

// finish writes what is buffered to the temporary file.
func (l *rejectLog) finish() error {
	if l.file == nil {
		return nil
	}
	l.out.Flush()
	return errors.Join(l.out.Error(), l.buffer.Flush())
}

// close removes the temporary file.
func (l *rejectLog) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

// saveRejects copies the rejects of a file into the database, in parts.
func saveRejects(ctx context.Context, tx *models.Tx, id string, file int, log *rejectLog) error {
	if log.file == nil {
		return nil
	}
	if _, err := log.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(log.file, rejectPartBytes)
	for part := 0; ; part++ {
		rows := make([]byte, rejectPartBytes)
		n, err := io.ReadFull(r, rows)
		if n > 0 {
			row := models.ImportReject{ImportID: id, File: file, Part: part, Rows: rows[:n]}
			if err := tx.GORM(ctx).Create(&row).Error; err != nil {
				return err
			}
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// WriteMarkedRejects is WriteRejects for people: it begins with a byte order mark.
func WriteMarkedRejects(ctx context.Context, db *models.DB, w io.Writer, file models.ImportFile) error {
	if _, err := io.WriteString(w, feed.ByteOrderMark); err != nil {
		return err
	}
	return WriteRejects(ctx, db, w, file)
}

// WriteRejects writes the rejects.csv of one file of an import: the original
// columns, the line, the column and the reason. Only the header is written if
// there are no rejects, or they were deleted by retention.
func WriteRejects(ctx context.Context, db *models.DB, w io.Writer, file models.ImportFile) error {
	out := csv.NewWriter(w)
	if err := out.Write(rejectHeader(file.Columns)); err != nil {
		return err
	}
	out.Flush()
	for part := 0; ; part++ {
		var row models.ImportReject
		err := db.GORM(ctx).
			Where("import_id = ? AND file = ? AND part = ?", file.ImportID, file.Number, part).Take(&row).Error
		if errors.Is(err, gorm.ErrRecordNotFound) {
			return out.Error()
		}
		if err != nil {
			return fmt.Errorf("rejects of import %s: %w", file.ImportID, err)
		}
		if _, err := w.Write(row.Rows); err != nil {
			return err
		}
	}
}

// RejectsKept reports whether the rejects of a file are still in the database:
// retention may have deleted them.
func RejectsKept(ctx context.Context, db *models.DB, file models.ImportFile) (kept bool, err error) {
	err = db.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM import_rejects WHERE import_id = ? AND file = ? AND part = 0)",
		file.ImportID, file.Number).Scan(&kept).Error
	if err != nil {
		return false, fmt.Errorf("rejects of import %s: %w", file.ImportID, err)
	}
	return kept, nil
}

// WriteRefusal writes the rejects.csv of a file that was refused as a whole, for
// people. name is the name of that file and refusal the reason.
func WriteRefusal(w io.Writer, name string, refusal error) error {
	if _, err := io.WriteString(w, feed.ByteOrderMark); err != nil {
		return err
	}
	return csv.NewWriter(w).WriteAll([][]string{{"file", "reason"}, {feed.SafeCell(name), feed.SafeCell(refusal.Error())}})
}
