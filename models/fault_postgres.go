package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"gorm.io/gorm"
)

const noAnswer = "The PostgreSQL server does not answer."

// postgresFault words the errors of PostgreSQL and of the connection to it.
func postgresFault(err error) (Fault, bool) {
	var (
		serverErr  *pgconn.PgError
		connectErr *pgconn.ConnectError
	)
	switch {
	case errors.As(err, &serverErr) && (isReplaced(serverErr) || serverErr.Code == "42P01"):
		return Fault{Away: true, said: "The tables of the PostgreSQL server are being replaced."}, true
	case errors.As(err, &serverErr):
		return serverFault(serverErr.Code)
	case errors.As(err, &connectErr), errors.Is(err, pgconn.ErrConnClosed):
		return Fault{Away: true, said: noAnswer}, true
	}
	return Fault{}, false
}

// serverFault goes by SQLSTATE codes and their classes, the first two characters.
func serverFault(code string) (Fault, bool) {
	switch {
	case strings.HasPrefix(code, "08"), strings.HasPrefix(code, "57P"):
		return Fault{Away: true, said: noAnswer}, true
	case code == "25006", code == "53300":
		return Fault{Away: true, said: "The PostgreSQL server accepts no changes now."}, true
	case code == "40001", code == "40P01", code == "55P03":
		return Fault{Away: true, said: "The PostgreSQL server is too busy."}, true
	case code == "53100":
		return Fault{said: "The disk of the PostgreSQL server is full."}, true
	case strings.HasPrefix(code, "53"):
		return Fault{said: "The PostgreSQL server has too little memory."}, true
	case strings.HasPrefix(code, "XX001"), strings.HasPrefix(code, "XX002"), strings.HasPrefix(code, "58"):
		return Fault{said: "The files of the PostgreSQL server are damaged."}, true
	case code == "3D000": // as right after its server was made
		return Fault{Away: true, said: "The PostgreSQL server does not have our database."}, true
	case strings.HasPrefix(code, "28"), code == "42501":
		return Fault{said: "The PostgreSQL server refuses our user."}, true
	}
	return Fault{}, false
}

// lostConnection makes a Fault of an error of the network. err must come from a
// connection to the database and from nothing else.
func lostConnection(ctx context.Context, err error) error {
	if err == nil || ctx.Err() != nil {
		return err
	}
	var network net.Error
	if _, known := FaultOf(err); known {
		return err
	}
	if errors.As(err, &network) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) {
		return Fault{Away: true, said: noAnswer, cause: err}
	}
	return err
}

// lostTransaction makes a Fault of an error that ended the work of a transaction, if
// the connection was lost. It cannot go by the error: the work may have had other
// errors of the network.
func lostTransaction(ctx context.Context, lost bool, err error) error {
	if err == nil || ctx.Err() != nil || !lost {
		return err
	}
	if _, known := FaultOf(err); known {
		return err
	}
	return Fault{Away: true, said: noAnswer, cause: err}
}

// postgresDialect is GORM's dialect that also makes a Fault of a lost connection.
type postgresDialect struct{ gorm.Dialector }

// Translate implements gorm.ErrorTranslator.
func (d postgresDialect) Translate(err error) error {
	if translator, can := d.Dialector.(gorm.ErrorTranslator); can {
		err = translator.Translate(err)
	}
	return lostConnection(context.Background(), err)
}

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
