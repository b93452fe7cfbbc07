package jobs

import (
	"context"
	"path/filepath"
	"time"

	"lightson/models"
	"lightson/models/uptime"
)

// inboxNotes are the files of the inbox that need attention, as one look finds them.
// The database remembers them: people see them on the page of imports, and a file that
// cannot be moved away is not read again, after a restart neither.
type inboxNotes struct {
	before map[string]models.InboxFile // by id
	now    map[string]models.InboxFile
	causes map[string]error // for the log
	at     uptime.Instant
}

// keptFiled is how long a refused file that was moved away is named.
const keptFiled = 30 * 24 * time.Hour

func newInboxNotes(known []models.InboxFile, at time.Time) *inboxNotes {
	n := &inboxNotes{map[string]models.InboxFile{}, map[string]models.InboxFile{}, map[string]error{}, uptime.At(at)}
	for _, f := range known {
		n.before[f.ID] = f
	}
	return n
}

// note records what is wrong with a file.
func (n *inboxNotes) note(f models.InboxFile, cause error) {
	f.FoundAt = n.at
	if known, is := n.before[f.ID]; is && known.State == f.State && known.Problem == f.Problem {
		f.FoundAt = known.FoundAt
	}
	n.now[f.ID], n.causes[f.ID] = f, cause
}

// keep keeps the note of a file that this look does not get to.
func (n *inboxNotes) keep(f foundFile) {
	if row, is := n.before[models.InboxFileID(f.name)]; is {
		n.now[row.ID] = row
	}
}

// keepAll keeps every note: the folder could not be looked into.
func (n *inboxNotes) keepAll() {
	for id, f := range n.before {
		if id != "" {
			n.now[id] = f
		}
	}
}

// keepFiled keeps the notes of refused files that are still where they were put.
func (n *inboxNotes) keepFiled(b *inbox) {
	for id, f := range n.before {
		if f.Place != "" && n.at.Time().Sub(f.FoundAt.Time()) < keptFiled && exists(filepath.Join(b.dir, f.Place)) {
			n.now[id] = f
		}
	}
}

// saveNotes writes what changed, and logs what is new once.
func (j *Jobs) saveNotes(ctx context.Context, n *inboxNotes) error {
	var changed []models.InboxFile
	var gone []string
	for id, f := range n.now {
		if f != n.before[id] {
			changed = append(changed, f)
		}
		j.tell(ctx, f, n.causes[id])
	}
	for id, f := range n.before {
		if _, still := n.now[id]; !still {
			gone = append(gone, id)
			j.inbox.forget(id)
			j.log.InfoContext(ctx, "inbox file no longer needs attention", "file", f.Name)
		}
	}
	return j.db.SaveInboxFiles(ctx, changed, gone)
}

// tell logs a problem, unless this process did so before.
func (j *Jobs) tell(ctx context.Context, f models.InboxFile, cause error) {
	if f.Problem == "" || !j.inbox.isNews(f.ID, f.Problem.String()) {
		return
	}
	log := j.log.With("problem", f.Problem.String())
	if cause != nil {
		log = log.With("error", cause)
	}
	if f.ID == "" {
		log.ErrorContext(ctx, "inbox cannot be used", "folder", f.Name)
		return
	}
	log.WarnContext(ctx, "inbox file needs attention", "file", f.Name)
}

func (b *inbox) isNews(id, problem string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.told[id] == problem {
		return false
	}
	b.told[id] = problem
	return true
}

func (b *inbox) forget(id string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.told, id)
}
