package imports

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
)

// same says that the files of an import were taken in before, and that doing so
// again can change nothing.
type same struct {
	of     string         // the import that had them, the latest where there are several
	at     uptime.Instant // when that was done
	counts models.Counts
	files  []models.ImportFile // what is known of each, as it was found then
}

// MaybeSame reports whether a file of this size was ever taken in, which is
// worth asking before a file is read only to hash it.
func MaybeSame(ctx context.Context, db *models.DB, size int64) (bool, error) {
	var n int64
	err := db.GORM(ctx).Model(&models.ImportFile{}).Where("size = ? AND sha256 <> ''", size).Limit(1).Count(&n).Error
	return n > 0, err
}

// SameAs looks for imports that had the same bytes as all of the files, and
// previews what taking them in again does: nothing. It is false where reading the files again could change anything:
//
//   - polls stay known unless their import is undone;
//   - hours, zones and names replace what is there, so they are the same only
//     if all files of the kind are those of one import, and no later one
//     changed data of that kind;
//   - rows that were rejected then may be taken now.
func SameAs(ctx context.Context, db *models.DB, files []models.ImportFile) (p *models.Preview, is bool, err error) {
	err = db.View(ctx, func(tx *models.Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		var same same
		same, is, err = sameAs(ctx, tx, files)
		p = &models.Preview{
			Version: version.Version, Counts: same.counts, SameAs: same.of, SameAsAt: same.at,
			NewCodes: []string{}, Changes: []models.Change{}, Conflicts: []models.Conflict{},
		}
		for _, file := range same.files {
			p.Files = append(p.Files, models.PreviewFile{ImportFile: file})
		}
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("compare with earlier imports: %w", err)
	}
	return p, is, nil
}

func sameAs(ctx context.Context, tx *models.Tx, files []models.ImportFile) (found same, is bool, err error) {
	earlier := map[string]models.Import{}
	replacing := map[string]string{} // the import, by kind
	for _, file := range files {
		i, known, some, err := takenIn(ctx, tx, file)
		if err != nil || !some || known.Rejected > 0 {
			return same{}, false, err
		}
		if known.Kind != feed.Polls.String() {
			if before, some := replacing[known.Kind]; some && before != i.ID {
				return same{}, false, nil
			}
			replacing[known.Kind] = i.ID
		}
		earlier[i.ID] = i
		if i.FinishedAt >= found.at {
			found.of, found.at = i.ID, i.FinishedAt
		}
		found.counts.Rows += known.Rows
		known.Number, known.Name, known.Size, known.ModifiedAt = file.Number, file.Name, file.Size, file.ModifiedAt
		found.files = append(found.files, known)
	}
	found.counts.Duplicate = found.counts.Rows
	for kind, id := range replacing {
		is, err := stillHolds(ctx, tx, earlier[id], kind, files)
		if err != nil || !is {
			return same{}, false, err
		}
	}
	return found, len(files) > 0, nil
}

// takenIn finds the latest import that kept a file with the same bytes.
func takenIn(ctx context.Context, tx *models.Tx, file models.ImportFile) (i models.Import, known models.ImportFile, found bool, err error) {
	if file.SHA256 == "" {
		return i, known, false, nil
	}
	var imports []models.Import
	err = models.WithFiles(tx.GORM(ctx)).
		Where("state = ? AND same_as = '' AND undone_at = 0 AND merge_number > 0", models.Complete).
		Where("id IN (?)", tx.GORM(ctx).Model(&models.ImportFile{}).Select("import_id").Where("sha256 = ? AND size = ?", file.SHA256, file.Size)).
		Order("merge_number DESC").Limit(1).Find(&imports).Error
	if err != nil || len(imports) == 0 {
		return i, known, false, err
	}
	i = imports[0]
	n := slices.IndexFunc(i.Files, func(f models.ImportFile) bool { return f.SHA256 == file.SHA256 })
	return i, i.Files[n], true, nil
}

// stillHolds reports whether the files are all that an import had of a kind,
// and whether nothing has changed data of the kind since.
func stillHolds(ctx context.Context, tx *models.Tx, i models.Import, kind string, files []models.ImportFile) (bool, error) {
	for _, f := range i.Files {
		again := func(g models.ImportFile) bool { return g.SHA256 == f.SHA256 }
		if f.Kind == kind && !slices.ContainsFunc(files, again) {
			return false, nil
		}
	}
	var later []models.Import
	err := tx.GORM(ctx).Select("id", "changed").
		Where("merge_number > ? AND undone_at = 0", i.MergeNumber).Find(&later).Error
	if err != nil {
		return false, fmt.Errorf("look for later imports: %w", err)
	}
	return !slices.ContainsFunc(later, func(l models.Import) bool { return slices.Contains(l.Changed, kind) }), nil
}

// CompleteSame completes an import without reading its files, if the same bytes
// were taken in before. It reports whether it did.
func CompleteSame(ctx context.Context, db *models.DB, a models.Attempt, i models.Import) (done bool, err error) {
	err = db.Update(ctx, func(tx *models.Tx) error {
		if _, err := tx.LockDataVersion(ctx); err != nil { // so that nothing is undone or merged meanwhile
			return err
		}
		same, is, err := sameAs(ctx, tx, i.Files)
		if err != nil || !is {
			return err
		}
		for _, file := range same.files {
			file.ImportID = i.ID
			if err := tx.GORM(ctx).Save(&file).Error; err != nil {
				return err
			}
		}
		done = true
		return a.Complete(ctx, tx, map[string]any{
			"merged": true, "same_as": same.of, "rows": same.counts.Rows, "duplicate": same.counts.Duplicate,
			"done": gorm.Expr("total"),
		})
	})
	if err != nil {
		return false, fmt.Errorf("compare with earlier imports: %w", err)
	}
	return done, nil
}
