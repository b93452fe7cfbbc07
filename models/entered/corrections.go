package entered

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"lightson/models"
	"lightson/models/names"
	"lightson/models/uptime"
)

// A Correction says that a span of time counts for nobody: it is excused.
type Correction struct {
	ID string
	Subject
	From        uptime.Instant `gorm:"column:from_at"`
	To          uptime.Instant `gorm:"column:to_at"` // exclusive
	Category    Category
	Note        string
	By          string                 `gorm:"column:entered_by"`
	At          uptime.Instant         `gorm:"column:entered_at"`
	WithdrawnBy string                 // empty where it holds
	WithdrawnAt models.OptionalInstant // none where it holds
}

// Category is why time is excused. Its text is stored.
type Category string

// The categories.
const (
	PollerFault    Category = "poller_fault"
	PowerOrNetwork Category = "power_or_network"
	PlannedWork    Category = "planned_work"
	WrongData      Category = "wrong_data"
	Other          Category = "other"
)

// Categories are all categories, as forms list them.
var Categories = []Category{PollerFault, PowerOrNetwork, PlannedWork, WrongData, Other}

var categoryWords = map[Category]string{
	PollerFault: "Poller fault", PowerOrNetwork: "Power or network cut", PlannedWork: "Planned work", WrongData: "Wrong data", Other: "Other",
}

// Words name the category for people. One that this program does not know is shown as it
// is stored.
func (c Category) Words() string { return cmp.Or(categoryWords[c], string(c)) }

// Span is the time that is excused.
func (c Correction) Span() uptime.Span { return uptime.Span{From: c.From, To: c.To} }

// Withdrawn reports whether the correction holds no longer.
func (c Correction) Withdrawn() bool { return c.WithdrawnAt.Known }

// compare orders by time, subject and id.
func (c Correction) compare(d Correction) int {
	return cmp.Or(cmp.Compare(c.From, d.From), cmp.Compare(c.To, d.To), c.Subject.compare(d.Subject), cmp.Compare(c.ID, d.ID))
}

// Excuses are all corrections that hold, for asking what of a store's time is excused. The
// zero value excuses nothing.
type Excuses struct {
	all    []Correction            // sorted
	groups map[string][]Correction // with those of all
	stores map[string][]Correction // only the stores' own
	// spans are the same, merged.
	allSpans   []uptime.Span
	groupSpans map[string][]uptime.Span
}

// NewExcuses makes corrections ready to be asked. Withdrawn ones count for nothing.
func NewExcuses(list []Correction) Excuses {
	e := Excuses{groups: map[string][]Correction{}, stores: map[string][]Correction{}, groupSpans: map[string][]uptime.Span{}}
	list = slices.DeleteFunc(slices.Clone(list), Correction.Withdrawn)
	slices.SortFunc(list, Correction.compare)
	for _, c := range list {
		switch c.Scope {
		case OfAll:
			e.all = append(e.all, c)
		case OfGroup:
			e.groups[c.Name] = append(e.groups[c.Name], c)
		case OfStore:
			e.stores[c.Name] = append(e.stores[c.Name], c)
		}
	}
	e.allSpans = mergedSpans(e.all)
	for name, own := range e.groups {
		e.groups[name] = together(e.all, own)
		e.groupSpans[name] = mergedSpans(e.groups[name])
	}
	return e
}

func together(a, b []Correction) []Correction {
	both := slices.Concat(a, b)
	slices.SortFunc(both, Correction.compare)
	return both
}

// mergedSpans are the spans of sorted corrections, apart from each other.
func mergedSpans(sorted []Correction) []uptime.Span {
	var merged []uptime.Span
	for _, c := range sorted {
		if last := len(merged) - 1; last >= 0 && c.From <= merged[last].To {
			merged[last].To = max(merged[last].To, c.To)
			continue
		}
		merged = append(merged, c.Span())
	}
	return merged
}

// Some reports whether anything is excused at all.
func (e Excuses) Some() bool { return len(e.all)+len(e.groups)+len(e.stores) > 0 }

// Of are the spans of a store that are excused, sorted and apart from each other. The
// caller must not change them: stores share them.
func (e Excuses) Of(store models.Store) []uptime.Span {
	if len(e.stores[store.Code]) > 0 {
		return mergedSpans(e.List(store))
	}
	if spans, found := e.groupSpans[names.Visible(store.Group)]; found {
		return spans
	}
	return e.allSpans
}

// List are the corrections behind Of, sorted by time. The caller must not change them.
func (e Excuses) List(store models.Store) []Correction {
	shared, found := e.groups[names.Visible(store.Group)]
	if !found {
		shared = e.all
	}
	if own := e.stores[store.Code]; len(own) > 0 {
		return together(shared, own)
	}
	return shared
}

// ReadExcuses reads all corrections that hold.
func ReadExcuses(ctx context.Context, tx *models.Tx) (Excuses, error) {
	var list []Correction
	if err := tx.GORM(ctx).Where("withdrawn_at IS NULL").Find(&list).Error; err != nil {
		return Excuses{}, fmt.Errorf("read corrections: %w", err)
	}
	return NewExcuses(list), nil
}

// A CorrectionFilter chooses corrections for a list. The zero value chooses all.
type CorrectionFilter struct {
	Subject *Subject    // nil = any
	Within  uptime.Span // only those that have time in it; empty = any
	Holding bool        // without those that are withdrawn
}

// Corrections are the chosen corrections, also withdrawn ones, the latest first.
func Corrections(ctx context.Context, db *models.DB, f CorrectionFilter) ([]Correction, error) {
	g := db.GORM(ctx)
	if f.Subject != nil {
		g = g.Where("scope = ? AND name = ?", f.Subject.Scope, f.Subject.Name)
	}
	if f.Within.From < f.Within.To {
		g = g.Where("from_at < ? AND to_at > ?", f.Within.To, f.Within.From)
	}
	if f.Holding {
		g = g.Where("withdrawn_at IS NULL")
	}
	var list []Correction
	if err := g.Find(&list).Error; err != nil {
		return nil, fmt.Errorf("read corrections: %w", err)
	}
	slices.SortFunc(list, func(a, b Correction) int { return b.compare(a) })
	return list, nil
}

// CorrectionOf is the correction with the id, or models.ErrNotFound.
func CorrectionOf(ctx context.Context, db *models.DB, id string) (Correction, error) {
	return correctionOf(db.GORM(ctx), id)
}

func correctionOf(g *gorm.DB, id string) (c Correction, err error) {
	if err := g.Where("id = ?", id).First(&c).Error; err != nil {
		return c, fmt.Errorf("correction %s: %w", id, models.NotFound(err))
	}
	return c, nil
}

// LongestCorrection is how long a correction can be, and how far ahead of the clock it
// can end, for work that is planned.
const LongestCorrection = 366 * uptime.Day

// AddCorrection records a correction with a new id and the time of the clock, or gives a
// Problem. Where one that says the same holds already, as after a form that was sent
// twice, it becomes that one and nothing changes.
func AddCorrection(ctx context.Context, db *models.DB, c *Correction) error {
	if err := c.clean(models.Now()); err != nil {
		return err
	}
	return update(ctx, db, "add correction", func(tx *models.Tx) (changed bool, err error) { return addCorrection(ctx, tx, c) })
}

// addCorrection records a correction that was cleaned, unless one that says the same holds.
func addCorrection(ctx context.Context, tx *models.Tx, c *Correction) (added bool, err error) {
	var same []Correction
	err = tx.GORM(ctx).Where("scope = ? AND name = ? AND from_at = ? AND to_at = ? AND category = ? AND note = ? AND withdrawn_at IS NULL",
		c.Scope, c.Name, c.From, c.To, c.Category, c.Note).Order("entered_at, id").Limit(1).Find(&same).Error
	if err != nil {
		return false, err
	}
	if len(same) > 0 {
		*c = same[0]
		return false, nil
	}
	c.ID, c.At, c.WithdrawnBy, c.WithdrawnAt = models.NewID(), models.Now(), "", models.OptionalInstant{}
	return true, tx.GORM(ctx).Create(c).Error
}

// clean checks a correction and cleans its note.
func (c *Correction) clean(now uptime.Instant) (err error) {
	if err := c.Subject.clean(); err != nil {
		return err
	}
	switch year1 := uptime.Instant(uptime.Ever) * uptime.Instant(uptime.Day); {
	case c.From >= c.To:
		return problem("end", "a time after "+instantText(c.From), instantText(c.To), "The end must be later than the start.")
	case c.From < year1:
		return problem("begin", "a time after 0001-01-01", instantText(c.From), "The start is too long ago.")
	case c.To > now.Add(LongestCorrection):
		return problem("end", "at most a year from now, "+instantText(now.Add(LongestCorrection)), instantText(c.To), "The end can be at most a year from now.")
	case c.To > c.From.Add(LongestCorrection):
		return problem("end", "at most 366 days after the start, "+instantText(c.From.Add(LongestCorrection)), instantText(c.To), "The end can be at most 366 days after the start.")
	case categoryWords[c.Category] == "":
		return problem("category", "poller_fault, power_or_network, planned_work, wrong_data or other", cmp.Or(string(c.Category), "nothing"), "Choose a category.")
	}
	c.Note, err = cleanNote(c.Note)
	return err
}

func instantText(i uptime.Instant) string { return i.Time().Format("2006-01-02 15:04:05 UTC") }

// WithdrawCorrection says that a correction holds no longer, and returns it. One that was
// withdrawn before stays as it is. It gives models.ErrNotFound where there is none.
func WithdrawCorrection(ctx context.Context, db *models.DB, id, by string, at uptime.Instant) (c Correction, err error) {
	err = update(ctx, db, "withdraw correction", func(tx *models.Tx) (changed bool, err error) {
		if c, err = correctionOf(tx.GORM(ctx), id); err != nil || c.Withdrawn() {
			return false, err
		}
		c.WithdrawnBy, c.WithdrawnAt = by, models.InstantAt(at)
		return true, tx.GORM(ctx).Model(&Correction{}).Where("id = ?", id).
			Updates(map[string]any{"withdrawn_by": by, "withdrawn_at": c.WithdrawnAt}).Error
	})
	return c, err
}
