package transfer

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Files copies the files that wait in one folder, and in folders in it, to another, and
// returns how many. A file that goes meanwhile is not needed any more. Those that are there
// already stay as they are.
func Files(from, to string) (copied int, err error) {
	err = filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		below, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		done, err := file(path, filepath.Join(to, below))
		if done {
			copied++
		}
		return err
	})
	return copied, err
}

// file copies one file. done is false where there is nothing to copy, or nothing to do.
func file(from, to string) (done bool, err error) {
	in, err := os.Open(from)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	if _, err := os.Stat(to); err == nil {
		return false, nil
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return false, err
	}
	part := to + ".part" // its name says that it is not whole
	out, err := os.OpenFile(part, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return false, err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return false, errors.Join(err, os.Remove(part))
	}
	return true, os.Rename(part, to)
}
