package imports

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lightson/models"
	"lightson/models/polls"
	"lightson/models/uptime"
	"lightson/models/words"
)

// UndoStates says of imports whether they could be undone now: nil, or an UndoError.
// Undo itself follows the same rules. Besides, it notices where something that keeps
// no journal has changed the data.
func UndoStates(ctx context.Context, db *models.DB, list []models.Import) (states []error, err error) {
	if !slices.ContainsFunc(list, func(i models.Import) bool { return i.State == models.Complete }) {
		for _, i := range list { // whoever watches one asks again and again, and its row says it
			states = append(states, (&undoRules{}).checkRow(i))
		}
		return states, nil
	}
	err = db.View(ctx, func(tx *models.Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		rules, err := newUndoRules(ctx, tx, version)
		if err != nil {
			return err
		}
		for _, i := range list {
			state := rules.check(ctx, i)
			var refused UndoError
			if state != nil && !errors.As(state, &refused) {
				return state
			}
			states = append(states, state)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look whether imports can be undone: %w", err)
	}
	return states, nil
}

// undoRules say whether imports can be undone, in one transaction.
type undoRules struct {
	tx      *models.Tx
	version models.DataVersion
	horizon horizon
	merges  []mergeParts // that have a journal, oldest first
	facts   map[partKey]*storeSets
}

// mergeParts are the parts of the journal of a merge, without their entries.
type mergeParts struct {
	number int64
	parts  []models.JournalPart
}

func newUndoRules(ctx context.Context, tx *models.Tx, version models.DataVersion) (*undoRules, error) {
	r := &undoRules{tx: tx, version: version, facts: map[partKey]*storeSets{}}
	var err error
	if r.horizon, err = (journals{tx}).horizon(ctx); err != nil {
		return nil, err
	}
	parts, err := journals{tx}.partsAfter(ctx, r.horizon.last())
	if err != nil {
		return nil, err
	}
	for n, p := range parts {
		if n == 0 || p.MergeNumber != parts[n-1].MergeNumber {
			r.merges = append(r.merges, mergeParts{number: p.MergeNumber})
		}
		last := &r.merges[len(r.merges)-1]
		last.parts = append(last.parts, p)
	}
	return r, nil
}

// check gives an UndoError where the import cannot be undone.
func (r *undoRules) check(ctx context.Context, i models.Import) error {
	if err := r.checkRow(i); err != nil {
		return err
	}
	n := slices.IndexFunc(r.merges, func(m mergeParts) bool { return m.number == i.MergeNumber })
	if n < 0 {
		return undoError("Cannot be undone", "This import can no longer be undone: the record of its changes is gone.")
	}
	if err := r.refuseDeletedDays(ctx, r.merges[n]); err != nil {
		return err
	}
	for _, later := range slices.Backward(r.merges[n+1:]) { // the newest is the one to undo next
		if err := r.refuseOverlap(ctx, r.merges[n], later); err != nil {
			return err
		}
	}
	return r.refuseIfRunning(ctx, i)
}

// checkRow applies the rules that need no journal.
func (r *undoRules) checkRow(i models.Import) error {
	switch {
	case i.UndoneAt != 0:
		return undoError("Undone", "This import was already undone on {time}.", "time", timeOf(i.UndoneAt))
	case i.State != models.Complete:
		return undoError("Not complete", "Only a complete import can be undone. This one is {state}.", "state", StateWords(i.State))
	case i.SameAs != "", i.Changed != nil && len(i.Changed) == 0:
		return undoError("Nothing to undo", "This import changed nothing, so there is nothing to undo.")
	case i.MergeNumber == 0:
		return undoError("Cannot be undone", "This import cannot be undone: its changes were not recorded.")
	case i.MergeNumber <= r.horizon.pushes:
		return undoError("Too long ago", "This import can no longer be undone. Only the last {n} imports of pushed polls can be undone.", "n", pushesKept)
	case i.MergeNumber <= r.horizon.files:
		return undoError("Too long ago", "This import can no longer be undone. Only the last {n} can be undone.", "n", undoKept)
	}
	return nil
}

// refuseDeletedDays refuses to undo polls of days that retention has deleted. It
// names the first such day.
func (r *undoRules) refuseDeletedDays(ctx context.Context, m mergeParts) error {
	if !r.version.KeptFrom.Known {
		return nil
	}
	first, found := int32(0), false
	for _, p := range m.parts {
		if p.Kind != pollsJournal && p.Kind != reasonsJournal || polls.InstantOf(p.Day, 0) >= r.version.KeptFrom.At || found && p.Day >= first {
			continue
		}
		sets, err := r.setsOf(ctx, p)
		if err != nil {
			return err
		}
		if len(sets.changed) > 0 {
			first, found = p.Day, true
		}
	}
	if !found {
		return nil
	}
	return undoError("Its polls are deleted", "This import can no longer be undone: its polls of {day} were deleted because of their age.",
		"day", dayOf(first))
}

// clocksDiffer is how far apart the clocks of servers may be.
const clocksDiffer = uptime.Minute

// refuseIfRunning refuses to undo an import while another one is running: that one
// may be about to change the same. Whether it is can only be told from its lease, since
// nobody has watched it. A lease of hours is that of a worker whose clock was wrong and
// who may be dead, so it holds nobody up: merges and undos wait for each other anyway.
func (r *undoRules) refuseIfRunning(ctx context.Context, i models.Import) error {
	var running []models.Import
	now := models.Now()
	longest := now.Add(uptime.Micros(models.Lease.Microseconds()) + clocksDiffer)
	err := r.tx.GORM(ctx).Where("state = ? AND lease_until BETWEEN ? AND ? AND id <> ?", models.Running, now, longest, i.ID).
		Order("created_at").Limit(1).Find(&running).Error
	if err != nil || len(running) == 0 {
		return err
	}
	return UndoError{
		Why:   words.Later("{import} is running and may change the same data. Wait until it is complete.", "import", importWords(running[0])).Stored(),
		Short: "Another is running", Blocking: running[0].ID,
	}
}

// importWords are an import as a sentence names it.
func importWords(i models.Import) words.Message {
	return words.Later("Import {id} of {time}", "id", i.ShortID(), "time", timeOf(i.CreatedAt))
}

func timeOf(at uptime.Instant) words.Moment {
	return words.Moment{At: at.Time(), Layout: "2 Jan 2006, 15:04 MST"}
}

// dayOf is a day of the polls.
func dayOf(day int32) words.Moment {
	return words.Moment{At: polls.InstantOf(day, 0).Time(), Layout: "2 Jan 2006"}
}

// StateWords are the state of an import within a sentence.
func StateWords(s models.State) words.Text { return stateWords[s] }

var stateWords = map[models.State]words.Text{
	models.Queued: "queued|an import is", models.Running: "running|an import is", models.Complete: "complete|an import is",
	models.Failed: "failed|an import has", models.Cancelled: "cancelled|an import is", models.Previewed: "preview|state of an import",
}

// changedElsewhere refuses to undo a fact that differs from what the import wrote
// although no later import has it in its journal.
func changedElsewhere(kind models.JournalKind, code string) error {
	return undoError("Changed since", "This import cannot be undone: the {kind} of store {store} changed since, and not by an import.", "kind", feedKind(kind), "store", code)
}
