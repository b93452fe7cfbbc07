package main

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"lightson/models/modelstest"
)

// runs waits until work has begun.
func runs(t *testing.T, look func(string) work, id string) {
	t.Helper()
	until(t, "the work runs", func() bool { w := look(id); return w.State == "running" || w.final() })
}

// A stop waits for what it can wait for, and no longer than it says.
func TestAStopInTheMiddleOfWorkLosesNothing(t *testing.T) {
	data := newCourse(t, 4000, 2)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		runChild(t, append(append([]string{"load"}, data.first...), on(url, dir)...)...)
		for n, stopAfter := range []string{"1ms", "20s"} { // too short for the work, and long enough
			s := serve(t, url, dir, "--stop-after="+stopAfter)
			imported := s.upload(data.parts[n])
			asked := s.trigger(query("as_of", asOf))
			if n == 0 {
				runs(t, s.theReport, asked)
			} else {
				runs(t, s.theImport, imported)
			}
			began := time.Now()
			if code := s.terminate(); code != 0 {
				t.Errorf("after %s: exit status %d", stopAfter, code)
			}
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("after %s: the stop took %s", stopAfter, took)
			}
			if log := s.log.String(); strings.Contains(log, "work failed") {
				t.Errorf("after %s: work failed:\n%s", stopAfter, log)
			}

			next := serve(t, url, dir)
			for what, w := range map[string]work{"import": next.theImport(imported), "report": next.theReport(asked)} {
				if w.State == "failed" || w.State == "cancelled" {
					t.Errorf("after %s: the %s is %s: %v", stopAfter, what, w.State, w.Error)
				}
			}
			until(t, "the import is final", func() bool { return next.theImport(imported).final() })
			if csv := next.csv(asked); csv != data.after[n] && csv != data.after[n+1] {
				t.Errorf("after %s: the report is neither of the data before nor after:\n%.1000s", stopAfter, csv)
			}
			if next.csv(next.trigger(query("as_of", asOf))) != data.after[n+1] {
				t.Errorf("after %s: the report afterwards is not the one of the data", stopAfter)
			}
			if code := next.terminate(); code != 0 {
				t.Errorf("exit status %d", code)
			}
		}
		nothingLeft(t, dir)
	})
}

// A second signal is a crash that someone wanted: it loses nothing either.
func TestASecondSignalInTheMiddleOfWorkLosesNothing(t *testing.T) {
	data := newCourse(t, 4000, 1)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		runChild(t, append(append([]string{"load"}, data.first...), on(url, dir)...)...)
		s := serve(t, url, dir, "--stop-after=10m")
		imported := s.upload(data.parts[0])
		runs(t, s.theImport, imported)
		for range 2 {
			_ = s.child.Process.Signal(syscall.SIGTERM) // which may have ended in time
			time.Sleep(20 * time.Millisecond)
		}
		s.exit()
		endLeases(t, url, dir)
		next := serve(t, url, dir)
		until(t, "the import is final", func() bool { return next.theImport(imported).final() })
		if i := next.theImport(imported); i.State != "complete" {
			t.Errorf("import is %s: %v", i.State, i.Error)
		}
		if next.csv(next.trigger(query("as_of", asOf))) != data.after[1] {
			t.Error("the report afterwards is not the one of the data")
		}
		if code := next.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		nothingLeft(t, dir)
	})
}
