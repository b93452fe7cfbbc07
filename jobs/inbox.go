package jobs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"lightson/models/unpack"
	"lightson/models/uptime"
	"lightson/models/words"
)

// An inbox is a folder into which people and programs drop CSV files. After
// their import they are moved to done/, or to failed/ with a .rejects.csv
// beside them.
type inbox struct {
	dir    string
	now    func() time.Time
	open   func(path string) (*os.File, error)
	rename func(from, to string) error

	mu   sync.Mutex
	seen map[string]sighting // by the name of the file
	told map[string]string   // by the id of the file: the problem that the log has

	// Of the schedule's task alone, which does not run twice at a time.
	emptyLooks int // that were asked for in a row while the inbox was empty
	askedAt    time.Time
}

func newInbox(dir string, now func() time.Time) *inbox {
	return &inbox{dir: dir, now: now, open: openRegular, rename: os.Rename, told: map[string]string{}}
}

const (
	doneDir   = "done"
	failedDir = "failed"
	// quietTime is how long a file must not have changed, where the system cannot
	// tell whether someone has it open for writing.
	quietTime = 5 * time.Second
	// quietTimeUnended is how long a file must not have changed that does not end
	// with the end of a line: it may be cut off. Archives are such files as well.
	quietTimeUnended = time.Minute
	// longWait is after how long a file that is still being written is named.
	longWait = time.Hour
	// filesPerLook bounds one import. The next look finds the others.
	filesPerLook = 10_000
)

// A foundFile is a file of the inbox that nobody writes to any more, or one with a
// problem.
type foundFile struct {
	name       string // its bytes may be no text
	shown      string // see shownName
	size       int64
	modifiedAt uptime.Instant
	problem    words.Stored // why it cannot be read; empty for most
	cause      error        // of the problem, for the log
}

func (f foundFile) isStill(info fs.FileInfo) bool {
	return info.Size() == f.size && uptime.At(info.ModTime()) == f.modifiedAt
}

// empty reports whether nothing but its own folders is in the inbox. One that cannot be read
// is not empty: a look says what is wrong.
func (b *inbox) empty() bool {
	entries, err := os.ReadDir(b.dir)
	return err == nil && !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() != doneDir && e.Name() != failedDir })
}

// look lists the files that can be taken in and those with a problem, in order of
// name. It leaves out what nobody meant to send, files that are still being written,
// and those whose shown names are busy. The error says that the folder itself cannot
// be used.
func (b *inbox) look(busy map[string]bool) ([]foundFile, error) {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var files []foundFile
	before := b.seen
	b.seen = map[string]sighting{}
	for _, entry := range entries {
		name := entry.Name()
		f := foundFile{name: name, shown: shownName(name)}
		isLink := entry.Type()&fs.ModeSymlink != 0 && name != doneDir && name != failedDir
		switch {
		case unpack.LeftAlone(name), busy[f.shown], !isLink && !entry.Type().IsRegular():
			continue
		case isLink:
			f.problem = words.Later(linkProblem).Stored()
		case b.diskName(f.shown) != name:
			f.problem = words.Later(nameProblem).Stored()
		}
		if f.problem != "" || b.examine(&f, entry, before) {
			files = append(files, f)
		}
	}
	return files, nil
}

// examine fills in the size and the time of a file, and its problem where it cannot be
// read. It reports false for a file that is gone or still being written.
func (b *inbox) examine(f *foundFile, entry fs.DirEntry, before map[string]sighting) bool {
	info, err := entry.Info()
	var file *os.File
	if err == nil {
		f.size, f.modifiedAt = info.Size(), uptime.At(info.ModTime())
		file, err = b.open(filepath.Join(b.dir, f.name))
	}
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, errNotRegular) {
		return false
	}
	if err != nil {
		f.problem, f.cause = readProblem(err).Stored(), err
		return true
	}
	defer file.Close()
	now := b.now()
	seen := before[f.name].again(info, now)
	b.seen[f.name] = seen
	if isComplete(file, max(now.Sub(info.ModTime()), now.Sub(seen.since))) {
		return true
	}
	if now.Sub(seen.first) < longWait {
		return false
	}
	f.problem = words.Later(unfinishedProblem).Stored()
	return true
}

// A sighting is what looks into the inbox saw of a file. The time of a file's last
// change alone does not say for how long it is quiet: it may be of another clock.
type sighting struct {
	size     int64
	modified time.Time
	first    time.Time // when the file was first seen
	since    time.Time // since when it was seen with this size and time
}

func (s sighting) again(info fs.FileInfo, now time.Time) sighting {
	if s.first.IsZero() {
		s.first = now
	}
	if s.since.IsZero() || s.size != info.Size() || !s.modified.Equal(info.ModTime()) {
		s.size, s.modified, s.since = info.Size(), info.ModTime(), now
	}
	return s
}

// isComplete reports whether nobody writes to a file any more that has not changed for
// so long.
func isComplete(f *os.File, quiet time.Duration) bool {
	written, known := beingWritten(f)
	switch {
	case written:
		return false
	case !known && quiet < quietTime:
		return false
	default:
		return quiet >= quietTimeUnended || endsLine(f)
	}
}

// endsLine reports whether a file ends with the end of a line, or is empty.
func endsLine(f *os.File) bool {
	end, err := f.Seek(-1, io.SeekEnd)
	if err != nil {
		return end == 0
	}
	last := make([]byte, 1)
	_, err = f.Read(last)
	return err == nil && (last[0] == '\n' || last[0] == '\r')
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
