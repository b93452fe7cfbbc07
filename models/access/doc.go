// Package access decides who may see and do what.
//
// A [Principal] is who a request acts for; [Principal.May] says what it may do, by role
// for people and by scope for keys; its reach says which stores it may see. [Data] is the
// only door from pages to stores, figures, reports and imports: it narrows them to the
// reach of the principal in the context, and refuses where there is none.
//
// The package also keeps what proves who somebody is: people, sessions, invitations,
// second factors, API keys, share links and feeds. The audit log says who did what.
//
// It must not know HTTP: cookies, headers and addresses are those of package web.
//
// # Secrets
//
// Passwords are hashed slowly, by argon2id with the work that the OWASP Password Storage
// Cheat Sheet asks for, as many at a time as there are processors. The parameters are part
// of each hash, and a sign-in renews a hash of other parameters. All other secrets are
// random, of at least 112 bits, and kept as SHA-256: nobody can try so many, and each
// request needs a quick answer. What is hashed here begins with its kind; tokens of
// sessions are hashed by scs. The one lasting secret that is kept as it is belongs to TOTP,
// because codes are computed from it. So whoever has a backup can compute codes, but knows
// no password, and no session, key, link or feed.
//
// What does not work answers alike: a link, a feed, an invitation or a key that is unknown,
// expired, used, revoked, or of somebody who is disabled; a sign-in whatever was wrong.
//
// # Guesses
//
// Tries are counted in the database, before they are made, so that neither several servers
// nor many tries at once give more of them. After a few free failures each doubles the
// wait of its account, up to a minute; failures are forgotten with time, and with a
// success. Whoever guesses from one address waits longer, up to five minutes, so that they
// cannot take every turn of the account. Each address has a budget for all accounts.
//
// A browser in which somebody has signed in before has a secret of its own, and tries of
// its own; at an address from where somebody signed in, only tries from there count. So
// strangers who guess at an account do not keep its person out at home (OWASP calls the
// secret a device cookie). Whoever is somewhere new with a new browser, while many guess
// from many addresses, takes a reset link.
//
// # Sessions
//
// A session is a row that the sign-in makes; its token is committed to that row once. So a
// request that was under way when a session was ended cannot bring it back, and a token
// that was there before the sign-in is never signed in. When a session was last seen is
// written at most every five minutes and in the background, because every write makes all
// pages stale that are kept.
//
// # The last operator
//
// Whoever changes a person locks the rows of all operators. So two who disable each other
// at the same time are decided one after the other, and the place keeps somebody who can
// sign in and run it.
package access
