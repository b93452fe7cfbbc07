package access_test

import (
	"testing"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestAProxyNamesPeopleWhoHaveAccounts(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		none := access.Rights{}
		got, err := p.FromProxy(ctx, " ANA@example.com", none)
		if err != nil || got.Kind != access.IsPerson || got.PersonID != ana.ID || got.Role != access.Owner || got.Session != "" {
			t.Errorf("%+v, %v", got, err)
		}
		for _, email := range []string{"", "x", "new@example.com", "ana@example.com,op@example.com"} {
			_, err := p.FromProxy(ctx, email, none)
			p.wantErr(err, access.ErrNoAccount)
		}
		if _, err := p.DisablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		newcomers := access.Rights{Role: access.Viewer, Reach: reach.Of([]string{"Ben's"}, nil)}
		_, err = p.FromProxy(ctx, ana.Email, newcomers)
		p.wantErr(err, access.ErrNoAccount)

		made, failed := atOnce(4, func(int) error {
			_, err := p.FromProxy(ctx, "New@example.com", newcomers)
			return err
		})
		if made != 4 {
			t.Errorf("%d of 4 requests at once: %v", made, failed)
		}
		person, err := p.PersonByEmail(ctx, "new@example.com")
		if err != nil || person.Source != access.Proxy || person.Role != access.Viewer || person.Reach.String() != newcomers.Reach.String() {
			t.Errorf("%+v, %v", person, err)
		}
		// What an operator changes stays.
		if _, err := p.ChangePerson(ctx, person.ID, access.Change{Role: new(access.Owner)}); err != nil {
			t.Fatal(err)
		}
		if got, err := p.FromProxy(ctx, "new@example.com", newcomers); err != nil || got.Role != access.Owner {
			t.Errorf("%+v, %v", got, err)
		}
		_, _, err = p.ResetPassword(ctx, person.ID, "op")
		p.wantInput(err)
		p.wantErr(p.try(person.Email, "", ""), access.ErrSignIn)
		if err := p.FlushMarks(); err != nil || !p.person(person.ID).LastSignInAt.Known {
			t.Errorf("the visit is not recorded, %v", err)
		}
	})
}

func claims(subject, email string, role access.Role) access.Claims {
	return access.Claims{Issuer: "https://id.example.com", Subject: subject, Email: email, EmailVerified: true, Name: "Ana",
		Rights: access.Rights{Role: role, Reach: reach.Of([]string{"Ana's"}, nil)}}
}

func TestAProviderSaysWhoSomebodyIsAndMayEachTime(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		made, failed := atOnce(4, func(int) error {
			_, err := p.FromOIDC(ctx, claims("1", "Ana@example.com", access.Owner))
			return err
		})
		if made != 4 {
			t.Errorf("%d of 4 sign-ins at once: %v", made, failed)
		}
		ana, err := p.FromOIDC(ctx, claims("1", "ana@example.com", access.Viewer))
		if err != nil || ana.Role != access.Viewer || ana.Source != access.OIDC || ana.Name != "Ana" || ana.Email != "ana@example.com" {
			t.Errorf("%+v, %v", ana, err)
		}
		// She is her subject, whatever her e-mail is.
		if got, err := p.FromOIDC(ctx, claims("1", "ana.m@example.com", access.Operator)); err != nil || got.ID != ana.ID || got.Email != "ana.m@example.com" || !got.Reach.IsAll() {
			t.Errorf("%+v, %v", got, err)
		}
		unverified := claims("1", "x@example.com", access.Owner)
		unverified.EmailVerified = false
		if got, err := p.FromOIDC(ctx, unverified); err != nil || got.Email != "ana.m@example.com" || got.Role != access.Owner {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := p.FromOIDC(ctx, claims("1", "op@example.com", access.Owner)); err != nil || got.Email != "ana.m@example.com" {
			t.Errorf("%+v, %v", got, err)
		}
		if got, err := p.FromOIDC(ctx, claims("2", "ana@example.com", access.Owner)); err != nil || got.ID == ana.ID {
			t.Errorf("another subject: %+v, %v", got, err)
		}
		other := claims("1", "b@example.com", access.Owner)
		other.Issuer = "https://evil.example.com"
		if got, err := p.FromOIDC(ctx, other); err != nil || got.ID == ana.ID {
			t.Errorf("another issuer: %+v, %v", got, err)
		}
		// Whom no rule gives a role has none, and their sessions end.
		p.signIn(ana.ID, "token")
		_, err = p.FromOIDC(ctx, claims("1", "ana.m@example.com", ""))
		p.wantErr(err, access.ErrNoAccount)
		if p.alive("token") {
			t.Error("the session of somebody without a role goes on")
		}
		_, err = p.FromOIDC(ctx, claims("3", "new@example.com", ""))
		p.wantErr(err, access.ErrNoAccount)
		if _, err := p.DisablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		_, err = p.FromOIDC(ctx, claims("1", "ana.m@example.com", access.Owner))
		p.wantErr(err, access.ErrSignIn)
		for _, c := range []access.Claims{claims("", "e@example.com", access.Owner), {Subject: "1", Email: "e@example.com"}} {
			if _, err := p.FromOIDC(ctx, c); err == nil {
				t.Errorf("signed in by %+v", c)
			}
		}
		_, err = p.FromProxy(ctx, "ana@example.com", access.Rights{})
		p.wantErr(err, access.ErrNoAccount) // subject 2 may have chosen that e-mail
	})
}

func TestNobodyTakesOverAnAccountByAnEmailThatIsNotVerified(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		ana := p.add("ana@example.com", access.Owner, reach.All())
		forged := claims("666", "OP@example.com", access.Viewer)
		forged.EmailVerified = false
		_, err := p.FromOIDC(ctx, forged)
		p.wantErr(err, access.ErrEmailTaken)
		if got := p.person(op.ID); got.Role != access.Operator || got.Name != "" {
			t.Errorf("the operator is %+v", got)
		}
		// A verified one is the account's person, once.
		got, err := p.FromOIDC(ctx, claims("1", "ana@example.com", access.Viewer))
		if err != nil || got.ID != ana.ID || got.Role != access.Viewer {
			t.Errorf("%+v, %v", got, err)
		}
		_, err = p.FromOIDC(ctx, claims("2", "ana@example.com", access.Operator))
		p.wantErr(err, access.ErrEmailTaken)
		p.wantErr(p.try("ana@example.com", password, ""), nil)
		disabled := p.add("d@example.com", access.Owner, reach.All())
		if _, err := p.DisablePerson(ctx, disabled.ID); err != nil {
			t.Fatal(err)
		}
		_, err = p.FromOIDC(ctx, claims("3", "d@example.com", access.Owner))
		p.wantErr(err, access.ErrSignIn)
		// Nor does a provider take the place its last operator.
		_, err = p.FromOIDC(ctx, claims("4", "op@example.com", access.Viewer))
		p.wantErr(err, access.ErrLastOperator)
		if p.person(op.ID).Role != access.Operator || p.text("SELECT count(*) FROM people WHERE subject LIKE '%4'") != "0" {
			t.Errorf("the operator is %+v", p.person(op.ID))
		}
	})
}

func TestAProviderTakesWhatItGave(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		local := p.owner() // an account from before, with a password
		made, err := p.FromOIDC(ctx, claims("2", "new@example.com", access.Operator))
		if err != nil {
			t.Fatal(err)
		}
		for subject, person := range map[string]access.Person{"1": local, "2": made} {
			got, err := p.FromOIDC(ctx, claims(subject, person.Email, access.Operator))
			if err != nil || got.ID != person.ID || got.Role != access.Operator {
				t.Fatalf("%+v, %v", got, err)
			}
			secret, _ := p.key(person.ID, access.AdminScope, reach.All())
			_, err = p.FromOIDC(ctx, claims(subject, person.Email, ""))
			p.wantErr(err, access.ErrNoAccount)
			if got := p.person(person.ID); got.Role != access.Viewer || !got.Reach.Empty() {
				t.Errorf("%s is still %+v", person.Source, got)
			}
			key, err := p.KeyPrincipal(ctx, secret)
			if err != nil || key.May(access.ReadAudit) || !key.Reach.Empty() {
				t.Errorf("the key of %s is still worth %+v, %v", person.Source, key, err)
			}
		}
	})
}
