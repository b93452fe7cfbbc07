package reports

import (
	"context"
	"io"
	"strconv"

	"lightson/models"
	"lightson/models/feed"
)

// conflictImports is how many imports are read from the database at a time.
const conflictImports = 100

// WriteConflictsCSV writes the conflicts that imports found, a row for each. An
// import keeps only its first conflicts; the column conflicts has the number of
// all of them.
func WriteConflictsCSV(ctx context.Context, db *models.DB, w io.Writer) error {
	header := []string{"import", "imported_at", "conflicts", "store_id", "timestamp_utc"}
	rows := func(yield func([]string, error) bool) {
		for place := (models.ListPlace{}); ; {
			imports, err := db.ConflictingImports(ctx, place, 0, conflictImports)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, i := range imports {
				for _, conflict := range i.Conflicts {
					row := []string{i.ID, instantCell(i.CreatedAt, true), strconv.FormatInt(i.Conflicting, 10), feed.SafeCell(conflict.Store), instantCell(conflict.At, true)}
					if !yield(row, nil) {
						return
					}
				}
				place = i.ListPlace()
			}
			if len(imports) < conflictImports {
				return
			}
		}
	}
	return writeCSV(w, rows, header, appendAll)
}
