package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// A terminal is a pseudo-terminal: what a program prints to it, and what somebody types.
type terminal struct {
	*os.File
	name string

	mu    sync.Mutex
	shown bytes.Buffer
	more  *sync.Cond
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	file, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if err := unix.IoctlSetPointerInt(int(file.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(file.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty := &terminal{File: file, name: fmt.Sprint("/dev/pts/", number)}
	tty.more = sync.NewCond(&tty.mu)
	go func() { _, _ = io.Copy(tty.screen(), file) }()
	return tty
}

type screen struct{ *terminal }

func (t *terminal) screen() io.Writer { return screen{t} }

// Write implements io.Writer.
func (s screen) Write(text []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.more.Broadcast()
	return s.shown.Write(text)
}

// answer waits for a prompt and types a line.
func (t *terminal) answer(test *testing.T, prompt, line string) {
	test.Helper()
	t.mu.Lock()
	for !strings.Contains(t.shown.String(), prompt) {
		t.more.Wait()
	}
	t.mu.Unlock()
	if _, err := t.WriteString(line + "\n"); err != nil {
		test.Fatal(err)
	}
}

func TestATerminalIsAskedForThePasswordTwiceAndShowsNothing(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		email string
		typed []string
		ok    bool
		says  string
	}{
		{"olga@example.com", []string{"a long password", "a long password"}, true, "olga@example.com has an account"},
		{"ben@example.com", []string{"a long password", "a lang password"}, false, "not the same; nothing was changed"},
		{"cem@example.com", []string{""}, true, "/invitation/"},
	} {
		tty := newTerminal(t)
		slave, err := os.OpenFile(tty.name, os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			t.Fatal(err)
		}
		cmd := command(t, "account", "add", c.email, "--data="+dir)
		var out bytes.Buffer
		cmd.Stdin, cmd.Stderr, cmd.Stdout = slave, slave, &out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		for n, line := range c.typed {
			tty.answer(t, []string{"Password (nothing for an invitation link): ", "Once more: "}[n], line)
		}
		err = cmd.Wait()
		_ = slave.Close()
		tty.mu.Lock()
		shown := tty.shown.String()
		tty.mu.Unlock()
		if (err == nil) != c.ok || strings.Contains(shown, "long password") {
			t.Errorf("%s: %v; the terminal shows %q", c.email, err, shown)
		}
		if c.ok && !strings.Contains(out.String(), c.says) {
			t.Errorf("%s: printed %s", c.email, &out)
		}
	}
	r := accountRunner{t, on("", dir)}
	if list := r.must("list"); strings.Contains(list, "ben@") || strings.Count(list, "\n") != 3 {
		t.Errorf("accounts are\n%s", list)
	}
}
