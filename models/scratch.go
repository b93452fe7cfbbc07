package models

import (
	"errors"
	"os"
)

// A scratchFile is a temporary file for ourselves. Where the system allows it, it
// loses its name at once, so that not even a killed process leaves it behind.
type scratchFile struct {
	*os.File
	named bool
}

func newScratchFile(dir, pattern string) (*scratchFile, error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	return &scratchFile{f, os.Remove(f.Name()) != nil}, nil
}

// Close closes the file and removes it.
func (f *scratchFile) Close() error {
	err := f.File.Close()
	if f.named {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
