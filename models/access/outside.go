package access

import (
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/reach"
)

// Rights are what somebody is to the place, and which stores they reach.
type Rights struct {
	Role  Role // empty = none
	Reach reach.Reach
}

// FromProxy is the person whom a trusted proxy names by e-mail. Whoever has no account
// gets one with the rights of newcomers, where these have a role, and ErrNoAccount
// otherwise, as whoever is disabled. People of an OpenID provider are not found: the
// provider may have let them choose their e-mail.
func (a *Accounts) FromProxy(ctx context.Context, email string, newcomers Rights) (Principal, error) {
	normal, err := Email(email)
	if err != nil {
		return Principal{}, ErrNoAccount
	}
	row, err := a.personRow(ctx, "email = ?", normal)
	if errors.Is(err, models.ErrNotFound) && newcomers.Role != "" {
		row, err = a.addOutsider(ctx, personRow{Email: normal, Source: Proxy}, newcomers)
		if errors.Is(err, ErrEmailTaken) { // by another request of the same person, at the same time
			row, err = a.personRow(ctx, "email = ?", normal)
		}
	}
	switch {
	case errors.Is(err, models.ErrNotFound):
		return Principal{}, ErrNoAccount
	case err != nil:
		return Principal{}, err
	case row.DisabledAt.Known, row.Source == OIDC:
		return Principal{}, ErrNoAccount
	}
	a.marks.note(mark{"people", "last_sign_in_at", row.ID}, row.LastSignInAt.At, a.instant())
	return row.person().Principal(""), nil
}

// addOutsider makes an account for somebody who is vouched for.
func (a *Accounts) addOutsider(ctx context.Context, row personRow, r Rights) (personRow, error) {
	row.ID, row.Role, row.Reach, row.CreatedAt = models.NewID(), r.Role, reachOf(r.Role, r.Reach), a.instant()
	err := a.db.Update(ctx, func(tx *models.Tx) error { return tx.GORM(ctx).Create(&row).Error })
	if err != nil {
		return row, fmt.Errorf("add person: %w", changeFault(err))
	}
	return row, nil
}

// Claims are what an OpenID provider says of somebody, and what the rules of the
// settings make of it.
type Claims struct {
	Issuer, Subject string // together they are the person, for ever
	Email           string
	EmailVerified   bool
	Name            string
	Rights          // of the rules; no role = they give none
	// KeepRights says that there are no rules: only people who have an account may sign
	// in, and it says what they may.
	KeepRights bool
}

// FromOIDC finds the person of a provider, or makes one, and gives them the name and the
// rights of the claims. It gives ErrNoAccount where no rule gives a role, and then takes
// the sessions and rights of before, or where there are no rules and no account;
// ErrSignIn for whoever is disabled; ErrEmailTaken where another account has the e-mail. A local
// account becomes the person's where the provider has verified the e-mail, and no other
// person of a provider has it.
func (a *Accounts) FromOIDC(ctx context.Context, c Claims) (Person, error) {
	if c.Issuer == "" || c.Subject == "" {
		return Person{}, errors.New("sign in by OpenID: expected an issuer and a subject")
	}
	subject := c.Issuer + "|" + c.Subject
	row, err := a.personRow(ctx, "subject = ?", subject)
	if errors.Is(err, models.ErrNotFound) {
		if c.Role == "" && !c.KeepRights {
			return Person{}, ErrNoAccount
		}
		row, err = a.newOIDC(ctx, c, subject)
		if errors.Is(err, ErrEmailTaken) { // perhaps by another sign-in of the same person, at the same time
			if again, missing := a.personRow(ctx, "subject = ?", subject); missing == nil {
				row, err = again, nil
			}
		}
	}
	if err != nil {
		return Person{}, err
	}
	return a.updateOIDC(ctx, row.ID, subject, c)
}

// newOIDC makes an account for somebody of a provider who has none, or finds the local
// one that is theirs.
func (a *Accounts) newOIDC(ctx context.Context, c Claims, subject string) (personRow, error) {
	email, err := Email(c.Email)
	if err != nil {
		return personRow{}, err
	}
	row, err := a.personRow(ctx, "email = ?", email)
	switch {
	case errors.Is(err, models.ErrNotFound) && c.KeepRights:
		return row, ErrNoAccount
	case errors.Is(err, models.ErrNotFound):
		return a.addOutsider(ctx, personRow{Email: email, Source: OIDC, Subject: &subject}, c.Rights)
	case err != nil:
		return row, err
	case !c.EmailVerified || row.Subject != nil:
		return row, ErrEmailTaken
	case row.DisabledAt.Known:
		return row, ErrSignIn
	}
	return row, nil
}

// updateOIDC gives somebody the name and the rights of the claims.
func (a *Accounts) updateOIDC(ctx context.Context, id, subject string, c Claims) (Person, error) {
	noRole := false
	p, err := a.changePerson(ctx, id, func(g *gorm.DB, row *personRow) (err error) {
		if row.Subject == nil { // a local account, see newOIDC
			row.Subject = &subject
		}
		switch {
		case *row.Subject != subject:
			return ErrEmailTaken
		case row.DisabledAt.Known:
			return ErrSignIn
		case c.Role == "" && !c.KeepRights:
			noRole = true // an error would undo what follows
			return takeRights(g, row)
		}
		if name, err := personName(c.Name); err == nil && name != "" {
			row.Name = name
		}
		if !c.KeepRights {
			if err := giveRights(g, row, c.Rights); err != nil {
				return err
			}
		}
		return a.moveEmail(g, row, c)
	})
	if err == nil && noRole {
		err = ErrNoAccount
	}
	return p, err
}

// giveRights makes somebody what they are from now on, but leaves the last operator one.
func giveRights(g *gorm.DB, row *personRow, r Rights) error {
	if row.Role == Operator && r.Role != Operator {
		if err := keepOperator(g, *row); err != nil {
			return err
		}
	}
	row.Role, row.Reach = r.Role, reachOf(r.Role, r.Reach)
	return nil
}

// takeRights ends the sessions of somebody to whom the rules give nothing any more. What
// a provider gave it takes, too, until it gives it again, so that the keys of whoever left
// are worth nothing. That holds for a local account as well: at each sign-in the rules put
// their rights in the place of its own. The last operator's rights stay: nobody else could
// give any.
func takeRights(g *gorm.DB, row *personRow) error {
	err := giveRights(g, row, Rights{Viewer, reach.Of(nil, nil)})
	if err != nil && !errors.Is(err, ErrLastOperator) {
		return err
	}
	return endSessions(g, row.ID, "")
}

// moveEmail follows a provider that has verified another e-mail, unless somebody has it.
func (a *Accounts) moveEmail(g *gorm.DB, row *personRow, c Claims) error {
	email, err := Email(c.Email)
	if err != nil || !c.EmailVerified || email == row.Email || row.Source != OIDC {
		return nil //nolint:nilerr // an e-mail that cannot be used changes nothing
	}
	var others int64
	if err := g.Model(&personRow{}).Where("email = ?", email).Count(&others).Error; err != nil || others > 0 {
		return err
	}
	row.Email = email
	return nil
}
