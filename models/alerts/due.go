package alerts

import (
	"context"
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
)

// Due says what there is to do for the rules. While it stays the same, only the time, and what
// rules that go by the clock look at, can bring something new.
type Due struct {
	Judge   bool           // data or rules changed since they were judged, and there are rules about stores
	Clock   bool           // there are rules that go by the clock
	Waiting int64          // notices
	Newest  uptime.Instant // when the newest of them was made; 0 = there are none
}

// Any reports whether there is anything to do.
func (d Due) Any() bool { return d.Judge || d.Clock || d.Waiting > 0 }

// FindDue finds out what there is to do, by one small query.
func FindDue(ctx context.Context, db *models.DB) (d Due, err error) {
	const some = "EXISTS (SELECT 1 FROM alert_rules WHERE enabled = ? AND kind IN ?)"
	err = db.GORM(ctx).Raw("SELECT (j.version <> v.version OR j.asked <> j.judged) AND "+some+" AS judge, "+some+" AS clock, n.waiting, n.newest"+
		" FROM alert_judgements j, data_versions v,"+
		" (SELECT COUNT(*) AS waiting, COALESCE(MAX(made_at), 0) AS newest FROM notices WHERE told_at IS NULL) n",
		true, storeKinds, true, clockKinds).Scan(&d).Error
	if err != nil {
		return d, fmt.Errorf("look what there is to do for alert rules: %w", err)
	}
	return d, nil
}
