package columnar

import (
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"

	"lightson/models/uptime"
)

// MediaType is the media type of a file.
const MediaType = "application/vnd.apache.parquet"

const (
	rowsAtOnce   = 4096    // that are handed to the library
	rowsOfAGroup = 100_000 // that it holds: a few megabytes
)

// A table writes rows of a kind. The columns are the fields of the kind: the tag parquet names
// them, and the tag about says what they mean.
type table[Row any] struct {
	out  *parquet.GenericWriter[Row]
	rows []Row
}

func newTable[Row any](w io.Writer) *table[Row] {
	options := []parquet.WriterOption{
		parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowsOfAGroup), parquet.CreatedBy("Lights On", "", ""),
	}
	for field := range reflect.TypeFor[Row]().Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("parquet"), ",")
		options = append(options, parquet.KeyValueMetadata("column."+name, field.Tag.Get("about")))
	}
	return &table[Row]{out: parquet.NewGenericWriter[Row](w, options...), rows: make([]Row, 0, rowsAtOnce)}
}

func (t *table[Row]) add(row Row) error {
	t.rows = append(t.rows, row)
	if len(t.rows) < rowsAtOnce {
		return nil
	}
	return t.flush()
}

func (t *table[Row]) flush() error {
	if _, err := t.out.Write(t.rows); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	t.rows = t.rows[:0]
	return nil
}

// close writes what is left and the end of the file, unless the rows failed.
func (t *table[Row]) close(failed error) error {
	if failed != nil {
		return failed
	}
	if err := t.flush(); err != nil {
		return err
	}
	return t.out.Close()
}

func optionalText(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func optionalInstant(at uptime.Instant, known bool) *int64 {
	if !known {
		return nil
	}
	micros := int64(at)
	return &micros
}
