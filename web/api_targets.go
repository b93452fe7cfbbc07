package web

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/labstack/echo/v4"

	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/reports"
	"lightson/models/uptime"
	"lightson/models/words"
)

type apiTargets struct {
	Total      int              `json:"total"`
	Targets    []apiTargetEntry `json:"targets"` // from the widest subject to the narrowest
	NextCursor *string          `json:"next_cursor"`
}

// apiTargetEntry is a target as it was entered.
type apiTargetEntry struct {
	Scope   entered.Scope `json:"scope"`
	Name    string        `json:"name"`    // empty for all stores
	Percent *float64      `json:"percent"` // null: no target any more
	By      *string       `json:"entered_by"`
	At      *apiTime      `json:"entered_at"`
}

// apiTargetResult is how a store, or the stores of a group together, stand to their target, by
// their corrected figures. What cannot be judged is null.
type apiTargetResult struct {
	Percent  float64        `json:"percent"`
	Scope    entered.Scope  `json:"scope"` // for what it was entered
	MetDay   *bool          `json:"met_day"`
	MetWeek  *bool          `json:"met_week"`
	MetMonth *bool          `json:"met_month"`
	Month    string         `json:"month"`   // the calendar month, as 2023-01
	Left     *uptime.Micros `json:"left_us"` // of the month; negative where the target cannot be met
}

// apiRank is the place of a store in its group.
type apiRank struct {
	Place int `json:"place"`
	Of    int `json:"of"`
}

// apiRowTarget is how a store of a report stood to the target that it had then.
type apiRowTarget struct {
	Percent  float64 `json:"percent"`
	MetDay   *bool   `json:"met_day"`
	MetWeek  *bool   `json:"met_week"`
	MetRange *bool   `json:"met_range"` // null where it was asked for none
}

// apiListTargets serves GET /api/v1/targets?limit=&cursor=.
func (s *Server) apiListTargets(c echo.Context) error {
	from, limit, err := parseCursor(c, "targets")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	snapshot, err := s.snapshot(ctx)
	if err != nil {
		return err
	}
	f, err := s.frame(ctx)
	if err != nil {
		return err
	}
	seen := seenTargets(ctx, snapshot, f.targets)
	piece, more := cutAfter(seen, from, limit, targetPlace)
	list := apiTargets{
		Total: len(seen), Targets: []apiTargetEntry{},
		NextCursor: nextAfter(from, piece, more, targetPlace),
	}
	for _, t := range piece {
		list.Targets = append(list.Targets, newAPITargetEntry(t))
	}
	return sendAPIList(c, list, list.Targets, list.NextCursor)
}

func targetPlace(t entered.Target) place {
	rank, name := bySubject(t.Subject)
	return place{rank, name}
}

func newAPITargetEntry(t entered.Target) apiTargetEntry {
	entry := apiTargetEntry{Scope: t.Scope, Name: t.Name, By: orNull(t.By), At: workTime(t.At)}
	if t.Percent != 0 {
		percent := apiPercent(t.Percent)
		entry.Percent = &percent
	}
	return entry
}

func apiPercent(hundredths int) float64 { return float64(hundredths) / 100 }

// apiSetTarget serves PUT /api/v1/targets.
func (s *Server) apiSetTarget(c echo.Context) error {
	asked, err := parseAPITarget(c)
	if err != nil {
		return err
	}
	subject, err := parseSubject(asked.Scope, asked.Name, "name")
	if err != nil {
		return err
	}
	if err := s.setTargetOf(c, subject, asked.Percent); err != nil {
		return err
	}
	ctx := c.Request().Context()
	targets, err := s.data.Targets(ctx)
	if err != nil {
		return err
	}
	target, has := targets.Own(subject)
	if !has {
		target = entered.Target{Subject: subject}
	}
	return c.JSON(http.StatusOK, newAPITargetEntry(target))
}

// parseAPITarget reads {"scope":"group","name":"Burger Barn","percent":99.5}. A percent of
// null is none.
func parseAPITarget(c echo.Context) (form targetForm, err error) {
	var asked struct {
		Scope   string          `json:"scope"`
		Name    string          `json:"name"`
		Percent json.RawMessage `json:"percent"`
	}
	if err := readAPIBody(c, &asked, `{"scope":"group","name":"Burger Barn","percent":99.5}`); err != nil {
		return form, err
	}
	percent := string(asked.Percent)
	if percent == "" {
		return form, badField("percent", words.Said("a number from 0 to 100 with at most two decimals, or null"), "nothing")
	}
	if percent == "null" {
		percent = ""
	} else if percent[0] < '0' || percent[0] > '9' {
		return form, badField("percent", words.Said("a number from 0 to 100 with at most two decimals, or null"), percent)
	}
	return targetForm{Scope: asked.Scope, Name: asked.Name, Percent: percent}, nil
}

// judged is whether figures reach a target, or null where they have no data.
func judged(met, judged bool) *bool {
	if !judged {
		return nil
	}
	return &met
}

func newAPITarget(t entered.Target, windows [3]uptime.Figures, m figures.Month) *apiTargetResult {
	target := &apiTargetResult{
		Percent: apiPercent(t.Percent), Scope: t.Scope,
		MetDay: judged(t.Met(windows[uptime.LastDay])), MetWeek: judged(t.Met(windows[uptime.LastWeek])), MetMonth: judged(m.Met(t)),
		Month: dateText(m.First, "2006-01"),
	}
	if left, known := m.Left(t); known {
		target.Left = &left
	}
	return target
}

// addAPITarget adds how store n stands to its target, and its place in its group.
func addAPITarget(ctx context.Context, store *apiStore, s *figures.Snapshot, n int, targets entered.Targets, month figures.Month) {
	if target, known := targets.Of(s.Stores[n]); known && s.AsOfKnown {
		store.Target = newAPITarget(target, *s.Corrected(n), month)
	}
	if rank, known := rankOf(ctx, s, n); known {
		store.Rank = &apiRank{rank.Place, rank.Of}
	}
}

func newAPIRowTarget(r reports.Row) *apiRowTarget {
	if r.Target == 0 {
		return nil
	}
	t, corrected := entered.Target{Percent: r.Target}, r.Corrected()
	target := &apiRowTarget{
		Percent: apiPercent(r.Target),
		MetDay:  judged(t.Met(corrected.Figures[uptime.LastDay])), MetWeek: judged(t.Met(corrected.Figures[uptime.LastWeek])),
	}
	if r.Ranged {
		target.MetRange = judged(t.Met(corrected.Range))
	}
	return target
}
