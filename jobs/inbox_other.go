//go:build !linux

package jobs

// beingWritten knows nothing here: whether a file is complete is told from the time
// of its last change alone.
func beingWritten(string) (written, known bool) { return false, false }
