// Package access decides who may see and do what.
//
// A [Principal] is who a request acts for; [Principal.May] says what it may do, by role
// for people and by scope for keys; its reach says which stores it may see. [Data] is the
// only door from pages to stores, figures, reports and imports: it narrows everything to
// the reach of the principal in the context, and refuses where there is none.
//
// The package also keeps what proves who somebody is: people, sessions, invitations,
// second factors, API keys and share links. Secrets are never stored, only their hashes.
// The audit log says who did what.
//
// It must not know HTTP: cookies, headers and addresses are those of package web.
package access
