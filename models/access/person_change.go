package access

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/reach"
	"lightson/models/words"
)

// A NewPerson is who gets an account.
type NewPerson struct {
	Email    string
	Name     string
	Role     Role
	Reach    reach.Reach // operators have all, whatever it says
	Password string      // empty for whoever is invited to choose one
}

// AddPerson makes a local account. The first account of a place is an operator's: it
// turns sign-in on, and somebody must be able to run the place then.
func (a *Accounts) AddPerson(ctx context.Context, n NewPerson) (Person, error) {
	if err := mustAppoint(ctx, n.Role); err != nil {
		return Person{}, err
	}
	row, err := newPersonRow(n)
	if err != nil {
		return Person{}, err
	}
	if n.Password != "" {
		if err := checkNewPassword(n.Password, row); err != nil {
			return Person{}, err
		}
		if row.PasswordHash, err = a.hashPassword(ctx, n.Password); err != nil {
			return Person{}, err
		}
	}
	row.CreatedAt = a.instant()
	err = a.db.Update(ctx, func(tx *models.Tx) error {
		g := tx.GORM(ctx)
		var count int64
		if err := g.Model(&personRow{}).Count(&count).Error; err != nil {
			return err
		}
		if count == 0 && row.Role != Operator {
			return WrongInput("Role", "the first account must be an operator, not {role}", "role", string(row.Role))
		}
		return g.Create(&row).Error
	})
	if err != nil {
		return Person{}, fmt.Errorf("add person: %w", changeFault(err))
	}
	return row.person(), nil
}

func newPersonRow(n NewPerson) (personRow, error) {
	row := personRow{ID: models.NewID(), Role: n.Role, Source: Local}
	var err error
	if row.Email, err = Email(n.Email); err != nil {
		return row, err
	}
	if row.Name, err = personName(n.Name); err != nil {
		return row, err
	}
	if err := checkRole(n.Role); err != nil {
		return row, err
	}
	row.Reach, err = personReach(n.Role, n.Reach)
	return row, err
}

func checkRole(role Role) error {
	if !slices.Contains(Roles, role) {
		return WrongInput("Role", "choose operator, owner or viewer, not {found}", "found", strconv.Quote(short(string(role), 40)))
	}
	return nil
}

const maxName = 200 // bytes

// personName is a name as it is shown.
func personName(typed string) (string, error) {
	name := strings.TrimSpace(names.Visible(typed))
	if len(name) > maxName {
		return "", WrongInput("Name", "use at most {most} bytes; this has {found}", "most", maxName, "found", len(name))
	}
	return short(name, maxName), nil
}

// mostReached bounds the groups and stores of one reach.
const mostReached = 10_000

// personReach is the reach that a person of a role can have.
func personReach(role Role, given reach.Reach) (reach.Reach, error) {
	if role == Operator {
		return reach.All(), nil
	}
	cleaned, err := cleanReach(given)
	if err == nil && cleaned.Empty() {
		err = WrongInput("Reach", "choose all stores, or at least one group or store")
	}
	return cleaned, err
}

// cleanReach is a reach in which groups are as they are shown and stores as feeds name them.
func cleanReach(given reach.Reach) (reach.Reach, error) {
	if given.IsAll() {
		return given, nil
	}
	if n := len(given.Groups()) + len(given.Stores()); n > mostReached {
		return given, WrongInput("Reach", "choose at most {most} groups and stores; these are {found}", "most", mostReached, "found", n)
	}
	clean := func(list []string, as func(string) string) []string {
		list = slices.Clone(list)
		for n, text := range list {
			list[n] = as(text)
		}
		return list
	}
	return reach.Of(clean(given.Groups(), names.Visible), clean(given.Stores(), strings.TrimSpace)), nil
}

// A Change says what becomes different about a person; nil stays.
type Change struct {
	Name  *string
	Role  *Role
	Reach *reach.Reach
}

// ChangePerson changes what a person is called, is and reaches. It holds from their next
// request on, also for their keys and links.
func (a *Accounts) ChangePerson(ctx context.Context, id string, c Change) (Person, error) {
	return a.changePerson(ctx, id, func(g *gorm.DB, row *personRow) (err error) {
		if c.Name != nil {
			if row.Name, err = personName(*c.Name); err != nil {
				return err
			}
		}
		if c.Role == nil && c.Reach == nil {
			return nil
		}
		role, reached := row.Role, row.Reach
		if c.Role != nil {
			if role = *c.Role; role != row.Role {
				if err := mustAppoint(ctx, role); err != nil {
					return err
				}
			}
		}
		if c.Reach != nil {
			reached = *c.Reach
		}
		return setRole(g, row, role, reached)
	})
}

// setRole is giveRights for what somebody typed.
func setRole(g *gorm.DB, row *personRow, role Role, reached reach.Reach) (err error) {
	if err := checkRole(role); err != nil {
		return err
	}
	if err := giveRights(g, row, Rights{role, reached}); err != nil {
		return err
	}
	row.Reach, err = personReach(role, reached)
	return err
}

// DisablePerson keeps a person out: their sessions end at once, their keys and links
// stop, their invitations are void.
func (a *Accounts) DisablePerson(ctx context.Context, id string) (Person, error) {
	return a.changePerson(ctx, id, func(g *gorm.DB, row *personRow) error {
		if row.DisabledAt.Known {
			return nil
		}
		if row.Role == Operator {
			if err := keepOperator(g, *row); err != nil {
				return err
			}
		}
		row.DisabledAt = models.InstantAt(a.instant())
		if err := voidInvitations(g, id, a.instant()); err != nil {
			return err
		}
		return endSessions(g, id, "")
	})
}

// EnablePerson lets a person in again, with the password, factors and keys of before.
func (a *Accounts) EnablePerson(ctx context.Context, id string) (Person, error) {
	return a.changePerson(ctx, id, func(_ *gorm.DB, row *personRow) error {
		if err := mustAppoint(ctx, row.Role); err != nil {
			return err
		}
		row.DisabledAt = models.OptionalInstant{}
		return nil
	})
}

// ChooseLanguage remembers the language that a person chose.
func (a *Accounts) ChooseLanguage(ctx context.Context, person string, l words.Language) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error {
		return tx.GORM(ctx).Model(&personRow{}).Where("id = ? AND language <> ?", person, l).Update("language", l).Error
	})
	if err != nil {
		return fmt.Errorf("choose language: %w", err)
	}
	return nil
}

// LearnLanguage remembers the language that a person's browser wants, where none is known.
func (a *Accounts) LearnLanguage(ctx context.Context, person string, wanted words.Language) error {
	err := a.db.Update(ctx, func(tx *models.Tx) error { return learnLanguage(tx.GORM(ctx), person, wanted) })
	if err != nil {
		return fmt.Errorf("learn language: %w", err)
	}
	return nil
}

// learnLanguage does so in a transaction. What was chosen or learnt before stays: other
// browsers of the same person may want another one.
func learnLanguage(g *gorm.DB, person string, wanted words.Language) error {
	return g.Model(&personRow{}).Where("id = ? AND language = ''", person).Update("language", wanted).Error
}
