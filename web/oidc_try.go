package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"slices"
	"time"

	"golang.org/x/oauth2"
)

// A providerTry is a sign-in that a browser has begun, and that its answer must be of. It
// lies in the session of that browser alone.
type providerTry struct {
	State    string // says which try the answer is of
	Nonce    string // in the token, says that it is of this try
	Verifier string // of PKCE, without which nobody can use the code
	Redirect string // where the provider was told to send the answer
	Next     string // where to go afterwards
	Begun    int64  // Unix time
}

const (
	providerTries sessionKey = "provider tries"
	// mostProviderTries is how many tabs of a browser can sign in at once.
	mostProviderTries = 4
	providerTryFor    = 10 * time.Minute
)

func newProviderTry(redirect, next string, now time.Time) providerTry {
	return providerTry{rand.Text(), rand.Text(), oauth2.GenerateVerifier(), redirect, keptNext(next), now.Unix()}
}

// keepTry puts a try into the session. The oldest is forgotten where there are many.
func (s *Server) keepTry(ctx context.Context, t providerTry) error {
	tries := append(s.triesOf(ctx), t)
	return s.putTries(ctx, tries[max(0, len(tries)-mostProviderTries):])
}

// takeTry takes the try of a state out of the session, so that it can be used once. ok is
// false where the session has none.
func (s *Server) takeTry(ctx context.Context, state string) (t providerTry, ok bool, err error) {
	tries := s.triesOf(ctx)
	at := slices.IndexFunc(tries, func(t providerTry) bool { return sameSecret(t.State, state) })
	if at < 0 {
		return t, false, nil
	}
	t = tries[at]
	return t, true, s.putTries(ctx, slices.Delete(tries, at, at+1))
}

// triesOf are the tries of a session that are not too old.
func (s *Server) triesOf(ctx context.Context) (tries []providerTry) {
	if err := json.Unmarshal(s.sessions.GetBytes(ctx, string(providerTries)), &tries); err != nil {
		return nil
	}
	return slices.DeleteFunc(tries, func(t providerTry) bool { return !s.isWithin(t.Begun, providerTryFor) })
}

func (s *Server) putTries(ctx context.Context, tries []providerTry) error {
	if len(tries) == 0 {
		s.sessions.Remove(ctx, string(providerTries))
		return nil
	}
	text, err := json.Marshal(tries)
	if err == nil {
		s.sessions.Put(ctx, string(providerTries), text)
	}
	return err
}

// sameSecret compares without telling by its time how much is the same.
func sameSecret(a, b string) bool {
	return a != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
