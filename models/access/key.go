package access

import (
	"context"
	"fmt"
	"strconv"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// A Key lets a program act for a person.
type Key struct {
	ID         string
	Prefix     string // the beginning of the secret, by which people know it: lo_r_k3m9x2pq
	Hash       string `json:"-"`
	PersonID   string
	Name       string
	Scope      Scope
	Reach      reach.Reach
	CreatedAt  uptime.Instant
	ExpiresAt  models.OptionalInstant
	LastUsedAt models.OptionalInstant
	RevokedAt  models.OptionalInstant
}

// TableName implements GORM's Tabler.
func (Key) TableName() string { return "api_keys" }

// Live reports whether the key can be used at an instant, as far as the key itself tells.
func (k Key) Live(now uptime.Instant) bool {
	return !k.RevokedAt.Known && (!k.ExpiresAt.Known || k.ExpiresAt.At > now)
}

// A NewKey is what is asked for.
type NewKey struct {
	Name    string
	Scope   Scope
	Reach   reach.Reach
	Expires models.OptionalInstant // none = never
}

// scopeLetters are how a secret shows what it is for. Two scopes begin with r.
var scopeLetters = map[Scope]string{ReadScope: "r", ReportScope: "p", IngestScope: "i", AdminScope: "a"}

const (
	keySecret = "API key"
	keyID     = 8
	keyRandom = 52 // characters of readable: 257 bits
	mostKeys  = 100
)

// MakeKey makes a key of a person and returns its secret, which is shown once. Of it a
// plain hash is kept: 256 random bits need no slow one, and each request needs a fast one.
// A key may never do or see more than its person may at the time.
func (a *Accounts) MakeKey(ctx context.Context, person string, n NewKey) (secret string, key Key, err error) {
	letter, known := scopeLetters[n.Scope]
	if !known {
		return "", Key{}, WrongInput("Scope", "choose read, report, ingest or admin, not {found}", "found", strconv.Quote(short(string(n.Scope), 40)))
	}
	name, err := personName(n.Name)
	if err == nil && name == "" {
		err = WrongInput("Name", "enter what the key is for")
	}
	if err != nil {
		return "", Key{}, err
	}
	if n.Expires.Known && n.Expires.At <= a.instant() {
		return "", Key{}, WrongInput("Expiry", "choose a time in the future")
	}
	reached, err := cleanReach(n.Reach)
	if err != nil {
		return "", Key{}, err
	}
	key = Key{
		ID: models.NewID(), Prefix: "lo_" + letter + "_" + randomReadable(keyID), PersonID: person, Name: name, Scope: n.Scope,
		Reach: reached, CreatedAt: a.instant(), ExpiresAt: n.Expires,
	}
	secret = key.Prefix + "_" + randomReadable(keyRandom)
	key.Hash = hashOf(keySecret, secret)
	_, err = a.changePerson(ctx, person, func(g *gorm.DB, row *personRow) error {
		if err := a.mayHaveKey(g, *row, key); err != nil {
			return err
		}
		if key.Scope == AdminScope {
			key.Reach = reach.All() // of what its person sees at the time
		}
		return g.Create(&key).Error
	})
	if err != nil {
		return "", Key{}, err
	}
	return secret, key, nil
}

// mayHaveKey gives an InputError for a key that its person could not use.
func (a *Accounts) mayHaveKey(g *gorm.DB, row personRow, key Key) error {
	p := row.person()
	if !p.Role.MayMake(key.Scope) {
		return WrongInput("Scope", "your role ({role}) cannot create keys with the scope {scope}", "role", string(p.Role), "scope", string(key.Scope))
	}
	if within, err := withinReach(g, key.Reach, p.Reach); err != nil {
		return err
	} else if !within || key.Reach.Empty() {
		return WrongInput("Reach", "choose at least one group or store that you can see")
	}
	if key.Scope == AdminScope {
		// Its person is told of all that they see: what it has them told, it could read.
		if whole, err := withinReach(g, p.Reach, key.Reach); err != nil {
			return err
		} else if !whole {
			return WrongInput("Reach", "a key with the scope {scope} needs all stores that you see", "scope", string(key.Scope))
		}
	}
	var live int64
	err := g.Model(&Key{}).Where("person_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)", row.ID, a.instant()).Count(&live).Error
	if err == nil && live >= mostKeys {
		err = WrongInput("", "you can have at most {most} keys: revoke one first", "most", mostKeys)
	}
	return err
}

// maxSecret is longer than any secret. Longer ones are not looked at.
const maxSecret = 200

// KeyPrincipal is the program that has a secret. Its rights are those of the scope that
// its person has now, too; its reach is what the person reaches of the key's. It gives
// ErrKey, after the same work, for what is unknown, revoked or expired, or whose person
// is disabled.
func (a *Accounts) KeyPrincipal(ctx context.Context, secret string) (Principal, error) {
	now, g := a.instant(), a.db.GORM(ctx)
	var key Key
	if err := g.Where("hash = ?", hashOf(keySecret, cut(secret, maxSecret))).Limit(1).Find(&key).Error; err != nil {
		return Principal{}, fmt.Errorf("read key: %w", err)
	}
	var row personRow
	if err := g.Where("id = ?", key.PersonID).Limit(1).Find(&row).Error; err != nil {
		return Principal{}, fmt.Errorf("read person of a key: %w", err)
	}
	if key.ID == "" || row.ID == "" || len(secret) > maxSecret || !key.Live(now) || row.DisabledAt.Known {
		return Principal{}, ErrKey
	}
	p := row.person()
	reached, err := commonReach(g, key.Reach, p.Reach)
	if err != nil {
		return Principal{}, err
	}
	a.marks.note(mark{"api_keys", "last_used_at", key.ID}, key.LastUsedAt.At, now)
	return Principal{
		Kind: IsKey, ID: key.ID, Name: fmt.Sprintf("%s (%s) of %s", key.Name, key.Prefix, p.ShownName()),
		Role: p.Role, Scope: key.Scope, Reach: reached, Language: p.Language, PersonID: p.ID,
	}, nil
}

// Keys are the keys of a person, revoked ones too, the newest first.
func (a *Accounts) Keys(ctx context.Context, person string) ([]Key, error) {
	return readKeys(a.db.GORM(ctx).Where("person_id = ?", person))
}

// AllKeys are the keys of everybody, the newest first.
func (a *Accounts) AllKeys(ctx context.Context) ([]Key, error) { return readKeys(a.db.GORM(ctx)) }

func readKeys(g *gorm.DB) ([]Key, error) {
	var keys []Key
	if err := g.Order("created_at DESC, id DESC").Find(&keys).Error; err != nil {
		return nil, fmt.Errorf("read keys: %w", err)
	}
	return keys, nil
}

// RevokeKey makes a key of a person useless at once, and returns it. It gives
// models.ErrNotFound for one that the person does not have.
func (a *Accounts) RevokeKey(ctx context.Context, person, id string) (key Key, err error) {
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		if err := locked(g).Where("id = ? AND person_id = ?", id, person).Take(&key).Error; err != nil {
			return models.NotFound(err)
		}
		if key.RevokedAt.Known {
			return nil
		}
		key.RevokedAt = models.InstantAt(a.instant())
		return g.Model(&key).Update("revoked_at", key.RevokedAt).Error
	})
	if err != nil {
		return Key{}, fmt.Errorf("revoke key: %w", err)
	}
	return key, nil
}
