package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"time"

	"lightson/models"
)

// The reserve is a file that takes a little room on the disk of the database. It is
// given up when the disk is full, so that what makes room, such as the end of a
// preview, can still be written. The schedule lays it again.
const (
	reserveBytes = 1 << 20
	// reserveShare keeps the reserve small on a small disk.
	reserveShare = 32
	// reserveEvery is how often the reserve is looked after.
	reserveEvery = time.Minute
)

// layReserve lays the reserve where there is room for much more than that.
func (j *Jobs) layReserve(context.Context) error {
	path := j.settings.Reserve
	_, total, known := j.space(j.settings.Dir)
	if !known || exists(path) || needSpace(j.settings.Dir, j.space, 8*reserveBytes, reserveShare/8) != nil {
		return nil
	}
	content := make([]byte, min(reserveBytes, total/reserveShare)) // random, since some disks pack
	_, _ = rand.Read(content)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return fmt.Errorf("lay the reserve: %w", errors.Join(err, os.Remove(path)))
	}
	return nil
}

// withReserve does a small change of the database. Where the disk is full, it gives
// up the reserve and tries again.
func (j *Jobs) withReserve(change func() error) error {
	err := change()
	if _, fault := models.FaultOf(err); !fault || j.settings.Reserve == "" || j.Ready() == nil {
		return err
	}
	if os.Remove(j.settings.Reserve) != nil {
		return err // it was given up before
	}
	return change()
}
