package access_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/modelstest"
	"lightson/models/reach"
)

var ctx = context.Background()

// A place is a database with accounts and a clock of its own.
type place struct {
	*access.Accounts
	t     *testing.T
	db    *models.DB
	clock *clock
}

// A clock stands still until it is put forward.
type clock struct{ at atomic.Int64 }

func (c *clock) Now() time.Time { return time.UnixMicro(c.at.Load()).UTC() }

// eachPlace runs body with a place on each kind of database.
func eachPlace(t *testing.T, body func(t *testing.T, p *place)) {
	t.Helper()
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		p := &place{t: t, db: db, clock: &clock{}}
		p.clock.at.Store(time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC).UnixMicro())
		p.Accounts = p.again(access.Options{})
		body(t, p)
	})
}

// again opens the accounts as another server does, by the same clock.
func (p *place) again(o access.Options) *access.Accounts {
	o.Now = p.clock.Now
	a := access.NewAccounts(p.db, o)
	p.t.Cleanup(func() {
		if err := a.Close(ctx); err != nil {
			p.t.Error(err)
		}
	})
	return a
}

func (p *place) wait(d time.Duration) { p.clock.at.Add(d.Microseconds()) }

const password = "correct horse battery"

// add makes a person with a password.
func (p *place) add(email string, role access.Role, r reach.Reach) access.Person {
	p.t.Helper()
	person, err := p.AddPerson(ctx, access.NewPerson{Email: email, Role: role, Reach: r, Password: password})
	if err != nil {
		p.t.Fatal(err)
	}
	return person
}

func (p *place) operator() access.Person {
	p.t.Helper()
	return p.add("op@example.com", access.Operator, reach.All())
}

// owner makes an owner, and an operator before who stays.
func (p *place) owner() access.Person {
	p.t.Helper()
	p.operator()
	return p.add("ana@example.com", access.Owner, reach.Of([]string{"Ana's"}, nil))
}

func (p *place) person(id string) access.Person {
	p.t.Helper()
	person, err := p.Person(ctx, id)
	if err != nil {
		p.t.Fatal(err)
	}
	return person
}

// signIn begins a session and commits its token.
func (p *place) signIn(person, token string) access.NewSession {
	p.t.Helper()
	in, err := p.SignIn(ctx, access.SignIn{PersonID: person, How: access.ByPasskey, Address: "192.0.2.7", Agent: "Browser"})
	if err == nil {
		err = p.commit(token, person, in.Session)
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return in
}

// commit writes a session as scs does.
func (p *place) commit(token, person, session string) error {
	values := map[string]any{}
	if person != "" {
		values = map[string]any{access.SessionPerson: person, access.SessionID: session}
	}
	data, err := access.SessionCodec{}.Encode(p.clock.Now().Add(time.Hour), values)
	if err != nil {
		return err
	}
	return p.SessionStore().CommitCtx(ctx, token, data, p.clock.Now().Add(30*24*time.Hour))
}

// alive reports whether a token has a session.
func (p *place) alive(token string) bool {
	p.t.Helper()
	_, found, err := p.SessionStore().FindCtx(ctx, token)
	if err != nil {
		p.t.Fatal(err)
	}
	return found
}

// try signs in by password and returns the error.
func (p *place) try(email, password, address string) error {
	_, err := p.CheckPassword(ctx, access.Try{Email: email, Password: password, Address: address})
	return err
}

func (p *place) wantErr(got, want error) {
	p.t.Helper()
	if !errors.Is(got, want) {
		p.t.Errorf("error %v, want %v", got, want)
	}
}

// wantInput wants an error for whoever entered something.
func (p *place) wantInput(got error) {
	p.t.Helper()
	var input access.InputError
	if !errors.As(got, &input) {
		p.t.Errorf("error %v, want an InputError", got)
	}
}

// tooMany is how long a try has to wait, 0 where it had not.
func tooMany(err error) time.Duration {
	var refused access.TooManyTries
	errors.As(err, &refused)
	return refused.RetryAfter
}

// atOnce calls work several times at the same moment and returns how many succeeded, and
// the errors of the others.
func atOnce(times int, work func(n int) error) (succeeded int, failed []error) {
	start, results := make(chan struct{}), make([]error, times)
	var all sync.WaitGroup
	for n := range times {
		all.Go(func() {
			<-start
			results[n] = work(n)
		})
	}
	close(start)
	all.Wait()
	for _, err := range results {
		if err == nil {
			succeeded++
		} else {
			failed = append(failed, err)
		}
	}
	return succeeded, failed
}

// exec runs a statement of SQL.
func (p *place) exec(statement string, args ...any) {
	p.t.Helper()
	if err := modelstest.Exec(p.db, statement, args...); err != nil {
		p.t.Fatal(err)
	}
}

// text reads one value.
func (p *place) text(query string, args ...any) (value string) {
	p.t.Helper()
	if err := p.db.GORM(ctx).Raw(query, args...).Row().Scan(&value); err != nil {
		p.t.Fatal(err)
	}
	return value
}

// contextEnded is a context that has ended.
func contextEnded() (context.Context, context.CancelFunc) {
	ended, end := context.WithCancel(ctx)
	end()
	return ended, end
}

// mustWait reports whether a try of a stranger would be refused now.
func (p *place) mustWait(email, address string) bool {
	p.t.Helper()
	refused, err := p.MustWait(ctx, email, address)
	if err != nil {
		p.t.Fatal(err)
	}
	return refused
}
