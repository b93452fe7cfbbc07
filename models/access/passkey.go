package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/uptime"
)

// A Passkey is a credential of WebAuthn. What it proves is for package web to check; the
// user handle of a person is their id.
type Passkey struct {
	ID           string
	PersonID     string
	CredentialID []byte
	Data         []byte // the credential, as web writes it
	Name         string
	CreatedAt    uptime.Instant
	LastUsedAt   models.OptionalInstant
}

// TableName implements GORM's Tabler.
func (Passkey) TableName() string { return "passkeys" }

// mostPasskeys bounds the passkeys of one person.
const mostPasskeys = 20

// Passkeys are those of a person, the oldest first.
func (a *Accounts) Passkeys(ctx context.Context, person string) ([]Passkey, error) {
	var list []Passkey
	if err := a.db.GORM(ctx).Where("person_id = ?", person).Order("created_at, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read passkeys: %w", err)
	}
	return list, nil
}

// AddPasskey keeps a credential whose person has proved to have it. It returns recovery
// codes where the person has none.
func (a *Accounts) AddPasskey(ctx context.Context, person, name string, credentialID, data []byte) (key Passkey, recovery []string, err error) {
	if name, err = personName(name); err != nil {
		return Passkey{}, nil, err
	}
	if name == "" {
		name = "Passkey"
	}
	key = Passkey{ID: models.NewID(), PersonID: person, CredentialID: credentialID, Data: data, Name: name, CreatedAt: a.instant()}
	_, err = a.changePerson(ctx, person, func(g *gorm.DB, _ *personRow) error {
		var count int64
		if err := g.Model(&Passkey{}).Where("person_id = ?", person).Count(&count).Error; err != nil {
			return err
		}
		if count >= mostPasskeys {
			return WrongInput("", "you can have at most {most} passkeys: remove one first", "most", mostPasskeys)
		}
		if err := g.Create(&key).Error; err != nil {
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				err = WrongInput("", "this passkey was already added")
			}
			return err
		}
		recovery, err = firstRecoveryCodes(g, person)
		return err
	})
	if err != nil {
		return Passkey{}, nil, err
	}
	return key, recovery, nil
}

// PasskeyByCredential finds a passkey and its person. It gives ErrSignIn for one that is
// unknown or whose person is disabled.
func (a *Accounts) PasskeyByCredential(ctx context.Context, credentialID []byte) (Passkey, Person, error) {
	var key Passkey
	if err := a.db.GORM(ctx).Where("credential_id = ?", credentialID).Limit(1).Find(&key).Error; err != nil {
		return key, Person{}, fmt.Errorf("read passkey: %w", err)
	}
	if key.ID == "" {
		return key, Person{}, ErrSignIn
	}
	p, err := a.Person(ctx, key.PersonID)
	if err == nil && p.Disabled() {
		err = ErrSignIn
	}
	return key, p, err
}

// UsePasskey writes what a use has changed: the data, with their count of uses, and when
// it was. It does so once for the data that were read: of two uses of the same proof at
// the same time, one gets ErrSignIn.
func (a *Accounts) UsePasskey(ctx context.Context, read Passkey, data []byte) error {
	return a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		var key Passkey
		if err := locked(g).Where("id = ?", read.ID).Limit(1).Find(&key).Error; err != nil {
			return fmt.Errorf("read passkey: %w", err)
		}
		if key.ID == "" || !bytes.Equal(key.Data, read.Data) || key.LastUsedAt != read.LastUsedAt {
			return ErrSignIn
		}
		return g.Model(&key).Updates(map[string]any{"data": data, "last_used_at": a.instant()}).Error
	})
}

// RemovePasskey removes a passkey of a person. It gives ErrLastWayIn for the last one of
// somebody who has no password, and models.ErrNotFound.
func (a *Accounts) RemovePasskey(ctx context.Context, person, id string) error {
	_, err := a.changePerson(ctx, person, func(g *gorm.DB, row *personRow) error {
		if err := foundOne(g.Where("id = ? AND person_id = ?", id, person).Delete(&Passkey{})); err != nil {
			return err
		}
		var left int64
		if err := g.Model(&Passkey{}).Where("person_id = ?", person).Count(&left).Error; err != nil {
			return err
		}
		if left == 0 && row.PasswordHash == "" && row.Source == Local {
			return ErrLastWayIn
		}
		return removeUselessCodes(g, *row)
	})
	return err
}

// foundOne gives models.ErrNotFound for a write that has changed nothing.
func foundOne(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return models.ErrNotFound
	}
	return done.Error
}
