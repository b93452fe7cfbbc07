package reports

import (
	"context"
	"io"
	"iter"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/zones"
)

// FilesVersion is the version of what WriteCSV, WriteDetailsCSV and WriteRangeCSV
// write of the same rows. The sizes of a report's files hold for the version that
// is stored with it: raise it when these functions change.
const FilesVersion = 2

// Finish saves the rows of a report and completes it, in one transaction. The rows
// are packed, and the sizes of the CSV files counted, before the transaction
// begins, because on SQLite nobody else can write meanwhile.
func Finish(ctx context.Context, db *models.DB, a models.Attempt, content Content) error {
	var (
		csv, details, ranged countingWriter
		parts                []models.ReportPart
		work                 errgroup.Group
	)
	writers := []func() error{
		func() error { return WriteCSV(&csv, content.Corrected, content.Rows()) },
		func() error { return WriteDetailsCSV(&details, content.ranged(), content.Rows()) },
		func() (err error) {
			parts, err = pack(a.ID, 0, content.Rows())
			return err
		},
	}
	if content.ranged() {
		writers = append(writers, func() error { return WriteRangeCSV(&ranged, content.Rows()) })
	}
	for _, write := range writers {
		work.Go(func() error { return models.Caught(write) })
	}
	if err := work.Wait(); err != nil {
		return err
	}
	s, stores, noData, polls := content.Snapshot, len(content.Stores), content.withoutData(), content.polls()
	return db.Update(ctx, func(tx *models.Tx) error {
		if err := saveParts(ctx, tx, parts); err != nil {
			return err
		}
		return a.Complete(ctx, tx, map[string]any{
			"as_of": s.KnownAsOf(), "data_version": s.Version, "zone_data": zones.Version(), "stores": stores, "polls": polls,
			"no_data": noData, "csv_bytes": int64(csv), "details_bytes": int64(details), "range_bytes": int64(ranged),
			"files_version": FilesVersion, "poll_every": s.PollEvery,
			"done": stores, "total": stores,
		})
	})
}

// Size counts the bytes that a file of a report has, for one whose stored size is of
// another FilesVersion.
func Size(write func(io.Writer, iter.Seq2[Row, error]) error, rows iter.Seq2[Row, error]) (int64, error) {
	var size countingWriter
	err := write(&size, rows)
	return int64(size), err
}

// A countingWriter counts the bytes that are written to it.
type countingWriter int64

func (w *countingWriter) Write(p []byte) (int, error) {
	*w += countingWriter(len(p))
	return len(p), nil
}
