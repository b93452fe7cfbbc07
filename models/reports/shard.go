package reports

import (
	"context"
	"fmt"
	"io"
	"iter"
	"slices"

	"lightson/models"
)

// A shard is a row of report_shards: the stores of a report with ids in a range, while the report
// is being made.
type shard struct {
	ReportID        string
	Shard           int // from 0
	Lowest, Highest int32
	Taken           int // how often somebody began to compute it
	Done            bool

	Stores       int64
	Polls        int64
	NoData       int64
	CSVBytes     int64 `gorm:"column:csv_bytes"` // these are without headers
	DetailsBytes int64
	RangeBytes   int64
}

// TableName implements GORM's Tabler.
func (shard) TableName() string { return "report_shards" }

// partsPerShard is how many numbers of parts each shard has to itself.
const partsPerShard = 1024

// MostShardStores is how many stores a shard can have.
const MostShardStores = partsPerShard * rowsPerPart

// plan cuts the stores with some ids into shards of so many.
func plan(report string, ids []int32, size int) (shards []shard) {
	slices.Sort(ids)
	for some := range slices.Chunk(ids, size) {
		shards = append(shards, shard{ReportID: report, Shard: len(shards), Lowest: some[0], Highest: some[len(some)-1], Stores: int64(len(some))})
	}
	return shards
}

// A shardedAttempt is an attempt at a report whose shards are in the table. Every write fails with
// [models.ErrAttemptLost] once the attempt was given up, so nobody leaves rows in a later one.
type shardedAttempt struct {
	db *models.DB
	models.Attempt
}

// update runs work in a transaction in which nobody else writes for the report.
func (a shardedAttempt) update(ctx context.Context, work func(tx *models.Tx) error) error {
	return a.db.Update(ctx, func(tx *models.Tx) error {
		if err := a.Write(tx.GORM(ctx), map[string]any{"attempt": a.Number}); err != nil {
			return err
		}
		return work(tx)
	})
}

// begin replaces what earlier attempts left by new shards, and does what else belongs to the
// transaction. What reports left that ended before they were complete goes, too.
func (a shardedAttempt) begin(ctx context.Context, shards []shard, also func(tx *models.Tx) error) error {
	err := a.update(ctx, func(tx *models.Tx) error {
		left := tx.GORM(ctx).Table("reports").Select("id").Where("id = ? OR state IN ?", a.ID, []models.State{models.Failed, models.Cancelled}).
			Where("id IN (SELECT report_id FROM report_shards)")
		for _, table := range []any{&models.ReportPart{}, &shard{}} {
			if err := tx.GORM(ctx).Where("report_id IN (?)", left).Delete(table).Error; err != nil {
				return err
			}
		}
		for some := range slices.Chunk(shards, shardsPerStatement) {
			if err := tx.GORM(ctx).Create(&some).Error; err != nil {
				return err
			}
		}
		return also(tx)
	})
	if err != nil {
		return fmt.Errorf("begin with the shards of report %s: %w", a.ID, err)
	}
	return nil
}

// shardsPerStatement bounds the parameters of a statement.
const shardsPerStatement = 500

// take is a shard that nobody has begun with, as long as there is one. After that, again has it be
// one that others have not done yet: they may have died, or be slower.
func (a shardedAttempt) take(ctx context.Context, again bool) (taken shard, some bool, err error) {
	err = a.update(ctx, func(tx *models.Tx) error {
		left := tx.GORM(ctx).Where("report_id = ? AND NOT done", a.ID)
		if !again {
			left = left.Where("taken = 0")
		}
		var first []shard
		if err := left.Order("taken, shard").Limit(1).Find(&first).Error; err != nil || len(first) == 0 {
			return err
		}
		taken, some = first[0], true
		return tx.GORM(ctx).Model(&shard{}).Where("report_id = ? AND shard = ?", a.ID, taken.Shard).Update("taken", taken.Taken+1).Error
	})
	if err != nil {
		return taken, false, fmt.Errorf("take a shard of report %s: %w", a.ID, err)
	}
	return taken, some, nil
}

// save saves the rows of a shard, unless somebody else was quicker, whose rows are the same.
func (a shardedAttempt) save(ctx context.Context, s shard, parts []models.ReportPart) error {
	err := a.update(ctx, func(tx *models.Tx) error {
		done := tx.GORM(ctx).Model(&shard{}).Where("report_id = ? AND shard = ? AND NOT done", a.ID, s.Shard).Updates(map[string]any{
			"done": true, "stores": s.Stores, "polls": s.Polls, "no_data": s.NoData,
			"csv_bytes": s.CSVBytes, "details_bytes": s.DetailsBytes, "range_bytes": s.RangeBytes,
		})
		if done.Error != nil || done.RowsAffected == 0 {
			return done.Error
		}
		return saveParts(ctx, tx, parts)
	})
	if err != nil {
		return fmt.Errorf("save shard %d of report %s: %w", s.Shard, a.ID, err)
	}
	return nil
}

// left counts the shards that are not done.
func (a shardedAttempt) left(ctx context.Context) (count int64, err error) {
	if err := a.db.GORM(ctx).Model(&shard{}).Where("report_id = ? AND NOT done", a.ID).Count(&count).Error; err != nil {
		return 0, fmt.Errorf("shards of report %s: %w", a.ID, err)
	}
	return count, nil
}

// done adds up the shards that are done.
func (a shardedAttempt) done(ctx context.Context) (sum shard, err error) {
	err = a.db.GORM(ctx).Model(&shard{}).Where("report_id = ? AND done", a.ID).
		Select(`COALESCE(SUM(stores), 0) AS stores, COALESCE(SUM(polls), 0) AS polls, COALESCE(SUM(no_data), 0) AS no_data,
			COALESCE(SUM(csv_bytes), 0) AS csv_bytes, COALESCE(SUM(details_bytes), 0) AS details_bytes, COALESCE(SUM(range_bytes), 0) AS range_bytes`).
		Scan(&sum).Error
	if err != nil {
		return sum, fmt.Errorf("shards of report %s: %w", a.ID, err)
	}
	return sum, nil
}

// bytesOfRows counts the bytes that a file has without its header.
func bytesOfRows(write func(io.Writer, iter.Seq2[Row, error]) error, rows iter.Seq2[Row, error]) (int64, error) {
	all, err := Size(write, rows)
	if err != nil {
		return 0, err
	}
	header, err := bytesOfHeader(write)
	return all - header, err
}

func bytesOfHeader(write func(io.Writer, iter.Seq2[Row, error]) error) (int64, error) {
	return Size(write, func(func(Row, error) bool) {})
}
