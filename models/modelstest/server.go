package modelstest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Server is a PostgreSQL of a test's own, for what must not be done to the one
// that all tests share: to stop it, to cut it off, to let it hang.
type Server struct {
	URL string

	t    testing.TB
	bin  string // folder of the programs
	dir  string
	as   *syscall.Credential // the server refuses root
	held []int
}

// NewServer starts a server, and removes it after the test. Where there is no
// shared one, the test is skipped as others are.
func NewServer(t testing.TB) *Server {
	t.Helper()
	skipWithoutPostgres(t)
	s := &Server{t: t, bin: serverPrograms(t), as: unprivileged(t)}
	var err error
	parent := os.TempDir()
	if len(parent) > 60 {
		parent = "/tmp" // the path of a socket can be about a hundred bytes long
	}
	if s.dir, err = os.MkdirTemp(parent, "lightson-pg-*"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.Resume()
		_ = s.stop("immediate") // a test may have stopped it
		if err := os.RemoveAll(s.dir); err != nil {
			t.Error(err)
		}
	})
	if s.as != nil {
		if err := os.Chown(s.dir, int(s.as.Uid), int(s.as.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	s.URL = "postgres://postgres@/postgres?host=" + s.dir + "&port=5432&sslmode=disable"
	s.must("initdb", "-D", s.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	s.Start()
	return s
}

func (s *Server) data() string { return filepath.Join(s.dir, "data") }

// Start starts the server again after Stop. It does not wait for the disk: a
// crash of the server, unlike one of the machine, loses nothing that it wrote.
func (s *Server) Start() {
	s.t.Helper()
	s.must("pg_ctl", "start", "-D", s.data(), "-w", "-t", "60", "-l", filepath.Join(s.dir, "log"),
		"-o", "-c listen_addresses='' -c unix_socket_directories='"+s.dir+"' -c port=5432 -c timezone=UTC -c fsync=off")
}

// Create makes an empty database, and returns its address.
func (s *Server) Create(name string) (url string) {
	s.t.Helper()
	execute(s.t, s.URL, "CREATE DATABASE "+name)
	return strings.Replace(s.URL, "@/postgres?", "@/"+name+"?", 1)
}

// Stop ends the server as a crash does: what was not committed is lost, and
// connections break off.
func (s *Server) Stop() {
	s.t.Helper()
	if err := s.stop("immediate"); err != nil {
		s.t.Fatal("stop PostgreSQL:", err)
	}
}

func (s *Server) stop(mode string) error {
	return s.program("pg_ctl", "stop", "-D", s.data(), "-m", mode, "-w").Run()
}

// CutOff ends all connections of others.
func (s *Server) CutOff() {
	s.t.Helper()
	execute(s.t, s.URL, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")
}

// Pause lets the server hang: it takes connections and answers nothing.
func (s *Server) Pause() {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		s.t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	main, err := strconv.Atoi(first)
	if err != nil {
		s.t.Fatal(err)
	}
	// The parent first, and its children once it can start no others.
	s.held = nil
	s.hold(main)
	for _, pid := range childrenOf(s.t, main) {
		s.hold(pid)
	}
}

// hold stops a process, and waits until it stands still.
func (s *Server) hold(pid int) {
	s.held = append(s.held, pid)
	_ = syscall.Kill(pid, syscall.SIGSTOP) // one that ended needs none
	for range 1000 {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		_, state, _ := strings.Cut(string(text), ") ")
		if err != nil || strings.HasPrefix(state, "T") || strings.HasPrefix(state, "Z") {
			return // it ended, or there is no /proc to look at
		}
		time.Sleep(time.Millisecond)
	}
}

// Resume lets it go on.
func (s *Server) Resume() {
	for _, pid := range slices.Backward(s.held) {
		_ = syscall.Kill(pid, syscall.SIGCONT)
	}
	s.held = nil
}

// Connections counts those of others.
func (s *Server) Connections() (n int) {
	s.t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&n)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// program is one of the server's own, run as its user.
func (s *Server) program(name string, args ...string) *exec.Cmd {
	ctx, cancel := context.WithTimeout(context.Background(), 90*time.Second)
	s.t.Cleanup(cancel)
	c := exec.CommandContext(ctx, filepath.Join(s.bin, name), args...)
	c.Dir = "/"
	c.SysProcAttr = &syscall.SysProcAttr{Credential: s.as}
	return c
}

// must runs a program that is to succeed. Its output goes to a file: a server
// would hold a pipe open.
func (s *Server) must(name string, args ...string) {
	s.t.Helper()
	out, err := os.CreateTemp("", "lightson-pg-*.out")
	if err != nil {
		s.t.Fatal(err)
	}
	defer os.Remove(out.Name())
	defer out.Close()
	c := s.program(name, args...)
	c.Stdout, c.Stderr = out, out
	if err := c.Run(); err != nil {
		text, _ := os.ReadFile(out.Name())
		s.t.Fatalf("%s: %v\n%s", name, err, text)
	}
}
