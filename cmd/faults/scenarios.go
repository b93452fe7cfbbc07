package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"lightson/cmd/rig"
)

// A scenario is some work in which the program is killed.
type scenario struct {
	name string
	// base is the database that it begins with; nil for an empty one.
	base func(*trial) *rig.Database
	// prepare is not interrupted. It may be nil.
	prepare func(context.Context, *trial) error
	// work is interrupted. It returns when all is done.
	work func(context.Context, *trial) error
	// again is done after the fault, before the next start. It may be nil.
	again func(context.Context, *trial) error
	// stops says that the work is itself a stop, so that only a kill is a fault.
	stops bool
}

var scenarios []scenario

func init() { // a plain initializer would refer to itself by way of the flags
	serve := func(ctx context.Context, t *trial) error { return t.serve(ctx) }
	scenarios = []scenario{
		{name: "upload", base: filled, prepare: serve, work: upload},
		{name: "load", base: filled, work: load},
		{name: "report", base: filled, prepare: serve, work: report},
		{name: "inbox", base: filled, prepare: serve, work: inbox},
		{name: "together", base: filled, prepare: serve, work: together},
		{name: "migrate", base: old, work: func(ctx context.Context, t *trial) error { return t.run(ctx, "migrate") }},
		{name: "create", base: none, work: serve},
		{name: "copy", base: none, work: copyInto, again: copyAgain},
		{name: "shutdown", base: filled, prepare: atWork, work: shutdown, stops: true},
	}
}

func scenarioNames() []string {
	names := make([]string, len(scenarios))
	for n, s := range scenarios {
		names[n] = s.name
	}
	return names
}

func filled(t *trial) *rig.Database { return t.bases[t.kind].filled }
func none(*trial) *rig.Database     { return nil }
func old(t *trial) *rig.Database {
	return t.bases[t.kind].old[t.dice.IntN(len(t.bases[t.kind].old))]
}

// askUpload uploads the part, which is promised from then on.
func (t *trial) askUpload(ctx context.Context) error {
	id, err := t.server.Upload(ctx, t.data.part)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.imports, t.promised = append(t.imports, id), true
	return nil
}

func upload(ctx context.Context, t *trial) error {
	if err := t.askUpload(ctx); err != nil {
		return err
	}
	return t.finished(ctx, t.server)
}

// load promises the part once the command says that it is done.
func load(ctx context.Context, t *trial) error {
	if err := t.run(ctx, "load", t.data.part); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.promised = true
	return nil
}

func report(ctx context.Context, t *trial) error {
	for _, instant := range instants {
		id, err := t.server.Trigger(ctx, "as_of="+instant)
		if err != nil {
			return err
		}
		t.mu.Lock()
		t.reports[id] = instant
		t.mu.Unlock()
	}
	return t.finished(ctx, t.server)
}

// drop puts the part into the inbox, which promises to import it.
func (t *trial) drop() error {
	box := filepath.Join(t.db.Dir, "inbox")
	if err := os.MkdirAll(box, 0o700); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.promised = true
	return os.Link(t.data.part, filepath.Join(box, "part.csv"))
}

func inbox(ctx context.Context, t *trial) error {
	if err := t.drop(); err != nil {
		return err
	}
	return t.emptied(ctx)
}

// together does all that a server does at the same time.
func together(ctx context.Context, t *trial) error {
	if err := errors.Join(t.drop(), t.askUpload(ctx)); err != nil {
		return err
	}
	return errors.Join(report(ctx, t), t.emptied(ctx))
}

// atWork brings a server into the middle of an import and of reports.
func atWork(ctx context.Context, t *trial) error {
	if err := t.serve(ctx); err != nil {
		return err
	}
	if err := t.askUpload(ctx); err != nil {
		return err
	}
	for _, instant := range instants {
		id, err := t.server.Trigger(ctx, "as_of="+instant)
		if err != nil {
			return err
		}
		t.reports[id] = instant
	}
	return nil
}

// shutdown is a stop, as a service manager asks for it.
func shutdown(_ context.Context, t *trial) error {
	if err := t.server.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-t.server.Ended
	return nil
}

// other is the kind of database that is copied into one of a kind.
var other = map[rig.Kind]rig.Kind{rig.PostgreSQL: rig.SQLite, rig.SQLite: rig.PostgreSQL}

// copyInto copies a database of the other kind into the one of the trial.
func copyInto(ctx context.Context, t *trial) error {
	if err := t.runOn(ctx, t.bases[other[t.kind]].source, "copy", "--to", t.target()); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.copied = true
	return nil
}

// target is how the database of the trial is named as that of a copy.
func (t *trial) target() string {
	if t.kind == rig.SQLite {
		return t.db.Dir
	}
	return t.db.URL
}

// copyAgain checks that the database is empty or whole. The next copy goes into an empty one,
// after which it must be whole, too; into any other it does not.
func copyAgain(ctx context.Context, t *trial) error {
	const refusal = "the target is not empty" // of the command
	waiting, cancel := context.WithTimeout(ctx, recoverWithin)
	defer cancel()
	for {
		err := t.Lightson(waiting, t.bases[other[t.kind]].source, "copy", "--to", t.target())
		switch {
		case err == nil && t.copied:
			return errors.New("what was copied is gone")
		case err == nil:
			t.did += ", which left it empty"
			return t.checkCopy(ctx)
		case strings.Contains(err.Error(), refusal):
			t.did += ", which left it whole"
			return t.checkCopy(ctx)
		}
		// The server may not have noticed yet that whoever copied is gone.
		if rig.Pause(waiting) != nil {
			return fmt.Errorf("the next copy: %w", err)
		}
	}
}

func (t *trial) checkCopy(ctx context.Context) error {
	now, err := t.look(ctx, t.db)
	if err == nil && !now.equal(t.data.before) {
		err = errors.New("it is neither empty nor whole")
	}
	if err != nil {
		return fmt.Errorf("the target of a copy: %w", err)
	}
	return nil
}

// finished waits until every import and report is final.
func (t *trial) finished(ctx context.Context, s *rig.Server) error {
	for {
		imports, reports, err := s.Works(ctx)
		if err != nil {
			return err
		}
		waiting := 0
		for _, w := range append(imports, reports...) {
			if !w.Final() {
				waiting++
			}
		}
		if waiting == 0 {
			return nil
		}
		if err := rig.Pause(ctx); err != nil {
			return fmt.Errorf("%d of %d imports and %d reports are not final: %w", waiting, len(imports), len(reports), err)
		}
	}
}

// emptied waits until the inbox has no files any more.
func (t *trial) emptied(ctx context.Context) error {
	for {
		left, err := filepath.Glob(filepath.Join(t.db.Dir, "inbox", "*.csv"))
		if err != nil || len(left) == 0 {
			return err
		}
		if err := rig.Pause(ctx); err != nil {
			return fmt.Errorf("%s is still in the inbox: %w", filepath.Base(left[0]), err)
		}
	}
}
