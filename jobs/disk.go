package jobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// needSpace gives the error of a full disk where fewer bytes are free than most. On a
// small disk, one part of so many (share) is enough.
func needSpace(dir string, space func(string) (free, total int64, known bool), most, share int64) error {
	for {
		if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir) // it is made when it is needed
	}
	free, total, known := space(dir)
	if least := min(most, total/share); known && free < least {
		return fmt.Errorf("%d bytes are free in %s, at least %d are needed: %w", free, dir, least, syscall.ENOSPC)
	}
	return nil
}

// Ready gives an error where the disk of the data folder is so full that not even
// small changes can be relied on.
func (j *Jobs) Ready() error { return needSpace(j.settings.Dir, j.space, 4<<20, 50) }
