package access

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
	"gorm.io/gorm"

	"lightson/models"
)

// Codes of TOTP (RFC 6238) as every app makes them: six digits, SHA-1, 30 seconds. A
// clock may be one step off.
const (
	totpStep = 30 * time.Second
	totpSkew = 1
)

// TOTPStart is a secret that an app does not know yet.
type TOTPStart struct {
	Secret string // for whoever types it
	URL    string // otpauth://…
	PNG    []byte // the URL as a QR code
}

// BeginTOTP makes a secret for an app, which counts only once ConfirmTOTP has seen a code
// of it; a factor of before goes on until then. The issuer is what the app calls us.
func (a *Accounts) BeginTOTP(ctx context.Context, person, issuer string) (TOTPStart, error) {
	random := make([]byte, 20)
	_, _ = rand.Read(random) // never fails
	secret := unpadded.EncodeToString(random)
	p, err := a.changePerson(ctx, person, func(_ *gorm.DB, row *personRow) error {
		row.TOTPPending = secret
		return nil
	})
	if err != nil {
		return TOTPStart{}, err
	}
	return newTOTPStart(p.Email, issuer, secret)
}

// PendingTOTP is the secret of BeginTOTP again, for whoever has mistyped a code of it. It
// gives models.ErrNotFound where there is none.
func (a *Accounts) PendingTOTP(ctx context.Context, person, issuer string) (TOTPStart, error) {
	row, err := a.personRow(ctx, "id = ? AND totp_pending <> ''", person)
	if err != nil {
		return TOTPStart{}, err
	}
	return newTOTPStart(row.Email, issuer, row.TOTPPending)
}

var unpadded = base32.StdEncoding.WithPadding(base32.NoPadding)

func newTOTPStart(email, issuer, secret string) (TOTPStart, error) {
	random, err := unpadded.DecodeString(secret)
	if err != nil {
		return TOTPStart{}, fmt.Errorf("read TOTP secret: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: email, Secret: random})
	if err != nil {
		return TOTPStart{}, fmt.Errorf("make TOTP key: %w", err)
	}
	image, err := key.Image(240, 240)
	if err != nil {
		return TOTPStart{}, fmt.Errorf("draw TOTP key: %w", err)
	}
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image); err != nil {
		return TOTPStart{}, fmt.Errorf("draw TOTP key: %w", err)
	}
	return TOTPStart{secret, key.URL(), drawn.Bytes()}, nil
}

// ConfirmTOTP makes the secret of BeginTOTP a factor, where the code is one of it; else
// it gives ErrCode, or TooManyTries. It returns recovery codes where the person has none.
func (a *Accounts) ConfirmTOTP(ctx context.Context, person, code string) (recovery []string, err error) {
	_, err = a.changePerson(ctx, person, func(g *gorm.DB, row *personRow) error {
		step, right := totpStepOf(row.TOTPPending, code, a.now(), 0)
		if !right {
			return ErrCode
		}
		row.TOTPSecret, row.TOTPPending, row.TOTPLastStep = row.TOTPPending, "", step
		row.TOTPConfirmedAt = models.InstantAt(a.instant())
		recovery, err = firstRecoveryCodes(g, person)
		return err
	})
	return recovery, err
}

// RemoveTOTP removes the factor, and the recovery codes with the last factor.
func (a *Accounts) RemoveTOTP(ctx context.Context, person string) error {
	_, err := a.changePerson(ctx, person, func(g *gorm.DB, row *personRow) error {
		removeTOTP(row)
		return removeUselessCodes(g, *row)
	})
	return err
}

func removeTOTP(row *personRow) {
	// The last step stays, so that a code is not used again with a secret that comes back.
	row.TOTPSecret, row.TOTPPending, row.TOTPConfirmedAt = "", "", models.OptionalInstant{}
}

// A FactorTry is a try to prove a second factor.
type FactorTry struct {
	PersonID string
	Code     string
	Device   string // as in Try
}

// CheckTOTP gives nil for the code that the person's app shows, once: the same code, or
// one of before it, is not right again. It gives ErrSignIn for another one, and
// TooManyTries.
func (a *Accounts) CheckTOTP(ctx context.Context, t FactorTry) error {
	return a.tryFactor(ctx, t, func(g *gorm.DB, row *personRow) (bool, error) {
		step, right := totpStepOf(row.TOTPSecret, t.Code, a.now(), row.TOTPLastStep)
		if right {
			row.TOTPLastStep = step
		}
		return right, nil
	})
}

// tryFactor tries a factor at its pace, with the person locked.
func (a *Accounts) tryFactor(ctx context.Context, t FactorTry, try func(g *gorm.DB, row *personRow) (bool, error)) error {
	key := t.PersonID
	if known, err := a.knows(ctx, t.PersonID, deviceHash(t.Device)); err != nil {
		return err
	} else if known {
		key = t.Device
	}
	return a.guarded(ctx, []limit{ofFactor.limit(key)}, func() (right bool, err error) {
		_, err = a.changePerson(ctx, t.PersonID, func(g *gorm.DB, row *personRow) error {
			if row.DisabledAt.Known {
				return nil
			}
			right, err = try(g, row)
			return err
		})
		return right, err
	})
}

// totpStepOf finds the step of a code, among those of about now that come after the last
// one that was used.
func totpStepOf(secret, code string, now time.Time, last int64) (step int64, right bool) {
	code = strings.Join(strings.Fields(code), "")
	if secret == "" || len(code) != otp.DigitsSix.Length() {
		return 0, false
	}
	for step := now.Unix()/int64(totpStep.Seconds()) - totpSkew; step <= now.Unix()/int64(totpStep.Seconds())+totpSkew; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(max(step, 0)), hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && step > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			return step, true
		}
	}
	return 0, false
}
