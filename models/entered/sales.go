package entered

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/uptime"
)

// A SalesRate is what a store, or each store of a group, sells per hour that it is open,
// as someone entered it. No feed has it, so what is computed from it is an estimate.
type SalesRate struct {
	Subject
	PerHour Money
}

// Money is an amount in hundredths of the currency.
type Money int64

// String is the amount as a decimal number: 59.90.
func (m Money) String() string { return fmt.Sprintf("%d.%02d", m/100, m%100) }

// MaxSalesPerHour is the highest rate that can be entered: ten million an hour. No sum
// over stores can overflow with it.
const MaxSalesPerHour Money = 10_000_000_00

// ErrNoSuchRate says that a rate is negative or above MaxSalesPerHour.
var ErrNoSuchRate = errors.New("sales per open hour out of range")

// Sales are all rates that were entered, by store and by group.
type Sales struct {
	stores, groups map[string]Money
}

// Some reports whether any rate was entered.
func (s Sales) Some() bool { return len(s.stores)+len(s.groups) > 0 }

// Of is the rate of a store: its own, or else its group's.
func (s Sales) Of(store models.Store) (rate SalesRate, known bool) {
	if perHour, known := s.stores[store.Code]; known {
		return SalesRate{Store(store.Code), perHour}, true
	}
	group := names.Visible(store.Group)
	if perHour, known := s.groups[group]; known && group != "" {
		return SalesRate{Subject{OfGroup, group}, perHour}, true
	}
	return SalesRate{}, false
}

// OfGroup is the rate that was entered for a group itself.
func (s Sales) OfGroup(group string) (perHour Money, known bool) {
	perHour, known = s.groups[group]
	return perHour, known
}

// Lost is what downtime cost, by rate: the sum of their products, rounded once to the
// nearest hundredth. Nothing may be negative.
func Lost(down map[Money]uptime.Micros) Money {
	sum := big.NewInt(int64(uptime.Hour / 2))
	for perHour, time := range down {
		sum.Add(sum, new(big.Int).Mul(big.NewInt(int64(time)), big.NewInt(int64(perHour))))
	}
	return Money(sum.Div(sum, big.NewInt(int64(uptime.Hour))).Int64())
}

// ReadSales reads the rates that were entered.
func ReadSales(ctx context.Context, db *models.DB) (Sales, error) {
	var rates []SalesRate
	if err := db.GORM(ctx).Find(&rates).Error; err != nil {
		return Sales{}, fmt.Errorf("read sales rates: %w", err)
	}
	s := Sales{stores: map[string]Money{}, groups: map[string]Money{}}
	for _, r := range rates {
		if r.Scope == OfGroup {
			s.groups[r.Name] = r.PerHour
		} else {
			s.stores[r.Name] = r.PerHour
		}
	}
	return s, nil
}

// Rates are all rates that were entered, those of groups first.
func (s Sales) Rates() (list []SalesRate) {
	for name, perHour := range s.groups {
		list = append(list, SalesRate{Subject{OfGroup, name}, perHour})
	}
	for code, perHour := range s.stores {
		list = append(list, SalesRate{Store(code), perHour})
	}
	slices.SortFunc(list, func(a, b SalesRate) int { return a.Subject.compare(b.Subject) })
	return list
}

// SetSalesRate replaces the rate of the same store or group; a rate of 0 deletes it. There
// is no rate of all stores.
func SetSalesRate(ctx context.Context, db *models.DB, rate SalesRate) error {
	if err := rate.clean(); err != nil {
		return err
	}
	err := db.Update(ctx, func(tx *models.Tx) error { return rate.set(ctx, tx) })
	if err != nil {
		return fmt.Errorf("set sales of %s: %w", rate.Subject, err)
	}
	return nil
}

// clean checks a rate and cleans its subject.
func (r *SalesRate) clean() error {
	if r.Scope == OfAll {
		return problem("scope", "store or group", string(r.Scope), "")
	}
	if err := r.Subject.clean(); err != nil {
		return err
	}
	if r.PerHour < 0 || r.PerHour > MaxSalesPerHour {
		return ErrNoSuchRate
	}
	return nil
}

// set writes a rate that was cleaned.
func (r SalesRate) set(ctx context.Context, tx *models.Tx) error {
	g := tx.GORM(ctx)
	var done *gorm.DB
	if r.PerHour == 0 {
		done = g.Where("scope = ? AND name = ?", r.Scope, r.Name).Delete(&SalesRate{})
	} else {
		done = g.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "scope"}, {Name: "name"}},
			DoUpdates: clause.AssignmentColumns([]string{"per_hour"}),
		}).Create(&r)
	}
	if done.Error != nil {
		return done.Error
	}
	return tx.RenewEntered(ctx)
}
