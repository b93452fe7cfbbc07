package access_test

import (
	"errors"
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestTheFirstAccountTurnsSignInOnAndIsAnOperators(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ctx := t.Context()
		if some, err := p.HasAccounts(ctx); some || err != nil {
			t.Errorf("accounts in an empty database: %v, %v", some, err)
		}
		var input access.InputError
		if _, err := p.AddPerson(ctx, access.NewPerson{Email: "a@example.com", Role: access.Owner, Reach: reach.All()}); !errors.As(err, &input) {
			t.Errorf("an owner was the first: %v", err)
		}
		op := p.operator()
		if some, err := p.HasAccounts(ctx); !some || err != nil {
			t.Errorf("no accounts after the first: %v, %v", some, err)
		}
		got, err := p.CheckPassword(ctx, access.Try{Email: " OP@example.com ", Password: password, Address: "192.0.2.1"})
		if err != nil || got.ID != op.ID {
			t.Errorf("signed in as %+v, %v", got, err)
		}
	})
}
