package jobs

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"lightson/models"
)

// What people read about files that stay in the inbox: what is wrong, and what to do.

const (
	linkProblem       = "It is a link, and links are not followed. Put the file itself into the inbox."
	nameProblem       = "Its name is not valid text. Rename it."
	unfinishedProblem = "A program has been writing to it for more than an hour. It is imported once that program closes it."

	triedAgain = "It is tried again at every check."
	notAgain   = "It is not read again unless it changes."
)

// readProblem words why a file cannot be read.
func readProblem(err error) string {
	if errors.Is(err, fs.ErrPermission) {
		return "The server may not read it. Give the server's user the right to read it. " + triedAgain
	}
	return "It cannot be read: " + systemWords(err) + ". " + triedAgain
}

// folderProblem words why the inbox itself cannot be used.
func folderProblem(err error) string {
	return fmt.Sprintf("The inbox cannot be read: %s. Expected a folder that the server's user may read and write. "+
		"Nothing is imported from it until then. %s", systemWords(err), triedAgain)
}

// moveProblem words why a file cannot be moved into a folder of the inbox.
func moveProblem(folder string, err error) string {
	advice := "Fix that, or move the file away yourself. "
	switch {
	case errors.Is(err, errLinkedFolder):
		return fmt.Sprintf("It cannot be moved: %s is a link that another user made. Expected a folder. ", folder) + notAgain
	case errors.Is(err, syscall.ENOTDIR):
		return fmt.Sprintf("It cannot be moved: %s is a file, where a folder is expected. Rename that file. ", folder) + notAgain
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		advice = fmt.Sprintf("Let the server's user write to the inbox and to %s, or move it away yourself. ", folder)
	}
	return fmt.Sprintf("It cannot be moved to %s: %s. ", folder, systemWords(err)) + advice + notAgain
}

// systemWords is the cause of an error without the path that it names.
func systemWords(err error) string {
	var number syscall.Errno
	if errors.As(err, &number) {
		return number.Error()
	}
	if fault, found := models.FaultOf(err); found {
		return fault.ForPeople()
	}
	return err.Error()
}
