package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"lightson/models/modelstest"
)

// A terminal is a pseudo-terminal: what a program prints to it, and what somebody types.
type terminal struct {
	keys  *os.File
	name  string
	shown lockedBuffer
}

func newTerminal(t *testing.T) *terminal {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here:", err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty := &terminal{keys: keys, name: fmt.Sprint("/dev/pts/", number)}
	go func() { _, _ = io.Copy(&tty.shown, keys) }()
	return tty
}

// answer waits for a prompt, and until nothing is shown of what is typed, and types a line.
func (tty *terminal) answer(t *testing.T, prompt, line string) {
	t.Helper()
	modelstest.Eventually(t, "the prompt "+prompt, func() bool {
		state, err := unix.IoctlGetTermios(int(tty.keys.Fd()), unix.TCGETS)
		return err == nil && state.Lflag&unix.ECHO == 0 && strings.HasSuffix(tty.shown.String(), prompt)
	})
	if _, err := tty.keys.WriteString(line + "\n"); err != nil {
		t.Fatal(err)
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
		shown := tty.shown.String()
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
