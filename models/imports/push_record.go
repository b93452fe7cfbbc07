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
	"lightson/models/uptime"
)

// A chain whose pollers each push their own polls makes thousands of pushes an
// hour. The pushes of one hour are therefore one import, which grows while the
// hour lasts: its attempt is the number of its pushes, and its start and end
// are those of the latest one.

const (
	// hourRejects bounds the rejects.csv of an hour, in bytes. All are counted.
	hourRejects = 16 << 20
	// hourCauses bounds the causes of an hour: some name the clock, which moves.
	hourCauses = 20
)

// recordPush adds a push that changed something to the import of its hour. Only
// the holder of the merge lock does so, so there is one import an hour.
func recordPush(ctx context.Context, tx *models.Tx, p *Push, began uptime.Instant, counts models.Counts, conflicts []models.Conflict) (id string, err error) {
	i, err := importOfHour(ctx, tx, began)
	if err != nil {
		return "", fmt.Errorf("record push: %w", err)
	}
	i.Attempt++
	i.StartedAt, i.FinishedAt = began, models.Now()
	i.Done += p.Bytes
	i.Total += p.Bytes
	i.Counts = addCounts(i.Counts, counts)
	i.Conflicts = append(models.OrEmpty(i.Conflicts), conflicts...)
	i.Conflicts = i.Conflicts[:min(len(i.Conflicts), conflictsKept)]

	file := p.file()
	if len(i.Files) > 0 {
		file = joinFiles(i.Files[0], file)
	}
	file.ImportID, i.Files = i.ID, nil
	g := tx.GORM(ctx)
	if err := errors.Join(g.Save(&i).Error, g.Save(&file).Error); err != nil {
		return "", fmt.Errorf("record push: %w", err)
	}
	p.log.out.Flush()
	if err := appendRejects(ctx, tx, i.ID, p.rejects.Bytes()); err != nil {
		return "", fmt.Errorf("record rejects of push: %w", err)
	}
	return i.ID, nil
}

// importOfHour is the import of the pushes of the hour in which at is, or a new
// one.
func importOfHour(ctx context.Context, tx *models.Tx, at uptime.Instant) (i models.Import, err error) {
	hour := uptime.At(at.Time().Truncate(time.Hour))
	err = tx.GORM(ctx).Preload("Files").
		Where("source = ? AND created_at >= ?", models.FromPush, hour).Order("created_at").First(&i).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return models.Import{Work: models.Work{ID: models.NewID(), Source: models.FromPush, State: models.Complete, CreatedAt: at}, Merged: true}, nil
	}
	return i, err
}

func addCounts(c models.Counts, d models.Counts) models.Counts {
	return models.Counts{
		Rows: c.Rows + d.Rows, Kept: c.Kept + d.Kept, Duplicate: c.Duplicate + d.Duplicate,
		Conflicting: c.Conflicting + d.Conflicting, Rejected: c.Rejected + d.Rejected, NewStores: c.NewStores + d.NewStores,
	}
}

// plus is two files as one.
func joinFiles(f models.ImportFile, g models.ImportFile) models.ImportFile {
	f.Size += g.Size
	f.Rows += g.Rows
	f.Rejected += g.Rejected
	for _, c := range g.Causes {
		f.Causes = addCause(f.Causes, c)
	}
	return f
}

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

// appendRejects adds rows to the rejects.csv of an hour, as far as they fit.
func appendRejects(ctx context.Context, tx *models.Tx, id string, rows []byte) error {
	g := tx.GORM(ctx)
	last := models.ImportReject{ImportID: id, File: 1}
	if err := g.Where("import_id = ? AND file = 1", id).Order("part DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	if last.Part*rejectPart+len(last.Rows)+len(rows) > hourRejects {
		return nil
	}
	replace := clause.OnConflict{
		Columns:   []clause.Column{{Name: "import_id"}, {Name: "file"}, {Name: "part"}},
		DoUpdates: clause.AssignmentColumns([]string{"rows"}),
	}
	for len(rows) > 0 {
		if len(last.Rows) >= rejectPart {
			last = models.ImportReject{ImportID: id, File: 1, Part: last.Part + 1}
		}
		n := min(len(rows), rejectPart-len(last.Rows))
		last.Rows, rows = append(last.Rows, rows[:n]...), rows[n:]
		if err := g.Clauses(replace).Create(&last).Error; err != nil {
			return err
		}
	}
	return nil
}
