package jobs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/imports"
	"lightson/models/unpack"
	"lightson/models/uptime"
)

// An inbox is a folder into which people and programs drop CSV files. After
// their import they are moved to done/, or to failed/ with a .rejects.csv
// beside them.
type inbox struct {
	dir string
	now func() time.Time
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
)

// complete lists the files that nobody writes to any more, in order of name. It
// leaves out hidden and partial files, and those of unfinished imports, whose
// names are busy.
func (b *inbox) complete(busy []string) ([]models.ImportFile, error) {
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(b.dir)
	if err != nil {
		return nil, err
	}
	var files []models.ImportFile
	for _, entry := range entries {
		name := entry.Name()
		if !entry.Type().IsRegular() || ignored(name) || isBusy(busy, name) {
			continue
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		quiet := b.now().Sub(info.ModTime())
		path := filepath.Join(b.dir, name)
		written, known := beingWritten(path)
		switch {
		case written:
		case !known && quiet < quietTime:
		case quiet < quietTimeUnended && !endsLine(path):
		default:
			files = append(files, models.ImportFile{Name: name, Size: info.Size(), ModifiedAt: uptime.At(info.ModTime())})
		}
	}
	return files, nil
}

// ignored reports whether a file is hidden, or has a name that programs give to
// files that they have not finished.
func ignored(name string) bool {
	lower := strings.ToLower(name)
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, "~") ||
		strings.HasSuffix(lower, ".part") || strings.HasSuffix(lower, ".tmp") ||
		strings.HasSuffix(lower, ".crdownload") || strings.HasSuffix(lower, ".filepart")
}

// endsLine reports whether a file ends with the end of a line, or is empty.
func endsLine(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	end, err := f.Seek(-1, io.SeekEnd)
	if err != nil {
		return end == 0
	}
	last := make([]byte, 1)
	_, err = f.Read(last)
	return err == nil && (last[0] == '\n' || last[0] == '\r')
}

// check reads a file. The error is a unpack.RefusedError if the file is no feed.
func (b *inbox) check(name string) error {
	f, err := os.Open(filepath.Join(b.dir, name))
	if err != nil {
		return err
	}
	defer f.Close()
	return unpack.CheckFeed(name, f, b.now())
}

// refuse moves a file to failed/, with the reason beside it.
func (b *inbox) refuse(name string, why error) error {
	place, err := b.move(name, failedDir)
	if err != nil {
		return err
	}
	return imports.WriteRefusal(rejectsBeside(place), name, why)
}

// move moves a file into a folder of the inbox, under a name that neither a file nor
// its rejects have.
func (b *inbox) move(name, dir string) (place string, err error) {
	if err := os.MkdirAll(filepath.Join(b.dir, dir), 0o700); err != nil {
		return "", err
	}
	ext := filepath.Ext(name)
	place = filepath.Join(b.dir, dir, name)
	for n := 2; exists(place) || exists(rejectsBeside(place)); n++ {
		place = filepath.Join(b.dir, dir, fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), n, ext))
	}
	return place, os.Rename(filepath.Join(b.dir, name), place)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func rejectsBeside(path string) string {
	return strings.TrimSuffix(path, filepath.Ext(path)) + ".rejects.csv"
}
