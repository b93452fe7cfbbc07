package access

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/reach"
)

// Recipient is who is told things that somebody asked for earlier, with the role and the
// reach that they have now. person is empty for what was asked for while there were no
// accounts: anybody may have asked, so from the first account on nobody is told. ok is
// false where nobody is, also where the person is disabled or gone. The channels of nobody in
// particular have no language: whoever looked at a page chose one for their own browser.
func (a *Accounts) Recipient(ctx context.Context, person string) (p Principal, ok bool, err error) {
	if person == "" {
		some, err := a.HasAccounts(ctx)
		return Open(), err == nil && !some, err
	}
	found, err := a.Person(ctx, person)
	if errors.Is(err, models.ErrNotFound) {
		return Principal{}, false, nil
	}
	if err != nil || found.Disabled() {
		return Principal{}, false, err
	}
	p = found.Principal("")
	return p, p.May(KeepAlerts), nil
}

// ReachIn is the reach that a person has now, read in a transaction.
func (a *Accounts) ReachIn(ctx context.Context, tx *models.Tx, person string) (reach.Reach, error) {
	found, err := a.personWhere(tx.GORM(ctx), "people.id = ?", person)
	return found.Reach, err
}
