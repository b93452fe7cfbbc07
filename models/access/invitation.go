package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/uptime"
)

// An InvitationKind says what a link for choosing a password is for. Its text is stored.
type InvitationKind string

// The kinds, and how long each can be used.
const (
	FirstPassword InvitationKind = "invitation"
	OtherPassword InvitationKind = "reset"

	InvitationFor = 7 * 24 * time.Hour
	ResetFor      = 24 * time.Hour
)

// An Invitation is a link with which its person chooses a password.
type Invitation struct {
	Kind      InvitationKind
	Person    Person
	ExpiresAt uptime.Instant
}

// invitationRow is a row of the table invitations.
type invitationRow struct {
	ID        string
	Hash      string
	Kind      InvitationKind
	PersonID  string
	CreatedBy string
	CreatedAt uptime.Instant
	ExpiresAt uptime.Instant
	UsedAt    models.OptionalInstant // also when it became void
}

// TableName implements GORM's Tabler.
func (invitationRow) TableName() string { return "invitations" }

const invitationSecret = "invitation"

// Invite makes the link with which a person without a password chooses one. Older links
// of the person become void.
func (a *Accounts) Invite(ctx context.Context, person, by string) (token string, expires uptime.Instant, err error) {
	return a.invite(ctx, FirstPassword, person, by, InvitationFor)
}

// ResetPassword makes the link with which a person chooses another password, or a first
// one. The password and the sessions of before stay until it is used.
func (a *Accounts) ResetPassword(ctx context.Context, person, by string) (token string, expires uptime.Instant, err error) {
	return a.invite(ctx, OtherPassword, person, by, ResetFor)
}

func (a *Accounts) invite(ctx context.Context, kind InvitationKind, person, by string, lives time.Duration) (string, uptime.Instant, error) {
	token := newSecret()
	row := invitationRow{
		ID: models.NewID(), Hash: hashOf(invitationSecret, token), Kind: kind, PersonID: person, CreatedBy: short(by, maxName),
		CreatedAt: a.instant(), ExpiresAt: a.after(lives),
	}
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		p, err := lockPerson(g, person)
		switch {
		case err != nil:
			return err
		case mustAppoint(ctx, p.Role) != nil:
			return ErrAppoints
		case p.DisabledAt.Known:
			return WrongInput("", "{email} is disabled: enable the account first", "email", p.Email)
		case p.Source != Local:
			return WrongInput("", "{email} signs in elsewhere and has no password here", "email", p.Email)
		case kind == FirstPassword && p.PasswordHash != "":
			return WrongInput("", "{email} already has a password: create a reset link instead", "email", p.Email)
		}
		if err := voidInvitations(g, person, row.CreatedAt); err != nil {
			return err
		}
		return g.Create(&row).Error
	})
	if err != nil {
		return "", 0, fmt.Errorf("make %s: %w", kind, err)
	}
	return token, row.ExpiresAt, nil
}

// voidInvitations makes the links of a person void. The caller has locked the person.
func voidInvitations(g *gorm.DB, person string, now uptime.Instant) error {
	return g.Model(&invitationRow{}).Where("person_id = ? AND used_at IS NULL", person).Update("used_at", now).Error
}

// Invitation is what a link is for, for whoever has it. It gives ErrInvitation for one
// that is unknown, used, void or expired, or whose person is disabled.
func (a *Accounts) Invitation(ctx context.Context, token string) (Invitation, error) {
	row, err := a.openInvitation(a.db.GORM(ctx), token)
	if err != nil {
		return Invitation{}, err
	}
	p, err := a.Person(ctx, row.PersonID)
	if err != nil || p.Disabled() {
		return Invitation{}, errors.Join(ErrInvitation, err)
	}
	return Invitation{row.Kind, p, row.ExpiresAt}, nil
}

func (a *Accounts) openInvitation(g *gorm.DB, token string) (row invitationRow, err error) {
	err = g.Where("hash = ? AND used_at IS NULL AND expires_at > ?", hashOf(invitationSecret, token), a.instant()).Limit(1).Find(&row).Error
	if err == nil && row.ID == "" {
		err = ErrInvitation
	}
	return row, err
}

// UseInvitation gives the person of a link a password, once: all sessions of before end,
// factors stay. It gives ErrInvitation as Invitation does. After an InputError, which is
// about the password, the link can be used again.
func (a *Accounts) UseInvitation(ctx context.Context, token, password string) (Person, error) {
	invitation, err := a.Invitation(ctx, token)
	if err != nil {
		return Person{}, err
	}
	p := invitation.Person
	if err := checkNewPassword(password, personRow{Email: p.Email, Name: p.Name}); err != nil {
		return Person{}, err
	}
	hash, err := a.hashPassword(ctx, password)
	if err != nil {
		return Person{}, err
	}
	return a.changePerson(ctx, p.ID, func(g *gorm.DB, row *personRow) error {
		if _, err := a.openInvitation(g, token); err != nil { // the row of the person is locked, so nobody else uses it now
			return err
		}
		if row.DisabledAt.Known {
			return ErrInvitation
		}
		return a.putPassword(g, row, hash, "")
	})
}
