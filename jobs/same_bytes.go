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

// checksumText is a checksum in the form in which it is stored and compared.
func checksumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// completeSame completes an import whose files were imported before, byte for
// byte, without reading their rows again. It reports whether it did.
func (w *Worker) completeSame(ctx context.Context, a models.Attempt, i *models.Import, pathOf func(models.Import, models.ImportFile) string) (bool, error) {
	if i.Forced || i.MatchIDs { // ids may match other stores than they did
		return false, nil
	}
	if maybeSame, err := w.checksumFiles(ctx, i, pathOf); err != nil || !maybeSame {
		return false, err
	}
	return imports.CompleteSame(ctx, w.db, a, *i)
}

// checksumFiles adds the checksums that are missing: staged files have theirs. It
// reports false, and saves itself the work, where a file has a size that no file
// was imported with before.
func (w *Worker) checksumFiles(ctx context.Context, i *models.Import, pathOf func(models.Import, models.ImportFile) string) (maybeSame bool, err error) {
	for _, file := range i.Files {
		if w.isStream(pathOf(*i, file)) {
			return false, nil // it can be read once only
		}
		if maybeSame, err := imports.MaybeSame(ctx, w.db, file.Size); err != nil || !maybeSame {
			return false, err
		}
	}
	for n, file := range i.Files {
		if file.SHA256 != "" {
			continue
		}
		f, err := w.openFile(file, pathOf(*i, file))
		if err != nil {
			return false, nil //nolint:nilerr // reading the files says what is wrong
		}
		if i.Files[n].SHA256, err = checksumFile(ctx, file, f); err != nil {
			return false, err
		}
	}
	return true, nil
}

func checksumFile(ctx context.Context, file models.ImportFile, f io.ReadCloser) (string, error) {
	defer f.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, &stoppableReader{ctx, asFound(file, f)}); err != nil {
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
