package access

import (
	"context"

	"lightson/models"
	"lightson/models/entered"
)

// Sales are all rates, for everybody: frames of pages are shared by people of every reach.
// Its caller must show only rates of stores and groups that are within reach.
func (d *Data) Sales(ctx context.Context) (entered.Sales, error) { return entered.ReadSales(ctx, d.db) }

// SetSalesRate is entered.SetSalesRate. A store that is out of reach, and a group of
// which any store can be, are models.ErrNotFound.
func (d *Data) SetSalesRate(ctx context.Context, rate entered.SalesRate) error {
	within, err := reachFor(ctx, KeepSales)
	if err != nil {
		return err
	}
	if !within.IsAll() {
		if rate.Scope == entered.OfGroup && !within.HasGroup(rate.Name) {
			return models.ErrNotFound
		}
		if rate.Scope == entered.OfStore {
			s, err := d.figures.SnapshotWithin(ctx, within)
			if err != nil {
				return err
			}
			if _, found := s.Find(rate.Name); !found {
				return models.ErrNotFound
			}
		}
	}
	return entered.SetSalesRate(ctx, d.db, rate)
}
