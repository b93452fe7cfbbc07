package access

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/crypto/argon2"
	"gorm.io/gorm"

	"lightson/models"
)

// hashing is the work of one password: what the OWASP Password Storage Cheat Sheet asks
// for at least with argon2id, 19 MiB and two passes on one thread. Tests lower it.
var hashing = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// Bounds of passwords. Beyond the upper one is no password but an attempt to keep us busy.
const (
	MinPassword = 12   // characters
	MaxPassword = 1024 // bytes
)

// checkNewPassword gives an InputError for a password that somebody must not choose.
func checkNewPassword(password string, row personRow) error {
	same := func(text string) bool { return text != "" && strings.EqualFold(strings.TrimSpace(password), text) }
	length := utf8.RuneCountInString(password)
	switch {
	case length < MinPassword:
		return WrongInput("Password", "use at least {least} characters; this has {found}", "least", MinPassword, "found", length)
	case len(password) > MaxPassword:
		return WrongInput("Password", "use at most {most} bytes; this has {found}", "most", MaxPassword, "found", len(password))
	case same(row.Email), same(row.Name):
		return WrongInput("Password", "do not use the e-mail or the name")
	case strings.Count(password, password[:1]) == len(password):
		return WrongInput("Password", "use more than one character")
	}
	return nil
}

// turn waits for one of the places in which passwords are hashed. There are as many as
// processors: more at once would take memory and finish no earlier.
func (a *Accounts) turn(ctx context.Context) (done func(), err error) {
	select {
	case a.hashes <- struct{}{}:
		return func() { <-a.hashes }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (a *Accounts) hashPassword(ctx context.Context, password string) (string, error) {
	done, err := a.turn(ctx)
	if err != nil {
		return "", err
	}
	defer done()
	hash, err := argon2id.CreateHash(password, &hashing)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

// comparePassword reports whether a password is the one of a hash, and whether the hash
// was made with less or more work than today's.
func (a *Accounts) comparePassword(ctx context.Context, password, hash string) (same, outdated bool, err error) {
	done, err := a.turn(ctx)
	if err != nil {
		return false, false, err
	}
	defer done()
	same, params, err := a.compare(password, hash)
	if err != nil {
		return false, false, fmt.Errorf("compare password: %w", err)
	}
	return same, *params != hashing, nil
}

// nobodysHash is a hash that no password has. It takes the same work as a real one.
func nobodysHash() string {
	random := make([]byte, hashing.SaltLength+hashing.KeyLength)
	_, _ = rand.Read(random) // never fails
	encode := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashing.Memory, hashing.Iterations, hashing.Parallelism,
		encode(random[:hashing.SaltLength]), encode(random[hashing.SaltLength:]))
}

// passwordIs reports whether a password is the one of a person who can sign in. It takes
// the same work for everybody: a hash of nobody stands in where there is none.
func (a *Accounts) passwordIs(ctx context.Context, password string, row personRow) (bool, error) {
	usable := row.PasswordHash != "" && !row.DisabledAt.Known && len(password) <= MaxPassword
	hash := row.PasswordHash
	if !usable {
		hash = nobodysHash()
	}
	if len(password) > MaxPassword {
		password = ""
	}
	same, outdated, err := a.comparePassword(ctx, password, hash)
	if err != nil || !same || !usable {
		return false, err
	}
	if outdated {
		return true, a.rehash(ctx, password, row)
	}
	return true, nil
}

// rehash gives a password that is known to be right the work of today.
func (a *Accounts) rehash(ctx context.Context, password string, row personRow) error {
	hash, err := a.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	return a.db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Model(&personRow{}).Where("id = ? AND password_hash = ?", row.ID, row.PasswordHash).Update("password_hash", hash).Error
	})
}

// SetPassword gives a person a new password. All their sessions end, but for the one to
// be kept; browsers in which they signed in are forgotten, and links for choosing a
// password are void.
func (a *Accounts) SetPassword(ctx context.Context, id, password, keepSession string) error {
	row, err := a.personRow(ctx, "id = ?", id)
	if err != nil {
		return err
	}
	if err := checkNewPassword(password, row); err != nil {
		return err
	}
	hash, err := a.hashPassword(ctx, password)
	if err != nil {
		return err
	}
	_, err = a.changePerson(ctx, id, func(g *gorm.DB, row *personRow) error {
		return a.putPassword(g, row, hash, keepSession)
	})
	return err
}

func (a *Accounts) putPassword(g *gorm.DB, row *personRow, hash, keepSession string) error {
	row.PasswordHash = hash
	if err := voidInvitations(g, row.ID, a.instant()); err != nil {
		return err
	}
	return endSessions(g, row.ID, keepSession)
}

// ChangePassword is SetPassword for the person, who must know the old one. Failed tries
// count as at a sign-in.
func (a *Accounts) ChangePassword(ctx context.Context, id, old, password, keepSession string) error {
	row, err := a.personRow(ctx, "id = ?", id)
	if err != nil {
		return err
	}
	if err := checkNewPassword(password, row); err != nil {
		return err
	}
	if row.PasswordHash != "" { // whoever only has passkeys or a provider adds one
		if err := a.checkOwnPassword(ctx, old, row); err != nil {
			return err
		}
	}
	return a.SetPassword(ctx, id, password, keepSession)
}

// CheckOwnPassword gives nil where a signed-in person knows their password, and ErrSignIn
// where not. Failed tries count as those of ChangePassword.
func (a *Accounts) CheckOwnPassword(ctx context.Context, id, password string) error {
	row, err := a.personRow(ctx, "id = ?", id)
	if err != nil {
		return err
	}
	return a.checkOwnPassword(ctx, password, row)
}

func (a *Accounts) checkOwnPassword(ctx context.Context, password string, row personRow) error {
	limits := []limit{ofAccount.limit("own password", row.ID)}
	return a.guarded(ctx, limits, func() (bool, error) { return a.passwordIs(ctx, password, row) })
}

// personRow reads a row of people.
func (a *Accounts) personRow(ctx context.Context, condition string, value any) (row personRow, err error) {
	if err := a.db.GORM(ctx).Where(condition, value).Take(&row).Error; err != nil {
		return row, fmt.Errorf("read person: %w", models.NotFound(err))
	}
	return row, nil
}
