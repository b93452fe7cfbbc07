package jobs

import (
	"errors"
	"io/fs"
	"syscall"

	"lightson/models"
	"lightson/models/words"
)

// What people read about files that stay in the inbox: what is wrong, and what to do.

const (
	linkProblem       words.Text = "It is a link, and links are not followed. Put the file itself into the inbox."
	nameProblem       words.Text = "Its name is not valid text. Rename it."
	unfinishedProblem words.Text = "A program has been writing to it for more than an hour. It is imported once that program closes it."

	triedAgain = "It is tried again at every check."
	notAgain   = "It is not read again unless it changes."
)

// readProblem words why a file cannot be read.
func readProblem(err error) words.Message {
	if errors.Is(err, fs.ErrPermission) {
		return words.Later("The server may not read it. Give the server's user the right to read it. " + triedAgain)
	}
	return words.Later("It cannot be read: {why}. "+triedAgain, "why", systemWords(err))
}

// folderProblem words why the inbox itself cannot be used.
func folderProblem(err error) words.Message {
	return words.Later("The inbox cannot be read: {why}. Expected a folder that the server's user may read and write. "+
		"Nothing is imported from it until then. "+triedAgain, "why", systemWords(err))
}

// moveProblem words why a file cannot be moved into a folder of the inbox.
func moveProblem(folder string, err error) words.Message {
	switch {
	case errors.Is(err, errLinkedFolder):
		return words.Later("It cannot be moved: {folder} is a link that another user made. Expected a folder. "+notAgain, "folder", folder)
	case errors.Is(err, syscall.ENOTDIR):
		return words.Later("It cannot be moved: {folder} is a file, where a folder is expected. Rename that file. "+notAgain, "folder", folder)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return words.Later("It cannot be moved to {folder}: {why}. Let the server's user write to the inbox and to {folder}, or move it away yourself. "+notAgain,
			"folder", folder, "why", systemWords(err))
	}
	return words.Later("It cannot be moved to {folder}: {why}. Fix that, or move the file away yourself. "+notAgain, "folder", folder, "why", systemWords(err))
}

// systemWords are the cause of an error without the path that it names. What the system says
// is said as it is.
func systemWords(err error) words.Message {
	var number syscall.Errno
	if errors.As(err, &number) {
		return words.Said(number.Error())
	}
	if fault, found := models.FaultOf(err); found {
		return fault.ForPeople()
	}
	return words.Said(err.Error())
}
