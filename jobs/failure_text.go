package jobs

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/words"
)

// A problem is an error that has a text for people.
type problem interface {
	error
	ForPeople() words.Message
}

// importAgainText is the advice after an import that failed on our side. Its files
// are not kept: those of the inbox are in failed/, and the sender has the others.
const importAgainText = "Please import the files again."

// failureText says to people why work failed. An error that has no text for people
// is kept from them: the log has it.
func failureText(kind models.WorkKind, err error) words.Message {
	var p problem
	if fault, is := models.FaultOf(err); is {
		return words.Sentences(fault.ForPeople(), words.Later(advice(kind)))
	}
	if errors.As(err, &p) {
		return p.ForPeople()
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return words.Later("It took too long and was stopped. Nothing was changed.")
	}
	if kind == models.ImportWork {
		return words.Later("Something went wrong on our side. Nothing was imported; the server's log says more.")
	}
	return words.Later("Something went wrong on our side. The server's log says more.")
}

// advice says what failed work left, and what to do.
func advice(kind models.WorkKind) words.Text {
	if kind == models.ImportWork {
		return "Nothing was imported. " + importAgainText
	}
	return "Please try again."
}
