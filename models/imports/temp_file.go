package imports

import (
	"errors"
	"os"
)

// A tempFile is a temporary file that only this process uses. Where the system
// allows it, its name is removed at once, so that not even a killed process leaves
// it behind.
type tempFile struct {
	*os.File
	named bool // whether its name is still there
}

func newTempFile(dir, pattern string) (*tempFile, error) {
	f, err := os.CreateTemp(dir, pattern)
	if err != nil {
		return nil, err
	}
	return &tempFile{f, os.Remove(f.Name()) != nil}, nil
}

// Close closes the file and removes it.
func (f *tempFile) Close() error {
	err := f.File.Close()
	if f.named {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
