package models

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
)

// ErrAway says that the database cannot be reached, or that another program
// keeps it for longer than one waits. The same may succeed later.
var ErrAway = errors.New("the database does not answer")

// A Fault is a trouble of the database or of its disk that an operator can do
// something about. Away ones go by without one.
type Fault struct {
	Away  bool
	words string
	cause error
}

// Error says it for the log.
func (f Fault) Error() string { return f.cause.Error() }

// ForPeople says what is the matter in a sentence.
func (f Fault) ForPeople() string { return f.words }

// Unwrap implements errors.Unwrap's interface.
func (f Fault) Unwrap() error { return f.cause }

// Is makes a fault that goes by an ErrAway.
func (f Fault) Is(target error) bool { return f.Away && target == ErrAway }

// FaultOf finds the fault that is the cause of an error, if there is one. What
// was cancelled, or took too long, is none: whoever asked has ended it.
func FaultOf(err error) (f Fault, is bool) {
	if err == nil {
		return f, false
	}
	if errors.As(err, &f) {
		return f, true
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return f, false
	}
	for _, find := range []func(error) (Fault, bool){sqliteFault, postgresFault, diskFault} {
		if f, is := find(err); is {
			f.cause = err
			return f, true
		}
	}
	return f, false
}

// Away reports whether what was asked of the database may succeed later.
func Away(err error) bool {
	f, is := FaultOf(err)
	return is && f.Away
}

// diskFault finds what can be wrong with the folder of files on their way in.
func diskFault(err error) (Fault, bool) {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Fault{words: "The disk of the server is full."}, true
	case errors.Is(err, syscall.EROFS):
		return Fault{words: "The disk of the server can only be read."}, true
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return Fault{words: "The server has too many files open."}, true
	case errors.Is(err, syscall.EIO):
		return Fault{words: "The disk of the server does not work as it should."}, true
	case errors.Is(err, fs.ErrPermission):
		return Fault{words: "The server is not allowed to read or write a file that it needs."}, true
	}
	return Fault{}, false
}
