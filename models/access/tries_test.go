package access_test

import (
	"fmt"
	"testing"
	"time"

	"lightson/models/access"
	"lightson/models/reach"
)

func TestGuessesAtAnAccountAreSlowFromEverywhereAndWhetherItExistsOrNot(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		others := p.again(access.Options{}) // another server
		for _, email := range []string{"nobody@example.com", "op@example.com"} {
			var waits []time.Duration
			for n := range 14 {
				server := p.Accounts
				if n%2 == 1 {
					server = others
				}
				try := access.Try{Email: []string{email, " " + email}[n%2], Password: "guess", Address: fmt.Sprintf("192.0.2.%d", n)}
				_, err := server.CheckPassword(ctx, try)
				wait := tooMany(err)
				if wait > 0 {
					waits = append(waits, wait)
					p.wait(wait - time.Millisecond)
					if _, err := server.CheckPassword(ctx, try); tooMany(err) == 0 {
						t.Errorf("%s: a try before its time was made: %v", email, err)
					}
					p.wait(time.Millisecond)
					_, err = server.CheckPassword(ctx, try)
				}
				p.wantErr(err, access.ErrSignIn)
			}
			if got, want := fmt.Sprint(waits), "[1s 2s 4s 8s 16s 32s 1m0s 1m0s 1m0s]"; got != want {
				t.Errorf("%s: waits %s, want %s", email, got, want)
			}
		}
		// The owner waits a minute at most, signs in, and all is forgotten.
		if tooMany(p.try("op@example.com", password, "198.51.100.1")) == 0 {
			t.Error("the right password was tried before its time")
		}
		p.wait(time.Minute)
		p.wantErr(p.try("op@example.com", password, "198.51.100.1"), nil)
		for range 5 {
			p.wantErr(p.try("op@example.com", "guess", "198.51.100.2"), access.ErrSignIn)
		}
		p.wantErr(p.try("nobody@example.com", "guess", "198.51.100.3"), access.ErrSignIn)
	})
}

func TestFailuresAreForgottenWithTime(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		fail := func(times int) {
			t.Helper()
			for range times {
				p.wantErr(p.try("op@example.com", "guess", ""), access.ErrSignIn)
			}
		}
		fail(5)
		p.wait(10 * time.Minute) // forgets two
		fail(2)
		if got := tooMany(p.try("op@example.com", "guess", "")); got != time.Second {
			t.Errorf("wait %s, want 1s", got)
		}
		p.wait(time.Hour)
		fail(5)
		if tooMany(p.try("op@example.com", password, "")) == 0 {
			t.Error("five failures cost nothing")
		}
	})
}

func TestAnAddressHasABudgetForAllAccounts(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		// Whoever has an IPv6 network has all its addresses.
		address := func(n int) string { return fmt.Sprintf("2001:db8:1:2::%x", n) }
		tried := 0
		for n := range 60 {
			if tooMany(p.try(fmt.Sprintf("user%d@example.com", n), "Password1234", address(n))) == 0 {
				tried++
			}
		}
		if tried != 30 {
			t.Errorf("%d accounts were tried from one network, want 30", tried)
		}
		p.wantErr(p.try("op@example.com", password, "2001:db8:1:3::1"), nil)
		p.wantErr(p.try("op@example.com", password, "192.0.2.1"), nil)
		if tooMany(p.try("op@example.com", password, address(1))) == 0 {
			t.Error("the budget of the network is not used up")
		}
		// A success gives back its own try, not those of others behind the same address.
		p.wait(2 * time.Minute)
		p.wantErr(p.try("op@example.com", password, address(1)), nil)
		tried = 0
		for n := range 60 {
			if tooMany(p.try(fmt.Sprintf("later%d@example.com", n), "Password1234", address(n))) == 0 {
				tried++
			}
		}
		if tried != 2 {
			t.Errorf("%d accounts were tried after two minutes, want 2", tried)
		}
		// An IPv4 address is the same in either notation.
		for n := range 31 {
			err := p.try(fmt.Sprintf("v4-%d@example.com", n), "Password1234", []string{"203.0.113.9", "::ffff:203.0.113.9"}[n%2])
			if got := tooMany(err) > 0; got != (n == 30) {
				t.Errorf("try %d: %v", n, err)
			}
		}
	})
}

func TestManyGuessesAtOnceAreNoMoreThanOneAfterAnother(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		work := access.WatchHashing(p.Accounts)
		_, failed := atOnce(40, func(n int) error {
			return p.try("op@example.com", fmt.Sprint("guess ", n), fmt.Sprintf("192.0.2.%d", n))
		})
		refused := 0
		for _, err := range failed {
			if tooMany(err) > 0 {
				refused++
			} else {
				p.wantErr(err, access.ErrSignIn)
			}
		}
		if refused != 35 || work() != 5 {
			t.Errorf("%d guesses were refused and %d hashed, want 35 and 5", refused, work())
		}
	})
}

func TestStrangersDoNotKeepSomebodyOutOfABrowserOfTheirs(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		in := p.signIn(op.ID, "token")
		strangers := func() {
			for n := range 20 {
				_ = p.try(op.Email, "guess", fmt.Sprintf("192.0.2.%d", n))
			}
			if tooMany(p.try(op.Email, password, "198.51.100.1")) == 0 {
				t.Fatal("strangers make nobody wait")
			}
		}
		strangers()
		at := func(device, password string) error {
			_, err := p.CheckPassword(ctx, access.Try{Email: op.Email, Password: password, Address: "192.0.2.1", Device: device})
			return err
		}
		p.wantErr(at(in.Device, password), nil)
		if tooMany(p.try(op.Email, password, "198.51.100.1")) == 0 {
			t.Error("a sign-in at home gave strangers new tries")
		}
		// A device is nobody else's, and is no way to guess without end.
		if tooMany(at("made up", password)) == 0 {
			t.Error("a device that was made up was believed")
		}
		other := p.add("ana@example.com", access.Owner, reach.All())
		if tooMany(at(p.signIn(other.ID, "other").Device, password)) == 0 {
			t.Error("the device of somebody else was believed")
		}
		for range 5 {
			p.wantErr(at(in.Device, "guess"), access.ErrSignIn)
		}
		if tooMany(at(in.Device, password)) == 0 {
			t.Error("a device may guess without end")
		}
		// It stays the same over sign-ins, and is forgotten with the sessions.
		again, err := p.SignIn(ctx, access.SignIn{PersonID: op.ID, How: access.ByPassword, Device: in.Device})
		if err != nil || again.Device != in.Device {
			t.Errorf("the device became %q, %v", again.Device, err)
		}
		p.wait(time.Hour)
		if err := p.EndSessions(ctx, op.ID); err != nil {
			t.Fatal(err)
		}
		strangers()
		if tooMany(at(in.Device, password)) == 0 {
			t.Error("the device is known after signing out everywhere")
		}
	})
}

func TestStrangersDoNotKeepSomebodyOutWhereTheyHaveSignedIn(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		p.signIn(op.ID, "token") // from 192.0.2.7
		other := p.add("ana@example.com", access.Owner, reach.All())
		for n := range 20 {
			_ = p.try(op.Email, "guess", fmt.Sprintf("198.51.100.%d", n))
			_ = p.try(other.Email, "guess", fmt.Sprintf("198.51.100.%d", n))
		}
		if tooMany(p.try(op.Email, password, "203.0.113.1")) == 0 || tooMany(p.try(other.Email, password, "192.0.2.7")) == 0 {
			t.Error("strangers make nobody wait")
		}
		p.wantErr(p.try(op.Email, password, "192.0.2.7"), nil)
		for range 5 {
			p.wantErr(p.try(op.Email, "guess", "192.0.2.7"), access.ErrSignIn)
		}
		if tooMany(p.try(op.Email, password, "192.0.2.7")) == 0 {
			t.Error("from where somebody signed in, others may guess without end")
		}
	})
}

func TestWhoeverGuessesAllTheTimeLeavesTheAccountToItsPersonMostOfTheTime(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		free, guesses := 0, 0
		for range 120 { // half an hour, in which a guesser is always the first
			for range 2 {
				if tooMany(p.try("op@example.com", "guess", "192.0.2.66")) == 0 {
					guesses++
				}
			}
			p.wait(14 * time.Second)
			// Its person, somewhere new.
			if !p.mustWait("op@example.com", "203.0.113.1") {
				free++
			}
			p.wait(time.Second)
		}
		if guesses > 20 || free < 80 {
			t.Errorf("%d guesses were made; the person could sign in %d times of 120", guesses, free)
		}
	})
}

func TestTriesThatMeanNothingAnyMoreArePruned(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		for n := range 3 {
			_ = p.try(fmt.Sprintf("user%d@example.com", n), "guess", "192.0.2.1")
		}
		rows := func() string { return p.text("SELECT count(*) FROM sign_in_tries") }
		if rows() != "7" {
			t.Errorf("%s rows, want two of each account and one of the address", rows())
		}
		if p.text("SELECT count(*) FROM sign_in_tries WHERE key LIKE '%example%' OR key LIKE '%192%'") != "0" {
			t.Error("who was tried from where can be read")
		}
		if err := p.Prune(ctx); err != nil || rows() != "7" {
			t.Errorf("%s rows are left, %v", rows(), err)
		}
		p.wait(25 * time.Hour)
		if err := p.Prune(ctx); err != nil || rows() != "0" {
			t.Errorf("%s rows are left, %v", rows(), err)
		}
	})
}

func TestAClockThatIsPutBackLocksNobodyOut(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		p.operator()
		for range 5 {
			p.wantErr(p.try("op@example.com", "guess", ""), access.ErrSignIn)
		}
		if tooMany(p.try("op@example.com", password, "")) == 0 {
			t.Error("five failures cost nothing")
		}
		p.wait(-24 * time.Hour)
		p.wantErr(p.try("op@example.com", password, ""), nil)
	})
}
