package models

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"

	"lightson/models/polls"
	"lightson/models/uptime"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// DataVersion is the version of the data. It is one row, written by every merge
// that changed anything, so what was computed from the data can be kept for as long
// as Version stays the same. Versions have no order: a restored or failed-over
// database may go back, and what it then takes in must not look like what was lost.
type DataVersion struct {
	ID           int
	Version      int64           // a random token; 0 before the first change
	NewestPollAt OptionalInstant // of all stores
	Entered      int64           // as Version, of what people enter that changes no figure: sales rates and targets
	KeptFrom     OptionalInstant // polls before it were deleted, except for the last such day of each store
	PastMark     int64           // differs whenever polls or their reasons changed that were not recent, see PollsChanged

	read       int64           // the version that the database had when it was read
	readNewest OptionalInstant // the newest poll that it had then
	change     *DataChange     // from that version; nil where it may be any
}

// DataVersion is the version of what is committed now.
func (db *DB) DataVersion(ctx context.Context) (DataVersion, error) {
	return readDataVersion(db.GORM(ctx))
}

// DataVersion is the version that the transaction sees.
func (tx *Tx) DataVersion(ctx context.Context) (DataVersion, error) {
	return readDataVersion(tx.GORM(ctx))
}

// LockDataVersion reads the version and makes everyone else who calls it wait until
// this transaction ends. Whoever changes stores, hours or polls calls it first.
// For packages of models only.
func (tx *Tx) LockDataVersion(ctx context.Context) (DataVersion, error) {
	if tx.dry {
		return tx.DataVersion(ctx)
	}
	return readDataVersion(tx.GORM(ctx).Clauses(clause.Locking{Strength: "UPDATE"}))
}

func readDataVersion(g *gorm.DB) (v DataVersion, err error) {
	if err := g.First(&v).Error; err != nil {
		return v, fmt.Errorf("read data version: %w", err)
	}
	v.read, v.readNewest = v.Version, v.NewestPollAt
	return v, nil
}

// renew gives the data a version that they never had. Whatever was known of the data may have
// changed.
func (v *DataVersion) renew() { v.Version, v.change = newToken(), nil }

// RenewBy gives the data a version that they never had, and says what changed, so that readers
// of the version before need not read everything again.
// For packages of models only.
func (v *DataVersion) RenewBy(c DataChange) { v.Version, v.change = newToken(), &c }

// RenewEntered says that sales rates or targets were entered.
// For packages of models only.
func (tx *Tx) RenewEntered(ctx context.Context) error {
	return tx.GORM(ctx).Model(&DataVersion{}).Where("id = 1").Update("entered", newToken()).Error
}

// newToken is random, positive, and exact in JSON readers that know only float64.
func newToken() int64 { return 1 + rand.Int64N(1<<53-1) }

// ErrDataMoved says that the data have another version than the caller's snapshot.
// The caller begins again with a new snapshot.
var ErrDataMoved = errors.New("the data changed")

// RequireVersion gives ErrDataMoved where the transaction sees another version.
// For packages of models only.
func (tx *Tx) RequireVersion(ctx context.Context, version int64) error {
	v, err := tx.DataVersion(ctx)
	if err == nil && v.Version != version {
		err = ErrDataMoved
	}
	return err
}

// SaveDataVersion replaces the version that LockDataVersion gave in the same
// transaction.
// For packages of models only.
func (tx *Tx) SaveDataVersion(ctx context.Context, v DataVersion) error {
	if tx.dry {
		return nil
	}
	if err := tx.writeStoreParts(ctx); err != nil {
		return fmt.Errorf("save data version: parts of stores: %w", err)
	}
	if err := tx.writePollParts(ctx, v); err != nil {
		return fmt.Errorf("save data version: parts of polls: %w", err)
	}
	if err := tx.GORM(ctx).Save(&v).Error; err != nil {
		return fmt.Errorf("save data version: %w", err)
	}
	if v.change == nil {
		return nil
	}
	if err := tx.saveChange(ctx, v.read, v.Version, *v.change); err != nil {
		return fmt.Errorf("save data version: what changed: %w", err)
	}
	return nil
}

// RecentPolls is how long before the newest poll polls are recent: importers bring
// them every hour. What a reader found in older ones stays true while PastMark is the
// same, so it need not read them again.
// For packages of models only.
const RecentPolls = 9 * uptime.Day

// PollsChanged renews PastMark where polls, or their reasons, changed that were not recent
// before, given the oldest day on which any did. It does so too where the newest poll is days later
// than before: then a database may have been restored meanwhile.
// For packages of models only.
func (v *DataVersion) PollsChanged(before DataVersion, oldest int32) {
	was, _ := polls.Split(before.NewestPollAt.At)
	is, _ := polls.Split(v.NewestPollAt.At)
	recent, _ := polls.Split(before.NewestPollAt.At.Add(-RecentPolls))
	if !before.NewestPollAt.Known || oldest <= recent || is < was || is > was+1 {
		v.RenewPastMark()
	}
}

// RenewPastMark says that polls changed that may not be recent.
// For packages of models only.
func (v *DataVersion) RenewPastMark() { v.PastMark = newToken() }

// A DataChange says what differs between a version of the data and the one before it.
// For packages of models only.
type DataChange struct {
	Polls  polls.Changed
	Others bool // stores, hours, special days or corrections
}

// changesKept is how many changes are told. A reader of an older version reads everything.
const changesKept = 256

// saveChange tells what a transaction changed that holds the lock of the data version. Where
// the version before is told of already, the row of versions alone went back, as when somebody
// restored it by hand; what came of it then is no longer so.
func (tx *Tx) saveChange(ctx context.Context, previous, version int64, c DataChange) error {
	g := tx.GORM(ctx)
	err := g.Exec(`INSERT INTO data_changes (id, version, previous, polls, others)
		SELECT COALESCE(MAX(id), 0) + 1, ?, ?, ?, ? FROM data_changes WHERE true
		ON CONFLICT (previous) DO UPDATE SET version = excluded.version, polls = excluded.polls, others = excluded.others`, version, previous, c.Polls.Pack(), c.Others).Error
	if err != nil {
		return err
	}
	return g.Exec("DELETE FROM data_changes WHERE id <= (SELECT MAX(id) FROM data_changes) - ?", changesKept).Error
}

// ChangesSince is what differs between an earlier version of the data and the one that the
// transaction sees. It reports false where nothing tells how the one came from the other: then
// it may be anything. Each change names the version before it, so data that were restored or
// that failed over, and went another way since, are never taken for those that were known.
// For packages of models only.
func (tx *Tx) ChangesSince(ctx context.Context, from, to int64) (c DataChange, known bool, err error) {
	var rows []struct {
		Version, Previous int64
		Polls             []byte
		Others            bool
	}
	err = tx.GORM(ctx).Raw(`SELECT version, previous, polls, others FROM data_changes
		WHERE id >= (SELECT id FROM data_changes WHERE previous = ?) ORDER BY id`, from).Scan(&rows).Error
	if err != nil {
		return c, false, fmt.Errorf("read what changed: %w", err)
	}
	c.Polls = polls.Changed{}
	for _, row := range rows {
		if row.Previous != from {
			return c, false, nil
		}
		changed, err := polls.UnpackChanged(row.Polls)
		if err != nil {
			return c, false, fmt.Errorf("read what changed: %w", err)
		}
		c.Polls.Join(changed)
		c.Others = c.Others || row.Others
		from = row.Version
	}
	return c, from == to, nil
}
