package models

import (
	"context"
	"fmt"

	"gorm.io/gorm/clause"

	"lightson/models/reach"
	"lightson/models/uptime"
)

// A Report is a snapshot of every store's figures. Once Complete it never
// changes.
type Report struct {
	Work
	IdempotencyKey *string         // of the caller that asked, behind its source; nil where it gave none
	AskedAsOf      OptionalInstant // none for the newest poll
	Group          string          `gorm:"column:group_name"` // of stores; empty for all
	RangeFrom      uptime.Instant  // a range besides the three windows; empty where none was asked for
	RangeTo        uptime.Instant
	AsOf           OptionalInstant // none until Complete, and where there are no polls at all
	ZoneData       string          // release of the time zones of its figures; empty until Complete, and where it is unknown
	DataVersion    int64           // of the data when it was asked for; once Complete, of its figures
	Stores         int64           // rows
	Polls          int64           // that were read for it
	NoData         int64           // stores without data in the range or, without one, in the last week
	CSVBytes       int64           `gorm:"column:csv_bytes"`
	DetailsBytes   int64
	RangeBytes     int64 // of the CSV of the range; 0 where there is none
	Shards         int   // its parts are those of so many shards, see package reports; 0 = sorted as a whole
	FilesVersion   int   // of the writers that counted the bytes, see package reports

	Corrected bool          // its CSV has corrected figures
	PollEvery uptime.Micros // the interval of polls that its figures of what was closely seen are of

	AskedBy     string // key of who asked; empty where there were no accounts
	AskedByName string // as it was then
	ReachText   string `gorm:"column:reach"` // use Reach
	ReachKey    string // the same where it is short, else its checksum
}

// NewReport is a report that is not recorded yet, of all stores and asked for by nobody
// in particular; see For. The idempotency key may be empty; the same key from another
// source is another key.
func NewReport(from Source, about ReportScope, idempotencyKey string) *Report {
	r := &Report{
		Work: Work{ID: NewID(), Source: from}, AskedAsOf: about.AsOf,
		Group: about.Group, RangeFrom: about.Range.From, RangeTo: about.Range.To,
		Corrected: about.Corrected, PollEvery: uptime.Hour,
	}
	if idempotencyKey != "" {
		key := string(from) + ":" + idempotencyKey
		r.IdempotencyKey = &key
	}
	return r.For(Anonymous())
}

// Retry is a report about the same as one that failed or was cancelled, not
// recorded yet, for whoever asks now. To ask for it twice makes one report. Its
// idempotency key is none that a client can choose.
func (r Report) Retry(from Source, by Asker) *Report {
	again, key := NewReport(from, r.Scope(), ""), "retry:"+r.ID
	again.IdempotencyKey = &key
	return again.For(by)
}

// addReport records a report as queued. Where its idempotency key was used before, r
// becomes the earlier report and added is false.
func (tx *Tx) addReport(ctx context.Context, r *Report) (added bool, err error) {
	if _, err := r.Reach(); err != nil {
		return false, fmt.Errorf("add report %s: %w", r.ID, err)
	}
	r.State = Queued
	if r.CreatedAt == 0 { // one that was promised was asked for then, and keeps its place in lists
		r.CreatedAt = Now()
	}
	done := tx.GORM(ctx).
		Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "idempotency_key"}}, DoNothing: true}).Create(r)
	if done.Error != nil {
		return false, fmt.Errorf("add report %s: %w", r.ID, done.Error)
	}
	if done.RowsAffected > 0 {
		return true, nil
	}
	var earlier Report
	if err := tx.GORM(ctx).Where("idempotency_key = ?", r.IdempotencyKey).First(&earlier).Error; err != nil {
		return false, fmt.Errorf("report of idempotency key: %w", NotFound(err))
	}
	*r = earlier
	return false, nil
}

// BeginReport records a report whose worker is the caller, as its first attempt.
func (db *DB) BeginReport(ctx context.Context, r *Report) (a Attempt, err error) {
	err = db.Update(ctx, func(tx *Tx) error {
		if _, err := tx.addReport(ctx, r); err != nil {
			return err
		}
		a, err = tx.Claim(ctx, ReportWork, r.ID)
		return err
	})
	return a, err
}

// Report returns the report with the id, or ErrNotFound. It is for the server's own work;
// who reads a report for somebody asks for ReportWithin.
func (db *DB) Report(ctx context.Context, id string) (Report, error) {
	r, promised := db.promised.report(id) // first: once it is not promised any more, it is recorded
	if promised {
		return r, nil
	}
	if err := db.GORM(ctx).Where("id = ?", id).First(&r).Error; err != nil {
		return r, fmt.Errorf("report %s: %w", id, NotFound(err))
	}
	return r, nil
}

// Reports are at most limit reports of any reach, newest first. Those that are not
// recorded yet are the newest.
func (db *DB) Reports(ctx context.Context, offset, limit int) ([]Report, error) {
	return db.ReportsWithin(ctx, reach.All(), offset, limit)
}

// A ReportScope is what a report is about.
type ReportScope struct {
	AsOf  OptionalInstant // none for the newest poll
	Group string          // of stores; empty for all
	Range uptime.Span     // besides the three windows; empty for none

	Corrected bool // the CSV has corrected figures
}

// Scope is what the report was asked to be about.
func (r Report) Scope() ReportScope {
	return ReportScope{r.AskedAsOf, r.Group, uptime.Span{From: r.RangeFrom, To: r.RangeTo}, r.Corrected}
}

// Ranged reports whether the report has figures of a range besides the windows.
func (r Report) Ranged() bool { return !r.Scope().Range.Empty() }

// LongestRange is the longest range of a report: a leap year.
const LongestRange = 366 * uptime.Day

// ReportPart is a row of report_parts: the rows of some stores. Package reports writes
// and reads its bytes.
// For packages of models only.
type ReportPart struct {
	ReportID string
	Part     int
	Rows     []byte
}

// TableName implements GORM's Tabler.
func (ReportPart) TableName() string { return "report_parts" }
