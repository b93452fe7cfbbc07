package jobs

import (
	"context"
	"errors"
	"io/fs"

	"lightson/models"
)

// refuseFound moves a file that is no feed to failed/, and notes where it is now.
func (j *Jobs) refuseFound(row models.InboxFile, notes *inboxNotes) {
	place, err := j.inbox.refuse(row.Name, errors.New(row.Reason.String()))
	if errors.Is(err, fs.ErrNotExist) {
		return // another server was first, or its owner took it away
	}
	row.Place, row.Problem = place, ""
	if err != nil {
		row.Problem = moveProblem(failedDir, err).Stored()
	}
	notes.note(row, err)
}

// moveStuck tries to move the files away that were read already and could not be moved.
func (j *Jobs) moveStuck(ctx context.Context, notes *inboxNotes) error {
	tried := map[string]bool{}
	for _, row := range notes.before {
		if row.State == models.InboxWaiting || row.Place != "" || tried[row.ImportID] {
			continue
		}
		i, err := models.Import{}, models.ErrNotFound
		if row.ImportID != "" {
			i, err = j.db.Import(ctx, row.ImportID)
		}
		switch {
		case err == nil:
			tried[i.ID] = true
			j.inbox.moveOut(ctx, j.db, i, notes.note)
		case errors.Is(err, models.ErrNotFound):
			j.moveStuckAlone(row, notes)
		default:
			return err
		}
	}
	return nil
}

// moveStuckAlone moves a file away of whose import nothing is known any more.
func (j *Jobs) moveStuckAlone(row models.InboxFile, notes *inboxNotes) {
	info, err := j.inbox.stat(row.Name)
	if err != nil || !(foundFile{size: row.Size, modifiedAt: row.ModifiedAt}).isStill(info) {
		return
	}
	if row.State == models.InboxRefused {
		j.refuseFound(row, notes)
		return
	}
	if _, err := j.inbox.move(row.Name, doneDir, nil); err != nil && !errors.Is(err, fs.ErrNotExist) {
		row.Problem = moveProblem(doneDir, err).Stored()
		notes.note(row, err)
	}
}
