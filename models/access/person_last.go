package access

import (
	"context"
	"errors"
)

// IsLastOperator reports whether nobody but this person could sign in as an operator, so
// that ChangePerson and DisablePerson would refuse to take that from them.
func (a *Accounts) IsLastOperator(ctx context.Context, p Person) (bool, error) {
	if p.Role != Operator {
		return false, nil
	}
	err := keepOperator(a.db.GORM(ctx), personRow{ID: p.ID})
	if errors.Is(err, ErrLastOperator) {
		return true, nil
	}
	return false, err
}
