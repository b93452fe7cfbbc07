package jobs

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"lightson/models"
	"lightson/models/imports"
)

// sumText is a sum as people and programs compare it.
func sumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// isSame completes an import whose very bytes were taken in before, without
// reading their rows again, and reports whether it did.
func (w *Worker) isSame(ctx context.Context, a models.Attempt, i *models.Import, pathOf func(models.Import, models.ImportFile) string) (bool, error) {
	if i.Forced {
		return false, nil
	}
	if some, err := w.sumUp(ctx, i, pathOf); err != nil || !some {
		return false, err
	}
	return imports.CompleteSame(ctx, w.db, a, *i)
}

// sumUp sums up the bytes of files that were not staged, as far as it is worth
// it: where no file of its size was ever taken in, a file is a new one.
func (w *Worker) sumUp(ctx context.Context, i *models.Import, pathOf func(models.Import, models.ImportFile) string) (some bool, err error) {
	for _, file := range i.Files {
		if some, err := imports.MaybeSame(ctx, w.db, file.Size); err != nil || !some {
			return false, err
		}
	}
	for n, file := range i.Files {
		if file.SHA256 != "" {
			continue
		}
		if i.Files[n].SHA256, err = sumOf(ctx, file.Name, pathOf(*i, file)); err != nil {
			return false, err
		}
	}
	return true, nil
}

func sumOf(ctx context.Context, name, path string) (string, error) {
	f, err := openFile(name, path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, &stoppableReader{ctx, f}); err != nil {
		return "", err
	}
	return sumText(hash), nil
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
