package main

import (
	"crypto/rand"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"lightson/models/modelstest"
)

// newPostgres makes a whole database, which is what people dump and restore. It
// is removed after the test.
func newPostgres(t *testing.T) (databaseURL string) {
	t.Helper()
	modelstest.URL(t, modelstest.PostgreSQL) // skips the test where there is no server
	server, err := url.Parse(os.Getenv("TEST_POSTGRES_URL"))
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	execute := func(statement string) {
		t.Helper()
		conn, err := pgx.Connect(background(t), server.String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(background(t))
		if _, err := conn.Exec(background(t), statement); err != nil {
			t.Fatal(err)
		}
	}
	execute("CREATE DATABASE " + name)
	t.Cleanup(func() { execute("DROP DATABASE " + name + " WITH (FORCE)") })
	mine := *server
	mine.Path = "/" + name
	return mine.String()
}

// postgresProgram runs one of the programs that come with PostgreSQL.
func postgresProgram(t *testing.T, name string, args ...string) {
	t.Helper()
	path := filepath.Join(os.Getenv("TEST_POSTGRES_BIN"), name)
	if out, err := exec.CommandContext(background(t), path, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
}

// These are the command lines that backup, restore and the README name.
func TestADumpOfPostgresRestoresToTheSameReport(t *testing.T) {
	one, other := newPostgres(t), newPostgres(t)
	if os.Getenv("TEST_POSTGRES_BIN") == "" {
		modelstest.Skip(t, "TEST_POSTGRES_BIN is not set: run make test, or .ci/with-services go test")
	}
	files := newFeeds(t, 40)
	mustRun(t, append([]string{"load", files.polls, files.hours, files.zones, files.names}, on(one, t.TempDir())...)...)
	mustRun(t, append([]string{"migrate"}, on(one, t.TempDir())...)...) // the queue's tables too
	want := mustRun(t, append([]string{"report", "--details"}, on(one, t.TempDir())...)...)

	dump := filepath.Join(t.TempDir(), "lightson.dump")
	postgresProgram(t, "pg_dump", "--format=custom", "--no-owner", "--file="+dump, one)
	// Into an empty database, then over one that has other data.
	for n := range 2 {
		postgresProgram(t, "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname="+other, dump)
		if got := mustRun(t, append([]string{"report", "--details"}, on(other, t.TempDir())...)...); got != want {
			t.Fatalf("restored for the %dth time:\n%s\nwant:\n%s", n+1, got, want)
		}
		more := write(t, "polls.csv", "store_id,status,timestamp_utc\nnew,inactive,2023-01-25 18:13:22 UTC\n")
		mustRun(t, append([]string{"load", more}, on(other, t.TempDir())...)...)
		if got := mustRun(t, append([]string{"report", "--details"}, on(other, t.TempDir())...)...); got == want {
			t.Fatal("more polls changed nothing: this test sees nothing")
		}
	}
	s := serve(t, other, t.TempDir())
	s.csv(s.trigger(""))
}
