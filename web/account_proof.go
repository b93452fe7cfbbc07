package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"lightson/models/access"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A proof is what somebody who is signed in must show again, before they change how one
// signs in: whoever finds an unlocked screen must not be able to.
type proof int

const (
	noProof         proof = iota
	proofByPassword       // the current password
	proofBySignIn         // another sign-in
)

// freshFor is for how long after a sign-in that cannot have been guessed nothing more has
// to be proved.
const freshFor = 10 * time.Minute

// hardToGuess are such sign-ins.
var hardToGuess = []access.How{access.ByPasskey, access.ByPasswordAndPasskey, access.ByOIDC}

// proofNeeded is what somebody must show again. Whom a proxy has signed in cannot be asked
// for anything but a password of ours.
func (s *Server) proofNeeded(ctx context.Context, me self) (proof, error) {
	sessions, err := s.accounts.Sessions(ctx, me.ID)
	if err != nil {
		return proofByPassword, err
	}
	since := uptime.At(s.now().Add(-freshFor))
	fresh := slices.ContainsFunc(sessions, func(in access.Session) bool {
		return in.ID == me.session && in.CreatedAt > since && slices.Contains(hardToGuess, in.How)
	})
	switch {
	case fresh:
		return noProof, nil
	case me.HasPassword:
		return proofByPassword, nil
	case me.session == "":
		return noProof, nil
	default:
		return proofBySignIn, nil
	}
}

// errSignInAgain asks somebody without a password to sign in anew.
var errSignInAgain = errors.New("you signed in more than ten minutes ago: sign out, sign in again, then do this")

// prove checks what somebody must show again. Its errors are for refusal.
func (s *Server) prove(ctx context.Context, me self, password string) error {
	needed, err := s.proofNeeded(ctx, me)
	switch {
	case err != nil || needed == noProof:
		return err
	case needed == proofBySignIn:
		return errSignInAgain
	default:
		return s.accounts.CheckOwnPassword(ctx, me.ID, password)
	}
}

// errNotHere answers changes of a password or a factor by somebody who has none here.
var errNotHere = problem{http.StatusForbidden, words.Later("You cannot change this here"), words.Later("Your password and your second step belong to the service you sign in with. Change them there."), access.ErrForbidden}
