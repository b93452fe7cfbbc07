//go:build !linux

package jobs

import (
	"io/fs"
	"os"
)

const openFlags = 0

func isLinkError(error) bool { return false }

func beingWritten(*os.File) (written, known bool) { return false, false }

// madeByOther cannot be told here.
func madeByOther(fs.FileInfo) bool { return false }
