package access_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"lightson/models"
	"lightson/models/access"
)

// code is what an app shows some steps from now.
func (p *place) code(secret string, steps int) string {
	p.t.Helper()
	code, err := totp.GenerateCode(secret, p.clock.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

// totp gives a person the factor and returns its secret and the recovery codes.
func (p *place) totp(person string) (secret string, recovery []string) {
	p.t.Helper()
	start, err := p.BeginTOTP(ctx, person, "Lights On")
	if err == nil {
		recovery, err = p.ConfirmTOTP(ctx, person, p.code(start.Secret, 0))
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return start.Secret, recovery
}

func TestATOTPFactorCountsOnceACodeOfItWasSeen(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		start, err := p.BeginTOTP(ctx, op.ID, "Lights On")
		if err != nil {
			t.Fatal(err)
		}
		key, err := otp.NewKeyFromURL(start.URL)
		if err != nil || key.Secret() != start.Secret || key.Issuer() != "Lights On" || key.AccountName() != op.Email || key.Period() != 30 || len(start.Secret) != 32 {
			t.Errorf("%s, %v", start.URL, err)
		}
		if image, err := png.Decode(bytes.NewReader(start.PNG)); err != nil || image.Bounds().Dx() != 240 {
			t.Errorf("the QR code: %v", err)
		}
		for _, wrong := range []string{"", "000000x", "0", p.code(start.Secret, 5)} {
			_, err = p.ConfirmTOTP(ctx, op.ID, wrong)
			p.wantErr(err, access.ErrCode)
		}
		if p.person(op.ID).NeedsFactor() {
			t.Error("the factor counts before its code was seen")
		}
		p.wantErr(p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: p.code(start.Secret, 0)}), access.ErrSignIn)
		p.wait(time.Minute)
		recovery, err := p.ConfirmTOTP(ctx, op.ID, p.code(start.Secret, 0))
		if err != nil || len(recovery) != 10 || !p.person(op.ID).HasTOTP || p.person(op.ID).RecoveryCodes != 10 {
			t.Errorf("%d recovery codes, %v", len(recovery), err)
		}
		// Another app: the one of before goes on until the new one is confirmed.
		if _, err := p.BeginTOTP(ctx, op.ID, "Lights On"); err != nil {
			t.Fatal(err)
		}
		p.wait(time.Minute)
		p.wantErr(p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: p.code(start.Secret, 0)}), nil)
		if err := p.RemoveTOTP(ctx, op.ID); err != nil || p.person(op.ID).NeedsFactor() || p.person(op.ID).RecoveryCodes != 0 {
			t.Errorf("%+v, %v", p.person(op.ID), err)
		}
		p.wait(time.Minute)
		p.wantErr(p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: p.code(start.Secret, 0)}), access.ErrSignIn)
	})
}

func TestACodeIsRightOnceAndForAboutNow(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		secret, _ := p.totp(op.ID)
		check := func(steps int) error {
			return p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: p.code(secret, steps)})
		}
		p.wantErr(check(0), access.ErrSignIn) // confirmed the factor
		p.wait(2 * time.Minute)
		for _, off := range []int{-2, 2, -20} {
			p.wantErr(check(off), access.ErrSignIn)
		}
		p.wantErr(check(-1), nil)
		p.wantErr(check(-1), access.ErrSignIn)
		p.wantErr(check(1), nil)
		for _, before := range []int{-1, 0, 1} { // not newer than what was used
			p.wait(10 * time.Minute)
			p.wantErr(check(0), nil)
			p.wantErr(check(min(before, 0)), access.ErrSignIn)
		}
		p.wait(time.Hour)
		spaced := p.code(secret, 0)
		p.wantErr(p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: " " + spaced[:3] + " " + spaced[3:] + "\n"}), nil)
		p.wait(time.Hour)
		if used, failed := atOnce(4, func(int) error { return check(0) }); used != 1 {
			t.Errorf("one code was right %d times: %v", used, failed)
		}
		p.wait(time.Hour)
		if _, err := p.DisablePerson(ctx, p.add("other@example.com", access.Operator, op.Reach).ID); err != nil {
			t.Fatal(err)
		}
		p.wantErr(p.CheckTOTP(ctx, access.FactorTry{PersonID: "nobody", Code: p.code(secret, 0)}), models.ErrNotFound)
	})
}

func TestCodesAreNotGuessed(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		op := p.operator()
		in := p.signIn(op.ID, "token")
		secret, recovery := p.totp(op.ID)
		p.wait(time.Minute)
		guess := func(n int) error {
			code := fmt.Sprintf("%06d", n)
			if code == p.code(secret, 0) || code == p.code(secret, 1) || code == p.code(secret, -1) {
				code = "x"
			}
			if n%2 == 0 {
				return p.UseRecoveryCode(ctx, access.FactorTry{PersonID: op.ID, Code: code})
			}
			return p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: code})
		}
		made := 0
		for n := range 60 { // one a second
			if err := guess(n); errors.Is(err, access.ErrSignIn) {
				made++
			} else if tooMany(err) == 0 {
				t.Fatal(err)
			}
			p.wait(time.Second)
		}
		if made > 11 { // 5, then after 1, 2, 4, 8, 16 and 32 seconds
			t.Errorf("%d codes were guessed in a minute", made)
		}
		if tooMany(p.UseRecoveryCode(ctx, access.FactorTry{PersonID: op.ID, Code: recovery[0]})) == 0 {
			t.Error("the right code was tried before its time")
		}
		// In a browser that the person has signed in with there is no wait.
		p.wantErr(p.CheckTOTP(ctx, access.FactorTry{PersonID: op.ID, Code: p.code(secret, 0), Device: in.Device}), nil)
		p.wait(5 * time.Minute)
		p.wantErr(p.UseRecoveryCode(ctx, access.FactorTry{PersonID: op.ID, Code: recovery[0]}), nil)
	})
}

func TestARecoveryCodeIsUsedOnce(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		_, codes := p.totp(ana.ID)
		if p.text("SELECT count(*) FROM recovery_codes WHERE hash LIKE ?", "%"+strings.ReplaceAll(codes[0], "-", "")+"%") != "0" {
			t.Error("a code can be read from the table")
		}
		use := func(person, code string) error {
			return p.UseRecoveryCode(ctx, access.FactorTry{PersonID: person, Code: code})
		}
		op, err := p.PersonByEmail(ctx, "op@example.com")
		if err != nil {
			t.Fatal(err)
		}
		p.wantErr(use(op.ID, codes[0]), access.ErrSignIn) // of somebody else
		if used, failed := atOnce(4, func(int) error { return use(ana.ID, codes[0]) }); used != 1 {
			t.Errorf("used %d times at once: %v", used, failed)
		}
		p.wait(time.Hour)
		p.wantErr(use(ana.ID, " "+strings.ToUpper(strings.ReplaceAll(codes[1], "-", " "))+"\n"), nil)
		if got := p.person(ana.ID).RecoveryCodes; got != 8 {
			t.Errorf("%d codes are left, want 8", got)
		}
		renewed, err := p.MakeRecoveryCodes(ctx, ana.ID)
		if err != nil || len(renewed) != 10 || p.person(ana.ID).RecoveryCodes != 10 {
			t.Errorf("%d codes, %v", len(renewed), err)
		}
		p.wantErr(use(ana.ID, codes[2]), access.ErrSignIn)
		p.wantErr(use(ana.ID, renewed[9]), nil)
		seen := map[string]bool{}
		for _, code := range append(codes, renewed...) {
			if seen[code] || len(strings.ReplaceAll(code, "-", "")) != 24 {
				t.Errorf("code %s", code)
			}
			seen[code] = true
		}
	})
}

func TestAPasskeyIsWhatWebKeepsOfIt(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		key, codes, err := p.AddPasskey(ctx, ana.ID, "Ana's <phone>\x00", []byte("credential\x00\xff"), []byte(`{"count":1}`))
		if err != nil || len(codes) != 10 || key.Name != "Ana's <phone>" {
			t.Fatalf("%+v, %d codes, %v", key, len(codes), err)
		}
		op, err := p.PersonByEmail(ctx, "op@example.com")
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = p.AddPasskey(ctx, op.ID, "", []byte("credential\x00\xff"), []byte("{}"))
		p.wantInput(err) // one credential is of one person
		if _, codes, err := p.AddPasskey(ctx, ana.ID, "", []byte("second"), []byte("{}")); err != nil || len(codes) != 0 {
			t.Errorf("%d new codes, %v", len(codes), err)
		}
		got, person, err := p.PasskeyByCredential(ctx, []byte("credential\x00\xff"))
		if err != nil || person.ID != ana.ID || string(got.Data) != `{"count":1}` || got.LastUsedAt.Known {
			t.Errorf("%+v of %+v, %v", got, person, err)
		}
		if used, failed := atOnce(3, func(int) error { return p.UsePasskey(ctx, got, []byte(`{"count":2}`)) }); used != 1 {
			t.Errorf("one proof was used %d times: %v", used, failed)
		}
		list, err := p.Passkeys(ctx, ana.ID)
		if err != nil || len(list) != 2 || string(list[0].Data) != `{"count":2}` || !list[0].LastUsedAt.Known {
			t.Errorf("%+v, %v", list, err)
		}
		p.wantErr(p.RemovePasskey(ctx, op.ID, key.ID), models.ErrNotFound)
		p.wantErr(p.RemovePasskey(ctx, ana.ID, list[1].ID), nil)
		if got := p.person(ana.ID); got.Passkeys != 1 || got.RecoveryCodes != 10 {
			t.Errorf("ana is %+v", got)
		}
		p.wantErr(p.RemovePasskey(ctx, ana.ID, key.ID), nil) // the password is left
		if got := p.person(ana.ID); got.NeedsFactor() || got.RecoveryCodes != 0 {
			t.Errorf("ana is %+v", got)
		}
		_, _, err = p.PasskeyByCredential(ctx, []byte("credential\x00\xff"))
		p.wantErr(err, access.ErrSignIn)
		_, _, err = p.AddPasskey(ctx, ana.ID, "", []byte("third"), []byte("{}"))
		p.wantErr(err, nil)
		if _, err := p.DisablePerson(ctx, ana.ID); err != nil {
			t.Fatal(err)
		}
		_, _, err = p.PasskeyByCredential(ctx, []byte("third"))
		p.wantErr(err, access.ErrSignIn)
	})
}

func TestAnOperatorRemovesFactorsThatWereLost(t *testing.T) {
	eachPlace(t, func(t *testing.T, p *place) {
		ana := p.owner()
		_, codes := p.totp(ana.ID)
		if _, _, err := p.AddPasskey(ctx, ana.ID, "", []byte("credential"), []byte("{}")); err != nil {
			t.Fatal(err)
		}
		p.signIn(ana.ID, "token")
		got, err := p.RemoveFactors(ctx, ana.ID)
		if err != nil || got.NeedsFactor() || got.RecoveryCodes != 0 || p.alive("token") {
			t.Errorf("%+v, %v", got, err)
		}
		p.wantErr(p.UseRecoveryCode(ctx, access.FactorTry{PersonID: ana.ID, Code: codes[0]}), access.ErrSignIn)
	})
}
