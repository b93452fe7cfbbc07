package entered

import (
	"context"
	"errors"
	"fmt"

	"lightson/models"
)

// What comes from a file is entered as a whole or not at all.

// An ItemError says which of several things is wrong, and how.
type ItemError struct {
	Item int // from 0
	Err  error
}

func (e ItemError) Error() string { return fmt.Sprintf("number %d: %s", e.Item+1, e.Err) }

// Unwrap implements errors.Unwrap's interface.
func (e ItemError) Unwrap() error { return e.Err }

// cleanAll joins an ItemError for each thing that is wrong.
func cleanAll[T any](list []T, clean func(*T) error) error {
	var wrong []error
	for n := range list {
		if err := clean(&list[n]); err != nil {
			wrong = append(wrong, ItemError{n, err})
		}
	}
	return errors.Join(wrong...)
}

// AddCorrections records corrections in one transaction, each as AddCorrection does, and
// returns how many are new. It gives joined ItemErrors where some are wrong.
func AddCorrections(ctx context.Context, db *models.DB, list []Correction) (added int, err error) {
	now := models.Now()
	if err := cleanAll(list, func(c *Correction) error { return c.clean(now) }); err != nil {
		return 0, err
	}
	err = update(ctx, db, "add corrections", func(tx *models.Tx) (changed bool, err error) {
		added = 0
		for n := range list {
			isNew, err := addCorrection(ctx, tx, &list[n])
			if err != nil {
				return false, err
			}
			if isNew {
				added++
			}
		}
		return added > 0, nil
	})
	return added, err
}

// SetSalesRates replaces rates in one transaction, each as SetSalesRate does. It gives
// joined ItemErrors where some are wrong.
func SetSalesRates(ctx context.Context, db *models.DB, list []SalesRate) error {
	if err := cleanAll(list, (*SalesRate).clean); err != nil {
		return err
	}
	return setAll(ctx, db, "set sales", list, SalesRate.set)
}

// SetTargets replaces targets in one transaction, each as SetTarget does. It gives joined
// ItemErrors where some are wrong.
func SetTargets(ctx context.Context, db *models.DB, list []Target) error {
	if err := cleanAll(list, (*Target).clean); err != nil {
		return err
	}
	return setAll(ctx, db, "set targets", list, Target.set)
}

func setAll[T any](ctx context.Context, db *models.DB, what string, list []T, set func(T, context.Context, *models.Tx) error) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		for _, item := range list {
			if err := set(item, ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}
