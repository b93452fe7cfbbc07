package jobs

import (
	"errors"
	"os"
)

// errNotRegular says that something else is where a file was: a link, a pipe, a device.
var errNotRegular = errors.New("not a regular file")

// openRegular opens a file, and nothing else: it follows no link and does not wait for
// the other end of a pipe. People who may write to the inbox must not be able to have
// us read any other file.
func openRegular(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if isLinkError(err) {
		return nil, errNotRegular
	}
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errNotRegular
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}
