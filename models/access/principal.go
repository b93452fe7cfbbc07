package access

import (
	"context"
	"errors"

	"lightson/models/reach"
	"lightson/models/words"
)

// A Principal is who a request acts for: a person, a program with a key, whoever has a
// share link or a feed, or nobody in particular. It says what may be done and which stores
// may be seen, and never changes.
type Principal struct {
	Kind  Kind
	ID    string // of the person, key, link or feed; empty for the others
	Name  string // as pages and the audit log show it
	Role  Role   // of a person, or of the person whose key it is
	Scope Scope  // of a key; empty for all others
	Reach reach.Reach

	Language words.Language // of the person in which they are written to; empty where it is not known

	PersonID string // of the person who is signed in or whose key it is; empty for the others
	Session  string // id of the session of a person; empty for the others
	Report   string // that a share link is for; empty for the others
}

// Kind is a kind of principal. Its text is stored in the audit log.
type Kind string

// The kinds of principals.
const (
	Nobody    Kind = "nobody"  // has not signed in; the zero value of stored texts is never used
	IsPerson  Kind = "person"  // signed in, by whichever way
	IsKey     Kind = "key"     // a program with an API key
	IsLink    Kind = "link"    // whoever has a share link
	IsFeed    Kind = "feed"    // whoever has the address of a feed of outages
	IsFigures Kind = "figures" // whoever has the address of the newest figures
	IsOpen    Kind = "open"    // anybody, on a server without accounts
	IsCommand Kind = "command" // whoever ran a command on the server's machine; only in the audit log
)

// Stranger is the principal of a request that nobody signed.
func Stranger() Principal { return Principal{Kind: Nobody} }

// Open is the principal of every request where there are no accounts: whoever can reach
// the server may do everything.
func Open() Principal {
	return Principal{Kind: IsOpen, Role: Operator, Reach: reach.All()}
}

// Key tells apart principals whose pages may differ. It is part of the keys of caches,
// and stands with what a principal asked for.
func (p Principal) Key() string {
	if p.ID == "" {
		return string(p.Kind)
	}
	return string(p.Kind) + ":" + p.ID
}

type principalKey struct{}

// With returns a context in which p acts.
func With(ctx context.Context, p Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

// ErrNoPrincipal says that something was asked for in the name of nobody. It is a mistake
// of the program: each request has a principal, if only the stranger.
var ErrNoPrincipal = errors.New("no principal in the context")

// Of is the principal that acts in a context.
func Of(ctx context.Context) (Principal, error) {
	p, ok := ctx.Value(principalKey{}).(Principal)
	if !ok {
		return Principal{}, ErrNoPrincipal
	}
	return p, nil
}
