package models

import (
	"errors"

	sqlite "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// sqliteFault words SQLite's errors about its file, by their primary codes.
func sqliteFault(err error) (Fault, bool) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return Fault{}, false
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return Fault{Away: true, said: "Another program keeps the database file locked."}, true
	case sqlite3.SQLITE_FULL:
		return Fault{said: "The disk of the database is full."}, true
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return Fault{said: "The database file is damaged."}, true
	case sqlite3.SQLITE_READONLY:
		return Fault{said: "The database file can only be read."}, true
	case sqlite3.SQLITE_IOERR:
		return Fault{said: "The disk of the database does not work as it should."}, true
	case sqlite3.SQLITE_NOMEM:
		return Fault{said: "The server has too little memory for the database."}, true
	case sqlite3.SQLITE_CANTOPEN:
		return Fault{said: "The database file cannot be opened."}, true
	}
	return Fault{}, false
}
