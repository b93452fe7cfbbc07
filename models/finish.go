package models

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// FinishReport writes the rows of a snapshot and completes the report, in one
// transaction. All that takes time is done before it, since on SQLite nobody
// else can write meanwhile.
func (db *DB) FinishReport(ctx context.Context, a Attempt, content ReportContent) error {
	var (
		csv, details countingWriter
		parts        []reportPart
		work         errgroup.Group
	)
	work.Go(func() error { return WriteReportCSV(&csv, content.Rows()) })
	work.Go(func() error { return WriteDetailsCSV(&details, content.Ranged(), content.Rows()) })
	work.Go(func() (err error) {
		parts, err = packReport(a.ID, content.Rows())
		return err
	})
	if err := work.Wait(); err != nil {
		return err
	}
	s, stores := content.Snapshot, len(content.Stores)
	return db.Update(ctx, func(tx *Tx) error {
		if err := tx.saveReportParts(ctx, parts); err != nil {
			return err
		}
		return a.complete(ctx, tx, map[string]any{
			"as_of": s.AsOf, "data_version": s.Version, "stores": stores, "polls": s.Polls,
			"no_data": content.withoutData(), "csv_bytes": int64(csv), "details_bytes": int64(details),
			"done": stores, "total": stores,
		})
	})
}

type countingWriter int64

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}
