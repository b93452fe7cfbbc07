package main

import (
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"testing"
)

func TestEverySignalToStopIsAGracefulStop(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP} {
		t.Run(s.String(), func(t *testing.T) {
			t.Parallel()
			server := serve(t, "", t.TempDir())
			if err := server.child.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
			if code := server.exit(); code != 0 || !strings.Contains(server.log.String(), "msg=stopping") {
				t.Errorf("exit status %d:\n%s", code, server.log.String())
			}
		})
	}
}

// As under nohup.
func TestAHangupThatIsIgnoredStaysIgnored(t *testing.T) {
	hasHangup := func() bool { return slices.Contains(stopSignals(), os.Signal(syscall.SIGHUP)) }
	if signal.Ignored(syscall.SIGHUP) {
		t.Skip("the tests run under nohup themselves")
	}
	if !hasHangup() {
		t.Error("a hangup does not stop the program")
	}
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	if hasHangup() {
		t.Error("a hangup stops a program that was to ignore it")
	}
}
