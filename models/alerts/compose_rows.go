package alerts

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/deliveries"
	"lightson/models/figures"
	"lightson/models/uptime"
)

// ComposeWaiting makes deliveries of the notices that wait, for what people may be told now,
// and gives them to deliver in the same transaction. Notices that nobody may be told of any
// more wait no longer. It writes nothing where there is nothing to say yet.
func ComposeWaiting(ctx context.Context, db *models.DB, s *figures.Snapshot, who Recipients, now uptime.Instant,
	deliver func(context.Context, *models.Tx, []deliveries.Delivery) error) error {
	c := composer{s: s.Whole(), who: who, now: now}
	if err := c.compose(db.GORM(ctx)); err != nil || len(c.told) == 0 {
		return err
	}
	err := db.Update(ctx, func(tx *models.Tx) error {
		if err := lock(ctx, tx); err != nil {
			return err
		}
		c := composer{s: c.s, who: who, now: now, explain: c.explain, explained: c.explained}
		if err := c.compose(tx.GORM(ctx)); err != nil {
			return err
		}
		if err := c.write(tx.GORM(ctx)); err != nil {
			return err
		}
		return deliver(ctx, tx, c.deliveries)
	})
	if err != nil {
		return fmt.Errorf("compose alerts: %w", err)
	}
	return nil
}

// A composer makes messages of the notices that wait.
type composer struct {
	s   *figures.Snapshot
	who Recipients
	now uptime.Instant

	explain   explainer
	explained bool

	told       []toldNotices
	deliveries []deliveries.Delivery
}

// toldNotices are notices that wait no longer, and the message that told of them, if any.
type toldNotices struct {
	message string
	ids     []string
}

func (c *composer) compose(g *gorm.DB) error {
	var waiting []Notice
	if err := g.Where("told_at IS NULL").Order("person_id, made_at, id").Find(&waiting).Error; err != nil || len(waiting) == 0 {
		return err
	}
	incidents, rules, err := c.about(g)
	if err != nil {
		return err
	}
	for person, list := range byPerson(waiting) {
		recipient, asked := c.who[person]
		if !asked {
			continue // somebody new: the next time
		}
		var pending []Pending
		var dropped []string
		for _, n := range list {
			p := Pending{Notice: n, Incident: incidents[n.IncidentID], Rule: rules[n.RuleID]}
			if !c.mayBeTold(&p, recipient) {
				dropped = append(dropped, n.ID)
				continue
			}
			pending = append(pending, p)
		}
		if len(dropped) > 0 {
			c.told = append(c.told, toldNotices{ids: dropped})
		}
		if err := c.composePerson(g, person, recipient, pending); err != nil {
			return err
		}
	}
	return nil
}

func byPerson(waiting []Notice) map[string][]Notice {
	people := map[string][]Notice{}
	for _, n := range waiting {
		people[n.PersonID] = append(people[n.PersonID], n)
	}
	return people
}

// about are the incidents and the rules of the notices that wait.
func (c *composer) about(g *gorm.DB) (map[string]Incident, map[string]Rule, error) {
	var list []Incident
	if err := g.Where("id IN (SELECT incident_id FROM notices WHERE told_at IS NULL)").Find(&list).Error; err != nil {
		return nil, nil, err
	}
	var ruleList []Rule
	if err := g.Where("id IN (SELECT rule_id FROM notices WHERE told_at IS NULL)").Find(&ruleList).Error; err != nil {
		return nil, nil, err
	}
	incidents, rules := make(map[string]Incident, len(list)), make(map[string]Rule, len(ruleList))
	for _, i := range list {
		incidents[i.ID] = i
	}
	for _, r := range ruleList {
		rules[r.ID] = r
	}
	return incidents, rules, nil
}

// mayBeTold reports whether a person may be told of a notice now, and finds its store.
func (c *composer) mayBeTold(p *Pending, recipient Recipient) bool {
	if !recipient.Told || !p.Rule.Enabled || p.Incident.ID == "" || p.Rule.Kind.OfImports() && !recipient.Imports {
		return false
	}
	if p.Incident.Store == "" {
		return true
	}
	n, found := c.s.Find(p.Incident.Store)
	if !found || !recipient.Reach.Has(p.Incident.Store, c.s.Stores[n].Group) {
		return false
	}
	p.Place = placeOf(c.s, n)
	return true
}

func placeOf(s *figures.Snapshot, n int) Place {
	store := s.Stores[n]
	return Place{Name: store.Name, City: store.City, Location: s.Location(n)}
}

func (c *composer) composePerson(g *gorm.DB, person string, recipient Recipient, pending []Pending) error {
	if len(pending) == 0 {
		return nil
	}
	var last models.OptionalInstant
	if err := g.Model(&Notice{}).Where("person_id = ? AND message_id <> ''", person).Select("MAX(told_at)").Row().Scan(&last); err != nil {
		return err
	}
	if err := correctBefore(g, person, pending); err != nil {
		return err
	}
	composed := Compose(pending, c.now, last.At, c.causes())
	if len(composed.Told) == 0 {
		return nil
	}
	var channels []deliveries.Channel
	if err := g.Where("person_id = ?", person).Find(&channels).Error; err != nil {
		return err
	}
	message := models.NewID()
	sent := map[string]bool{} // by notice
	for _, draft := range composed.Drafts {
		for _, channel := range channels {
			if !channel.Works() || !slices.Contains(draft.Channels, channel.ID) {
				continue
			}
			d := deliveries.New(channel, deliveries.Alert, draft.Message(channel.Words(recipient.Language)))
			d.Cause, d.Payload, d.Reach = causePrefix+message, draft.Payload, recipient.Reach.String()
			c.deliveries = append(c.deliveries, d)
			for _, id := range draft.Notices {
				sent[id] = true
			}
		}
	}
	told, untold := toldNotices{message: message}, toldNotices{}
	for _, id := range composed.Told {
		if sent[id] {
			told.ids = append(told.ids, id)
		} else {
			untold.ids = append(untold.ids, id)
		}
	}
	c.told = append(c.told, told, untold)
	return nil
}

// correctBefore has notices of incidents that no message told of yet begin with that: what
// was to be told before was withdrawn in time, or could not be sent.
func correctBefore(g *gorm.DB, person string, pending []Pending) error {
	told := map[string]bool{}
	for some := range slices.Chunk(pending, models.StoresPerStatement) {
		ids := make([]string, len(some))
		for n, p := range some {
			ids[n] = p.IncidentID
		}
		var found []string
		err := g.Model(&Notice{}).Distinct("incident_id").Where("person_id = ? AND message_id <> '' AND incident_id IN ?", person, ids).Pluck("incident_id", &found).Error
		if err != nil {
			return err
		}
		for _, id := range found {
			told[id] = true
		}
	}
	for n := range pending {
		if !told[pending[n].IncidentID] {
			pending[n].Before = Untold
		}
	}
	return nil
}

func (c *composer) write(g *gorm.DB) error {
	for _, told := range c.told {
		for some := range slices.Chunk(told.ids, models.StoresPerStatement) {
			err := g.Model(&Notice{}).Where("id IN ?", some).Updates(map[string]any{"told_at": c.now, "message_id": told.message}).Error
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// causes explains stores that went dark together. It is prepared once for all people.
func (c *composer) causes() explainer {
	if !c.explained {
		c.explain, c.explained = newExplainer(c.s), true
	}
	return c.explain
}
