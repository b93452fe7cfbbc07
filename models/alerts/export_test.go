package alerts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lightson/models"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// JudgeBothWays says what judging would find that goes on from what was judged, and what
// judging everything would find. appended says whether the first looks at later polls only.
func JudgeBothWays(ctx context.Context, db *models.DB, s *figures.Snapshot, who Recipients, now uptime.Instant) (news, all string, appended bool, err error) {
	err = db.View(ctx, func(tx *models.Tx) error {
		var before Judgement
		if err := tx.GORM(ctx).First(&before).Error; err != nil {
			return err
		}
		n, a := newJudge(s, who, now), newJudge(s, who, now)
		if _, err := n.judge(ctx, tx, before); err != nil {
			return err
		}
		news, appended = n.text(), n.appended
		before.Judged = before.Asked + 1 // something else changed
		_, err := a.judge(ctx, tx, before)
		all = a.text()
		return err
	})
	return news, all, appended, err
}

func (j *judge) text() string {
	var lines []string
	of := map[string]string{} // incidents that are new have ids of their own
	for _, i := range j.fresh {
		of[i.ID] = fmt.Sprint("new ", i.RuleID, i.Store, i.Began)
		i.ID = ""
		lines = append(lines, fmt.Sprintf("%+v", i))
	}
	for _, i := range j.changed {
		lines = append(lines, fmt.Sprintf("%+v", i))
	}
	for _, n := range j.notices {
		if fresh, ok := of[n.IncidentID]; ok {
			n.IncidentID = fresh
		}
		n.ID = ""
		lines = append(lines, fmt.Sprintf("%+v", n))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}
