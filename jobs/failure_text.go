package jobs

import (
	"context"
	"errors"

	"lightson/models"
)

// A problem is an error whose text is meant for people.
type problem interface {
	error
	ForPeople() string
}

// importAgainText is what helps an import that failed on our side. Its files are not
// kept: those of the inbox are in failed/, and whoever sent others has them.
const importAgainText = "Please import the files again."

// failureText is what people are told of a failure: the whole of it where it was
// said for them, else nothing of our insides.
func failureText(kind models.WorkKind, err error) string {
	var p problem
	if fault, is := models.FaultOf(err); is {
		return fault.ForPeople() + " " + advice(kind)
	}
	if errors.As(err, &p) {
		return p.ForPeople()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "It took too long and was stopped. Nothing was changed."
	}
	if kind == models.ImportWork {
		return "Something went wrong on our side. Nothing was imported; the server's log says more."
	}
	return "Something went wrong on our side. The server's log says more."
}

// advice says what became of work that failed, and what to do.
func advice(kind models.WorkKind) string {
	if kind == models.ImportWork {
		return "Nothing was imported. " + importAgainText
	}
	return "Please try again."
}
