package imports

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/feed"
)

const (
	examplesPerCause = 5
	// rejectPart is how much of rejects.csv a row of import_rejects holds.
	rejectPart = 256 << 10
)

// A rejectLog writes the rejects of one file as CSV, to a temporary file since
// there may be as many as rows: the original columns, then the line, the column
// and the reason. Mended and imported again, those three are ignored.
type rejectLog struct {
	dir     string
	columns []int // the original ones, by their places in a row
	surplus []int // those that a file of rejects has for fields too many, likewise
	width   int   // of the header of the file
	file    *tempFile
	buffer  *bufio.Writer
	out     *csv.Writer
	record  []string
	causes  []models.Cause
}

func newRejectLog(dir string) *rejectLog { return &rejectLog{dir: dir} }

func (l *rejectLog) header(h feed.Header) {
	l.columns, l.surplus, l.width = feed.OriginalColumns(h.Columns), feed.SurplusColumns(h.Columns), len(h.Columns)
}

// rejectHeader is the first line of the rejects.csv of a file with columns.
func rejectHeader(columns []string) []string {
	var header []string
	for _, at := range feed.OriginalColumns(columns) {
		header = append(header, feed.Guard(columns[at]))
	}
	return append(header, feed.RejectColumns()...)
}

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

func (l *rejectLog) finish() error {
	if l.file == nil {
		return nil
	}
	l.out.Flush()
	return errors.Join(l.out.Error(), l.buffer.Flush())
}

func (l *rejectLog) close() error {
	if l.file == nil {
		return nil
	}
	return l.file.Close()
}

func saveRejects(ctx context.Context, tx *models.Tx, id string, file int, log *rejectLog) error {
	if log.file == nil {
		return nil
	}
	if _, err := log.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r := bufio.NewReaderSize(log.file, rejectPart)
	for part := 0; ; part++ {
		rows := make([]byte, rejectPart)
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

// WriteRejects writes the rejects.csv of one file of an import: the original
// columns, the line, the column and the reason.
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

// RejectsKept reports whether the rejects of a file are still there.
func RejectsKept(ctx context.Context, db *models.DB, file models.ImportFile) (kept bool, err error) {
	err = db.GORM(ctx).Raw("SELECT EXISTS (SELECT 1 FROM import_rejects WHERE import_id = ? AND file = ? AND part = 0)",
		file.ImportID, file.Number).Scan(&kept).Error
	if err != nil {
		return false, fmt.Errorf("rejects of import %s: %w", file.ImportID, err)
	}
	return kept, nil
}

// WriteRefusal writes a rejects.csv for a file that was refused as a whole.
func WriteRefusal(path, name string, refusal error) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := csv.NewWriter(f)
	writeErr := out.WriteAll([][]string{{"file", "reason"}, {feed.SafeCell(name), feed.SafeCell(refusal.Error())}})
	return errors.Join(writeErr, f.Close())
}
