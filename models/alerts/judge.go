package alerts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"
	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// A Recipient is what a person may be told now.
type Recipient struct {
	Told    bool // anything at all
	Reach   reach.Reach
	Imports bool // of imports and sources

	Language words.Language // empty where it is not known
}

// Recipients says what people may be told now, by their ids.
type Recipients map[string]Recipient

// People are the ids of those who have rules, or whom something waits for.
func People(ctx context.Context, db *models.DB) (ids []string, err error) {
	err = db.GORM(ctx).Raw("SELECT person_id FROM alert_rules WHERE enabled = ? UNION SELECT person_id FROM notices WHERE told_at IS NULL", true).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("people with alert rules: %w", err)
	}
	return ids, nil
}

// storeKinds are the kinds that Judge judges; JudgeClock judges the others.
var storeKinds = []Kind{Offline, NoData}

// Judge brings the incidents of all rules about stores to what a snapshot of all stores
// knows, and writes what is to be told, in one transaction. It is models.ErrDataMoved where
// the data have another version by then. It may be repeated, and run by several servers.
func Judge(ctx context.Context, db *models.DB, s *figures.Snapshot, who Recipients, now uptime.Instant) error {
	var err error
	for range judgeTries {
		if err = judgeOnce(ctx, db, s.Whole(), who, now); !errors.Is(err, errRulesMoved) {
			break
		}
	}
	if errors.Is(err, errRulesMoved) {
		return models.ErrDataMoved
	}
	if err != nil && !errors.Is(err, models.ErrDataMoved) {
		return fmt.Errorf("judge alert rules: %w", err)
	}
	return err
}

// judgeTries is how often Judge begins anew because people change rules meanwhile.
const judgeTries = 5

// errRulesMoved says that somebody judged, or changed rules, pauses or incidents, after they
// were read.
var errRulesMoved = errors.New("alert rules changed")

// judgeOnce looks at one state of the database, and writes in a short transaction unless
// that has changed.
func judgeOnce(ctx context.Context, db *models.DB, s *figures.Snapshot, who Recipients, now uptime.Instant) error {
	j := newJudge(s, who, now)
	var before, after Judgement
	err := db.View(ctx, func(tx *models.Tx) (err error) {
		if err := tx.GORM(ctx).First(&before).Error; err != nil {
			return err
		}
		if err := tx.RequireVersion(ctx, s.Version); err != nil || before.judged(s) {
			return err
		}
		after, err = j.judge(ctx, tx, before)
		return err
	})
	if err != nil || before.judged(s) {
		return err
	}
	return db.Update(ctx, func(tx *models.Tx) error {
		present, err := lockJudgement(ctx, tx)
		if err != nil {
			return err
		}
		if err := tx.RequireVersion(ctx, s.Version); err != nil || present.judged(s) {
			return err // another server was quicker
		}
		if present != before {
			return errRulesMoved
		}
		if err := j.write(ctx, tx); err != nil {
			return err
		}
		return tx.GORM(ctx).Save(&after).Error
	})
}

// recentTime is for how long before the day of the newest poll each judgement looks at
// everything: polls come late, and what has no news for a day is not told.
const recentTime = 2 * uptime.Day

// A judge looks at the stores of one snapshot for any number of rules.
type judge struct {
	s        *figures.Snapshot
	who      Recipients
	now      uptime.Instant
	from     uptime.Instant // since when everything is known
	recent   uptime.Instant // since when something can have changed
	since    uptime.Instant // since when there may be news of a store without incidents
	appended bool           // whether only polls after since were added since the rules judged
	lookouts map[Kind]*lookout
	until    map[string]map[string]uptime.Date
	result
}

func newJudge(s *figures.Snapshot, who Recipients, now uptime.Instant) *judge {
	j := &judge{s: s, who: who, now: now, from: s.Heard().From, since: s.AsOf.Add(-tooOld) - 1}
	if s.KeptFrom.Known {
		j.from = max(j.from, s.KeptFrom.At)
	}
	day := s.AsOf - s.AsOf%uptime.Instant(uptime.Day)
	j.recent = max(j.from, day.Add(-recentTime))
	return j
}

// judge returns the judgement that follows one.
func (j *judge) judge(ctx context.Context, tx *models.Tx, before Judgement) (after Judgement, err error) {
	g := tx.GORM(ctx)
	var rules []Rule
	if err := g.Where("enabled = ? AND kind IN ?", true, storeKinds).Order("id").Find(&rules).Error; err != nil {
		return after, err
	}
	after = before
	if err := j.compare(ctx, before, &after); err != nil {
		return after, err
	}
	known, err := j.readAndLook(ctx, g, rules)
	if err != nil {
		return after, err
	}
	for _, r := range rules {
		recipient, asked := j.who[r.PersonID]
		if !asked {
			after.Judged = newToken() // a rule of somebody new: the next one judges it
			continue
		}
		if err := j.judgeRule(r, recipient, known[r.ID]); err != nil {
			return after, err
		}
	}
	return after, nil
}

// compare finds out what can have changed since a judgement, and sets what the next one is of.
func (j *judge) compare(ctx context.Context, before Judgement, after *Judgement) error {
	was, err := before.readKnown()
	if err != nil {
		return err
	}
	is, err := j.s.Known(ctx)
	if err != nil {
		return err
	}
	switch changed, some := j.s.FirstChange(was, is); {
	case before.Judged != before.Asked || some && changed < j.recent:
		j.recent = j.from // something changed that may be of any time
	case !some && before.AsOf > j.since && before.AsOf <= j.s.AsOf:
		j.since, j.appended = before.AsOf, true
	}
	text, err := json.Marshal(is)
	after.Version, after.AsOf, after.Judged, after.Known = j.s.Version, j.s.AsOf, before.Asked, string(text)
	return err
}

// readAndLook finds the stores that matter, while the database finds the incidents that do.
func (j *judge) readAndLook(ctx context.Context, g *gorm.DB, rules []Rule) (known map[string]byAbout, err error) {
	var both errgroup.Group // without a context: a query that is cancelled takes its connection with it
	both.Go(func() error {
		return models.Caught(func() (err error) {
			if known, err = knownIncidents(g, storeKinds, j.need(rules)); err != nil {
				return err
			}
			return j.readPauses(g)
		})
	})
	both.Go(func() error {
		return models.Caught(func() error { return j.lookAround(ctx, rules) })
	})
	return known, both.Wait()
}

// need says which incidents matter to rules.
func (j *judge) need(rules []Rule) needed {
	from := j.recent
	for _, r := range rules {
		from = min(from, j.s.AsOf.Add(-r.Again))
	}
	if !j.appended {
		return needed{back: from, due: uptime.Beginning, otherwise: from}
	}
	// Who was back by then was back; only the Again of rules looks there.
	need := needed{back: j.since, due: j.since, otherwise: from}
	for _, r := range rules {
		need.due = min(need.due, j.since.Add(-r.Again))
		need.back = min(need.back, j.since.Add(-2*r.Again)) // something is due within Again of when it fired
	}
	return need
}

// lookAround finds the stores that matter.
func (j *judge) lookAround(ctx context.Context, rules []Rule) error {
	least := uptime.Micros(uptime.Forever)
	all := map[Kind]bool{}
	for _, r := range rules {
		if r.Kind == NoData {
			least = min(least, r.After)
		}
		all[r.Kind] = all[r.Kind] || r.Scope == entered.OfAll
	}
	found, err := sweepStores(ctx, j.s, j.since, least)
	if err != nil {
		return err
	}
	j.lookouts = map[Kind]*lookout{
		Offline: newLookout(j.s, Offline, j.from, j.recent, found.offline),
		NoData:  newLookout(j.s, NoData, j.from, j.recent, found.noData),
	}
	for kind := range all {
		if all[kind] {
			if err := j.lookouts[kind].lookAtAll(ctx); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *judge) readPauses(g *gorm.DB) error {
	var list []Pause
	if err := g.Find(&list).Error; err != nil {
		return err
	}
	j.until = map[string]map[string]uptime.Date{}
	for _, p := range list {
		if j.until[p.PersonID] == nil {
			j.until[p.PersonID] = map[string]uptime.Date{}
		}
		j.until[p.PersonID][p.Store] = p.Until
	}
	return nil
}

// byAbout are incidents by what they are about: the id of a store, an import or a source.
type byAbout map[string][]Incident

// needed says which incidents that are over matter.
type needed struct {
	back, due uptime.Instant // those whose stores came back since one, and that were due after the other
	otherwise uptime.Instant // those that ended in another way since then
}

// knownIncidents are the incidents that go on, that are over and matter, or that are still to
// be told, by rule. One that fired long before it ended would else be found, and told, as a
// new one. Each statement is answered by an index of its own.
func knownIncidents(g *gorm.DB, kinds []Kind, need needed) (map[string]byAbout, error) {
	const since = "phase <> 'going' AND ending IN ? AND COALESCE(ended_at, fired) >= ?"
	var list []Incident
	for _, where := range []*gorm.DB{
		g.Where("phase = 'going'"),
		g.Where(since+" AND due_at > ?", []Ending{CameBack}, need.back, need.due),
		g.Where(since, []Ending{Unknown, Undone, LeftReach}, need.otherwise),
		g.Where("phase = 'over' AND spoken = '' AND ending = 'back' AND NOT quiet AND (COALESCE(ended_at, fired) < ? OR due_at <= ?)", need.back, need.due),
	} {
		var some []Incident
		if err := where.Where("kind IN ?", kinds).Find(&some).Error; err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	known := map[string]byAbout{}
	for _, i := range list {
		if known[i.RuleID] == nil {
			known[i.RuleID] = byAbout{}
		}
		about := i.Store + i.About
		known[i.RuleID][about] = append(known[i.RuleID][about], i)
	}
	return known, nil
}

func (j *judge) judgeRule(r Rule, recipient Recipient, known byAbout) error {
	look := j.lookouts[r.Kind]
	for n := range look.of(j.s, r, recipient.Reach) {
		store := j.s.Stores[n]
		if len(known[store.Code]) > 0 || !recipient.Told {
			continue // below
		}
		if err := j.step(r, n, nil, look); err != nil {
			return err
		}
	}
	for code, list := range known {
		n, exists := j.s.Find(code)
		if !recipient.Told || !exists || !r.Has(j.s.Stores[n]) || !recipient.Reach.Has(code, j.s.Stores[n].Group) {
			j.leave(list, j.s.AsOf)
			continue
		}
		if err := j.step(r, n, list, look); err != nil {
			return err
		}
	}
	return nil
}

func (j *judge) step(r Rule, n int, known []Incident, look *lookout) error {
	code := j.s.Stores[n].Code
	until, paused := j.until[r.PersonID][code]
	all := slices.ContainsFunc(known, func(i Incident) bool { return i.Began < j.recent && (i.Phase == Going || i.Fired >= j.recent) })
	episodes, from, err := look.episodes(n, r, all)
	if err != nil {
		return err
	}
	if len(episodes) == 0 && len(known) == 0 {
		return nil
	}
	found := Found{Store: code, Episodes: episodes, From: from, AsOf: j.s.AsOf, Paused: paused && j.s.Today(n) < until}
	if j.appended {
		found.Settled = models.InstantAt(j.since)
	}
	changed, notices := Step(r, known, found, j.now)
	j.add(known, changed, notices)
	return nil
}
