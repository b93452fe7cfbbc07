// Package modelstest runs one test body on both databases: on SQLite always, on
// PostgreSQL where TEST_POSTGRES_URL says where one is, as .ci/with-services
// does. Every body has a database of its own, and both run at the same time.
//
// Migrating costs many times what a test does, so it is done once a process:
// SQLite's file is then copied, and PostgreSQL's database is the template of
// the others. EachEmpty is for tests that migrate by themselves.
//
// A property of a database is tried 30 times on each kind, unless -rapid.checks
// or RAPID_CHECKS says otherwise. With -short it is tried six times, on SQLite
// alone. Where CI or TEST_NO_SKIP asks for every test, nothing is left out:
// what cannot be tested fails.
//
// make test runs all of it under the race detector, but for what its Makefile
// names: SQLite itself, which is C turned into Go, and packages that start no
// goroutine. The program that tests of cmd/lightson start is the one that people
// run, without the detector.
package modelstest

import (
	"context"
	"crypto/rand"
	"flag"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "pgregory.net/rapid" // has its flag before init sets it

	"lightson/models"
)

func init() {
	if os.Getenv("RAPID_CHECKS") == "" {
		_ = flag.Set("rapid.checks", "30") // the flag is there
	}
}

// A Kind is a kind of database.
type Kind string

// The databases that Lights On works on.
const (
	SQLite     Kind = "SQLite"
	PostgreSQL Kind = "PostgreSQL"
)

// Kinds are all of them.
var Kinds = []Kind{SQLite, PostgreSQL}

// Each runs body on a migrated database of each kind.
func Each(t *testing.T, body func(t *testing.T, db *models.DB)) {
	t.Helper()
	eachKind(t, func(t *testing.T, kind Kind) { body(t, Open(t, kind)) })
}

// EachURL runs body with a migrated database of each kind, for tests that open
// it more than once or leave that to a program: url and dir are what models.Open
// wants.
func EachURL(t *testing.T, body func(t *testing.T, url, dir string)) {
	t.Helper()
	eachKind(t, func(t *testing.T, kind Kind) {
		url, dir := URL(t, kind)
		body(t, url, dir)
	})
}

// EachEmpty runs body with an empty database of each kind, for tests of
// migrating. On PostgreSQL it is a schema among others in one database.
func EachEmpty(t *testing.T, body func(t *testing.T, url, dir string)) {
	t.Helper()
	eachKind(t, func(t *testing.T, kind Kind) {
		if kind == PostgreSQL {
			body(t, newSchema(t), t.TempDir())
			return
		}
		body(t, "", t.TempDir())
	})
}

func eachKind(t *testing.T, body func(*testing.T, Kind)) {
	t.Helper()
	for _, kind := range Kinds {
		if kind == PostgreSQL && testing.Short() && !everyTest() {
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			body(t, kind)
		})
	}
}

// Open opens a migrated database that is closed and removed after the test.
func Open(t testing.TB, kind Kind) *models.DB {
	t.Helper()
	url, dir := URL(t, kind)
	return OpenURL(t, url, dir)
}

// OpenURL opens and migrates the database at url or in dir, once more where it
// is open already, and closes it after the test.
func OpenURL(t testing.TB, url, dir string) *models.DB {
	t.Helper()
	db, err := models.Open(context.Background(), url, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error("close database:", err)
		}
	})
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return db
}

// URL makes a migrated database that is removed after the test: a file in a
// folder for SQLite, a database for PostgreSQL. dir is a folder in either case.
func URL(t testing.TB, kind Kind) (url, dir string) {
	t.Helper()
	dir = t.TempDir()
	if kind == PostgreSQL {
		return newDatabase(t), dir
	}
	copySQLite(t, dir)
	return "", dir
}

// skipWithoutPostgres returns the URL of the server that all tests share, or
// skips the test.
func skipWithoutPostgres(t testing.TB) string {
	t.Helper()
	if testing.Short() && !everyTest() {
		t.Skip("PostgreSQL is left out with -short")
	}
	url := os.Getenv("TEST_POSTGRES_URL")
	if url == "" {
		Skip(t, "TEST_POSTGRES_URL is not set: run make test, or .ci/with-services go test")
	}
	return url
}

// Skip skips a test, or fails it where every test is asked for.
func Skip(t testing.TB, why string) {
	t.Helper()
	if everyTest() {
		t.Fatal(why)
	}
	t.Skip(why)
}

func everyTest() bool { return os.Getenv("CI") != "" || os.Getenv("TEST_NO_SKIP") != "" }

// newSchema makes a schema for one test and returns the URL in which it is the
// only one.
func newSchema(t testing.TB) string {
	t.Helper()
	server := skipWithoutPostgres(t)
	schema := "test_" + strings.ToLower(rand.Text())
	execute(t, server, "CREATE SCHEMA "+schema)
	t.Cleanup(func() { execute(t, server, "DROP SCHEMA "+schema+" CASCADE") })

	u, err := url.Parse(server)
	if err != nil {
		t.Fatal("TEST_POSTGRES_URL:", err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	u.RawQuery = query.Encode()
	return u.String()
}

func execute(t testing.TB, server, statement string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		t.Fatal("TEST_POSTGRES_URL:", err)
	}
	defer conn.Close(ctx) // an error of the statement says more
	if _, err := conn.Exec(ctx, statement); err != nil {
		t.Fatal(err)
	}
}
