package models

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lightson/models/reach"
)

// QueueFull says that no more reports may wait. Waiting is how many do, as far as the
// asker may know: of others' reports only those are told who see every store. 0 is untold.
type QueueFull struct{ Waiting int64 }

// Error implements error.
func (e QueueFull) Error() string {
	if e.Waiting == 0 {
		return "too many reports are waiting already"
	}
	return fmt.Sprintf("%d reports are waiting already", e.Waiting)
}

// AskReport records a report as queued, unless one that will say the same exists: then
// r becomes that one and added is false. It gives QueueFull where limit reports wait
// already, or as many of the asker as WaitingLimit allows.
//
// A report with the same idempotency key says the same. Where the caller gave no
// key, so does an unfinished report of the same scope on the same version of the
// data. The keys of pages only recognize a second click, so this holds for reports
// from pages as well. What another asked for, or the same asker with another reach, is
// never the same.
func (tx *Tx) AskReport(ctx context.Context, r *Report, limit int) (added bool, err error) {
	if err := tx.takeTurn(ctx, "asks for a report"); err != nil {
		return false, fmt.Errorf("ask for a report: %w", err)
	}
	version, err := tx.DataVersion(ctx)
	if err != nil {
		return false, err
	}
	same, err := tx.sameReport(ctx, r, version.Version)
	if err == nil {
		*r = same
		return false, nil
	}
	if !errors.Is(err, ErrNotFound) {
		return false, err
	}
	waiting, own, err := tx.waitingReports(ctx, r.AskedBy)
	if err != nil {
		return false, err
	}
	switch limited := r.limited(); {
	case limited && own >= int64(r.WaitingLimit(limit)):
		return false, QueueFull{own}
	case limited && waiting >= int64(limit):
		return false, QueueFull{}
	case waiting >= int64(limit):
		return false, QueueFull{waiting}
	}
	r.DataVersion = version.Version
	return tx.addReport(ctx, r)
}

// takeTurn lets one transaction at a time do something that it first looks whether it may,
// such as asking for a report. On SQLite the transaction itself does so.
func (tx *Tx) takeTurn(ctx context.Context, does string) error {
	if tx.pgx == nil {
		return nil
	}
	_, err := tx.pgx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtext('lightson ' || $1::text || ' in ' || current_schema()))", does)
	return err
}

// sameReport is the report that will say the same as r, or ErrNotFound.
func (tx *Tx) sameReport(ctx context.Context, r *Report, version int64) (same Report, err error) {
	reports := func() *gorm.DB { return tx.GORM(ctx) }
	err = gorm.ErrRecordNotFound
	if r.IdempotencyKey != nil {
		err = reports().Where("idempotency_key = ?", r.IdempotencyKey).Take(&same).Error
	}
	if errors.Is(err, gorm.ErrRecordNotFound) && (r.IdempotencyKey == nil || r.Source == FromPage) {
		err = reports().
			Where("state IN ? AND data_version = ?", []State{Queued, Running}, version).
			Where("asked_by = ? AND reach_key = ?", r.AskedBy, r.ReachKey).
			Where("asked_as_of IS NOT DISTINCT FROM ? AND group_name = ? AND range_from = ? AND range_to = ?", r.AskedAsOf, r.Group, r.RangeFrom, r.RangeTo).
			Where("corrected = ?", r.Corrected).
			Order("created_at, id").Take(&same).Error
	}
	if err != nil {
		return same, fmt.Errorf("look for the same report: %w", NotFound(err))
	}
	return same, nil
}

// KeyUsed reports whether there is a report with the idempotency key of r.
// For packages of models only.
func (db *DB) KeyUsed(ctx context.Context, r *Report) (bool, error) {
	var n int64
	err := db.GORM(ctx).Model(&Report{}).Where("idempotency_key = ?", r.IdempotencyKey).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("look for an idempotency key: %w", err)
	}
	return n > 0, nil
}

// waitingReports counts the reports that are queued, and those of an asker among them.
func (tx *Tx) waitingReports(ctx context.Context, asker string) (waiting, own int64, err error) {
	err = tx.GORM(ctx).Model(&Report{}).Where("state = ?", Queued).
		Select("COUNT(*), COALESCE(SUM(CASE WHEN asked_by = ? THEN 1 ELSE 0 END), 0)", asker).Row().Scan(&waiting, &own)
	if err != nil {
		return 0, 0, fmt.Errorf("count waiting reports: %w", err)
	}
	return waiting, own, nil
}

// WaitingLimit is how many reports of the asker may wait at a time where limit may wait
// in all. Of those who see some of the stores nobody can keep the others waiting: each
// has a quarter.
func (r Report) WaitingLimit(limit int) int {
	if r.limited() {
		return max(1, limit/4)
	}
	return limit
}

// limited reports whether somebody asked for the report who sees some of the stores.
func (r Report) limited() bool {
	return r.AskedBy != "" && r.ReachKey != reachKey(reach.All().String())
}
