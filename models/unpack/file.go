package unpack

import (
	"errors"
	"fmt"
	"io"
	"time"

	"lightson/models/feed"
	"lightson/models/words"
)

// A File is one file of an upload or of an archive. Its body can be read once.
type File struct {
	Name string
	Body io.Reader
}

// CheckFeed reads a file to its end and gives a RefusedError unless it is a feed. Bad
// rows are no error: an import lists them. Timestamps are checked against now.
func CheckFeed(name string, src io.Reader, now time.Time) error {
	_, err := feed.Read(src, now, feed.Sink{})
	return Refuse(name, err)
}

// RefusedError says that a file is none of the feeds, or an archive that is not
// opened.
type RefusedError struct {
	File string
	Why  *feed.RefusedError
}

func (e RefusedError) Error() string { return e.ForPeople().String() }

// Unwrap gives the reason alone.
func (e RefusedError) Unwrap() error { return e.Why }

// ForPeople is the whole error, without a full stop.
func (e RefusedError) ForPeople() words.Message {
	return words.Later("{file}: {why}", "file", e.File, "why", e.Why.ForPeople())
}

// Refuse puts the name of the file before an error of reading it. Where feed has refused
// the file, the result is a RefusedError.
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
