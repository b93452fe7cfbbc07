package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lightson/cmd/rig"
)

// recoverWithin is how long all work may take to be final after the next start: a
// lease of ten seconds, two until Rescue runs, and the work itself once more, on a
// machine that does several trials at once.
const recoverWithin = 30 * time.Second

// recover starts a server on what a fault left and checks that nothing was lost.
func (t *trial) recover(ctx context.Context) error {
	began := time.Now()
	if err := t.serve(ctx); err != nil {
		return fmt.Errorf("the next start: %w", err)
	}
	before, after := t.possibleStates()
	if err := t.checkFirstReport(ctx, before, after); err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, recoverWithin)
	defer cancel()
	if err := errors.Join(t.finished(waiting, t.server), t.emptied(waiting)); err != nil {
		return fmt.Errorf("stuck: %w", err)
	}
	t.recovery = time.Since(began)
	if err := t.checkPromises(ctx, before, after); err != nil {
		return err
	}
	if err := t.checkData(ctx, before, after); err != nil {
		return err
	}
	if err := t.checkNextWork(ctx); err != nil {
		return err
	}
	return t.checkTidy(ctx)
}

// possibleStates are the two states that the data may be in.
func (t *trial) possibleStates() (before, after state) {
	if t.scenario.name == "create" {
		return t.data.empty, t.data.empty
	}
	return t.data.before, t.data.after
}

// checkFirstReport checks that a report made right after the start is of whole data.
func (t *trial) checkFirstReport(ctx context.Context, before, after state) error {
	id, err := t.server.Report(ctx, "as_of="+instants[0])
	if err != nil {
		return fmt.Errorf("a report at once: %w", err)
	}
	csv, err := t.server.Text(ctx, "/get_report/"+id)
	if err == nil && csv != before.reports[0] && csv != after.reports[0] {
		err = errors.New("it is neither of the data before nor after")
	}
	if err != nil {
		return fmt.Errorf("a report at once: %w", err)
	}
	return nil
}

// checkPromises checks what was promised, and that nothing failed that was not a command's.
func (t *trial) checkPromises(ctx context.Context, before, after state) error {
	imports, reports, err := t.server.Works(ctx)
	if err != nil {
		return err
	}
	complete := map[string]bool{}
	for _, w := range append(imports, reports...) {
		complete[w.ID] = w.State == "complete"
		if w.Source == "command" && w.State != "complete" {
			continue // who gave the command was told
		}
		if w.State != "complete" {
			return fmt.Errorf("%s is %s: %s", w.ID, w.State, text(w.Error))
		}
	}
	for _, i := range imports {
		t.promised = t.promised || i.State == "complete" && t.scenario.name != "create"
	}
	for _, id := range t.imports {
		if !complete[id] {
			return fmt.Errorf("import %s was promised and is gone", id)
		}
	}
	for id, instant := range t.reports {
		n := slices.Index(instants, instant)
		csv, err := t.server.Text(ctx, "/get_report/"+id)
		if err != nil {
			return err
		}
		if !complete[id] || csv != before.reports[n] && csv != after.reports[n] {
			return fmt.Errorf("report %s was promised, and is neither of the data before nor after", id)
		}
	}
	return nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// checkData checks that the data are those before or after the import, in reports
// and in the export alike, and those after it where it was promised or complete.
func (t *trial) checkData(ctx context.Context, before, after state) error {
	now, err := t.look(ctx, t.db)
	switch {
	case err != nil:
		return err
	case now.equal(after):
		return nil
	case t.promised:
		return errors.New("the import was promised, and its data are not there")
	case !now.equal(before):
		return errors.New("half data: neither those before the import nor those after it")
	}
	return nil
}

// checkNextWork checks that the next work succeeds: the part, if it is not there yet,
// another import, and the reports of both.
func (t *trial) checkNextWork(ctx context.Context) error {
	files, want := []string{t.data.part, t.data.small}, t.data.afterAll
	if t.scenario.name == "create" {
		files, want = files[1:], t.data.smallOnly
	}
	for _, file := range files {
		if _, err := t.server.Upload(ctx, file); err != nil {
			return fmt.Errorf("the next import: %w", err)
		}
	}
	waiting, cancel := context.WithTimeout(ctx, recoverWithin)
	defer cancel()
	if err := t.finished(waiting, t.server); err != nil {
		return fmt.Errorf("the next import: %w", err)
	}
	now, err := t.look(ctx, t.db)
	if err == nil && !now.equal(want) {
		err = errors.New("the data are not those of all files")
	}
	if err != nil {
		return fmt.Errorf("the next import: %w", err)
	}
	return nil
}

// checkTidy checks that no file of an import is left, and stops the server. What was
// cut off before it was an import is left for a day, in case it still arrives.
func (t *trial) checkTidy(ctx context.Context) error {
	imports, _, err := t.server.Works(ctx)
	if err != nil {
		return err
	}
	waiting, cancel := context.WithTimeout(ctx, recoverWithin)
	defer cancel()
	for _, i := range imports {
		for {
			if _, err := os.Stat(filepath.Join(t.db.Dir, "files", "imports", i.ID)); errors.Is(err, os.ErrNotExist) {
				break
			}
			if err := rig.Pause(waiting); err != nil {
				return fmt.Errorf("files of the import %s are left: %w", i.ID, err)
			}
		}
	}
	return t.server.Stop()
}
