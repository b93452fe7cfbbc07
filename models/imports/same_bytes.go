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

// A repetition describes files that were imported before, where importing them
// again cannot change the data.
type repetition struct {
	importID   string         // the import that had them; the latest if there are several
	finishedAt uptime.Instant // when that import was complete
	counts     models.Counts
	files      []models.ImportFile // with what was found when they were read
}

// MaybeSame reports whether a file of this size, in bytes, was imported before.
// If not, there is no need to hash a file in order to call SameAs.
func MaybeSame(ctx context.Context, db *models.DB, size int64) (bool, error) {
	var n int64
	err := db.GORM(ctx).Model(&models.ImportFile{}).Where("size = ? AND sha256 <> ''", size).Limit(1).Count(&n).Error
	return n > 0, err
}

// SameAs reports whether all files have the same bytes as files of earlier imports
// and importing them again could not change the data. If so, p is the preview of
// that: nothing changes. The package comment has the rules ("The same bytes").
// hoursFrom is that of the import, see models.Import.
func SameAs(ctx context.Context, db *models.DB, hoursFrom string, files []models.ImportFile) (p *models.Preview, same bool, err error) {
	err = db.View(ctx, func(tx *models.Tx) error {
		version, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		var found repetition
		found, same, err = findRepetition(ctx, tx, hoursFrom, files)
		p = &models.Preview{
			Version: version.Version, HoursFrom: hoursFrom, Counts: found.counts, SameAs: found.importID, SameAsAt: found.finishedAt,
			NewCodes: []string{}, Changes: []models.Change{}, Conflicts: []models.Conflict{},
		}
		for _, file := range found.files {
			p.Files = append(p.Files, models.PreviewFile{ImportFile: file})
		}
		return err
	})
	if err != nil {
		return nil, false, fmt.Errorf("compare with earlier imports: %w", err)
	}
	return p, same, nil
}

func findRepetition(ctx context.Context, tx *models.Tx, hoursFrom string, files []models.ImportFile) (found repetition, same bool, err error) {
	earlier := map[string]models.Import{}
	replacing := map[string]string{} // id of the import that had the files, by kind
	for _, file := range files {
		i, known, imported, err := latestImportOf(ctx, tx, file, earlier)
		if err != nil || !imported || known.Rejected > 0 || i.MatchIDs || known.Kind == feed.SpecialDays.String() {
			return repetition{}, false, err
		}
		if known.Kind == feed.Hours.String() {
			if may, err := sameHours(ctx, tx, i, hoursFrom); err != nil || !may {
				return repetition{}, false, err
			}
		}
		if known.Kind != feed.Polls.String() {
			if other, ok := replacing[known.Kind]; ok && other != i.ID {
				return repetition{}, false, nil
			}
			replacing[known.Kind] = i.ID
		}
		earlier[i.ID] = i
		if i.FinishedAt >= found.finishedAt {
			found.importID, found.finishedAt = i.ID, i.FinishedAt
		}
		found.counts.Rows += known.Rows
		known.Number, known.Name, known.Size, known.ModifiedAt = file.Number, file.Name, file.Size, file.ModifiedAt
		found.files = append(found.files, known)
	}
	found.counts.Duplicate = found.counts.Rows
	for kind, id := range replacing {
		current, err := stillCurrent(ctx, tx, earlier[id], kind, files)
		if err != nil || !current {
			return repetition{}, false, err
		}
	}
	return found, len(files) > 0, nil
}

// latestImportOf finds the latest import that read a file with the same bytes and
// was not undone, and what it found in that file. read are the imports that were read
// already: many files of one import may ask for it.
func latestImportOf(ctx context.Context, tx *models.Tx, file models.ImportFile, read map[string]models.Import) (i models.Import, known models.ImportFile, found bool, err error) {
	if file.SHA256 == "" {
		return i, known, false, nil
	}
	var ids []string
	err = tx.GORM(ctx).Model(&models.Import{}).
		// An import that changed nothing does not count: the data are those of others, which
		// can be undone without it.
		Where("state = ? AND same_as = '' AND undone_at = 0 AND merge_number > 0 AND COALESCE(changed, '') <> '[]'", models.Complete).
		Where("id IN (?)", tx.GORM(ctx).Model(&models.ImportFile{}).Select("import_id").Where("sha256 = ? AND size = ?", file.SHA256, file.Size)).
		Order("merge_number DESC").Limit(1).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return i, known, false, err
	}
	i, is := read[ids[0]]
	if !is {
		if err := models.WithFiles(tx.GORM(ctx)).Where("id = ?", ids[0]).Take(&i).Error; err != nil {
			return i, known, false, err
		}
	}
	n := slices.IndexFunc(i.Files, func(f models.ImportFile) bool { return f.SHA256 == file.SHA256 })
	return i, i.Files[n], true, nil
}

// stillCurrent reports whether the files include all files of a kind that an
// import had, and no later import changed data of that kind.
func stillCurrent(ctx context.Context, tx *models.Tx, i models.Import, kind string, files []models.ImportFile) (bool, error) {
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

// sameHours reports whether hours that an import read mean the same if they are read
// again. By the rule, that may change with the date of the newest poll, where schedules
// begin to hold.
func sameHours(ctx context.Context, tx *models.Tx, i models.Import, hoursFrom string) (bool, error) {
	if i.HoursFrom != hoursFrom {
		return false, nil
	}
	if hoursFrom != "" {
		return true, nil
	}
	g := tx.GORM(ctx)
	var dated []int32
	if err := g.Model(&models.Hours{}).Where("valid_from > ?", uptime.Ever).Limit(1).Pluck("store_id", &dated).Error; err != nil {
		return false, fmt.Errorf("look for dates of hours: %w", err)
	}
	if len(dated) == 0 {
		return true, nil
	}
	var later []models.Import
	if err := g.Select("id", "changed").Where("merge_number > ?", i.MergeNumber).Find(&later).Error; err != nil {
		return false, fmt.Errorf("look for later imports: %w", err)
	}
	brought := func(l models.Import) bool { return slices.Contains(l.Changed, feed.Polls.String()) }
	return !slices.ContainsFunc(later, brought) && !brought(i), nil
}

// CompleteSame completes an import without reading its files, if SameAs holds for
// them. done reports whether it does.
func CompleteSame(ctx context.Context, db *models.DB, a models.Attempt, i models.Import) (done bool, err error) {
	err = db.Update(ctx, func(tx *models.Tx) error {
		if _, err := tx.LockDataVersion(ctx); err != nil { // merges and undos wait
			return err
		}
		found, same, err := findRepetition(ctx, tx, i.HoursFrom, i.Files)
		if err != nil || !same {
			return err
		}
		for _, file := range found.files {
			file.ImportID = i.ID
			if err := tx.GORM(ctx).Save(&file).Error; err != nil {
				return err
			}
		}
		done = true
		return a.Complete(ctx, tx, map[string]any{
			"merged": true, "same_as": found.importID, "rows": found.counts.Rows, "duplicate": found.counts.Duplicate,
			"done": gorm.Expr("total"),
		})
	})
	if err != nil {
		return false, fmt.Errorf("compare with earlier imports: %w", err)
	}
	return done, nil
}
