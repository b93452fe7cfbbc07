package entered

import (
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/uptime"
)

// A Target is the availability that stores are to have.
type Target struct {
	Subject
	Percent int            // hundredths of a percent: 9950 is 99.5 %
	By      string         `gorm:"column:entered_by"`
	At      uptime.Instant `gorm:"column:entered_at"`
}

// Met reports whether figures reach the target. Without data they are not judged: silence
// counts neither for a store nor against it.
func (t Target) Met(f uptime.Figures) (met, judged bool) {
	seen := f.Up + f.Down
	if seen == 0 {
		return false, false
	}
	// The products of a large group's week need more than 64 bits.
	upHigh, upLow := bits.Mul64(uint64(f.Up), HighestTarget)
	atHigh, atLow := bits.Mul64(uint64(seen), uint64(t.Percent))
	return upHigh > atHigh || upHigh == atHigh && upLow >= atLow, true
}

// Allows is the down time that the target allows in some time, without fractions of a
// microsecond.
func (t Target) Allows(time uptime.Micros) uptime.Micros {
	high, low := bits.Mul64(uint64(time), uint64(HighestTarget-t.Percent))
	down, _ := bits.Div64(high, low, HighestTarget)
	return uptime.Micros(down)
}

// Targets are all targets, by subject. The zero value has none.
type Targets struct{ of map[Subject]Target }

// NewTargets makes targets ready to be asked.
func NewTargets(list []Target) Targets {
	t := Targets{make(map[Subject]Target, len(list))}
	for _, target := range list {
		t.of[target.Subject] = target
	}
	return t
}

// Some reports whether there are any targets.
func (t Targets) Some() bool { return len(t.of) > 0 }

// Of is the target of a store: its own, or else its group's, or else that of all stores.
func (t Targets) Of(store models.Store) (target Target, known bool) {
	if target, known = t.of[Store(store.Code)]; known {
		return target, true
	}
	if group := names.Visible(store.Group); group != "" {
		return t.OfGroup(group)
	}
	return t.OfAll()
}

// OfGroup is the target of a group's stores that have none of their own: the group's, or
// else that of all stores.
func (t Targets) OfGroup(name string) (target Target, known bool) {
	if target, known = t.of[Group(name)]; known {
		return target, true
	}
	return t.OfAll()
}

// OfAll is the target of stores that have none otherwise.
func (t Targets) OfAll() (target Target, known bool) {
	target, known = t.of[All]
	return target, known
}

// Own is the target that was entered for a subject itself.
func (t Targets) Own(s Subject) (target Target, known bool) {
	target, known = t.of[s]
	return target, known
}

// List are all targets, from the widest subject to the narrowest.
func (t Targets) List() []Target {
	return slices.SortedFunc(maps.Values(t.of), func(a, b Target) int { return a.Subject.compare(b.Subject) })
}

// ReadTargets reads the targets that were entered.
func ReadTargets(ctx context.Context, db *models.DB) (Targets, error) {
	return readTargets(db.GORM(ctx))
}

// TargetsIn are the targets that a transaction sees.
func TargetsIn(ctx context.Context, tx *models.Tx) (Targets, error) { return readTargets(tx.GORM(ctx)) }

func readTargets(g *gorm.DB) (Targets, error) {
	var list []Target
	if err := g.Find(&list).Error; err != nil {
		return Targets{}, fmt.Errorf("read targets: %w", err)
	}
	return NewTargets(list), nil
}

// HighestTarget is 100 %, in hundredths of a percent.
const HighestTarget = 100_00

// SetTarget replaces the target of the same subject, or gives a Problem; 0 removes it. The
// same target again changes nothing, not even who entered it.
func SetTarget(ctx context.Context, db *models.DB, t Target) error {
	if err := t.clean(); err != nil {
		return err
	}
	err := db.Update(ctx, func(tx *models.Tx) error { return t.set(ctx, tx) })
	if err != nil {
		return fmt.Errorf("set target of %s: %w", t.Subject, err)
	}
	return nil
}

// clean checks a target and cleans its subject.
func (t *Target) clean() error {
	if err := t.Subject.clean(); err != nil {
		return err
	}
	if t.Percent < 0 || t.Percent > HighestTarget {
		return problem("target", "0.01 % to 100 %, or 0 for none", percentText(t.Percent), "Enter a percentage such as 99.5, or leave the field empty.")
	}
	return nil
}

// set writes a target that was cleaned.
func (t Target) set(ctx context.Context, tx *models.Tx) error {
	g := tx.GORM(ctx)
	var done *gorm.DB
	if t.Percent == 0 {
		done = g.Where("scope = ? AND name = ?", t.Scope, t.Name).Delete(&Target{})
	} else {
		done = g.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "scope"}, {Name: "name"}},
			DoUpdates: clause.AssignmentColumns([]string{"percent", "entered_by", "entered_at"}),
			Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "targets.percent <> excluded.percent"}}},
		}).Create(&t)
	}
	if done.Error != nil || done.RowsAffected == 0 {
		return done.Error
	}
	return tx.RenewEntered(ctx)
}

// percentText is "99.50 %".
func percentText(hundredths int) string { return fmt.Sprintf("%.2f %%", float64(hundredths)/100) }
