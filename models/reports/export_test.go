package reports

import (
	"context"

	"lightson/models"
)

// AppendRow packs a row of a report.
func AppendRow(dst []byte, r Row) []byte { return r.append(dst) }

// ReadRow unpacks a row of a report.
func ReadRow(b []byte) (row Row, rest []byte, err error) { return readRow(b) }

// SaveShard saves a shard of an attempt, as somebody does who was slower than another.
func SaveShard(ctx context.Context, db *models.DB, a models.Attempt, n int) error {
	part := models.ReportPart{ReportID: a.ID, Part: n * partsPerShard, Rows: Row{Store: "slower"}.append(nil)}
	return shardedAttempt{db, a}.save(ctx, shard{ReportID: a.ID, Shard: n, Stores: 1}, []models.ReportPart{part})
}
