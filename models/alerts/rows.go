package alerts

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/uptime"
)

// Rules are the rules of a person, the oldest first.
func Rules(ctx context.Context, db *models.DB, person string) (list []Rule, err error) {
	if err := db.GORM(ctx).Where("person_id = ?", person).Order("created_at, id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read alert rules: %w", err)
	}
	return list, nil
}

// RuleOf reads a rule of a person, or gives models.ErrNotFound.
func RuleOf(ctx context.Context, db *models.DB, person, id string) (r Rule, err error) {
	if err := db.GORM(ctx).Where("id = ? AND person_id = ?", id, person).Take(&r).Error; err != nil {
		return r, fmt.Errorf("alert rule %s: %w", id, models.NotFound(err))
	}
	return r, nil
}

// SaveRule adds a rule without an id, or changes the one with its id and person, which may
// be models.ErrNotFound. A new rule, and one that finds other things than before, judges
// from the present data on. The caller has cleaned it.
func SaveRule(ctx context.Context, db *models.DB, r *Rule, now uptime.Instant) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		data, err := tx.DataVersion(ctx)
		if err != nil {
			return err
		}
		if r.ID == "" {
			return addRule(ctx, tx, r, data, now)
		}
		return changeRule(ctx, tx, r, data, now)
	})
	if err != nil {
		return fmt.Errorf("save alert rule: %w", err)
	}
	return nil
}

func addRule(ctx context.Context, tx *models.Tx, r *Rule, data models.DataVersion, now uptime.Instant) error {
	var count int64
	if err := tx.GORM(ctx).Model(&Rule{}).Where("person_id = ?", r.PersonID).Count(&count).Error; err != nil {
		return err
	}
	if count >= MostRules {
		return problem("rules", "at most 100 of one person", uptime.CountText(count), "You can have at most 100 rules. Remove one first.")
	}
	r.ID, r.CreatedAt, r.ActiveFrom, r.ActiveSince = models.NewID(), now, data.NewestPollAt, now
	if err := tx.GORM(ctx).Create(r).Error; err != nil {
		return err
	}
	return renew(ctx, tx)
}

func changeRule(ctx context.Context, tx *models.Tx, r *Rule, data models.DataVersion, now uptime.Instant) error {
	g := tx.GORM(ctx)
	var before Rule
	if err := g.Where("id = ? AND person_id = ?", r.ID, r.PersonID).Take(&before).Error; err != nil {
		return models.NotFound(err)
	}
	r.CreatedBy, r.CreatedAt, r.ActiveFrom, r.ActiveSince = before.CreatedBy, before.CreatedAt, before.ActiveFrom, before.ActiveSince
	if !r.judgesLike(before) || r.Enabled && !before.Enabled {
		r.ActiveFrom, r.ActiveSince = data.NewestPollAt, now
	}
	if r.Kind != before.Kind { // what it found is nothing that it would find
		if err := forget(ctx, tx, before); err != nil {
			return err
		}
	}
	if err := g.Save(r).Error; err != nil {
		return err
	}
	return renew(ctx, tx)
}

// RemoveRule removes a rule of a person with all that it found, or gives models.ErrNotFound.
func RemoveRule(ctx context.Context, db *models.DB, person, id string) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		r := Rule{ID: id, PersonID: person}
		done := tx.GORM(ctx).Where("person_id = ?", person).Delete(&r)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return models.ErrNotFound
		}
		if err := forget(ctx, tx, r); err != nil {
			return err
		}
		return renew(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("remove alert rule %s: %w", id, err)
	}
	return nil
}

// forget deletes what a rule found, and what was not told of it yet.
func forget(ctx context.Context, tx *models.Tx, r Rule) error {
	own := tx.GORM(ctx).Model(&Incident{}).Where("person_id = ? AND rule_id = ?", r.PersonID, r.ID)
	if err := tx.GORM(ctx).Where("incident_id IN (?)", own.Select("id")).Delete(&Notice{}).Error; err != nil {
		return err
	}
	return tx.GORM(ctx).Where("person_id = ? AND rule_id = ?", r.PersonID, r.ID).Delete(&Incident{}).Error
}

// IncidentsPerList is how many incidents a list has where its filter does not say.
const IncidentsPerList = 100

// An IncidentFilter chooses incidents for a list. The zero value chooses all.
type IncidentFilter struct {
	ID     string // empty = with any id
	RuleID string // empty = of any rule
	Store  string // empty = of any store
	Open   bool   // only those that go on
	Before string // id of the last incident of the list so far; empty = from the newest on
	Limit  int    // 0 = IncidentsPerList

	// EndedSince chooses those that go on no longer and ended, or were found, since. 0 = all.
	EndedSince uptime.Instant
}

// Incidents are incidents of a person, the newest found first.
func Incidents(ctx context.Context, db *models.DB, person string, f IncidentFilter) (list []Incident, err error) {
	g := db.GORM(ctx).Where("person_id = ?", person)
	if f.ID != "" {
		g = g.Where("id = ?", f.ID)
	}
	if f.EndedSince != 0 {
		g = g.Where("phase <> ? AND (ended_at >= ? OR found_at >= ?)", Going, f.EndedSince, f.EndedSince)
	}
	if f.RuleID != "" {
		g = g.Where("rule_id = ?", f.RuleID)
	}
	if f.Store != "" {
		g = g.Where("store = ?", f.Store)
	}
	if f.Open {
		g = g.Where("phase = ?", Going)
	}
	if f.Before != "" {
		g = g.Where("id < ?", f.Before)
	}
	if f.Limit <= 0 {
		f.Limit = IncidentsPerList
	}
	if err := g.Order("id DESC").Limit(f.Limit).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read incidents: %w", err)
	}
	return list, nil
}

// A Telling is how far a person was told of an incident.
type Telling struct {
	At    models.OptionalInstant // when a message told of it last, by the clock
	Waits bool                   // something of it is still to be told
}

// Tellings are how far a person was told of incidents of theirs, by id.
func Tellings(ctx context.Context, db *models.DB, person string, incidents []string) (map[string]Telling, error) {
	told := make(map[string]Telling, len(incidents))
	for some := range slices.Chunk(incidents, models.StoresPerStatement) {
		var notices []Notice
		if err := db.GORM(ctx).Where("person_id = ? AND incident_id IN ?", person, some).Order("told_at").Find(&notices).Error; err != nil {
			return nil, fmt.Errorf("read notices: %w", err)
		}
		for _, n := range notices {
			telling := told[n.IncidentID]
			switch {
			case !n.ToldAt.Known:
				telling.Waits = true
			case n.MessageID != "":
				telling.At = n.ToldAt
			}
			told[n.IncidentID] = telling
		}
	}
	return told, nil
}

// Acknowledge says that a person knows of incidents of theirs, and returns how many nobody
// had acknowledged before. Nobody is reminded of them any more.
func Acknowledge(ctx context.Context, db *models.DB, person string, ids []string, by string, now uptime.Instant) (count int64, err error) {
	err = db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		count, err = acknowledge(ctx, tx, person, ids, by, now)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("acknowledge incidents: %w", err)
	}
	return count, nil
}

func acknowledge(ctx context.Context, tx *models.Tx, person string, ids []string, by string, now uptime.Instant) (count int64, err error) {
	for some := range slices.Chunk(ids, models.StoresPerStatement) {
		done := tx.GORM(ctx).Model(&Incident{}).Where("person_id = ? AND id IN ? AND acknowledged_at IS NULL", person, some).
			Updates(map[string]any{"acknowledged_at": now, "acknowledged_by": by})
		if done.Error != nil {
			return 0, done.Error
		}
		count += done.RowsAffected
	}
	if count == 0 {
		return 0, nil
	}
	return count, renew(ctx, tx)
}

// Pauses are the pauses of a person, by store.
func Pauses(ctx context.Context, db *models.DB, person string) (list []Pause, err error) {
	if err := db.GORM(ctx).Where("person_id = ?", person).Order("store").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read pauses: %w", err)
	}
	return list, nil
}

// SetPause pauses a store for a person, or moves the end of its pause.
func SetPause(ctx context.Context, db *models.DB, p Pause) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		err := tx.GORM(ctx).Clauses(clause.OnConflict{
			Columns: []clause.Column{{Name: "person_id"}, {Name: "store"}}, DoUpdates: clause.AssignmentColumns([]string{"until", "created_at"}),
		}).Create(&p).Error
		if err != nil {
			return err
		}
		return pausesChanged(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("pause store %s: %w", p.Store, err)
	}
	return nil
}

// RemovePause ends the pause of a store for a person, or gives models.ErrNotFound.
func RemovePause(ctx context.Context, db *models.DB, person, store string) error {
	err := db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		done := tx.GORM(ctx).Where("person_id = ? AND store = ?", person, store).Delete(&Pause{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return models.ErrNotFound
		}
		return pausesChanged(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("end pause of store %s: %w", store, err)
	}
	return nil
}

// pausesChanged has the rules judged anew, and pages of stores made anew.
func pausesChanged(ctx context.Context, tx *models.Tx) error {
	if err := tx.RenewEntered(ctx); err != nil {
		return err
	}
	return renew(ctx, tx)
}
