package access

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Person has an account.
type Person struct {
	ID           string
	Email        string // normalized, see Email
	Name         string // may be empty, see ShownName
	Role         Role
	Reach        reach.Reach // of operators all
	Source       Source
	Language     words.Language // in which they are written to; empty = not known
	CreatedAt    uptime.Instant
	DisabledAt   models.OptionalInstant
	LastSignInAt models.OptionalInstant

	HasPassword   bool
	HasTOTP       bool
	TOTPSince     models.OptionalInstant
	Passkeys      int
	RecoveryCodes int  // those that are not used yet
	Invited       bool // an invitation or a reset can still be used
}

// Source says who vouches for a person. Its text is stored.
type Source string

// The sources of people.
const (
	Local Source = "local" // an operator of this server
	OIDC  Source = "oidc"  // an OpenID provider
	Proxy Source = "proxy" // a trusted proxy
)

// Disabled reports whether the person is kept out.
func (p Person) Disabled() bool { return p.DisabledAt.Known }

// NeedsFactor reports whether the password alone is not enough to sign in.
func (p Person) NeedsFactor() bool { return p.HasTOTP || p.Passkeys > 0 }

// ShownName is the name, or the e-mail where there is none.
func (p Person) ShownName() string {
	if p.Name == "" {
		return p.Email
	}
	return p.Name
}

// Principal is the person as somebody who acts, in a session or without one.
func (p Person) Principal(session string) Principal {
	return Principal{Kind: IsPerson, ID: p.ID, Name: p.ShownName(), Role: p.Role, Reach: p.Reach, Language: p.Language, PersonID: p.ID, Session: session}
}

// personRow is a row of the table people.
type personRow struct {
	ID              string
	Email           string
	Name            string
	Role            Role
	Reach           reach.Reach
	PasswordHash    string
	Source          Source
	Language        words.Language
	Subject         *string
	TOTPSecret      string                 `gorm:"column:totp_secret"`
	TOTPPending     string                 `gorm:"column:totp_pending"`
	TOTPConfirmedAt models.OptionalInstant `gorm:"column:totp_confirmed_at"`
	TOTPLastStep    int64                  `gorm:"column:totp_last_step"`
	DisabledAt      models.OptionalInstant
	CreatedAt       uptime.Instant
	LastSignInAt    models.OptionalInstant
}

// TableName implements GORM's Tabler.
func (personRow) TableName() string { return "people" }

// person is the row without what is counted in other tables.
func (r personRow) person() Person {
	return Person{
		ID: r.ID, Email: r.Email, Name: r.Name, Role: r.Role, Reach: reachOf(r.Role, r.Reach), Source: r.Source, Language: r.Language,
		CreatedAt: r.CreatedAt, DisabledAt: r.DisabledAt, LastSignInAt: r.LastSignInAt,
		HasPassword: r.PasswordHash != "", HasTOTP: r.TOTPSecret != "", TOTPSince: r.TOTPConfirmedAt,
	}
}

// reachOf is what somebody of a role reaches of what they were given: operators reach all.
func reachOf(role Role, given reach.Reach) reach.Reach {
	if role == Operator {
		return reach.All()
	}
	return given
}

// countedPerson is a person with what other tables have of them.
type countedPerson struct {
	Row           personRow `gorm:"embedded"`
	Passkeys      int
	RecoveryCodes int
	Invitations   int
}

// countedPeople finds people with what other tables have of them.
func countedPeople(g *gorm.DB, now uptime.Instant) *gorm.DB {
	return g.Model(&personRow{}).Select(`people.*,
		(SELECT count(*) FROM passkeys WHERE person_id = people.id) AS passkeys,
		(SELECT count(*) FROM recovery_codes WHERE person_id = people.id AND used_at IS NULL) AS recovery_codes,
		(SELECT count(*) FROM invitations WHERE person_id = people.id AND used_at IS NULL AND expires_at > ?) AS invitations`, now)
}

func (c countedPerson) person() Person {
	p := c.Row.person()
	p.Passkeys, p.RecoveryCodes, p.Invited = c.Passkeys, c.RecoveryCodes, c.Invitations > 0 && !p.Disabled()
	return p
}

// Person finds a person, or gives models.ErrNotFound.
func (a *Accounts) Person(ctx context.Context, id string) (Person, error) {
	return a.personWhere(a.db.GORM(ctx), "people.id = ?", id)
}

// PersonByEmail finds the person of an e-mail, however it is written.
func (a *Accounts) PersonByEmail(ctx context.Context, email string) (Person, error) {
	normal, err := Email(email)
	if err != nil {
		return Person{}, models.ErrNotFound
	}
	return a.personWhere(a.db.GORM(ctx), "people.email = ?", normal)
}

func (a *Accounts) personWhere(g *gorm.DB, condition string, value any) (Person, error) {
	var found countedPerson
	if err := countedPeople(g, a.instant()).Where(condition, value).Take(&found).Error; err != nil {
		return Person{}, fmt.Errorf("read person: %w", models.NotFound(err))
	}
	return found.person(), nil
}

// A PeopleFilter says which people are asked for.
type PeopleFilter struct {
	Text   string // words of the name or the e-mail
	Offset int
	Limit  int // 0 = all
}

// People are the people that a filter finds, by e-mail, and how many there are on all
// pages. There are as many as a chain has owners, so they are searched here as stores
// are: without regard to case and accents.
func (a *Accounts) People(ctx context.Context, f PeopleFilter) (page []Person, total int, err error) {
	var rows []countedPerson
	if err := countedPeople(a.db.GORM(ctx), a.instant()).Order("email").Find(&rows).Error; err != nil {
		return nil, 0, fmt.Errorf("read people: %w", err)
	}
	search := names.NewSearch(f.Text)
	rows = slices.DeleteFunc(rows, func(r countedPerson) bool { return !search.Finds(names.Fold(r.Row.Name + " " + r.Row.Email)) })
	total = len(rows)
	rows = rows[min(max(f.Offset, 0), total):]
	if f.Limit > 0 {
		rows = rows[:min(f.Limit, len(rows))]
	}
	page = make([]Person, len(rows))
	for n, r := range rows {
		page[n] = r.person()
	}
	return page, total, nil
}

// HasAccounts reports whether there is any account, disabled ones included. From the
// first one on, everybody has to sign in.
func (a *Accounts) HasAccounts(ctx context.Context) (bool, error) {
	if a.some.Load() {
		return true, nil
	}
	var one []string
	if err := a.db.GORM(ctx).Model(&personRow{}).Limit(1).Pluck("id", &one).Error; err != nil {
		return false, fmt.Errorf("look for accounts: %w", err)
	}
	if len(one) > 0 {
		a.some.Store(true)
	}
	return len(one) > 0, nil
}

// changePerson changes a row of people in a transaction that has locked it. Nothing else
// changes what somebody who has an account may be told, so it has alerts judged again for it.
func (a *Accounts) changePerson(ctx context.Context, id string, change func(g *gorm.DB, row *personRow) error) (Person, error) {
	var changed Person
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		row, err := lockPerson(g, id)
		if err != nil {
			return err
		}
		before := row
		if err := change(g, &row); err != nil {
			return err
		}
		if err := g.Model(&row).Select("*").Updates(&row).Error; err != nil {
			return err
		}
		if !row.isToldLike(before) {
			if err := alerts.JudgeAgain(ctx, tx); err != nil {
				return err
			}
		}
		changed, err = a.personWhere(g, "people.id = ?", id)
		return err
	})
	if err != nil {
		return Person{}, changeFault(err)
	}
	return changed, nil
}

// isToldLike reports whether somebody may be told the same as before.
func (r personRow) isToldLike(before personRow) bool {
	return r.Role == before.Role && r.Reach.String() == before.Reach.String() && r.DisabledAt.Known == before.DisabledAt.Known
}

// changeFault names the kinds of failed writes that people cause.
func changeFault(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return ErrEmailTaken
	}
	return err
}

// lockPerson reads a person and keeps others from changing it until the transaction
// ends. Operators are locked together and in one order, because the last of them stays.
func lockPerson(g *gorm.DB, id string) (row personRow, err error) {
	var ids []string
	if err := locked(g).Model(&personRow{}).Where("id = ? OR role = ?", id, Operator).Order("id").Pluck("id", &ids).Error; err != nil {
		return row, fmt.Errorf("lock person: %w", err)
	}
	if err := g.Where("id = ?", id).Take(&row).Error; err != nil {
		return row, fmt.Errorf("read person: %w", models.NotFound(err))
	}
	return row, nil
}

// keepOperator gives ErrLastOperator where nobody but this operator could sign in as
// one. The caller has locked the operators and is about to take that from them.
func keepOperator(g *gorm.DB, row personRow) error {
	var able []string
	err := g.Model(&personRow{}).Where(`role = ? AND disabled_at IS NULL
		AND (password_hash <> '' OR source <> ? OR EXISTS (SELECT 1 FROM passkeys WHERE person_id = people.id))`, Operator, Local).Pluck("id", &able).Error
	if err != nil {
		return fmt.Errorf("look for operators: %w", err)
	}
	if len(able) == 1 && able[0] == row.ID {
		return ErrLastOperator
	}
	return nil
}

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
