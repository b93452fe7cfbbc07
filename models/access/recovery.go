package access

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"lightson/models"
)

// Recovery codes stand in for a factor that was lost. Each has 24 of 31 characters, which
// is more than 112 bits: so a plain hash is enough to keep them (ASVS 5, 6.5.2).
const (
	recoveryCodes     = 10
	recoveryLength    = 24
	recoveryPerGroup  = 6
	recoverySecret    = "recovery code"
	recoverySeparator = "-"
)

// recoveryRow is a row of the table recovery_codes.
type recoveryRow struct {
	PersonID string `gorm:"primaryKey"`
	Hash     string `gorm:"primaryKey"`
	UsedAt   models.OptionalInstant
}

// TableName implements GORM's Tabler.
func (recoveryRow) TableName() string { return "recovery_codes" }

// MakeRecoveryCodes replaces the recovery codes of a person. They are shown once.
func (a *Accounts) MakeRecoveryCodes(ctx context.Context, person string) (codes []string, err error) {
	_, err = a.changePerson(ctx, person, func(g *gorm.DB, _ *personRow) error {
		codes, err = newRecoveryCodes(g, person)
		return err
	})
	return codes, err
}

// firstRecoveryCodes makes recovery codes where the person has none left.
func firstRecoveryCodes(g *gorm.DB, person string) ([]string, error) {
	var left int64
	if err := g.Model(&recoveryRow{}).Where("person_id = ? AND used_at IS NULL", person).Count(&left).Error; err != nil || left > 0 {
		return nil, err
	}
	return newRecoveryCodes(g, person)
}

func newRecoveryCodes(g *gorm.DB, person string) ([]string, error) {
	if err := g.Where("person_id = ?", person).Delete(&recoveryRow{}).Error; err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for n := range codes {
		code := randomReadable(recoveryLength)
		if err := g.Create(&recoveryRow{PersonID: person, Hash: recoveryHash(person, code)}).Error; err != nil {
			return nil, err
		}
		var groups []string
		for from := 0; from < len(code); from += recoveryPerGroup {
			groups = append(groups, code[from:from+recoveryPerGroup])
		}
		codes[n] = strings.Join(groups, recoverySeparator)
	}
	return codes, nil
}

// recoveryHash is how a code is kept, however it is typed.
func recoveryHash(person, typed string) string {
	code := strings.Map(func(r rune) rune {
		if strings.ContainsRune(readable, r) {
			return r
		}
		return -1
	}, strings.ToLower(cut(typed, 200)))
	return hashOf(recoverySecret, person+"\x00"+code)
}

// UseRecoveryCode gives nil for a code that was not used yet, and uses it up. It gives
// ErrSignIn for another one, and TooManyTries.
func (a *Accounts) UseRecoveryCode(ctx context.Context, t FactorTry) error {
	return a.tryFactor(ctx, t, func(g *gorm.DB, row *personRow) (bool, error) {
		done := g.Model(&recoveryRow{}).Where("person_id = ? AND hash = ? AND used_at IS NULL", row.ID, recoveryHash(row.ID, t.Code)).
			Update("used_at", a.instant())
		return done.RowsAffected == 1, done.Error
	})
}

// removeUselessCodes deletes recovery codes of somebody who has no factor.
func removeUselessCodes(g *gorm.DB, row personRow) error {
	var keys int64
	if err := g.Model(&Passkey{}).Where("person_id = ?", row.ID).Count(&keys).Error; err != nil || keys > 0 || row.TOTPSecret != "" {
		return err
	}
	return g.Where("person_id = ?", row.ID).Delete(&recoveryRow{}).Error
}

// RemoveFactors removes all factors of somebody who has lost them, and ends their
// sessions. An operator does it, who must be sure who asks.
func (a *Accounts) RemoveFactors(ctx context.Context, person string) (Person, error) {
	return a.changePerson(ctx, person, func(g *gorm.DB, row *personRow) error {
		if err := mustAppoint(ctx, row.Role); err != nil {
			return err
		}
		if row.Role == Operator && row.PasswordHash == "" && row.Source == Local {
			if err := keepOperator(g, *row); err != nil {
				return err
			}
		}
		if err := g.Where("person_id = ?", person).Delete(&Passkey{}).Error; err != nil {
			return err
		}
		removeTOTP(row)
		if err := removeUselessCodes(g, *row); err != nil {
			return err
		}
		return endSessions(g, person, "")
	})
}
