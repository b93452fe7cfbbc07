package access_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/access"
	"lightson/models/entered"
	"lightson/models/figures"
	"lightson/models/modelstest"
	"lightson/models/polls"
	"lightson/models/reach"
	"lightson/models/uptime"
)

// enteredTown has two stores of Ana's, one of Ben's, and one of nobody's.
func enteredTown(t *testing.T, db *models.DB) {
	t.Helper()
	modelstest.Load(t, db, modelstest.NamesFile("a1,,Ana's,", "a2,,Ana's,", "b1,,Ben's,", "c1,,,"))
}

func as(role access.Role, within reach.Reach) access.Principal {
	return access.Principal{Kind: access.IsPerson, ID: "1", Name: "Somebody", Role: role, Reach: within}
}

// everySubject is of each kind, within and out of the reaches of these tests.
var everySubject = []entered.Subject{
	entered.All, entered.Group("Ana's"), entered.Group("Ben's"), entered.Group("Nobody's"),
	entered.Store("a1"), entered.Store("a2"), entered.Store("b1"), entered.Store("c1"), entered.Store("gone"),
}

// reached are the reaches, and the subjects that each changes and sees.
var reached = map[string]struct {
	reach.Reach
	changes, sees string
}{
	"all":           {reach.All(), "all stores, group Ana's, group Ben's, store a1, store a2, store b1, store c1", "*"},
	"a group":       {reach.Of([]string{"Ana's"}, nil), "group Ana's, store a1, store a2", "all stores, group Ana's, store a1, store a2"},
	"a store":       {reach.Of(nil, []string{"a1"}), "store a1", "all stores, group Ana's, store a1"},
	"both":          {reach.Of([]string{"Ben's"}, []string{"c1", "a2", "\xff", "x\x00"}), "group Ben's, store a2, store b1, store c1", "all stores, group Ana's, group Ben's, store a2, store b1, store c1"},
	"an empty one":  {reach.Reach{}, "", ""},
	"a store to be": {reach.Of(nil, []string{"gone"}), "", "all stores, store gone"},
}

func subjectsText(list []entered.Subject) string {
	var text []string
	for _, s := range everySubject {
		if slices.Contains(list, s) {
			text = append(text, s.String())
		}
	}
	return strings.Join(text, ", ")
}

// changes tries to enter something for every subject and returns those for which it could.
// What is out of reach must be as if it did not exist.
func changes(t *testing.T, try func(entered.Subject) error) string {
	t.Helper()
	var done []entered.Subject
	for _, s := range everySubject {
		switch err := try(s); {
		case err == nil:
			done = append(done, s)
		case !errors.Is(err, models.ErrNotFound):
			t.Errorf("%s: %v, want %v", s, err, models.ErrNotFound)
		}
	}
	return subjectsText(done)
}

func seen[E any](list []E, subjectOf func(E) entered.Subject) string {
	var subjects []entered.Subject
	for _, entry := range list {
		subjects = append(subjects, subjectOf(entry))
	}
	return subjectsText(subjects)
}

func TestSpecialDaysAreEnteredAndSeenWithinReach(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		enteredTown(t, db)
		data, date := access.NewData(db, nil), uptime.DateOf(2026, 11, 26)
		var all []entered.SpecialDay
		for _, s := range everySubject {
			all = append(all, entered.ClosedOn(s, date))
		}
		for name, r := range reached {
			in := access.With(ctx, as(access.Owner, r.Reach))
			got := changes(t, func(s entered.Subject) error {
				return data.AddSpecialDays(in, []entered.SpecialDay{entered.ClosedOn(s, date)})
			})
			if got != r.changes {
				t.Errorf("%s adds to %s; want %s", name, got, r.changes)
			}
			// One that is out of reach spoils all.
			before, _ := modelstest.Count(db, "special_days")
			if err := data.AddSpecialDays(in, all); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%s adds to subjects of others: %v", name, err)
			}
			if after, _ := modelstest.Count(db, "special_days"); after != before {
				t.Errorf("%s added %d rows", name, after-before)
			}
			if err := entered.AddSpecialDays(ctx, db, all); err != nil { // as if from files
				t.Fatal(err)
			}
			list, err := data.SpecialDays(in, entered.SpecialFilter{})
			if got, want := seen(list, func(d entered.SpecialDay) entered.Subject { return d.Subject }), strings.Replace(r.sees, "*", subjectsText(everySubject), 1); got != want || err != nil {
				t.Errorf("%s sees %s, %v; want %s", name, got, err, want)
			}
			got = changes(t, func(s entered.Subject) error {
				_, err := data.RemoveSpecialDays(in, s, []uptime.Date{date})
				return err
			})
			want := r.changes
			switch name {
			case "all":
				want = subjectsText(everySubject) // also what there is no more
			case "a store to be":
				want = "store gone"
			}
			if got != want {
				t.Errorf("%s removes from %s; want %s", name, got, want)
			}
			can, err := data.Reached(in, everySubject)
			if err != nil {
				t.Fatal(err)
			}
			if got := subjectsText(slices.DeleteFunc(slices.Clone(everySubject), func(s entered.Subject) bool { return !can[s] })); got != want {
				t.Errorf("%s can change %s; want %s", name, got, want)
			}
		}
	})
}

func TestCorrectionsAreMadeSeenAndWithdrawnWithinReach(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		enteredTown(t, db)
		data, ids := access.NewData(db, nil), map[entered.Subject]string{}
		correction := func(s entered.Subject, from uptime.Instant) *entered.Correction {
			return &entered.Correction{Subject: s, From: from, To: from + 10, Category: entered.Other, By: "forged"}
		}
		for _, s := range everySubject {
			c := correction(s, 0)
			if err := entered.AddCorrection(ctx, db, c); err != nil {
				t.Fatal(err)
			}
			ids[s] = c.ID
		}
		from := uptime.Instant(100)
		for name, r := range reached {
			in := access.With(ctx, as(access.Owner, r.Reach))
			list, err := data.Corrections(in, entered.CorrectionFilter{Within: uptime.Span{From: 0, To: 10}})
			want := strings.Replace(r.sees, "*", subjectsText(everySubject), 1)
			if got := seen(list, func(c entered.Correction) entered.Subject { return c.Subject }); got != want || err != nil {
				t.Errorf("%s sees %s, %v; want %s", name, got, err, want)
			}
			single := changes(t, func(s entered.Subject) error {
				_, err := data.Correction(in, ids[s])
				return err
			})
			if single != want {
				t.Errorf("%s reads %s; want %s", name, single, want)
			}
			got := changes(t, func(s entered.Subject) error {
				c := correction(s, from)
				err := data.AddCorrection(in, c)
				if err == nil && c.By != "Somebody" {
					t.Errorf("%s made a correction as %q", name, c.By)
				}
				return err
			})
			if got != r.changes {
				t.Errorf("%s corrects %s; want %s", name, got, r.changes)
			}
			from += 100
			got = changes(t, func(s entered.Subject) error {
				c := correction(s, from)
				if err := entered.AddCorrection(ctx, db, c); err != nil {
					t.Fatal(err)
				}
				_, err := data.WithdrawCorrection(in, c.ID, "forged")
				if errors.Is(err, access.ErrForbidden) { // it sees it
					if !strings.Contains(want, s.String()) {
						t.Errorf("%s is told of %s", name, s)
					}
					err = models.ErrNotFound
				}
				after, readErr := entered.CorrectionOf(ctx, db, c.ID)
				if readErr != nil || after.Withdrawn() != (err == nil) || err == nil && after.WithdrawnBy != "Somebody" {
					t.Errorf("%s: %+v, %v", name, after, readErr)
				}
				return err
			})
			withdraws := r.changes
			switch name {
			case "all":
				withdraws = subjectsText(everySubject)
			case "a store to be":
				withdraws = "store gone"
			}
			if got != withdraws {
				t.Errorf("%s withdraws %s; want %s", name, got, withdraws)
			}
			from += 100
		}
		for _, id := range []string{"", "x", "\xff", "a\x00", models.NewID()} {
			in := access.With(ctx, as(access.Operator, reach.All()))
			_, readErr := data.Correction(in, id)
			_, err := data.WithdrawCorrection(in, id, "")
			if !errors.Is(readErr, models.ErrNotFound) || !errors.Is(err, models.ErrNotFound) {
				t.Errorf("%q: %v, %v", id, readErr, err)
			}
		}
	})
}

func TestTargetsAreSetWithinReach(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		enteredTown(t, db)
		data := access.NewData(db, nil)
		for name, r := range reached {
			in := access.With(ctx, as(access.Owner, r.Reach))
			got := changes(t, func(s entered.Subject) error {
				return data.SetTarget(in, entered.Target{Subject: s, Percent: 99_00, By: "forged"})
			})
			if got != r.changes {
				t.Errorf("%s sets targets of %s; want %s", name, got, r.changes)
			}
			all, err := data.Targets(ctx)
			if err != nil {
				t.Fatal(err)
			}
			for _, target := range all.List() {
				if target.By != "Somebody" || target.At == 0 {
					t.Errorf("%+v", target)
				}
				if err := data.SetTarget(in, entered.Target{Subject: target.Subject}); err != nil {
					t.Errorf("%s removes the target of %s: %v", name, target.Subject, err)
				}
			}
		}
		if all, err := data.Targets(ctx); all.Some() || err != nil {
			t.Errorf("%+v, %v", all, err)
		}
	})
}

func TestWhoMayNotEnterAnythingIsForbiddenTo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		enteredTown(t, db)
		data, date, a1 := access.NewData(db, nil), uptime.DateOf(2026, 11, 26), entered.Store("a1")
		key := func(scope access.Scope, role access.Role) access.Principal {
			return access.Principal{Kind: access.IsKey, ID: "1", Name: "Key", Scope: scope, Role: role, Reach: reach.All()}
		}
		for name, c := range map[string]struct {
			who  access.Principal
			may  bool
			name string
		}{
			"an operator":             {as(access.Operator, reach.All()), true, "Somebody"},
			"an owner":                {as(access.Owner, reach.All()), true, "Somebody"},
			"a viewer":                {as(access.Viewer, reach.All()), false, ""},
			"an admin key":            {key(access.AdminScope, access.Operator), true, "Key"},
			"a read key":              {key(access.ReadScope, access.Operator), false, ""},
			"a report key":            {key(access.ReportScope, access.Operator), false, ""},
			"an ingest key":           {key(access.IngestScope, access.Operator), false, ""},
			"a viewer's admin key":    {key(access.AdminScope, access.Viewer), false, ""},
			"a link":                  {access.Principal{Kind: access.IsLink, ID: "1", Reach: reach.All()}, false, ""},
			"a stranger":              {access.Stranger(), false, ""},
			"anybody, on an open one": {access.Open(), true, "10.0.0.7"},
		} {
			in := access.With(ctx, c.who)
			day := entered.ClosedOn(a1, date)
			day.By = "10.0.0.7"
			correction := entered.Correction{Subject: a1, From: 1, To: 2, Category: entered.Other, By: "10.0.0.7"}
			target := entered.Target{Subject: a1, Percent: 1, By: "10.0.0.7"}
			tries := []error{data.AddSpecialDays(in, []entered.SpecialDay{day}), data.AddCorrection(in, &correction), data.SetTarget(in, target)}
			if c.may {
				days, _ := entered.SpecialDays(ctx, db, entered.SpecialFilter{})
				targets, _ := entered.ReadTargets(ctx, db)
				set, _ := targets.Own(a1)
				if err := errors.Join(tries...); err != nil || len(days) != 1 || days[0].By != c.name || correction.By != c.name || set.By != c.name {
					t.Errorf("%s: %v, %+v, %+v, %+v", name, err, days, correction, set)
				}
			}
			_, removed := data.RemoveSpecialDays(in, a1, []uptime.Date{date})
			_, withdrawn := data.WithdrawCorrection(in, correction.ID, "10.0.0.7")
			for n, err := range append(tries, removed, withdrawn, data.SetTarget(in, entered.Target{Subject: a1})) {
				if c.may && err != nil || !c.may && !errors.Is(err, access.ErrForbidden) {
					t.Errorf("%s, try %d: %v", name, n, err)
				}
			}
		}
		_, reading := data.SpecialDays(ctx, entered.SpecialFilter{})
		_, correcting := data.Corrections(ctx, entered.CorrectionFilter{})
		for n, err := range []error{reading, correcting, data.AddSpecialDays(ctx, nil), data.AddCorrection(ctx, nil), data.SetTarget(ctx, entered.Target{})} {
			if !errors.Is(err, access.ErrNoPrincipal) {
				t.Errorf("without a principal, try %d: %v", n, err)
			}
		}
		_, err := data.SpecialDays(access.With(ctx, key(access.IngestScope, access.Operator)), entered.SpecialFilter{})
		if !errors.Is(err, access.ErrForbidden) {
			t.Errorf("who may not read figures reads special days: %v", err)
		}
	})
}

func TestAWrongEntryIsSaidBeforeItIsLookedFor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		data, in := access.NewData(db, nil), access.With(ctx, as(access.Operator, reach.All()))
		none := entered.Subject{Scope: "city", Name: "Tyre"}
		_, removed := data.RemoveSpecialDays(in, none, nil)
		for n, err := range []error{
			data.AddSpecialDays(in, []entered.SpecialDay{entered.ClosedOn(none, 0)}), data.AddCorrection(in, &entered.Correction{Subject: none}),
			data.SetTarget(in, entered.Target{Subject: none, Percent: 1}), removed,
			data.SetTarget(in, entered.Target{Subject: entered.Store("\xff"), Percent: 1}), data.SetTarget(in, entered.Target{Subject: entered.Store("\x00")}),
		} {
			if !errors.As(err, new(entered.Problem)) {
				t.Errorf("try %d: %v", n, err)
			}
		}
	})
}

func TestReasonsAreOfTheStoresAndTheTimeAskedFor(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var rows []string
		for n := range 12 { // more than are looked up by themselves
			rows = append(rows, fmt.Sprintf("s%02d,inactive,2023-01-25 18:00:00 UTC", n))
		}
		modelstest.Load(t, db, modelstest.PollsFile(rows...))
		f := modelstest.Figures(t, db)
		s, err := f.Snapshot(ctx)
		if err != nil {
			t.Fatal(err)
		}
		at := modelstest.At("2023-01-25 18:00:00")
		day, micro := polls.Split(at)
		err = db.Update(ctx, func(tx *models.Tx) error {
			var rows []models.ReasonRow
			for n, store := range s.Stores {
				said := []polls.Reason{{Micro: micro - 1, Text: "before"}, {Micro: micro, Text: fmt.Sprint("paused ", n)}}
				rows = append(rows, models.ReasonRow{Day: day, Store: store.ID, Reasons: polls.PackReasons(nil, said)},
					models.ReasonRow{Day: day - 1, Store: store.ID, Reasons: polls.PackReasons(nil, said[:1])})
			}
			return tx.ReasonTable().Upsert(ctx, rows)
		})
		if err != nil {
			t.Fatal(err)
		}
		data, in := access.NewData(db, f), access.With(ctx, as(access.Viewer, reach.All()))
		all := make([]int, len(s.Stores))
		for n := range all {
			all[n] = n
		}
		for name, tt := range map[string]struct {
			stores []int
			within uptime.Span
			each   int // reasons of a store
		}{
			"one":           {[]int{3}, uptime.Span{From: at, To: at + 1}, 1},
			"one, both":     {[]int{3}, uptime.Span{From: at - 1, To: at + 1}, 2},
			"a day before":  {[]int{3, 5}, uptime.Span{From: at.Add(-uptime.Day) - 1, To: at + 1}, 3},
			"the end is no": {[]int{3}, uptime.Span{From: at - 5, To: at - 1}, 0},
			"all":           {all, uptime.Span{From: at, To: at + 1}, 1},
			"all days":      {all, uptime.Always, 3},
			"one, all days": {[]int{11}, uptime.Always, 3},
			"no time":       {all, uptime.Span{From: at, To: at}, 0},
			"nobody":        {nil, uptime.Always, 0},
		} {
			found, err := data.Reasons(in, s, tt.stores, tt.within)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if want := len(tt.stores); tt.each == 0 && len(found) != 0 || tt.each > 0 && len(found) != want {
				t.Errorf("%s: reasons of %d stores", name, len(found))
			}
			for n, said := range found {
				last := said[len(said)-1]
				if len(said) != tt.each || last != (figures.Reason{At: at, Text: fmt.Sprint("paused ", n)}) ||
					!slices.IsSortedFunc(said, func(a, b figures.Reason) int { return int(a.At - b.At) }) {
					t.Errorf("%s, store %d: %+v", name, n, said)
				}
			}
		}
		if _, err := data.Reasons(access.With(ctx, access.Stranger()), s, all, uptime.Always); !errors.Is(err, access.ErrForbidden) {
			t.Errorf("a stranger: %v", err)
		}
	})
}
