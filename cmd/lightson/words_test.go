package main

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lightson/models/demo"
)

func TestMain(m *testing.M) {
	for _, entry := range os.Environ() {
		// What the developer has set must not decide.
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, "LIGHTSON_") || name == "DATABASE_URL" {
			if err := os.Unsetenv(name); err != nil {
				panic(err)
			}
		}
	}
	status := m.Run()
	removeBinary()
	os.Exit(status)
}

const reportHeader = "store_id,uptime_last_hour,uptime_last_day,uptime_last_week,downtime_last_hour,downtime_last_day,downtime_last_week\n"

// lightson runs a command in this process and returns what it printed.
func lightson(t *testing.T, args ...string) (out, stderr string, err error) {
	t.Helper()
	var o, e lockedBuffer
	err = run(t.Context(), args, &o, &e)
	return o.String(), e.String(), err
}

// mustRun runs a command that is to succeed.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	out, stderr, err := lightson(t, args...)
	if err != nil || stderr != "" {
		t.Fatalf("lightson %s: %v\n%s", strings.Join(args, " "), err, stderr)
	}
	return out
}

// on are the flags for a database.
func on(databaseURL, dir string) []string {
	return []string{"--database-url=" + databaseURL, "--data=" + dir}
}

// a feeds is a set of the three files that figures are made of, and the names.
type feeds struct {
	polls, hours, zones, names string // paths
	rows                       int64  // without the names
}

// newFeeds writes a believable set.
func newFeeds(t *testing.T, stores int) feeds {
	t.Helper()
	o := demo.DefaultOptions()
	o.Stores = stores
	files, err := demo.Write(t.TempDir(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return feeds{files.Polls.Path, files.Hours.Path, files.Zones.Path, files.Names.Path, files.Polls.Rows + files.Hours.Rows + files.Zones.Rows}
}

func write(t *testing.T, name, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// until waits for something that another process or goroutine does.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(90 * time.Second); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain until", what)
		}
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// background outlives the test's own context, for what is cleaned up after it.
func background(t *testing.T) context.Context { return context.WithoutCancel(t.Context()) }

func query(name, value string) string { return url.Values{name: {value}}.Encode() }
