package models

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"gorm.io/gorm"
)

// promisedReports are reports whose ids were given away before they could be recorded:
// SQLite has one writer at a time, and a large import may write for a second. Package
// jobs keeps them on disk and records them as soon as possible. Until then they read
// as queued.
type promisedReports struct {
	mu   sync.Mutex
	byID map[string]Report
}

// Promise makes a report readable by its id that is not recorded yet.
func (db *DB) Promise(r Report) {
	p := &db.promised
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.byID == nil {
		p.byID = map[string]Report{}
	}
	p.byID[r.ID] = r
	db.Touch()
}

// Recorded ends the promise of a report: it is in the database now.
func (db *DB) Recorded(id string) {
	p := &db.promised
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.byID, id)
	db.Touch()
}

func (p *promisedReports) report(id string) (r Report, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	r, ok = p.byID[id]
	return r, ok
}

// newestFirst are the promised reports in the order of lists.
func (p *promisedReports) newestFirst() []Report {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.SortedFunc(maps.Values(p.byID), func(a, b Report) int { return a.ListPlace().compare(b.ListPlace()) })
}

// recordedBeside leaves out of a list of reports what is promised still: it may just
// have been recorded.
func recordedBeside(promised []Report, g *gorm.DB) *gorm.DB {
	if len(promised) == 0 {
		return g
	}
	ids := make([]string, len(promised))
	for n, r := range promised {
		ids[n] = r.ID
	}
	return g.Where("id NOT IN ?", ids)
}

// RecordPromised records a promised report as queued, unless it is recorded already.
// added is false then. The report loses its idempotency key where another has it.
func (tx *Tx) RecordPromised(ctx context.Context, r Report) (added bool, err error) {
	var n int64
	if err := tx.GORM(ctx).Model(&Report{}).Where("id = ?", r.ID).Count(&n).Error; err != nil || n > 0 {
		return false, err
	}
	version, err := tx.DataVersion(ctx)
	if err != nil {
		return false, err
	}
	r.DataVersion = version.Version
	own := r
	if added, err = tx.addReport(ctx, &own); err == nil && !added {
		r.IdempotencyKey = nil
		added, err = tx.addReport(ctx, &r)
	}
	return added, err
}

// Asked is what is known of a report before it is recorded.
type Asked struct {
	Same    *Report // one that will say the same; nil if there is none
	Waiting int64   // reports that are queued
	Own     int64   // those of the same asker among them
	Version int64   // of the data
}

// LookAsked looks for a report that will say the same as r. It waits for no writer.
func (db *DB) LookAsked(ctx context.Context, r *Report) (a Asked, err error) {
	err = db.View(ctx, func(tx *Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		a.Version = version.Version
		if a.Waiting, a.Own, err = tx.waitingReports(ctx, r.AskedBy); err != nil {
			return err
		}
		same, err := tx.sameReport(ctx, r, version.Version)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err == nil {
			a.Same = &same
		}
		return err
	})
	return a, err
}
