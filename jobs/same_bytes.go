package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"lightson/models"
)

// checksumText is a sum as people and programs compare it.
func checksumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// completeSame completes an import whose very bytes were taken in before, without
// reading their rows again, and reports whether it did.
func (w *Worker) completeSame(ctx context.Context, a models.Attempt, i *models.Import, pathOf func(models.Import, models.ImportFile) string) (bool, error) {
	if i.Forced {
		return false, nil
	}
	if some, err := w.checksumFiles(ctx, i, pathOf); err != nil || !some {
		return false, err
	}
	return w.db.CompleteSame(ctx, a, *i)
}

// checksumFiles sums up the bytes of files that were not staged, as far as it is worth
// it: where no file of its size was ever taken in, a file is a new one.
func (w *Worker) checksumFiles(ctx context.Context, i *models.Import, pathOf func(models.Import, models.ImportFile) string) (some bool, err error) {
	for _, file := range i.Files {
		if some, err := w.db.MaybeSame(ctx, file.Size); err != nil || !some {
			return false, err
		}
	}
	for n, file := range i.Files {
		if file.SHA256 != "" {
			continue
		}
		if i.Files[n].SHA256, err = checksumFile(ctx, file.Name, pathOf(*i, file)); err != nil {
			return false, err
		}
	}
	return true, nil
}

func checksumFile(ctx context.Context, name, path string) (string, error) {
	f, err := openFile(name, path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, &stoppableReader{ctx, f}); err != nil {
		return "", err
	}
	return checksumText(hash), nil
}

// stoppableReader stops when ctx ends.
type stoppableReader struct {
	ctx context.Context
	src io.Reader
}

func (r *stoppableReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.src.Read(p)
}
