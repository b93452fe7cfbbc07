package access

import (
	"context"
	"errors"

	"lightson/models"
	"lightson/models/alerts"
	"lightson/models/entered"
	"lightson/models/reach"
	"lightson/models/uptime"
	"lightson/models/words"
)

// What tells a person of things is theirs alone: others' is models.ErrNotFound. Where there
// are no accounts, it is everybody's.

// AlertRules are the principal's rules, the oldest first.
func (d *Data) AlertRules(ctx context.Context) ([]alerts.Rule, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	return alerts.Rules(ctx, d.db, p.PersonID)
}

// AlertRule is one of the principal's rules.
func (d *Data) AlertRule(ctx context.Context, id string) (alerts.Rule, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return alerts.Rule{}, err
	}
	if !storable(id) {
		return alerts.Rule{}, models.ErrNotFound
	}
	return alerts.RuleOf(ctx, d.db, p.PersonID, id)
}

// SaveAlertRule adds a rule without an id for the principal, or changes theirs with its id.
// What is wrong with it is an entered.Problem, also a store or group of which no store is
// within reach, and a channel of somebody else. A kind that tells of imports is ErrForbidden
// without the permission to read them.
func (d *Data) SaveAlertRule(ctx context.Context, r *alerts.Rule) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return err
	}
	cleaned, err := d.cleanAlertRule(ctx, p, *r)
	if err != nil {
		return err
	}
	*r = cleaned
	r.PersonID = p.PersonID
	if r.ID == "" {
		r.CreatedBy = enteredBy(p, r.CreatedBy)
	}
	return alerts.SaveRule(ctx, d.db, r, models.Now())
}

// cleanAlertRule is the rule as it is stored, if the principal may have it.
func (d *Data) cleanAlertRule(ctx context.Context, p Principal, r alerts.Rule) (alerts.Rule, error) {
	r, err := r.Clean(d.figures.PollEvery())
	if err != nil {
		return r, err
	}
	if !storable(r.ID) {
		return r, models.ErrNotFound
	}
	if r.Kind.OfImports() && !p.May(ReadImports) {
		return r, ErrForbidden
	}
	if err := mustSeeSome(ctx, d.db, p.Reach, r.Subject); err != nil {
		return r, err
	}
	return r, d.mustOwnChannels(ctx, p, r.Channels)
}

// mustSeeSome gives an entered.Problem unless a store of the subject is within reach. Who
// reaches a part of a group can be told of the group: of what they reach. What is out of
// reach cannot be told from what there is not.
func mustSeeSome(ctx context.Context, db *models.DB, within reach.Reach, s entered.Subject) error {
	var expected string
	var say words.Message
	switch s.Scope {
	case entered.OfAll:
		return nil
	case entered.OfGroup:
		exists, err := NewGroupsWithin(db, within).GroupExists(ctx, s.Name)
		if err != nil || exists {
			return err
		}
		expected, say = "a group of which you see a store", words.Later("You can see no store in the group {group}.", "group", s.Name)
	default:
		groups, err := groupsOf(db.GORM(ctx), []string{s.Name})
		if err != nil {
			return err
		}
		if group, exists := groups[s.Name]; exists && within.Has(s.Name, group) {
			return nil
		}
		expected, say = "the id of a store that you see", words.Later("You can see no store with the id {id}.", "id", s.Name)
	}
	return entered.Problem{Where: "name", Expected: expected, Found: s.Name, Words: say}
}

// RemoveAlertRule removes one of the principal's rules, with all that it found.
func (d *Data) RemoveAlertRule(ctx context.Context, id string) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return err
	}
	if !storable(id) {
		return models.ErrNotFound
	}
	return alerts.RemoveRule(ctx, d.db, p.PersonID, id)
}

// Incidents are what the principal's rules found of stores that are within reach now, the
// newest first.
func (d *Data) Incidents(ctx context.Context, f alerts.IncidentFilter) ([]alerts.Incident, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	if !storable(f.ID) || !storable(f.RuleID) || !storable(f.Store) || !storable(f.Before) {
		return nil, nil
	}
	if f.Limit <= 0 {
		f.Limit = alerts.IncidentsPerList
	}
	var list []alerts.Incident
	for next := f; ; next.Limit = min(2*next.Limit, mostIncidentsRead) {
		read, err := alerts.Incidents(ctx, d.db, p.PersonID, next)
		if err != nil {
			return nil, err
		}
		seen, err := d.incidentsWithin(ctx, p, read)
		if err != nil {
			return nil, err
		}
		list = append(list, seen...)
		if len(list) >= f.Limit || len(read) < next.Limit {
			return list[:min(len(list), f.Limit)], nil
		}
		next.Before = read[len(read)-1].ID
	}
}

// mostIncidentsRead is how many incidents are looked through at a time, so that those out of
// reach leave no gap in a list.
const mostIncidentsRead = 4000

// incidentsWithin are those of the incidents that the principal may see. Which groups a
// reach has, SQL cannot say: their names are compared as they are shown.
func (d *Data) incidentsWithin(ctx context.Context, p Principal, list []alerts.Incident) ([]alerts.Incident, error) {
	groups := map[string]string{}
	if !p.Reach.IsAll() {
		codes := make([]string, len(list))
		for n, i := range list {
			codes[n] = i.Store
		}
		var err error
		if groups, err = groupsOf(d.db.GORM(ctx), codes); err != nil {
			return nil, err
		}
	}
	var seen []alerts.Incident
	for _, i := range list {
		if i.Kind.OfImports() && !p.May(ReadImports) || i.Store != "" && !p.Reach.Has(i.Store, groups[i.Store]) {
			continue
		}
		seen = append(seen, i)
	}
	return seen, nil
}

// Tellings are how far the principal was told of incidents of theirs, by id.
func (d *Data) Tellings(ctx context.Context, incidents []string) (map[string]alerts.Telling, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	return alerts.Tellings(ctx, d.db, p.PersonID, storableOf(incidents))
}

// Incident is one of what the principal's rules found of stores that are within reach now.
func (d *Data) Incident(ctx context.Context, id string) (alerts.Incident, error) {
	if id == "" {
		return alerts.Incident{}, models.ErrNotFound
	}
	list, err := d.Incidents(ctx, alerts.IncidentFilter{ID: id})
	if err != nil || len(list) == 0 {
		return alerts.Incident{}, errors.Join(err, models.ErrNotFound)
	}
	return list[0], nil
}

// Acknowledge says that the principal knows of incidents of theirs, and returns how many
// nobody had acknowledged before. by names who asks where there are no accounts.
func (d *Data) Acknowledge(ctx context.Context, by string, ids ...string) (count int64, err error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return 0, err
	}
	return alerts.Acknowledge(ctx, d.db, p.PersonID, storableOf(ids), enteredBy(p, by), models.Now())
}

// ToldMessage is the message of the delivery with a token. Whoever has the token may see it:
// the message was sent to them. One whose person is told nothing any more is
// models.ErrNotFound.
func (d *Data) ToldMessage(ctx context.Context, token string) (alerts.ToldMessage, error) {
	if !storable(token) {
		return alerts.ToldMessage{}, models.ErrNotFound
	}
	m, err := alerts.MessageOf(ctx, d.db, token)
	if err != nil {
		return alerts.ToldMessage{}, err
	}
	if _, ok, err := NewAccounts(d.db, Options{}).Recipient(ctx, m.PersonID); err != nil || !ok {
		return alerts.ToldMessage{}, errors.Join(err, models.ErrNotFound)
	}
	return m, nil
}

// AcknowledgeMessage acknowledges all incidents of the message of the delivery with a token,
// for whoever has the token.
func (d *Data) AcknowledgeMessage(ctx context.Context, token string) (alerts.ToldMessage, error) {
	if m, err := d.ToldMessage(ctx, token); err != nil {
		return m, err
	}
	return alerts.AcknowledgeMessage(ctx, d.db, token, models.Now())
}

// Pauses are the principal's pauses, by store.
func (d *Data) Pauses(ctx context.Context) ([]alerts.Pause, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return nil, err
	}
	return alerts.Pauses(ctx, d.db, p.PersonID)
}

// Pause says that the principal is told nothing of a store within reach until the beginning
// of a date of the store.
func (d *Data) Pause(ctx context.Context, code string, until uptime.Date) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return err
	}
	if !storable(code) {
		return models.ErrNotFound
	}
	if err := d.mustReach(ctx, p.Reach, entered.Store(code)); err != nil {
		return err
	}
	return alerts.SetPause(ctx, d.db, alerts.Pause{PersonID: p.PersonID, Store: code, Until: until, CreatedAt: models.Now()})
}

// Unpause ends the principal's pause of a store.
func (d *Data) Unpause(ctx context.Context, code string) error {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return err
	}
	if !storable(code) {
		return models.ErrNotFound
	}
	return alerts.RemovePause(ctx, d.db, p.PersonID, code)
}

// BacktestAlertRule is what a rule would have told the principal in the last 30 days of the
// data. The errors are those of SaveAlertRule.
func (d *Data) BacktestAlertRule(ctx context.Context, r alerts.Rule) (alerts.Backtest, error) {
	p, err := whoMay(ctx, KeepAlerts)
	if err != nil {
		return alerts.Backtest{}, err
	}
	if r, err = d.cleanAlertRule(ctx, p, r); err != nil {
		return alerts.Backtest{}, err
	}
	s, err := d.figures.Snapshot(ctx)
	if err != nil {
		return alerts.Backtest{}, err
	}
	return d.backtests.Run(ctx, d.figures, s, r, p.Reach)
}
