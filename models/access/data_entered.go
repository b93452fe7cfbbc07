package access

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// What people enter about stores is seen by whoever reaches one of the stores that it is
// of, and changed by whoever reaches all of them. Everything else is models.ErrNotFound.

// SpecialDays is entered.SpecialDays, of subjects that have a store within reach.
func (d *Data) SpecialDays(ctx context.Context, f entered.SpecialFilter) ([]entered.SpecialDay, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	days, err := entered.SpecialDays(ctx, d.db, f)
	if err != nil {
		return nil, err
	}
	return onlySeen(ctx, d.db, within, days, func(day entered.SpecialDay) entered.Subject { return day.Subject })
}

// AddSpecialDays is entered.AddSpecialDays, by the principal. A store or group that does
// not exist or is not within reach is models.ErrNotFound, and then nothing is added.
func (d *Data) AddSpecialDays(ctx context.Context, days []entered.SpecialDay) error {
	p, err := whoMay(ctx, KeepCalendar)
	if err != nil {
		return err
	}
	days, err = entered.CheckSpecialDays(days)
	if err != nil {
		return err
	}
	subjects := make([]entered.Subject, len(days))
	for n := range days {
		subjects[n], days[n].By, days[n].At = days[n].Subject, enteredBy(p, days[n].By), models.Now()
	}
	if err := d.mustReach(ctx, p.Reach, subjects...); err != nil {
		return err
	}
	return entered.AddSpecialDays(ctx, d.db, days)
}

// RemoveSpecialDays is entered.RemoveSpecialDays. It also removes what is of a store or a
// group that does not exist any more, for who reaches all stores.
func (d *Data) RemoveSpecialDays(ctx context.Context, subject entered.Subject, dates []uptime.Date) (removed int64, err error) {
	p, err := whoMay(ctx, KeepCalendar)
	if err != nil {
		return 0, err
	}
	if subject, err = subject.Clean(); err != nil {
		return 0, err
	}
	if err := d.mustReachIfAny(ctx, p.Reach, subject); err != nil {
		return 0, err
	}
	return entered.RemoveSpecialDays(ctx, d.db, subject, dates)
}

// Corrections is entered.Corrections, of subjects that have a store within reach.
func (d *Data) Corrections(ctx context.Context, f entered.CorrectionFilter) ([]entered.Correction, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	list, err := entered.Corrections(ctx, d.db, f)
	if err != nil {
		return nil, err
	}
	return onlySeen(ctx, d.db, within, list, func(c entered.Correction) entered.Subject { return c.Subject })
}

// Correction is entered.CorrectionOf, of a subject that has a store within reach.
func (d *Data) Correction(ctx context.Context, id string) (entered.Correction, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return entered.Correction{}, err
	}
	return d.correction(ctx, within, id)
}

func (d *Data) correction(ctx context.Context, within reach.Reach, id string) (entered.Correction, error) {
	if !storable(id) {
		return entered.Correction{}, models.ErrNotFound
	}
	c, err := entered.CorrectionOf(ctx, d.db, id)
	if err != nil {
		return c, err
	}
	seen, err := onlySeen(ctx, d.db, within, []entered.Correction{c}, func(c entered.Correction) entered.Subject { return c.Subject })
	if err == nil && len(seen) == 0 {
		c, err = entered.Correction{}, models.ErrNotFound
	}
	return c, err
}

// AddCorrection is entered.AddCorrection, by the principal. A store or group that does not
// exist or is not within reach is models.ErrNotFound.
func (d *Data) AddCorrection(ctx context.Context, c *entered.Correction) error {
	p, err := whoMay(ctx, Correct)
	if err != nil {
		return err
	}
	if c.Subject, err = c.Subject.Clean(); err != nil {
		return err
	}
	if err := d.mustReach(ctx, p.Reach, c.Subject); err != nil {
		return err
	}
	c.By = enteredBy(p, c.By)
	return entered.AddCorrection(ctx, d.db, c)
}

// WithdrawCorrection is entered.WithdrawCorrection, by the principal. by names who asks
// where there are no accounts. A correction that can be seen, but is also of stores out of
// reach, is ErrForbidden.
func (d *Data) WithdrawCorrection(ctx context.Context, id, by string) (entered.Correction, error) {
	p, err := whoMay(ctx, Correct)
	if err != nil {
		return entered.Correction{}, err
	}
	c, err := d.correction(ctx, p.Reach, id)
	if err != nil {
		return c, err
	}
	if d.mustReachIfAny(ctx, p.Reach, c.Subject) != nil {
		return entered.Correction{}, ErrForbidden
	}
	return entered.WithdrawCorrection(ctx, d.db, id, enteredBy(p, by), models.Now())
}

// Targets are all targets, for everybody, as Sales are: its caller must show only those
// of stores and groups that are within reach, and those of all.
func (d *Data) Targets(ctx context.Context) (entered.Targets, error) {
	return entered.ReadTargets(ctx, d.db)
}

// SetTarget is entered.SetTarget, by the principal. A store or group that does not exist
// or is not within reach is models.ErrNotFound; who reaches all stores may remove the
// target of one that does not exist any more.
func (d *Data) SetTarget(ctx context.Context, t entered.Target) error {
	p, err := whoMay(ctx, SetTargets)
	if err != nil {
		return err
	}
	if t.Subject, err = t.Subject.Clean(); err != nil {
		return err
	}
	reached := d.mustReach
	if t.Percent == 0 {
		reached = d.mustReachIfAny
	}
	if err := reached(ctx, p.Reach, t.Subject); err != nil {
		return err
	}
	t.By, t.At = enteredBy(p, t.By), models.Now()
	return entered.SetTarget(ctx, d.db, t)
}

// whoMay is the principal, who must have a permission.
func whoMay(ctx context.Context, needed Permission) (Principal, error) {
	if _, err := reachFor(ctx, needed); err != nil {
		return Principal{}, err
	}
	return Of(ctx)
}

// enteredBy names the principal in what they enter. Where there are no accounts, it is
// what the caller knows of them.
func enteredBy(p Principal, given string) string {
	if p.Kind == IsOpen {
		return given
	}
	return p.Name
}

// mustReach gives models.ErrNotFound unless the subjects exist and all their stores, also
// those to come, are within reach.
func (d *Data) mustReach(ctx context.Context, within reach.Reach, subjects ...entered.Subject) error {
	slices.SortFunc(subjects, compareSubjects)
	subjects = slices.Compact(subjects)
	if err := d.mustReachIfAny(ctx, within, subjects...); err != nil {
		return err
	}
	groups, err := groupsOf(d.db.GORM(ctx), codesIn(subjects))
	if err != nil {
		return err
	}
	for _, s := range subjects {
		exists := s.Scope == entered.OfAll
		switch s.Scope {
		case entered.OfStore:
			_, exists = groups[s.Name]
		case entered.OfGroup:
			if exists, err = groupExists(ctx, d.db, s.Name); err != nil {
				return err
			}
		}
		if !exists {
			return models.ErrNotFound
		}
	}
	return nil
}

// mustReachIfAny gives models.ErrNotFound unless all stores of the subjects, if there are
// any, are within reach.
func (d *Data) mustReachIfAny(ctx context.Context, within reach.Reach, subjects ...entered.Subject) error {
	reached, err := d.reached(ctx, within, subjects)
	if err != nil {
		return err
	}
	for _, s := range subjects {
		if !reached[s] {
			return models.ErrNotFound
		}
	}
	return nil
}

// Reached says of which subjects the principal reaches all stores, also those to come, and
// so may change what is entered for them with the permission for it.
func (d *Data) Reached(ctx context.Context, subjects []entered.Subject) (map[entered.Subject]bool, error) {
	within, err := reachFor(ctx, ReadFigures)
	if err != nil {
		return nil, err
	}
	return d.reached(ctx, within, subjects)
}

func (d *Data) reached(ctx context.Context, within reach.Reach, subjects []entered.Subject) (map[entered.Subject]bool, error) {
	reached := make(map[entered.Subject]bool, len(subjects))
	groups := map[string]string{}
	if len(within.Groups()) > 0 {
		var err error
		if groups, err = groupsOf(d.db.GORM(ctx), codesIn(subjects)); err != nil {
			return nil, err
		}
	}
	for _, s := range subjects {
		switch s.Scope {
		case entered.OfStore:
			reached[s] = within.Has(s.Name, groups[s.Name])
		case entered.OfGroup:
			reached[s] = within.HasGroup(s.Name)
		default:
			reached[s] = within.IsAll()
		}
	}
	return reached, nil
}

// onlySeen are the entries of subjects that have a store within reach.
func onlySeen[E any](ctx context.Context, db *models.DB, within reach.Reach, list []E, subjectOf func(E) entered.Subject) ([]E, error) {
	if within.IsAll() {
		return list, nil
	}
	subjects := make([]entered.Subject, len(list))
	for n, entry := range list {
		subjects[n] = subjectOf(entry)
	}
	groups, err := groupsOf(db.GORM(ctx), append(codesIn(subjects), storableOf(within.Stores())...))
	if err != nil {
		return nil, err
	}
	some := map[string]bool{} // groups that single stores of the reach are in
	for _, code := range within.Stores() {
		some[groups[code]] = true
	}
	return slices.DeleteFunc(list, func(entry E) bool {
		switch s := subjectOf(entry); s.Scope {
		case entered.OfAll:
			return within.Empty()
		case entered.OfGroup:
			return !within.HasGroup(s.Name) && !some[s.Name]
		default:
			return !within.Has(s.Name, groups[s.Name])
		}
	}), nil
}

func compareSubjects(a, b entered.Subject) int {
	if a.Scope != b.Scope {
		return strings.Compare(string(a.Scope), string(b.Scope))
	}
	return strings.Compare(a.Name, b.Name)
}

// codesIn are the codes of the stores that are subjects themselves.
func codesIn(subjects []entered.Subject) []string {
	codes := map[string]bool{}
	for _, s := range subjects {
		if s.Scope == entered.OfStore {
			codes[s.Name] = true
		}
	}
	list := make([]string, 0, len(codes))
	for code := range codes {
		list = append(list, code)
	}
	return storableOf(list)
}

// storableOf are the texts that a database can hold. PostgreSQL refuses all others.
func storableOf(list []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(text string) bool { return !storable(text) })
}

func storable(text string) bool { return utf8.ValidString(text) && !strings.ContainsRune(text, 0) }

// Reasons is figures.Figures.Reasons. The snapshot is already within reach.
func (d *Data) Reasons(ctx context.Context, s *figures.Snapshot, stores []int, within uptime.Span) (map[int][]figures.Reason, error) {
	if _, err := reachFor(ctx, ReadFigures); err != nil {
		return nil, err
	}
	return d.figures.Reasons(ctx, s, stores, within)
}
