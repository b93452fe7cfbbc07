package models

import (
	"context"

	"lightson/models/reach"
)

type Asker struct {
	Key, Name string
	Reach     reach.Reach
}

func (r *Report) For(a Asker) *Report { return r }

func (db *DB) ReportWithin(ctx context.Context, within reach.Reach, id string) (Report, error) {
	return db.Report(ctx, id)
}
func (db *DB) ReportsWithin(ctx context.Context, within reach.Reach, offset, limit int) ([]Report, error) {
	return db.Reports(ctx, offset, limit)
}
func (db *DB) ReportsAfterWithin(ctx context.Context, within reach.Reach, place ListPlace, limit int) ([]Report, error) {
	return db.ReportsAfter(ctx, place, limit)
}
