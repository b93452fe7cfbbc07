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
	// Tests that run under nohup ignore a hangup, and servers would inherit that. What is
	// caught is not inherited.
	caught := make(chan os.Signal, 1)
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	for _, s := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
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

// As under nohup. The signal is not ignored in earnest, because what this process
// ignores, the servers of other tests would ignore as well.
func TestAHangupThatIsIgnoredStaysIgnored(t *testing.T) {
	for _, nohup := range []bool{false, true} {
		signals := stopSignals(func(os.Signal) bool { return nohup })
		if slices.Contains(signals, os.Signal(syscall.SIGHUP)) == nohup {
			t.Errorf("ignored %t: %v stop the program", nohup, signals)
		}
	}
}
