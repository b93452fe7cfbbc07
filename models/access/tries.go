package access

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
)

// A pace says how fast something may be tried that can be guessed. After some free tries
// each failure doubles the wait before the next, from a second up to a longest wait. A
// failure is forgotten after some time, and all of them with a success. So guessing is
// slow however many guess, and nobody is locked out for longer than the longest wait.
type pace struct {
	name    string
	free    int
	longest time.Duration
	forget  time.Duration // the time after which one failure is forgotten
}

// The paces. A pair is an account and an address: whoever guesses from one address has to
// wait longer than the account, so that they cannot take every turn of its person. A
// device is a browser in which the person has signed in before: it has tries of its own,
// so that the guesses of strangers make nobody wait at home. Each person's factor is
// guarded apart from the password, which was right before.
var (
	ofAccount = pace{"account", 5, time.Minute, 5 * time.Minute}
	ofPair    = pace{"pair", 5, 5 * time.Minute, 5 * time.Minute}
	ofAddress = pace{"address", 30, time.Minute, time.Minute}
	ofDevice  = pace{"device", 5, time.Minute, 5 * time.Minute}
	ofFactor  = pace{"factor", 5, 5 * time.Minute, 10 * time.Minute}
)

// A limit is the pace of one account, address, device or factor.
type limit struct {
	pace
	key    string // hashed: e-mails and passwords that were typed in the wrong field are not kept
	shared bool   // by people: a success takes back its own try only, not the failures of others
}

func (p pace) limit(parts ...string) limit {
	return limit{pace: p, key: hashOf(p.name, strings.Join(parts, "\x00")), shared: p.name == ofAddress.name}
}

// NetworkOf is an address as tries and requests are counted by it. Whoever has one IPv6
// address has all of its network of 64 bits.
func NetworkOf(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// tryRow is a row of the table sign_in_tries.
type tryRow struct {
	Key    string `gorm:"primaryKey"`
	Count  int    // failures and tries that go on
	At     uptime.Instant
	NextAt uptime.Instant
}

// TableName implements GORM's Tabler.
func (tryRow) TableName() string { return "sign_in_tries" }

// at is the row at an instant: without the failures that are forgotten by then.
func (r tryRow) at(now uptime.Instant, p pace) tryRow {
	if r.At > now { // the clock was put back
		r.At = now
	}
	forgotten := int(int64(now-r.At) / p.forget.Microseconds())
	if forgotten >= r.Count {
		return tryRow{Key: r.Key, At: now, NextAt: r.NextAt}
	}
	r.Count -= forgotten
	r.At = r.At.Add(uptime.Micros(int64(forgotten) * p.forget.Microseconds()))
	return r
}

// wait is how long nothing may be tried yet. A row of a time that is far to come says
// nothing: the clock was put back.
func (r tryRow) wait(now uptime.Instant, p pace) time.Duration {
	if r.At > now.Add(uptime.Micros(p.longest.Microseconds())) {
		return 0
	}
	return min(time.Duration(r.NextAt-now)*time.Microsecond, p.longest)
}

// counted is the row after one more failure.
func (r tryRow) counted(now uptime.Instant, p pace) tryRow {
	const enough = 10 // more doublings than any longest wait has
	r.Count = min(r.Count+1, p.free+enough)
	r.NextAt = now
	if over := r.Count - p.free; over >= 0 {
		r.NextAt = now.Add(uptime.Micros(min(time.Second<<over, p.longest).Microseconds()))
	}
	return r
}

// guarded tries something that can be guessed. It counts the try as failed before it
// begins, so that many tries at once are not more than one after another, and takes
// that back where the try succeeds. It gives ErrSignIn where the try fails, and
// TooManyTries, without trying, where one of the limits says so.
func (a *Accounts) guarded(ctx context.Context, limits []limit, try func() (bool, error)) error {
	slices.SortFunc(limits, func(x, y limit) int { return strings.Compare(x.key, y.key) }) // in one order, so that two never wait for each other
	if err := a.refuseTry(func() *gorm.DB { return a.db.GORM(ctx) }, limits); err != nil { // without a write: floods must stay cheap
		return err
	}
	err := a.db.Update(ctx, func(tx *models.Tx) error { return a.countTry(tx.GORM(ctx), limits) })
	if err != nil {
		return err
	}
	right, err := try()
	if err == nil && !right {
		return ErrSignIn
	}
	// An error is no failure of whoever tries, and must be taken back also when they left.
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), takeBackWithin)
	defer cancel()
	return errors.Join(err, a.takeBack(end, limits, right))
}

// takeBackWithin bounds the wait for a try to be taken back.
const takeBackWithin = 10 * time.Second

// refuseTry gives TooManyTries where a limit says so.
func (a *Accounts) refuseTry(query func() *gorm.DB, limits []limit) error {
	now := a.instant()
	for _, l := range limits {
		row, err := readTries(query(), l)
		if err != nil {
			return err
		}
		if wait := row.wait(now, l.pace); wait > 0 {
			return TooManyTries{RetryAfter: max(wait, time.Second)}
		}
	}
	return nil
}

// countTry refuses a try, or counts it with every limit.
func (a *Accounts) countTry(g *gorm.DB, limits []limit) error {
	now := a.instant()
	for _, l := range limits { // so that there is a row to lock
		fresh := tryRow{Key: l.key, At: now, NextAt: now}
		if err := g.Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh).Error; err != nil {
			return fmt.Errorf("count tries: %w", err)
		}
	}
	if err := a.refuseTry(func() *gorm.DB { return locked(g) }, limits); err != nil {
		return err
	}
	for _, l := range limits {
		row, err := readTries(g, l)
		if err != nil {
			return err
		}
		row = row.at(now, l.pace).counted(now, l.pace)
		if err := g.Save(&row).Error; err != nil {
			return fmt.Errorf("count tries: %w", err)
		}
	}
	return nil
}

// takeBack takes back a try that did not fail. A success forgets the failures before it.
func (a *Accounts) takeBack(ctx context.Context, limits []limit, succeeded bool) error {
	return a.db.Update(ctx, func(tx *models.Tx) error {
		now, g := a.instant(), tx.GORM(ctx)
		for _, l := range limits {
			row, err := readTries(locked(g), l)
			if err != nil {
				return err
			}
			row = row.at(now, l.pace)
			row.Count, row.NextAt = max(row.Count-1, 0), now
			if succeeded && !l.shared {
				row.Count = 0
			}
			if err := g.Save(&row).Error; err != nil { // not deleted: others may count in it
				return fmt.Errorf("return a try: %w", err)
			}
		}
		return nil
	})
}

// readTries reads the row of a limit; the zero row where there is none.
func readTries(g *gorm.DB, l limit) (tryRow, error) {
	row := tryRow{Key: l.key}
	if err := g.Where("key = ?", l.key).Limit(1).Find(&row).Error; err != nil {
		return row, fmt.Errorf("read tries: %w", err)
	}
	return row, nil
}
