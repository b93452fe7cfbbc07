package models

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"syscall"

	"lightson/models/words"
)

// ErrAway says that the database cannot be reached, or that another program keeps it
// locked. The same call may succeed later.
var ErrAway = errors.New("the database does not answer")

// A Fault is a failure of the database or of a disk that an operator can do
// something about.
type Fault struct {
	Away     bool       // it may pass by itself; errors.Is(f, ErrAway)
	said     words.Text // for people
	database string     // a value of what is said
	cause    error      // for the log
}

// Error is the cause, for the log.
func (f Fault) Error() string { return f.cause.Error() }

// ForPeople is the failure as a sentence.
func (f Fault) ForPeople() words.Message { return words.Later(f.said, "database", f.database) }

// Unwrap implements errors.Unwrap's interface.
func (f Fault) Unwrap() error { return f.cause }

// Is makes a fault that may pass by itself an ErrAway.
func (f Fault) Is(target error) bool { return f.Away && target == ErrAway }

// FaultOf finds the fault that caused an error. Cancellation and time limits are no
// faults: the caller ended the work.
func FaultOf(err error) (f Fault, found bool) {
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
		if f, found := find(err); found {
			f.cause = err
			return f, true
		}
	}
	return f, false
}

// Away reports whether a call that gave err may succeed later.
func Away(err error) bool {
	f, found := FaultOf(err)
	return found && f.Away
}

// diskFault words the system's errors about files and disks.
func diskFault(err error) (Fault, bool) {
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return Fault{said: "The disk of the server is full."}, true
	case errors.Is(err, syscall.EROFS):
		return Fault{said: "The disk of the server can only be read."}, true
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		return Fault{said: "The server has too many files open."}, true
	case errors.Is(err, syscall.EIO):
		return Fault{said: "The disk of the server does not work as it should."}, true
	case errors.Is(err, fs.ErrPermission):
		return Fault{said: "The server is not allowed to read or write a file that it needs."}, true
	}
	return Fault{}, false
}

// A PanicError is a panic that was caught, with the stack where it happened.
type PanicError struct {
	Value any
	Stack []byte
}

// Error has the stack too: it is for the log, and never for people.
func (e PanicError) Error() string { return fmt.Sprintf("panic: %v\n%s", e.Value, e.Stack) }

// Caught calls work and makes a PanicError of its panic. A goroutine needs it that
// others wait for: its panic would end the program, and nobody's recover can catch it.
// For packages of models only.
func Caught(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = PanicError{p, debug.Stack()}
		}
	}()
	return work()
}
