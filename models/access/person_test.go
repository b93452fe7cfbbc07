package access_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
)

func TestTheFirstAccountTurnsSignInOnAndIsAnOperators(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		if some, err := p.HasAccounts(ctx); some || err != nil {
			t.Errorf("accounts in an empty database: %v, %v", some, err)
		}
		_, err := p.AddPerson(ctx, access.NewPerson{Email: "a@example.com", Role: access.Owner, Reach: reach.All()})
		p.wantInput(err)
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

func TestAnEmailIsOneAccountHoweverItIsWritten(t *testing.T) {
	for typed, want := range map[string]string{
		" Ana@Example.COM\n":          "ana@example.com",
		"jose\u0301@example.com":      "josé@example.com",
		"JOSÉ@example.com":            "josé@example.com",
		"a+b.c@sub.example.com":       "a+b.c@sub.example.com",
		"root@localhost":              "root@localhost",
		"o'brien@example.com":         "o'brien@example.com",
		"":                            "",
		"ana":                         "",
		"@example.com":                "",
		"ana@":                        "",
		"ana@b@example.com":           "",
		"ana b@example.com":           "",
		"ana@example.com\r\nBcc: x@y": "",
		"<ana@example.com>":           "",
		"ana\u200b@example.com":       "",
		"ana\u202e@example.com":       "",
		"ana\x00@example.com":         "",
		"ana@example.com\xff":         "",
		"ana@.com":                    "",
		"ana@example.":                "",
		strings.Repeat("a", 243) + "@example.com": "",
		strings.Repeat("a", 242) + "@example.com": strings.Repeat("a", 242) + "@example.com",
	} {
		got, err := access.Email(typed)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
}

func TestAnEmailThatIsNormalStaysAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		once, err := access.Email(rapid.String().Draw(t, "local") + "@" + rapid.StringN(1, 20, -1).Draw(t, "domain"))
		if err != nil {
			return
		}
		if again, err := access.Email(once); err != nil || again != once {
			t.Errorf("%q became %q, %v", once, again, err)
		}
	})
}

func TestTwoAccountsNeverShareAnEmail(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		made, failed := atOnce(4, func(n int) error {
			_, err := p.AddPerson(ctx, access.NewPerson{Email: []string{"Ana@example.com", "ana@EXAMPLE.com"}[n%2], Role: access.Viewer, Reach: reach.All()})
			return err
		})
		if made != 1 {
			t.Errorf("%d accounts were made, want 1", made)
		}
		for _, err := range failed {
			p.wantErr(err, access.ErrEmailTaken)
		}
	})
}

func TestAnAccountIsWhatItCanBe(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		for what, n := range map[string]access.NewPerson{
			"no e-mail":       {Role: access.Owner, Reach: reach.All()},
			"no role":         {Email: "x@example.com", Reach: reach.All()},
			"another role":    {Email: "x@example.com", Role: "admin", Reach: reach.All()},
			"no reach":        {Email: "x@example.com", Role: access.Owner},
			"a long name":     {Email: "x@example.com", Role: access.Owner, Reach: reach.All(), Name: strings.Repeat("x", 201)},
			"a weak password": {Email: "x@example.com", Role: access.Owner, Reach: reach.All(), Password: "elevenchars"},
		} {
			if _, err := p.AddPerson(ctx, n); err == nil {
				t.Errorf("an account with %s was made", what)
			}
		}
		got, err := p.AddPerson(ctx, access.NewPerson{
			Email: "Ana@Example.com", Name: " Ana\u200b\x07 M. ", Role: access.Owner, Reach: reach.Of([]string{"Ana\u200b's"}, []string{" 12 "})})
		if err != nil {
			t.Fatal(err)
		}
		want := access.Person{ID: got.ID, Email: "ana@example.com", Name: "Ana M.", Role: access.Owner,
			Reach: reach.Of([]string{"Ana's"}, []string{"12"}), Source: access.Local, CreatedAt: got.CreatedAt}
		read := p.person(got.ID)
		for _, person := range []access.Person{got, read} {
			if diff := cmp.Diff(want, person, cmp.AllowUnexported(reach.Reach{})); diff != "" {
				t.Error(diff)
			}
		}
		op, err := p.AddPerson(ctx, access.NewPerson{Email: "o@example.com", Role: access.Operator, Reach: reach.Of([]string{"A"}, nil)})
		if err != nil || !op.Reach.IsAll() {
			t.Errorf("an operator reaches %s, %v", op.Reach, err)
		}
	})
}

func TestPeopleAreFoundByWhatIsTyped(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		for n, name := range []string{"José Núñez", "Bea", "Cem 100%", "Dora"} {
			if _, err := p.AddPerson(ctx, access.NewPerson{Email: fmt.Sprintf("p%d@example.com", n), Name: name, Role: access.Viewer, Reach: reach.All()}); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range []struct {
			filter access.PeopleFilter
			want   string
			total  int
		}{
			{access.PeopleFilter{}, "op p0 p1 p2 p3", 5},
			{access.PeopleFilter{Limit: 2}, "op p0", 5},
			{access.PeopleFilter{Offset: 4, Limit: 2}, "p3", 5},
			{access.PeopleFilter{Offset: 9, Limit: 2}, "", 5},
			{access.PeopleFilter{Text: "nunez JOSE"}, "p0", 1},
			{access.PeopleFilter{Text: "%"}, "p2", 1},
			{access.PeopleFilter{Text: "p3@"}, "p3", 1},
			{access.PeopleFilter{Text: "nobody"}, "", 0},
		} {
			page, total, err := p.People(ctx, c.filter)
			var got []string
			for _, person := range page {
				got = append(got, strings.TrimSuffix(person.Email, "@example.com"))
			}
			if strings.Join(got, " ") != c.want || total != c.total || err != nil {
				t.Errorf("%+v: %v of %d, %v; want %s of %d", c.filter, got, total, err, c.want, c.total)
			}
		}
		if got, err := p.PersonByEmail(ctx, "P1@example.com"); err != nil || got.Name != "Bea" {
			t.Errorf("p1 is %+v, %v", got, err)
		}
		for _, email := range []string{"nobody@example.com", "", "x"} {
			_, err := p.PersonByEmail(ctx, email)
			p.wantErr(err, models.ErrNotFound)
		}
	})
}

func TestAChangeHoldsAtOnce(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		in := p.signIn(ana.ID, "token")
		principal := func() access.Principal {
			t.Helper()
			got, err := p.PersonPrincipal(ctx, ana.ID, in.Session)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := principal(); got.Role != access.Owner || got.Reach.String() != `{"groups":["Ana's"]}` || got.Session != in.Session || got.Name != "ana@example.com" {
			t.Errorf("ana is %+v", got)
		}
		changed, err := p.ChangePerson(ctx, ana.ID, access.Change{Name: new("Ana"), Role: new(access.Viewer), Reach: new(reach.Of(nil, []string{"7"}))})
		if err != nil || changed.Name != "Ana" {
			t.Fatalf("%+v, %v", changed, err)
		}
		if got := principal(); got.Role != access.Viewer || got.Reach.String() != `{"stores":["7"]}` || got.Name != "Ana" {
			t.Errorf("ana is %+v", got)
		}
		// What is nil stays, and an operator reaches all.
		if changed, err = p.ChangePerson(ctx, ana.ID, access.Change{Role: new(access.Operator)}); err != nil || changed.Name != "Ana" || !changed.Reach.IsAll() {
			t.Errorf("%+v, %v", changed, err)
		}
		_, err = p.ChangePerson(ctx, ana.ID, access.Change{Role: new(access.Owner), Reach: &reach.Reach{}})
		p.wantInput(err)
		_, err = p.ChangePerson(ctx, "nobody", access.Change{})
		p.wantErr(err, models.ErrNotFound)
	})
}

func TestAlertsAreJudgedAgainWheneverSomebodyMayBeToldSomethingElse(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		asked := func() (token int64) {
			t.Helper()
			if err := p.db.View(ctx, func(tx *models.Tx) error {
				return tx.GORM(ctx).Raw("SELECT asked FROM alert_judgements").Scan(&token).Error
			}); err != nil {
				t.Fatal(err)
			}
			return token
		}
		claims := func(rights access.Rights) access.Claims {
			return access.Claims{Issuer: "https://id.example.com", Subject: "1", Email: ana.Email, EmailVerified: true, Name: "Ana", Rights: rights}
		}
		owns := func(groups ...string) *reach.Reach { return new(reach.Of(groups, nil)) }
		signIn := func(c access.Claims) error {
			_, err := p.FromOIDC(ctx, c)
			if errors.Is(err, access.ErrNoAccount) {
				err = nil
			}
			return err
		}
		change := func(c access.Change) error { _, err := p.ChangePerson(ctx, ana.ID, c); return err }
		for _, step := range []struct {
			what  string
			again bool
			do    func() error
		}{
			{"another name", false, func() error { return change(access.Change{Name: new("Ana")}) }},
			{"the same reach", false, func() error { return change(access.Change{Reach: owns("Ana's")}) }},
			{"another reach", true, func() error { return change(access.Change{Reach: owns("Ana's", "Ben's")}) }},
			{"another role", true, func() error { return change(access.Change{Role: new(access.Viewer)}) }},
			{"disabled", true, func() error { _, err := p.DisablePerson(ctx, ana.ID); return err }},
			{"disabled already", false, func() error { _, err := p.DisablePerson(ctx, ana.ID); return err }},
			{"enabled", true, func() error { _, err := p.EnablePerson(ctx, ana.ID); return err }},
			{"the rights of a provider", true, func() error { return signIn(claims(access.Rights{Role: access.Owner, Reach: *owns("Cy's")})) }},
			{"the same rights again", false, func() error { return signIn(claims(access.Rights{Role: access.Owner, Reach: *owns("Cy's")})) }},
			{"rights that a provider takes", true, func() error { return signIn(claims(access.Rights{})) }},
		} {
			before := asked()
			if err := step.do(); err != nil {
				t.Fatalf("%s: %v", step.what, err)
			}
			if again := asked() != before; again != step.again {
				t.Errorf("%s: judged again is %v, want %v", step.what, again, step.again)
			}
		}
	})
}

func TestADisabledPersonIsOutAtOnce(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		in := p.signIn(ana.ID, "token")
		token, _, err := p.ResetPassword(ctx, ana.ID, "op")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := p.DisablePerson(ctx, ana.ID); err != nil || !got.Disabled() {
			t.Fatalf("%+v, %v", got, err)
		}
		if p.alive("token") {
			t.Error("the session goes on")
		}
		_, err = p.PersonPrincipal(ctx, ana.ID, in.Session)
		p.wantErr(err, access.ErrSignIn)
		p.wantErr(p.try(ana.Email, password, ""), access.ErrSignIn)
		_, err = p.SignIn(ctx, access.SignIn{PersonID: ana.ID, How: access.ByPasskey})
		p.wantErr(err, access.ErrSignIn)
		_, err = p.UseInvitation(ctx, token, "another long password")
		p.wantErr(err, access.ErrInvitation)
		_, _, err = p.ResetPassword(ctx, ana.ID, "op")
		p.wantInput(err)

		if _, err := p.EnablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		p.wantErr(p.try(ana.Email, password, ""), nil)
		if p.alive("token") {
			t.Error("the old session came back")
		}
		_, err = p.UseInvitation(ctx, token, "another long password")
		p.wantErr(err, access.ErrInvitation)
	})
}

func TestTheLastOperatorStays(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		// None of these could run the place: an owner, one who is disabled, one who never
		// chose a password.
		p.add("ana@example.com", access.Owner, reach.All())
		disabled := p.add("d@example.com", access.Operator, reach.All())
		if _, err := p.DisablePerson(ctx, disabled.ID); err != nil {
			t.Fatal(err)
		}
		invited, err := p.AddPerson(ctx, access.NewPerson{Email: "i@example.com", Role: access.Operator})
		if err != nil {
			t.Fatal(err)
		}

		_, err = p.DisablePerson(ctx, op.ID)
		p.wantErr(err, access.ErrLastOperator)
		_, err = p.ChangePerson(ctx, op.ID, access.Change{Role: new(access.Owner), Reach: new(reach.All())})
		p.wantErr(err, access.ErrLastOperator)
		if got := p.person(op.ID); got.Disabled() || got.Role != access.Operator {
			t.Errorf("the last operator is %+v", got)
		}
		// Whoever cannot sign in can be disabled.
		if _, err := p.DisablePerson(ctx, invited.ID); err != nil {
			t.Error(err)
		}
		// With another one, the first may go.
		if _, err := p.EnablePerson(ctx, disabled.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := p.ChangePerson(ctx, op.ID, access.Change{Role: new(access.Owner), Reach: new(reach.All())}); err != nil {
			t.Error(err)
		}
		_, err = p.DisablePerson(ctx, disabled.ID)
		p.wantErr(err, access.ErrLastOperator)
	})
}

func TestTwoOperatorsWhoRemoveEachOtherAtOnceLeaveOne(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		for round := range 5 {
			var ids []string
			for n := range 4 {
				ids = append(ids, p.add(fmt.Sprintf("op%d-%d@example.com", round, n), access.Operator, reach.All()).ID)
			}
			removed, failed := atOnce(len(ids), func(n int) (err error) {
				if n%2 == 0 {
					_, err = p.DisablePerson(ctx, ids[n])
				} else {
					_, err = p.ChangePerson(ctx, ids[n], access.Change{Role: new(access.Viewer), Reach: new(reach.All())})
				}
				return err
			})
			// One of the round before is an operator still.
			want := len(ids)
			if round == 0 {
				want--
			}
			for _, err := range failed {
				p.wantErr(err, access.ErrLastOperator)
			}
			left, _, err := p.People(ctx, access.PeopleFilter{})
			operators := 0
			for _, person := range left {
				if person.Role == access.Operator && !person.Disabled() {
					operators++
				}
			}
			if err != nil || operators < 1 || removed > want {
				t.Fatalf("round %d: %d operators left, %d removed, %v", round, operators, removed, errors.Join(failed...))
			}
		}
	})
}

func TestAnOperatorWithOnlyPasskeysKeepsOne(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op, err := p.AddPerson(ctx, access.NewPerson{Email: "op@example.com", Role: access.Operator})
		if err != nil {
			t.Fatal(err)
		}
		key, codes, err := p.AddPasskey(ctx, op.ID, "", []byte("credential"), []byte("{}"))
		if err != nil || len(codes) != 10 || key.Name != "Passkey" {
			t.Fatalf("%+v, %d codes, %v", key, len(codes), err)
		}
		p.wantErr(p.RemovePasskey(ctx, op.ID, key.ID), access.ErrLastWayIn)
		_, err = p.RemoveFactors(ctx, op.ID)
		p.wantErr(err, access.ErrLastOperator)
		_, err = p.DisablePerson(ctx, op.ID)
		p.wantErr(err, access.ErrLastOperator)
		if got := p.person(op.ID); got.Passkeys != 1 || got.RecoveryCodes != 10 {
			t.Errorf("the operator is %+v", got)
		}
		p.wantErr(p.RemovePasskey(ctx, op.ID, "another"), models.ErrNotFound)
	})
}
