package access_test

import (
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

// A place is a database with accounts and a clock of its own.
type place struct {
	t   *testing.T
	db  *models.DB
	now time.Time
	*access.Accounts
}

// eachPlace runs body with a place on each kind of database.
func eachPlace(t *testing.T, body func(t *testing.T, p *place)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		p := &place{t: t, db: db, now: time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}
		p.Accounts = p.again(access.Options{})
		body(t, p)
	})
}

// again opens the accounts as another server does, by the same clock.
func (p *place) again(o access.Options) *access.Accounts {
	o.Now = func() time.Time { return p.now }
	a := access.NewAccounts(p.db, o)
	p.t.Cleanup(func() {
		if err := a.Close(p.t.Context()); err != nil && p.t.Context().Err() == nil {
			p.t.Error(err)
		}
	})
	return a
}

func (p *place) wait(d time.Duration) { p.now = p.now.Add(d) }

const password = "correct horse battery"

// add makes a person with a password.
func (p *place) add(email string, role access.Role, r reach.Reach) access.Person {
	p.t.Helper()
	person, err := p.AddPerson(p.t.Context(), access.NewPerson{Email: email, Role: role, Reach: r, Password: password})
	if err != nil {
		p.t.Fatal(err)
	}
	return person
}

func (p *place) operator() access.Person {
	p.t.Helper()
	return p.add("op@example.com", access.Operator, reach.All())
}
