package imports

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/feed"
	"lightson/models/uptime"
)

const (
	// hourRejectBytes bounds the rejects.csv of an hour. All rejects are counted.
	hourRejectBytes = 16 << 20
	// hourCauses bounds the causes of an hour: the text of some contains the clock,
	// so that every push may have another.
	hourCauses = 20
)

// recordPush adds a push that changed something to its import. The caller holds the
// merge lock. The import's attempt is the number of its pushes, and its start and
// end are those of the latest push.
func recordPush(ctx context.Context, tx *models.Tx, i models.Import, p *Push, m *merger, began uptime.Instant) (models.Import, error) {
	isNew := i.Attempt == 0
	i.Attempt++
	i.StartedAt, i.FinishedAt = began, models.Now()
	i.Done += p.Bytes
	i.Total += p.Bytes
	i.Counts = addCounts(i.Counts, m.counts)
	i.Changed = []string{feed.Polls.String()}
	i.Conflicts = append(models.OrEmpty(i.Conflicts), m.conflicts...)
	i.Conflicts = i.Conflicts[:min(len(i.Conflicts), conflictsKept)]

	file := p.file()
	if len(i.Files) > 0 {
		file = joinFiles(i.Files[0], file)
	}
	file.ImportID, i.Files = i.ID, nil
	g := tx.GORM(ctx)
	if err := errors.Join(g.Save(&i).Error, g.Save(&file).Error); err != nil {
		return i, fmt.Errorf("record push: %w", err)
	}
	p.rejectLog.out.Flush()
	if err := appendRejects(ctx, tx, i.ID, p.rejectsCSV.Bytes()); err != nil {
		return i, fmt.Errorf("record rejects of push: %w", err)
	}
	if isNew {
		return i, journals{tx}.removeOld(ctx)
	}
	return i, nil
}

// importOfPush is the import that a push at this time belongs to: the latest merge,
// if that is of pushes of the same hour and was not undone. Otherwise it is a new
// import that is not in the database yet.
func importOfPush(ctx context.Context, tx *models.Tx, at uptime.Instant) (i models.Import, err error) {
	last, err := journals{tx}.lastMerge(ctx)
	if err != nil {
		return i, err
	}
	hour := at.Time().Truncate(time.Hour)
	err = tx.GORM(ctx).Preload("Files").
		Where("merge_number = ? AND merge_number > 0 AND source = ? AND undone_at = 0", last, models.FromPush).
		Where("created_at >= ? AND created_at < ?", uptime.At(hour), uptime.At(hour.Add(time.Hour))).First(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.Import{
			Work:        models.Work{ID: models.NewID(), Source: models.FromPush, State: models.Complete, CreatedAt: at},
			MergeNumber: last + 1, Merged: true,
		}, nil
	}
	return i, err
}

func addCounts(c, d models.Counts) models.Counts {
	return models.Counts{
		Rows: c.Rows + d.Rows, Kept: c.Kept + d.Kept, Duplicate: c.Duplicate + d.Duplicate,
		Conflicting: c.Conflicting + d.Conflicting, Rejected: c.Rejected + d.Rejected, NewStores: c.NewStores + d.NewStores,
	}
}

// joinFiles adds the counts of g to those of f.
func joinFiles(f, g models.ImportFile) models.ImportFile {
	f.Size += g.Size
	f.Rows += g.Rows
	f.Rejected += g.Rejected
	for _, c := range g.Causes {
		f.Causes = addCause(f.Causes, c)
	}
	return f
}

// addCause adds a cause to a list. Where the list is full, it is counted as another
// cause of the same column, if there is one.
func addCause(causes []models.Cause, c models.Cause) []models.Cause {
	n := slices.IndexFunc(causes, func(d models.Cause) bool { return d.Column == c.Column && d.Expected == c.Expected })
	if n < 0 && len(causes) >= hourCauses {
		n = slices.IndexFunc(causes, func(d models.Cause) bool { return d.Column == c.Column })
	}
	if n < 0 {
		return append(causes, c)
	}
	causes[n].Count += c.Count
	examples := append(causes[n].Examples, c.Examples...)
	causes[n].Examples = examples[:min(len(examples), examplesPerCause)]
	return causes
}

// appendRejects appends rows to the rejects.csv of an hour, unless that would
// exceed hourRejectBytes.
func appendRejects(ctx context.Context, tx *models.Tx, id string, rows []byte) error {
	g := tx.GORM(ctx)
	last := models.ImportReject{ImportID: id, File: 1}
	if err := g.Where("import_id = ? AND file = 1", id).Order("part DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	if last.Part*rejectPartBytes+len(last.Rows)+len(rows) > hourRejectBytes {
		return nil
	}
	replace := clause.OnConflict{
		Columns:   []clause.Column{{Name: "import_id"}, {Name: "file"}, {Name: "part"}},
		DoUpdates: clause.AssignmentColumns([]string{"rows"}),
	}
	for len(rows) > 0 {
		if len(last.Rows) >= rejectPartBytes {
			last = models.ImportReject{ImportID: id, File: 1, Part: last.Part + 1}
		}
		n := min(len(rows), rejectPartBytes-len(last.Rows))
		last.Rows, rows = append(last.Rows, rows[:n]...), rows[n:]
		if err := g.Clauses(replace).Create(&last).Error; err != nil {
			return err
		}
	}
	return nil
}
