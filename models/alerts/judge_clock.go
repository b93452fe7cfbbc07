package alerts

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
)

// failuresTold is how often in a row a source has to fail before it is told.
const failuresTold = 3

var clockKinds = []Kind{PollsStale, ImportFailed, SourceFailing}

// JudgeClock brings the incidents of rules that go by the clock to what is so now. It writes
// nothing where nothing changed.
func JudgeClock(ctx context.Context, db *models.DB, who Recipients, now uptime.Instant) error {
	c := clockJudge{who: who, now: now}
	if err := c.judge(db.GORM(ctx)); err != nil || !c.found() {
		return err
	}
	err := db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		c := clockJudge{who: who, now: now}
		if err := c.judge(tx.GORM(ctx)); err != nil {
			return err
		}
		return c.write(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("judge alert rules by the clock: %w", err)
	}
	return nil
}

type clockJudge struct {
	who Recipients
	now uptime.Instant
	result
}

func (c *clockJudge) judge(g *gorm.DB) error {
	var rules []Rule
	if err := g.Where("enabled = ? AND kind IN ?", true, clockKinds).Order("id").Find(&rules).Error; err != nil || len(rules) == 0 {
		return err
	}
	known, err := knownIncidents(g, clockKinds, needed{back: c.now.Add(-silentEnd), due: uptime.Beginning, otherwise: c.now.Add(-silentEnd)})
	if err != nil {
		return err
	}
	for _, r := range rules {
		recipient, asked := c.who[r.PersonID]
		if !asked {
			continue
		}
		if !recipient.Told || r.Kind.OfImports() && !recipient.Imports {
			for _, list := range known[r.ID] {
				c.leave(list, c.now)
			}
			continue
		}
		found, err := c.look(g, r, known[r.ID])
		if err != nil {
			return err
		}
		for _, f := range found {
			f.From, f.AsOf = uptime.Beginning, c.now
			changed, notices := Step(r, known[r.ID][f.About], f, c.now)
			c.add(known[r.ID][f.About], changed, notices)
		}
	}
	return nil
}

func (c *clockJudge) look(g *gorm.DB, r Rule, known byAbout) ([]Found, error) {
	switch r.Kind {
	case PollsStale:
		return c.lookAtPolls(g, r, known[""])
	case ImportFailed:
		return c.lookAtImports(g, r, known)
	default:
		return c.lookAtSources(g, known)
	}
}

// at is an episode that fires at an instant whatever the rule's After is.
func at(began, fires uptime.Instant, after uptime.Micros) Episode {
	return Episode{Began: began, Last: fires, counted: []counted{{at: fires, length: after}}}
}

// again are the episodes of known incidents as they are, so that nothing of them changes.
func again(known []Incident, after uptime.Micros) (episodes []Episode) {
	for _, i := range known {
		if i.Phase == Withdrawn {
			continue
		}
		e := at(i.Began, i.Fired, after)
		e.EndedAt, e.Ending = i.EndedAt, i.Ending
		episodes = append(episodes, e)
	}
	return episodes
}

func (c *clockJudge) lookAtPolls(g *gorm.DB, r Rule, known []Incident) ([]Found, error) {
	var v models.DataVersion
	if err := g.First(&v).Error; err != nil || !v.NewestPollAt.Known {
		return nil, err
	}
	newest := v.NewestPollAt.At
	f := Found{Episodes: again(known, r.After)}
	going := -1
	for n, e := range f.Episodes {
		if !e.EndedAt.Known {
			going = n
		}
	}
	if going >= 0 && newest > f.Episodes[going].Began {
		f.Episodes[going].EndedAt, f.Episodes[going].Ending = models.InstantAt(max(newest, f.Episodes[going].Began)), CameBack
		going = -1
	}
	if fires := newest.Add(r.After); going < 0 && c.now > fires {
		e := at(newest, fires, r.After)
		e.Last = c.now
		f.Episodes = append(f.Episodes, e)
	} else if going >= 0 && c.now <= fires && newest <= f.Episodes[going].Began {
		f.Episodes[going].EndedAt, f.Episodes[going].Ending = models.InstantAt(c.now), CameBack // the clock went back
	} else if going >= 0 {
		f.Episodes[going].Last = c.now
	}
	return []Found{f}, nil
}

func (c *clockJudge) lookAtImports(g *gorm.DB, r Rule, known byAbout) (found []Found, err error) {
	var failed []models.Import
	since := max(r.ActiveSince, c.now.Add(-tooOld))
	if err := g.Where("state = ? AND finished_at > ?", models.Failed, since).Order("finished_at, id").Find(&failed).Error; err != nil {
		return nil, err
	}
	for _, i := range failed {
		if len(known[i.ID]) == 0 {
			e := at(i.FinishedAt, i.FinishedAt, 0)
			e.EndedAt, e.Ending = models.InstantAt(i.FinishedAt), CameBack
			found = append(found, Found{About: i.ID, Words: i.Error, Episodes: []Episode{e}})
		}
	}
	return found, nil
}

func (c *clockJudge) lookAtSources(g *gorm.DB, known byAbout) (found []Found, err error) {
	var sources []models.RemoteSource
	if err := g.Order("number").Find(&sources).Error; err != nil {
		return nil, err
	}
	exists := map[string]bool{}
	for _, s := range sources {
		exists[s.ID] = true
		f := Found{About: s.ID, Words: words.Later("{source}: {outcome}", "source", s.URL, "outcome", s.Outcome).Stored(), Episodes: again(known[s.ID], 0)}
		last := len(f.Episodes) - 1
		goes := last >= 0 && !f.Episodes[last].EndedAt.Known
		switch {
		case s.Failures >= failuresTold && !goes:
			e := at(s.CheckedAt, s.CheckedAt, 0)
			e.Last = c.now
			f.Episodes = append(f.Episodes, e)
		case s.Failures == 0 && goes:
			f.Episodes[last].EndedAt, f.Episodes[last].Ending = models.InstantAt(max(s.CheckedAt, f.Episodes[last].Began)), CameBack
		}
		if len(f.Episodes) > 0 {
			found = append(found, f)
		}
	}
	for id, list := range known { // sources that the settings have no longer
		if !exists[id] {
			f := Found{About: id, Episodes: again(list, 0)}
			for n := range f.Episodes {
				if e := &f.Episodes[n]; !e.EndedAt.Known {
					e.EndedAt, e.Ending = models.InstantAt(c.now), LeftReach
				}
			}
			found = append(found, f)
		}
	}
	return found, nil
}
