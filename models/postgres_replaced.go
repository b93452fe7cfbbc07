package models

import (
	"errors"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A connection keeps the plans of its statements and the numbers of types. Neither is
// right any more once the tables were made anew beneath us, as pg_restore does, and
// some of their errors would come back until the connection ends.

// endReplaced lets the first such error on any connection end all of them.
func endReplaced(config *pgxpool.Config) (pooled func(*pgxpool.Pool)) {
	var pool atomic.Pointer[pgxpool.Pool]
	before := config.ConnConfig.OnPgError
	config.ConnConfig.OnPgError = func(conn *pgconn.PgConn, err *pgconn.PgError) bool {
		if !isReplaced(err) {
			return before == nil || before(conn, err)
		}
		if p := pool.Load(); p != nil {
			p.Reset() // ends the idle ones, and the others when they are given back
		}
		return false
	}
	return pool.Store
}

// Replaced reports whether a call failed only because its connection knew tables that
// were made anew since. The same call finds another connection.
func Replaced(err error) bool {
	var refused *pgconn.PgError
	return errors.As(err, &refused) && isReplaced(refused)
}

// isReplaced reports whether an error says that something was made anew that a
// connection knows.
func isReplaced(err *pgconn.PgError) bool {
	return err.Routine == "RevalidateCachedQuery" || // cached plan must not change result type
		err.Code == "XX000" && strings.HasPrefix(err.Message, "cache lookup failed for") // never translated
}
