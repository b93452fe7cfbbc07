package alerts

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"

	"gorm.io/gorm/clause"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// A Judgement is how far the rules have judged. It is one row. Whoever changes anything of
// rules, incidents and pauses locks it first, so that several servers judge one after the
// other.
type Judgement struct {
	ID      int
	Version int64          // of the data that were judged last
	AsOf    uptime.Instant // likewise
	Asked   int64          // differs whenever people changed rules, pauses, incidents or what somebody may be told
	Judged  int64          // Asked as it was judged last
	Known   string         // as JSON: what was known then
}

// readKnown is nothing for the first judgement.
func (j Judgement) readKnown() (k figures.Known, err error) {
	if j.Known == "" {
		return k, nil
	}
	if err := json.Unmarshal([]byte(j.Known), &k); err != nil {
		return k, fmt.Errorf("what was judged last: %w", err)
	}
	return k, nil
}

// judged reports whether the rules have judged what a snapshot knows.
func (j Judgement) judged(s *figures.Snapshot) bool {
	return j.Version == s.Version && j.Judged == j.Asked
}

// TableName implements GORM's Tabler.
func (Judgement) TableName() string { return "alert_judgements" }

// lock makes everyone else who calls it wait until the transaction ends.
func lock(ctx context.Context, tx *models.Tx) error {
	_, err := lockJudgement(ctx, tx)
	return err
}

func lockJudgement(ctx context.Context, tx *models.Tx) (j Judgement, err error) {
	if err := tx.GORM(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).First(&j).Error; err != nil {
		return j, fmt.Errorf("lock judgement: %w", err)
	}
	return j, nil
}

// renew says that people changed something, so that it is judged anew.
func renew(ctx context.Context, tx *models.Tx) error {
	return tx.GORM(ctx).Model(&Judgement{}).Where("id = 1").Update("asked", newToken()).Error
}

// JudgeAgain has everything judged again, also where no data came: what people may be told
// changed.
func JudgeAgain(ctx context.Context, tx *models.Tx) error { return renew(ctx, tx) }

// newToken is random and positive.
func newToken() int64 { return 1 + rand.Int64N(1<<53-1) }
