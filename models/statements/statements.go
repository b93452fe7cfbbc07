// Package statements tells somebody of each statement that a database is sent: GORM's, the
// job queue's and our own alike, since it listens where the drivers are. PostgreSQL is heard
// by pgx's own tracing, SQLite by a driver around the real one.
//
// A statement's text has placeholders where its values are. Values are told to nobody.
package statements

import "context"

// A Watch is told of statements. It must not keep anybody waiting.
type Watch interface {
	// Begin is told of a statement that is about to be sent. end is called once: with the
	// error of a statement that failed, after its last row was read or left out. The context
	// that Begin returns is that of the statement.
	Begin(ctx context.Context, text string) (watched context.Context, end func(error))
}
