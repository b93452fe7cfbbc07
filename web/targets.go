package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/names"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

const targetsPerPage = 50

// targetForm is what a visitor may send to set a target.
type targetForm struct {
	Scope   string `form:"scope"`
	Name    string `form:"name"`
	Percent string `form:"percent"`
	From    string `form:"from"` // list, or empty for the overview
}

// setStoreTarget serves POST /stores/:id/target.
func (s *Server) setStoreTarget(c echo.Context) error {
	snapshot, n, err := s.recentStore(c)
	if err != nil {
		return err
	}
	code := snapshot.Stores[n].Code
	err = s.setTargetOf(c, entered.Store(code), c.FormValue("percent"))
	var wrong fieldProblem
	if errors.As(err, &wrong) {
		return s.sendStore(c, http.StatusUnprocessableEntity, &wrong)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, storeURL(code)+"#target")
}

// setTarget serves POST /targets, from an overview or from the list.
func (s *Server) setTarget(c echo.Context) error {
	var form targetForm
	if err := c.Bind(&form); err != nil {
		return err
	}
	subject, err := parseSubject(form.Scope, form.Name, "name")
	if err == nil {
		err = s.setTargetOf(c, subject, form.Percent)
	}
	if isGone(err) && form.From == "list" && subject.Scope != entered.OfAll && may(c.Request().Context(), access.SetTargets) {
		expected := words.Later("a group that there is")
		if subject.Scope == entered.OfStore {
			expected = words.Later("a store that there is")
		}
		err = badField("name", expected, form.Name)
	}
	var wrong fieldProblem
	switch {
	case errors.As(err, &wrong) && form.From == "list":
		return s.sendTargets(c, http.StatusUnprocessableEntity, form, wrong.refusal(spokenOf(c.Request().Context())))
	case errors.As(err, &wrong) && wrong.field == "percent" && subject.Scope != entered.OfStore:
		return s.sendOverview(c, http.StatusUnprocessableEntity, subject.Name, &wrong)
	case err != nil:
		return err
	case form.From == "list":
		return c.Redirect(http.StatusSeeOther, "/targets")
	case subject.Scope == entered.OfGroup:
		return c.Redirect(http.StatusSeeOther, groupURL(subject.Name)+"#target")
	case subject.Scope == entered.OfStore:
		return c.Redirect(http.StatusSeeOther, storeURL(subject.Name)+"#target")
	default:
		return c.Redirect(http.StatusSeeOther, "/#target")
	}
}

func (s *Server) setTargetOf(c echo.Context, subject entered.Subject, text string) error {
	noteOf(c).about(string(subject.Scope), subject.Name)
	noteOf(c).detail = cmp.Or(text, "none")
	percent, err := parsePercent("percent", text)
	if err != nil {
		return err
	}
	return problemWith(s.data.SetTarget(c.Request().Context(), entered.Target{Subject: subject, Percent: percent}))
}

// newStoreTargetForm is the form of one store; nil where no path can carry its id.
func newStoreTargetForm(w spoken, targets entered.Targets, store models.Store) *views.TargetForm {
	if store.Code == "." || store.Code == ".." {
		return nil
	}
	form := &views.TargetForm{Action: storeURL(store.Code) + "/target", Of: w.Say("of this store, in percent")}
	own, has := targets.Own(entered.Store(store.Code))
	if has {
		form.Percent = percentNumber(w, own.Percent)
	} else if target, known := targets.Of(store); known {
		form.Source = targetCounts(w, target)
	}
	return form
}

// newOverviewTargetForm is the form of a group, or of all stores.
func newOverviewTargetForm(w spoken, targets entered.Targets, group string) *views.TargetForm {
	subject, of := entered.All, w.Say("of each store, in percent")
	if group != "" {
		subject, of = entered.Group(group), w.Say("of each store of the group, in percent")
	}
	form := newTargetForm(w, targets, subject)
	form.Of = of
	if target, known := targets.OfAll(); known && form.Percent == "" {
		form.Source = targetCounts(w, target)
	}
	return form
}

// newTargetForm is the form at /targets that sets the target of a subject.
func newTargetForm(w spoken, targets entered.Targets, subject entered.Subject) *views.TargetForm {
	form := &views.TargetForm{Action: "/targets", Hidden: []views.Param{{Name: "scope", Value: string(subject.Scope)}, {Name: "name", Value: subject.Name}}}
	if own, has := targets.Own(subject); has {
		form.Percent = percentNumber(w, own.Percent)
	}
	return form
}

// listTargets serves GET /targets.
func (s *Server) listTargets(c echo.Context) error {
	return s.sendTargets(c, http.StatusOK, targetForm{}, views.Refusal{})
}

// sendTargets sends the list. wrong, if any, is the problem with what was typed into its form.
func (s *Server) sendTargets(c echo.Context, status int, typed targetForm, wrong views.Refusal) error {
	ctx := c.Request().Context()
	w := spokenOf(ctx)
	snapshot, err := s.recentSnapshot(ctx)
	if err != nil {
		return err
	}
	targets, err := s.targets(ctx)
	if err != nil {
		return err
	}
	page, _, err := s.pageOf(c, snapshot, w.Say("Targets"), views.NavOverview)
	if err != nil {
		return err
	}
	number := 1
	if err := echo.QueryParamsBinder(c).Int("page", &number).BindError(); err != nil {
		return err
	}
	pager, shown := paginate(w, seenTargets(ctx, snapshot, targets), number, targetsPerPage, words.Plural{One: "{first}–{last} of {n} target", Other: "{first}–{last} of {n} targets"}, func(page int) string {
		v := url.Values{}
		addPage(v, page)
		return withQuery("/targets", v)
	})
	list := views.TargetList{Pager: pager}
	if list.Rows, err = s.newTargetRows(ctx, snapshot, targets, shown); err != nil {
		return err
	}
	if may(ctx, access.SetTargets) {
		list.New = &views.NewTarget{All: mayForAll(ctx), Scope: typed.Scope, Name: typed.Name, Percent: typed.Percent, Wrong: wrong}
	}
	varies(c, variesByPart)
	if wantsPartial(c.Request()) && wrong.Text == "" {
		return render(c, status, views.TargetsTable(list))
	}
	return render(c, status, views.TargetsPage(page, list))
}

// seenTargets are the targets that concern a store within reach, the widest first. Who
// reaches all stores also sees those of stores and groups that there are no more.
func seenTargets(ctx context.Context, s *figures.Snapshot, targets entered.Targets) []entered.Target {
	return seenSubjects(ctx, s, targets.List(), func(t entered.Target) entered.Subject { return t.Subject })
}

// seenSubjects are the entries of a list whose subject has a store that the visitor sees. Who
// sees all stores is shown those of stores that are gone, too.
func seenSubjects[T any](ctx context.Context, s *figures.Snapshot, list []T, subjectOf func(T) entered.Subject) []T {
	p, err := access.Of(ctx)
	if err != nil {
		return nil
	}
	seen := []T{}
	for _, t := range list {
		if p.Reach.IsAll() || len(storesWith(s, subjectOf(t))) > 0 {
			seen = append(seen, t)
		}
	}
	return seen
}

// storesWith are the stores of a snapshot that a subject has.
func storesWith(s *figures.Snapshot, subject entered.Subject) []int {
	switch subject.Scope {
	case entered.OfStore:
		if n, found := s.Find(subject.Name); found {
			return []int{n}
		}
		return nil
	case entered.OfGroup:
		return s.StoresOf(subject.Name)
	default:
		stores := make([]int, len(s.Stores))
		for n := range stores {
			stores[n] = n
		}
		return stores
	}
}

func (s *Server) newTargetRows(ctx context.Context, snapshot *figures.Snapshot, targets entered.Targets, shown []entered.Target) ([]views.TargetRow, error) {
	subjects := make([]entered.Subject, len(shown))
	for n, t := range shown {
		subjects[n] = t.Subject
	}
	reached, err := s.data.Reached(ctx, subjects)
	if err != nil {
		return nil, err
	}
	w, changes := spokenOf(ctx), may(ctx, access.SetTargets)
	var rows []views.TargetRow
	for _, t := range shown {
		stores := storesWith(snapshot, t.Subject)
		row := views.TargetRow{Of: views.Link{Text: w.Say("All stores"), URL: "/"}, Percent: targetText(w, t.Percent), By: names.Visible(t.By), At: w.time(t.At, time.UTC, dayAndClock)}
		row.Week, row.Missed = verdictText(w, t, correctedSum(snapshot, stores)[uptime.LastWeek])
		switch {
		case t.Scope == entered.OfGroup && len(stores) > 0:
			row.Kind, row.Of = w.Say("Group"), views.Link{Text: t.Name, URL: groupURL(t.Name)}
		case t.Scope == entered.OfGroup:
			row.Kind, row.Of = w.Say("Group that no longer exists"), views.Link{Text: t.Name}
		case t.Scope == entered.OfStore && len(stores) > 0:
			stored := snapshot.Stores[stores[0]]
			row.Kind, row.Of = w.storeOfID(stored.Code), views.Link{Text: cmp.Or(stored.Name, stored.Code), URL: storeURL(t.Name)}
		case t.Scope == entered.OfStore:
			row.Kind, row.Of = w.Say("Store that no longer exists"), views.Link{Text: names.Visible(t.Name)}
		}
		if changes && reached[t.Subject] {
			row.Form = newTargetForm(w, targets, t.Subject)
			row.Form.Hidden = append(row.Form.Hidden, views.Param{Name: "from", Value: "list"})
		}
		rows = append(rows, row)
	}
	return rows, nil
}
