package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"lightson/cmd/rig"
)

// A trial is one fault: a database of its own, the program at some work, the
// kill, and what has to be true afterwards.
type trial struct {
	*harness
	ofKind
	scenario  scenario
	dice      *rand.Rand
	db        *rig.Database
	server    *rig.Server // where a server does the work
	command   *exec.Cmd   // where a command does
	ended     chan struct{}
	complaint bytes.Buffer // of the command

	mu       sync.Mutex
	imports  []string          // ids that were promised
	reports  map[string]string // ids that were promised, with their instants
	promised bool              // the part must be in the data at the end
	copied   bool              // a copy said that it is done

	did      string // what was done to it, in words
	recovery time.Duration
}

// stopWithin is what the servers are told with --stop-after, and stopAtMost how
// long the longest stop then takes: jobs that are cancelled have some seconds more.
const (
	stopWithin = time.Second
	stopAtMost = 20 * time.Second
)

func (h *harness) newTrial(kind rig.Kind, s scenario, number int) *trial {
	return &trial{
		harness: h, ofKind: ofKind{s.name, kind}, scenario: s,
		dice: h.dice(kind, number), reports: map[string]string{},
	}
}

// prepare makes the database and brings the scenario to where its work begins.
func (t *trial) prepare(ctx context.Context) (err error) {
	base, name := t.scenario.base(t), fmt.Sprintf("trial%d", t.nextTrial.Add(1))
	if t.db, err = t.Create(ctx, t.kind, name, base); err != nil || t.scenario.prepare == nil {
		return err
	}
	return t.scenario.prepare(ctx, t)
}

// killInWork begins the scenario's work and kills the program somewhere in it. It
// reports whether the work was still under way.
func (t *trial) killInWork(ctx context.Context) (inWork bool, err error) {
	if err := t.prepare(ctx); err != nil {
		return false, fmt.Errorf("before the fault: %w", err)
	}
	delay := time.Duration(t.dice.Float64() * 1.2 * float64(t.takes[t.ofKind]))
	signal := os.Signal(syscall.SIGKILL)
	if t.dice.IntN(5) == 0 && !t.scenario.stops {
		signal = syscall.SIGTERM
	}
	t.did = fmt.Sprintf("%s after %s", signal, delay.Round(time.Millisecond))

	working, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- t.scenario.work(working, t) }()
	select {
	case err := <-done:
		if err != nil {
			return false, fmt.Errorf("before the fault: %w", err)
		}
		t.did += ", when all was done"
		return false, t.end(signal)
	case <-time.After(delay):
	}
	err = t.end(signal)
	cancel()
	<-done //nolint:errcheck // its server was killed, so that it failed is no news
	return true, err
}

// killNextStart kills the next start as well, somewhere in its recovery.
func (t *trial) killNextStart(ctx context.Context) error {
	delay := time.Duration(t.dice.Float64() * float64(300*time.Millisecond+t.takes[t.ofKind]))
	t.did += fmt.Sprintf(", and the next start after %s", delay.Round(time.Millisecond))
	s, err := t.Serve(ctx, t.db)
	if err != nil {
		return err
	}
	select {
	case <-s.Ended:
		return fmt.Errorf("the next start ended: %s", s.Said())
	case <-time.After(delay):
	}
	s.Kill()
	return nil
}

// end sends the signal and waits for the program to end. One that is asked to
// stop must do so in time, and a server without an error.
func (t *trial) end(signal os.Signal) error {
	process, ended := t.process()
	if process == nil {
		return nil // it was not started yet
	}
	if err := process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-ended:
	case <-time.After(stopAtMost):
		_ = process.Kill()
		<-ended
		return fmt.Errorf("it did not stop within %s", stopAtMost)
	}
	if signal == syscall.SIGTERM && t.server != nil && t.scenario.prepare != nil { // else it may have been starting
		return t.server.Stop() // which says how it ended
	}
	return nil
}

func (t *trial) process() (*os.Process, chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.server != nil:
		return t.server.Process(), t.server.Ended
	case t.command != nil:
		return t.command.Process, t.ended
	}
	return nil, nil
}

// run does the work of a command on the database of the trial.
func (t *trial) run(ctx context.Context, args ...string) error { return t.runOn(ctx, t.db, args...) }

func (t *trial) runOn(ctx context.Context, db *rig.Database, args ...string) error {
	t.mu.Lock()
	t.command, t.ended = t.Command(ctx, db, args...), make(chan struct{})
	t.command.Stderr = &t.complaint
	err := t.command.Start()
	if err != nil {
		t.command = nil
	}
	t.mu.Unlock()
	if err != nil {
		return err
	}
	defer close(t.ended)
	if err := t.command.Wait(); err != nil {
		return fmt.Errorf("lightson %s: %w: %s", args[0], err, t.complaint.String())
	}
	return nil
}

// serve starts the server of the scenario, and waits for it if told to.
func (t *trial) serve(ctx context.Context) error {
	s, err := t.Serve(ctx, t.db, "--stop-after", stopWithin.String())
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.server = s
	t.mu.Unlock()
	return s.Answers(ctx, "/healthz")
}

// stop ends the scenario's server, if any, without a fault.
func (t *trial) stop() {
	if t.server != nil {
		t.server.Kill()
	}
}

func (t *trial) close() {
	t.stop()
	if t.db != nil {
		if err := errors.Join(t.Drop(context.Background(), t.db), os.RemoveAll(t.db.Dir)); err != nil {
			t.say("drop %s: %v", t.db.Name, err)
		}
	}
}

// said is the end of what the last server logged.
func (t *trial) said() string {
	if t.server == nil {
		return t.complaint.String()
	}
	text := t.server.Said()
	return text[max(0, len(text)-2000):]
}
