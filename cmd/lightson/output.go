package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// write writes to a file, or to standard output where no file is named.
func (p *program) write(path string, write func(io.Writer) error) error {
	if path == "" {
		return write(p.out)
	}
	return writeFile(path, write)
}

// writeFile writes a file as a whole: after an error there is what was there before. A
// new file is for its owner alone; one that is replaced keeps its mode. It does not
// replace what is no regular file, such as /dev/null or a pipe, but writes to it.
func writeFile(path string, write func(io.Writer) error) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode := os.FileMode(0o600)
	if info, err := os.Stat(path); err == nil {
		if !info.Mode().IsRegular() {
			return writeTo(path, write)
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".lightson-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Unwrap(err))
	}
	buffer := bufio.NewWriter(f)
	err = errors.Join(write(buffer), buffer.Flush(), f.Chmod(mode), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func writeTo(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	buffer := bufio.NewWriter(f)
	return errors.Join(write(buffer), buffer.Flush(), f.Close())
}
