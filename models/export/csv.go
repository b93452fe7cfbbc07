package export

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"

	"lightson/models"
)

// A row writes the cells of one row.
type row func(cells ...string) error

// writeCSV writes a header and what rows writes, from one view of the database. what names
// the file in errors.
func writeCSV(ctx context.Context, db *models.DB, w io.Writer, what string, header []string, rows func(tx *models.Tx, write row) error) error {
	buffer := bufio.NewWriterSize(w, 256<<10)
	out := csv.NewWriter(buffer)
	if err := out.Write(header); err != nil {
		return err
	}
	err := db.View(ctx, func(tx *models.Tx) error {
		return rows(tx, func(cells ...string) error { return out.Write(cells) })
	})
	if err != nil {
		return fmt.Errorf("export %s: %w", what, err)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return err
	}
	return buffer.Flush()
}
