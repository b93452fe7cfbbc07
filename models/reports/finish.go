package reports

import (
	"context"

	"golang.org/x/sync/errgroup"

	"lightson/models"
)

// Finish saves the rows of a report and completes it, in one transaction. The rows
// are packed, and the sizes of the CSV files counted, before the transaction
// begins, because on SQLite nobody else can write meanwhile.
func Finish(ctx context.Context, db *models.DB, a models.Attempt, content Content) error {
	var (
		csv, details countingWriter
		parts        []models.ReportPart
		work         errgroup.Group
	)
	for _, part := range []func() error{
		func() error { return WriteCSV(&csv, content.Rows()) },
		func() error { return WriteDetailsCSV(&details, content.ranged(), content.Rows()) },
		func() (err error) {
			parts, err = pack(a.ID, content.Rows())
			return err
		},
	} {
		work.Go(func() error { return models.Caught(part) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	s, stores := content.Snapshot, len(content.Stores)
	return db.Update(ctx, func(tx *models.Tx) error {
		if err := saveParts(ctx, tx, parts); err != nil {
			return err
		}
		return a.Complete(ctx, tx, map[string]any{
			"as_of": s.AsOf, "data_version": s.Version, "stores": stores, "polls": s.Polls,
			"no_data": content.withoutData(), "csv_bytes": int64(csv), "details_bytes": int64(details),
			"done": stores, "total": stores,
		})
	})
}

// A countingWriter counts the bytes that are written to it.
type countingWriter int64

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}
