package unpack

import (
	"errors"
	"fmt"
	"io"
	"time"

	"lightson/models/feed"
)

// An File is one file that someone sends, while it is being sent.
type File struct {
	Name string
	Body io.Reader
}

// CheckFeed reads a file to its end and reports whether it is a feed, by a
// RefusedError if not. Bad rows are not an error: an import lists them.
func CheckFeed(name string, src io.Reader, now time.Time) error {
	_, err := feed.Read(src, now, feed.Sink{})
	return Refuse(name, err)
}

// RefusedError says that a file is not one of the four feeds.
type RefusedError struct {
	File string
	Why  *feed.RefusedError
}

func (e RefusedError) Error() string { return fmt.Sprintf("%s: %v", e.File, e.Why) }

// Unwrap gives the reason alone.
func (e RefusedError) Unwrap() error { return e.Why }

// ForPeople is the whole error: it was worded for them.
func (e RefusedError) ForPeople() string { return e.Error() }

// Refuse names the file in an error of reading it.
func Refuse(name string, err error) error {
	var refused *feed.RefusedError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refused):
		return RefusedError{name, refused}
	default:
		return fmt.Errorf("%s: %w", name, err)
	}
}
