package jobs

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"lightson/models"
	"lightson/models/imports"
)

// refuse moves a file to failed/, with the reason beside it.
func (b *inbox) refuse(name string, why error) (place string, err error) {
	return b.move(name, failedDir, func(place string) ([]string, error) {
		path := rejectsBeside(place, 1)
		return []string{path}, writeNew(path, func(w io.Writer) error { return imports.WriteRefusal(w, name, why) })
	})
}

// writeNew writes a file that is not there yet.
func writeNew(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(write(f), f.Close())
}

// move moves a file into a folder of the inbox, under a name that neither a file nor
// its rejects have. beside, which may be nil, writes files beside that place first; they
// are removed where the file cannot be moved. place is within the inbox.
func (b *inbox) move(shown, folder string, beside func(place string) (written []string, err error)) (place string, err error) {
	dir := filepath.Join(b.dir, folder)
	if err := makeFolder(dir); err != nil {
		return "", err
	}
	name := b.diskName(shown)
	from := filepath.Join(b.dir, name)
	if _, err := os.Lstat(from); err != nil {
		return "", err
	}
	to := ""
	for n := 1; to == "" || exists(to) || exists(rejectsBeside(to, 1)); n++ {
		to = filepath.Join(dir, placeName(name, n))
	}
	var written []string
	if beside != nil {
		written, err = beside(to)
	}
	if err == nil {
		err = b.rename(from, to)
	}
	if errors.Is(err, syscall.EXDEV) {
		err = b.copyAway(from, to)
	}
	if err != nil {
		for _, path := range written {
			_ = os.Remove(path) // it is beside nothing
		}
		return "", err
	}
	return folder + "/" + shownName(filepath.Base(to)), nil
}

// errLinkedFolder says that a folder of the inbox is a link that somebody made who
// could so have files put anywhere.
var errLinkedFolder = errors.New("a link of another user")

// makeFolder makes a folder of the inbox. It may be a link of our own to another place.
func makeFolder(dir string) error {
	if info, err := os.Lstat(dir); err == nil && info.Mode()&fs.ModeSymlink != 0 && madeByOther(info) {
		return errLinkedFolder
	}
	return os.MkdirAll(dir, 0o700)
}

// copyAway moves a file to another file system: it copies it down to the disk, and
// removes it then. After an error nothing is left of the copy.
func (b *inbox) copyAway(from, to string) (err error) {
	src, err := b.open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	temp := filepath.Join(filepath.Dir(to), "."+models.InboxFileID(filepath.Base(to))+".part")
	_ = os.Remove(temp) // of a copy that was interrupted
	err = writeNew(temp, func(w io.Writer) error {
		if _, err := io.Copy(w, src); err != nil {
			return err
		}
		return w.(*os.File).Sync() // the only writer that writeNew has
	})
	if info, statErr := src.Stat(); err == nil && statErr == nil {
		err = os.Chtimes(temp, info.ModTime(), info.ModTime())
	}
	if err == nil {
		err = os.Rename(temp, to)
	}
	if err != nil {
		return errors.Join(err, ignoreGone(os.Remove(temp)))
	}
	if err := os.Remove(from); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, os.Remove(to)) // else there would be a copy more at each look
	}
	return nil
}

func ignoreGone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
