package models

import (
	"database/sql"
	"database/sql/driver"

	"lightson/models/uptime"
)

// An OptionalInstant is an instant, or none: its zero value. 0 cannot stand for none,
// because it is 1970-01-01 00:00 UTC, which devices without a clock send. Only where
// an instant comes from the clock of this machine does 0 mean "not yet".
type OptionalInstant struct {
	At    uptime.Instant // 0 where there is none
	Known bool
}

// InstantAt is an instant that there is.
func InstantAt(at uptime.Instant) OptionalInstant { return OptionalInstant{at, true} }

// Or is the instant, or another one where there is none.
func (o OptionalInstant) Or(other OptionalInstant) OptionalInstant {
	if o.Known {
		return o
	}
	return other
}

// Earliest is the earlier of two instants, or the one that there is.
// For packages of models only.
func (o OptionalInstant) Earliest(other OptionalInstant) OptionalInstant {
	if o.Known && other.Known {
		return InstantAt(min(o.At, other.At))
	}
	return o.Or(other)
}

// Latest is the later of two instants, or the one that there is.
// For packages of models only.
func (o OptionalInstant) Latest(other OptionalInstant) OptionalInstant {
	if o.Known && other.Known {
		return InstantAt(max(o.At, other.At))
	}
	return o.Or(other)
}

// Value implements driver.Valuer: NULL stands for none.
func (o OptionalInstant) Value() (driver.Value, error) {
	return sql.NullInt64{Int64: int64(o.At), Valid: o.Known}.Value()
}

// Scan implements sql.Scanner.
func (o *OptionalInstant) Scan(from any) error {
	var n sql.NullInt64
	err := n.Scan(from)
	*o = OptionalInstant{uptime.Instant(n.Int64), n.Valid}
	return err
}
