package main

import (
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestATerminalThatIsClosedStopsItsServer(t *testing.T) {
	slave, err := os.OpenFile(newTerminal(t).name, os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer slave.Close()
	child := command(t, append(on("", t.TempDir()), "serve", "--addr=127.0.0.1:0")...)
	var log lockedBuffer
	child.Stdin, child.Stderr = slave, &log
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	until(t, "the server listens", func() bool { return strings.Contains(log.String(), "msg=serving") })
	if err := child.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := child.Wait(); err != nil || !strings.Contains(log.String(), "msg=stopping") {
		t.Errorf("%v:\n%s", err, &log)
	}
}
