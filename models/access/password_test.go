package access_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/alexedwards/argon2id"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestAPasswordCostsWhatOWASPAsksFor(t *testing.T) {
	hash, err := argon2id.CreateHash(password, &access.RealHashing)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("the hash is %s", hash)
	}
	if same, err := argon2id.ComparePasswordAndHash(password, hash); !same || err != nil {
		t.Errorf("%v, %v", same, err)
	}
}

func TestAPasswordIsNeitherShortNorGuessedFromTheAccount(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op, err := p.AddPerson(ctx, access.NewPerson{Email: "operator@example.com", Name: "Ana Maria Operator", Role: access.Operator, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		for _, weak := range []string{"", "elevenchars", "ééééééééééé", "OPERATOR@example.com", " operator@example.com ", "ana maria operator", "aaaaaaaaaaaaaaaa", strings.Repeat("ab", 513)} {
			p.wantInput(p.SetPassword(ctx, op.ID, weak, ""))
		}
		for _, strong := range []string{"twelve chars", "ééééèèèèéééé", strings.Repeat("ab", 512), "  blanks stay  "} {
			if err := p.SetPassword(ctx, op.ID, strong, ""); err != nil {
				t.Errorf("%d bytes: %v", len(strong), err)
			}
			p.wantErr(p.try(op.Email, strong, ""), nil)
			p.wantErr(p.try(op.Email, strings.TrimSpace(strong)+"x", ""), access.ErrSignIn)
		}
		p.wantErr(p.try(op.Email, strings.TrimSpace("  blanks stay  "), ""), access.ErrSignIn)
	})
}

func TestEveryFailureToSignInAnswersAlikeAfterTheSameWork(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		disabled := p.add("disabled@example.com", access.Owner, reach.All())
		if _, err := p.DisablePerson(ctx, disabled.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := p.AddPerson(ctx, access.NewPerson{Email: "invited@example.com", Role: access.Owner, Reach: reach.All()}); err != nil {
			t.Fatal(err)
		}
		work := access.WatchHashing(p.Accounts)
		for _, try := range []access.Try{
			{Email: "op@example.com", Password: "not the password"},
			{Email: "nobody@example.com", Password: password},
			{Email: "disabled@example.com", Password: password},
			{Email: "invited@example.com", Password: password},
			{Email: "invited@example.com", Password: ""},
			{Email: "", Password: password},
			{Email: "not an address", Password: password},
			{Email: strings.Repeat("x", 10_000), Password: password},
			{Email: "op@example.com", Password: strings.Repeat("x", 1_000_000)},
			{Email: "op@example.com", Password: password + "\x00"},
		} {
			try.Address = "192.0.2.1"
			before := work()
			got, err := p.CheckPassword(ctx, try)
			if !errors.Is(err, access.ErrSignIn) || err.Error() != access.ErrSignIn.Error() || got.ID != "" {
				t.Errorf("%.40q: %+v, %v", try.Email, got, err)
			}
			if did := work() - before; did != 1 {
				t.Errorf("%.40q: %d hashes of today's work, want 1", try.Email, did)
			}
		}
	})
}

func TestPasswordsAreHashedAFewAtATime(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		free := access.TakeAllTurns(p.Accounts)
		stopped, stop := context.WithCancel(ctx)
		stop()
		_, err := p.CheckPassword(stopped, access.Try{Email: "op@example.com", Password: password})
		p.wantErr(err, context.Canceled)
		free()
		p.wantErr(p.try("op@example.com", password, ""), nil)
	})
}

func TestAPasswordOfEarlierParametersIsHashedAnew(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		old, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 32, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
		if err != nil {
			t.Fatal(err)
		}
		p.exec("UPDATE people SET password_hash = ? WHERE id = ?", old, op.ID)
		p.wantErr(p.try(op.Email, "not the password", ""), access.ErrSignIn)
		if got := p.text("SELECT password_hash FROM people WHERE id = ?", op.ID); got != old {
			t.Error("a wrong password was hashed anew")
		}
		p.wantErr(p.try(op.Email, password, ""), nil)
		if got := p.text("SELECT password_hash FROM people WHERE id = ?", op.ID); !strings.HasPrefix(got, "$argon2id$v=19$m=64,") {
			t.Errorf("the hash is %s", got)
		}
		p.wantErr(p.try(op.Email, password, ""), nil)
	})
}

func TestANewPasswordEndsAllOtherSessions(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		here := p.signIn(ana.ID, "here")
		p.signIn(ana.ID, "there")
		link, _, err := p.ResetPassword(ctx, ana.ID, "op")
		if err != nil {
			t.Fatal(err)
		}
		p.wantErr(p.ChangePassword(ctx, ana.ID, "not the old one", "another long password", here.Session), access.ErrSignIn)
		p.wantInput(p.ChangePassword(ctx, ana.ID, password, "short", here.Session))
		if !p.alive("there") {
			t.Error("a refused change ended a session")
		}
		p.wantErr(p.ChangePassword(ctx, ana.ID, password, "another long password", here.Session), nil)
		if !p.alive("here") || p.alive("there") {
			t.Errorf("here %v, there %v; want only here", p.alive("here"), p.alive("there"))
		}
		if _, err := p.Invitation(ctx, link); !errors.Is(err, access.ErrInvitation) {
			t.Errorf("the link of before: %v", err)
		}
		p.wantErr(p.try(ana.Email, password, ""), access.ErrSignIn)
		p.wantErr(p.try(ana.Email, "another long password", ""), nil)
		// Who is signed in cannot guess the old password either.
		for range 5 {
			p.wantErr(p.ChangePassword(ctx, ana.ID, "not the old one", "a third long password", ""), access.ErrSignIn)
		}
		if tooMany(p.ChangePassword(ctx, ana.ID, "another long password", "a third long password", "")) == 0 {
			t.Error("the old password can be guessed without end")
		}
	})
}
