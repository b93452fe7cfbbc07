package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Try is a try to sign in by password.
type Try struct {
	Email, Password string
	Address         string // from where
	Device          string // what SignIn gave to this browser earlier; may be empty
}

// CheckPassword finds the person who has a password. Everything that is wrong gives
// ErrSignIn after the same work: an unknown e-mail, a disabled account, one without a
// password, another password. It gives TooManyTries, without trying, where too many
// tries failed before, for accounts that there are and that there are not alike.
//
// The password is not yet a sign-in: where the person NeedsFactor, SignIn refuses it.
func (a *Accounts) CheckPassword(ctx context.Context, t Try) (Person, error) {
	email, err := Email(cut(t.Email, 2*maxEmail))
	if err != nil {
		email = "" // nobody's; it takes the same way
	}
	var row personRow
	if err := a.db.GORM(ctx).Where("email = ?", email).Limit(1).Find(&row).Error; err != nil {
		return Person{}, fmt.Errorf("read person: %w", err)
	}
	limits, err := a.limitsOf(ctx, row.ID, email, t)
	if err != nil {
		return Person{}, err
	}
	if err := a.guarded(ctx, limits, func() (bool, error) { return a.passwordIs(ctx, t.Password, row) }); err != nil {
		return Person{}, err
	}
	return a.Person(ctx, row.ID)
}

// limitsOf are the limits of a try to sign in. Guesses of strangers count neither in a
// browser in which the person has signed in before, nor, but for those from the same
// address, at an address from where they did.
func (a *Accounts) limitsOf(ctx context.Context, person, email string, t Try) ([]limit, error) {
	network := NetworkOf(t.Address)
	limits := []limit{ofAccount.limit(email), ofPair.limit(email, network), ofAddress.limit(network)}
	if known, err := a.knows(ctx, person, deviceHash(t.Device)); err != nil || known {
		return []limit{ofDevice.limit(t.Device)}, err
	}
	known, err := a.knows(ctx, person, placeHash(person, network))
	if known {
		limits = limits[1:]
	}
	return limits, err
}

// How says how a session began. Its text is stored and shown.
type How string

// The ways to sign in.
const (
	ByPassword                How = "password"
	ByPasswordAndTOTP         How = "password and code"
	ByPasswordAndRecoveryCode How = "password and recovery code"
	ByPasswordAndPasskey      How = "password and passkey"
	ByPasskey                 How = "passkey"
	ByOIDC                    How = "provider"
)

var hows = []How{ByPassword, ByPasswordAndTOTP, ByPasswordAndRecoveryCode, ByPasswordAndPasskey, ByPasskey, ByOIDC}

// A SignIn is what somebody has proved, and from where.
type SignIn struct {
	PersonID       string
	How            How
	Address, Agent string
	Device         string         // what the browser has from before; may be empty
	Language       words.Language // that the browser wants; empty = it does not say
}

// A NewSession is one that has just begun.
type NewSession struct {
	Person  Person
	Session string // its id, not its token
	Device  string // to be kept by the browser, and given back in Try and SignIn
}

// mostSessions bounds the sessions of one person; older ones end.
const mostSessions = 50

// SignIn begins a session of somebody who has proved who they are. It gives
// ErrNeedsFactor for a password alone where the person has a factor, and ErrSignIn for
// somebody who was disabled meanwhile. The session is there once its token is committed
// to the SessionStore, which must be a new one.
func (a *Accounts) SignIn(ctx context.Context, s SignIn) (in NewSession, err error) {
	if !slices.Contains(hows, s.How) {
		return in, fmt.Errorf("sign in by %q: no such way", s.How)
	}
	in.Session = models.NewID()
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		g, now := tx.GORM(ctx), a.instant()
		row, err := lockPerson(g, s.PersonID)
		if err != nil {
			return err
		}
		if in.Person, err = a.personWhere(g, "people.id = ?", s.PersonID); err != nil {
			return err
		}
		switch {
		case row.DisabledAt.Known:
			return ErrSignIn
		case s.How == ByPassword && in.Person.NeedsFactor():
			return ErrNeedsFactor
		}
		if err := g.Model(&row).Update("last_sign_in_at", now).Error; err != nil {
			return err
		}
		if row.Language == "" && s.Language != "" {
			in.Person.Language = s.Language
			if err := learnLanguage(g, s.PersonID, s.Language); err != nil {
				return err
			}
		}
		if in.Device, err = keepDevice(g, s, now); err != nil {
			return err
		}
		session := sessionRow{
			ID: in.Session, PersonID: s.PersonID, Data: []byte{}, How: s.How, Address: short(s.Address, 100), Agent: short(s.Agent, 200),
			CreatedAt: now, SeenAt: now, ExpiresAt: a.after(a.lifetime),
		}
		if err := g.Create(&session).Error; err != nil {
			return err
		}
		return endOldest(g, s.PersonID)
	})
	if errors.Is(err, models.ErrNotFound) {
		err = ErrSignIn
	}
	if err != nil {
		return NewSession{}, fmt.Errorf("sign in: %w", err)
	}
	in.Person.LastSignInAt = models.InstantAt(a.instant())
	return in, nil
}

// endOldest ends the oldest sessions of somebody who has too many.
func endOldest(g *gorm.DB, person string) error {
	var old []string
	err := g.Model(&sessionRow{}).Where("person_id = ?", person).Order("created_at DESC, id DESC").Offset(mostSessions).Limit(1000).Pluck("id", &old).Error
	if err != nil || len(old) == 0 {
		return err
	}
	return g.Where("id IN ?", old).Delete(&sessionRow{}).Error
}

// deviceRow is a row of the table devices: a browser in which somebody has signed in, or
// an address from where they did.
type deviceRow struct {
	Hash      string `gorm:"primaryKey"`
	PersonID  string
	CreatedAt uptime.Instant
	UsedAt    uptime.Instant
}

// TableName implements GORM's Tabler.
func (deviceRow) TableName() string { return "devices" }

// mostDevices is how many browsers and addresses of one person are remembered.
const mostDevices = 40

// DeviceFor is for how long a browser is remembered after the last sign-in with it.
const DeviceFor = 180 * 24 * time.Hour

// deviceHash is what a browser is known by; empty for one that brings nothing.
func deviceHash(device string) string {
	if device == "" {
		return ""
	}
	return hashOf("device", device)
}

// placeHash is what an address is known by. It differs for every person.
func placeHash(person, network string) string { return hashOf("place", person+"\x00"+network) }

// knows reports whether the person has signed in with a browser, or from an address,
// before.
func (a *Accounts) knows(ctx context.Context, person, hash string) (bool, error) {
	if person == "" || hash == "" {
		return false, nil
	}
	var count int64
	err := a.db.GORM(ctx).Model(&deviceRow{}).Where("hash = ? AND person_id = ? AND used_at > ?", hash, person, a.after(-DeviceFor)).Count(&count).Error
	if err != nil {
		return false, fmt.Errorf("look for device: %w", err)
	}
	return count > 0, nil
}

// keepDevice remembers the browser and the address of a sign-in, and returns what the
// browser is known by.
func keepDevice(g *gorm.DB, s SignIn, now uptime.Instant) (device string, err error) {
	device = s.Device
	if known, err := touchDevice(g, s.PersonID, deviceHash(device), now); err != nil {
		return "", err
	} else if !known {
		device = newSecret()
		if err := g.Create(&deviceRow{deviceHash(device), s.PersonID, now, now}).Error; err != nil {
			return "", err
		}
	}
	if s.Address != "" {
		place := placeHash(s.PersonID, NetworkOf(s.Address))
		if known, err := touchDevice(g, s.PersonID, place, now); err != nil {
			return "", err
		} else if !known {
			if err := g.Create(&deviceRow{place, s.PersonID, now, now}).Error; err != nil {
				return "", err
			}
		}
	}
	var old []string
	err = g.Model(&deviceRow{}).Where("person_id = ?", s.PersonID).Order("used_at DESC, hash").Offset(mostDevices).Limit(1000).Pluck("hash", &old).Error
	if err != nil || len(old) == 0 {
		return device, err
	}
	return device, g.Where("hash IN ?", old).Delete(&deviceRow{}).Error
}

// touchDevice notes the use of a browser or an address that is known.
func touchDevice(g *gorm.DB, person, hash string, now uptime.Instant) (known bool, err error) {
	done := g.Model(&deviceRow{}).Where("hash = ? AND person_id = ?", hash, person).Update("used_at", now)
	return done.RowsAffected == 1, done.Error
}

// PersonPrincipal is the person of a session, with the role and reach of now. It gives
// ErrSignIn where the person was disabled or the session has ended.
func (a *Accounts) PersonPrincipal(ctx context.Context, person, session string) (Principal, error) {
	now := a.instant()
	var row personRow
	err := a.db.GORM(ctx).Where(`id = ? AND disabled_at IS NULL
		AND EXISTS (SELECT 1 FROM sessions WHERE id = ? AND person_id = people.id AND expires_at > ? AND seen_at > ?)`,
		person, session, now, a.after(-a.idle)).Limit(1).Find(&row).Error
	if err != nil {
		return Principal{}, fmt.Errorf("read person of a session: %w", err)
	}
	if row.ID == "" {
		return Principal{}, ErrSignIn
	}
	return row.person().Principal(session), nil
}
