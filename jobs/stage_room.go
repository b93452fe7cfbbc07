package jobs

import (
	"cmp"
	"io"
	"os"
	"path/filepath"
	"sync"

	"lightson/models"
	"lightson/models/words"
)

// DefaultStageLimit is four times the default limit of an upload.
const DefaultStageLimit = 4 << 30

// A stageRoom bounds what is staged on the disk of this server: the files of
// previews, of uploads that wait for their import, and of those that are arriving.
// A nil stageRoom has no bounds.
type stageRoom struct {
	dir   string // has a folder for each import
	limit int64  // bytes
	space func(dir string) (free, total int64, known bool)

	mu        sync.Mutex
	held      map[string]int64 // bytes, by the import
	sum       int64
	unchecked int64 // bytes that may be taken before the disk is looked at again
}

func newStageRoom(dir string, limit int64) *stageRoom {
	r := &stageRoom{dir: dir, limit: cmp.Or(limit, DefaultStageLimit), space: diskSpace}
	r.recount()
	return r
}

// checkDiskEvery is after how many bytes the disk is looked at again.
const checkDiskEvery = 4 << 20

// take counts bytes in that an import is about to stage. It gives a models.NoRoom
// where too many are staged already, and a fault where the disk is nearly full.
func (r *stageRoom) take(id string, bytes int64) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sum+bytes > r.limit {
		r.count() // somebody else may have removed some
	}
	if r.sum+bytes > r.limit {
		return models.NoRoom{Why: words.Later("Files that wait for their import, or for a decision about their preview, take {taken} of the {most} MB that they may (LIGHTSON_STAGE_LIMIT). "+
			"Confirm or discard a preview, or wait for the imports that are queued.", "taken", r.sum>>20, "most", r.limit>>20)}
	}
	if r.unchecked -= bytes; r.unchecked < 0 {
		if err := needSpace(r.dir, r.space, 64<<20, 20); err != nil {
			return err
		}
		r.unchecked = checkDiskEvery
	}
	r.held[id] += bytes
	r.sum += bytes
	return nil
}

// giveBack counts bytes out that an import does not hold any more.
func (r *stageRoom) giveBack(id string, bytes int64) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	bytes = min(bytes, r.held[id])
	r.sum -= bytes
	if r.held[id] -= bytes; r.held[id] == 0 {
		delete(r.held, id)
	}
}

// drop counts an import out whose files are gone.
func (r *stageRoom) drop(id string) { r.giveBack(id, 1<<62) }

// recount counts what is on the disk: another server may share the folder.
func (r *stageRoom) recount() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count()
}

func (r *stageRoom) count() {
	r.held, r.sum = map[string]int64{}, 0
	imports, err := os.ReadDir(r.dir)
	if err != nil {
		return // there is none yet
	}
	for _, i := range imports {
		files, err := os.ReadDir(filepath.Join(r.dir, i.Name()))
		if err != nil {
			continue // somebody else removed it
		}
		for _, file := range files {
			if info, err := file.Info(); err == nil {
				r.held[i.Name()] += info.Size()
				r.sum += info.Size()
			}
		}
	}
}

// writer writes to a file of an import and counts what it writes.
func (r *stageRoom) writer(id string, f io.Writer) io.Writer {
	if r == nil {
		return f
	}
	return roomWriter{r, id, f}
}

type roomWriter struct {
	room *stageRoom
	id   string
	dst  io.Writer
}

func (w roomWriter) Write(p []byte) (int, error) {
	if err := w.room.take(w.id, int64(len(p))); err != nil {
		return 0, err
	}
	return w.dst.Write(p)
}
