package access_test

import (
	"testing"
	"time"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/reach"
)

func TestAnInvitationIsUsedOnce(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		ana, err := p.AddPerson(ctx, access.NewPerson{Email: "ana@example.com", Role: access.Owner, Reach: reach.All()})
		if err != nil {
			t.Fatal(err)
		}
		token, expires, err := p.Invite(ctx, ana.ID, "op@example.com")
		if err != nil || len(token) != 43 || expires.Time().Sub(p.clock.Now()) != 7*24*time.Hour {
			t.Fatalf("token of %d characters until %s, %v", len(token), expires.Time(), err)
		}
		if !p.person(ana.ID).Invited {
			t.Error("ana is not shown as invited")
		}
		if p.text("SELECT count(*) FROM invitations WHERE hash LIKE ?", "%"+token+"%") != "0" {
			t.Error("the token can be read from the table")
		}
		got, err := p.Invitation(ctx, token)
		if err != nil || got.Person.ID != ana.ID || got.Kind != access.FirstPassword {
			t.Errorf("%+v, %v", got, err)
		}
		_, err = p.UseInvitation(ctx, token, "short")
		p.wantInput(err) // and can be used again
		_, err = p.UseInvitation(ctx, token, "ana@example.com")
		p.wantInput(err)
		used, failed := atOnce(4, func(n int) error {
			_, err := p.UseInvitation(ctx, token, []string{"first long password", "second long password"}[n%2])
			return err
		})
		if used != 1 {
			t.Errorf("used %d times at once", used)
		}
		for _, err := range failed {
			p.wantErr(err, access.ErrInvitation)
		}
		one, two := p.try(ana.Email, "first long password", ""), p.try(ana.Email, "second long password", "")
		if (one == nil) == (two == nil) {
			t.Errorf("passwords: %v, %v", one, two)
		}
		if got := p.person(ana.ID); got.Invited || !got.HasPassword {
			t.Errorf("ana is %+v", got)
		}
		_, _, err = p.Invite(ctx, ana.ID, "op")
		p.wantInput(err) // has a password
		_, _, err = p.Invite(ctx, "nobody", "op")
		p.wantErr(err, models.ErrNotFound)
	})
}

func TestLinksThatCannotBeUsedAnswerAlike(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		link := func() string {
			t.Helper()
			token, expires, err := p.ResetPassword(ctx, ana.ID, "op")
			if err != nil || expires.Time().Sub(p.clock.Now()) != 24*time.Hour {
				t.Fatal(expires, err)
			}
			return token
		}
		void := link()
		used := link()
		if _, err := p.UseInvitation(ctx, used, "another long password"); err != nil {
			t.Fatal(err)
		}
		expired := link()
		p.wait(24 * time.Hour)
		for name, token := range map[string]string{"void": void, "used": used, "expired": expired, "unknown": "x", "empty": ""} {
			_, err := p.Invitation(ctx, token)
			_, use := p.UseInvitation(ctx, token, "a third long password")
			for _, err := range []error{err, use} {
				if err == nil || err.Error() != access.ErrInvitation.Error() {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		p.wantErr(p.try(ana.Email, "another long password", ""), nil)
	})
}

func TestAResetEndsSessionsAndKeepsFactors(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		p.signIn(ana.ID, "stolen")
		if _, _, err := p.AddPasskey(ctx, ana.ID, "Phone", []byte("credential"), []byte("{}")); err != nil {
			t.Fatal(err)
		}
		token, _, err := p.ResetPassword(ctx, ana.ID, "op")
		if err != nil {
			t.Fatal(err)
		}
		if !p.alive("stolen") {
			t.Error("whoever asks for a reset ends the sessions of others")
		}
		p.wantErr(p.try(ana.Email, password, ""), nil) // as long as nobody has used it
		if _, err := p.UseInvitation(ctx, token, "another long password"); err != nil {
			t.Fatal(err)
		}
		if p.alive("stolen") {
			t.Error("a session goes on after the reset")
		}
		_, err = p.SignIn(ctx, access.SignIn{PersonID: ana.ID, How: access.ByPassword})
		p.wantErr(err, access.ErrNeedsFactor)
		if err := p.Prune(ctx); err != nil || p.text("SELECT count(*) FROM invitations") != "1" {
			t.Errorf("the used link is gone, %v", err)
		}
		p.wait(100 * 24 * time.Hour)
		if err := p.Prune(ctx); err != nil || p.text("SELECT count(*) FROM invitations") != "0" {
			t.Errorf("the old link is left, %v", err)
		}
	})
}

func TestOnlyOneOfTwoLinksMadeAtOnceCanBeUsed(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		tokens := make([]string, 4)
		if made, failed := atOnce(len(tokens), func(n int) (err error) {
			tokens[n], _, err = p.ResetPassword(ctx, ana.ID, "op")
			return err
		}); made != len(tokens) {
			t.Fatal(failed)
		}
		open := 0
		for _, token := range tokens {
			if _, err := p.Invitation(ctx, token); err == nil {
				open++
			}
		}
		if open != 1 {
			t.Errorf("%d links can be used, want 1", open)
		}
	})
}
