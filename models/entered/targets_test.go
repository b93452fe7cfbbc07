package entered_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func setTarget(t *testing.T, db *models.DB, s entered.Subject, percent int, by string) {
	t.Helper()
	if err := entered.SetTarget(ctx, db, entered.Target{Subject: s, Percent: percent, By: by, At: 7}); err != nil {
		t.Fatal(err)
	}
}

func targets(t *testing.T, db *models.DB) entered.Targets {
	t.Helper()
	all, err := entered.ReadTargets(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAStoresOwnTargetGoesBeforeItsGroupsAndThisBeforeAll(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if all := targets(t, db); all.Some() {
			t.Errorf("%+v", all)
		}
		setTarget(t, db, entered.Store("1"), 99_99, "Ana")
		setTarget(t, db, entered.Group("Orbit"), 99_50, "Ana")
		if _, known := targets(t, db).Of(models.Store{Code: "2"}); known {
			t.Error("a store without any has a target")
		}
		setTarget(t, db, entered.All, 95_00, "Ana")
		setTarget(t, db, entered.Store("gone"), 1, "Ana")
		all := targets(t, db)
		for _, c := range []struct {
			store models.Store
			want  int
		}{
			{models.Store{Code: "1", Group: "Orbit"}, 99_99}, {models.Store{Code: "2", Group: "Or\u200bbit"}, 99_50},
			{models.Store{Code: "3", Group: "Else"}, 95_00}, {models.Store{Code: "Orbit"}, 95_00},
		} {
			if got, known := all.Of(c.store); !known || got.Percent != c.want {
				t.Errorf("store %s of %q: %+v, want %d", c.store.Code, c.store.Group, got, c.want)
			}
		}
		of := func(got entered.Target, known bool) int { return got.Percent }
		if a, b, c := of(all.OfGroup("Orbit")), of(all.OfGroup("Else")), of(all.OfAll()); a != 99_50 || b != 95_00 || c != 95_00 {
			t.Errorf("of groups and all: %d, %d, %d", a, b, c)
		}
		if _, known := all.Own(entered.Group("Else")); known {
			t.Error("a group without one has its own")
		}
		var order []string
		for _, target := range all.List() {
			order = append(order, target.Subject.String())
		}
		if diff := cmp.Diff([]string{"all stores", "group Orbit", "store 1", "store gone"}, order); diff != "" {
			t.Error(diff)
		}
	})
}

func TestATargetIsReplacedAndRemovedAndChangesNoFigure(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		last, one := int64(0), entered.Store("1")
		for n, step := range []struct {
			percent int
			by      string
			changes bool
			who     string
		}{
			{99_50, "Ana", true, "Ana"}, {99_50, "Ben", false, "Ana"}, {99_00, "Ben", true, "Ben"}, {0, "Cid", true, ""}, {0, "Cid", false, ""}, {1, "Cid", true, "Cid"}, {100_00, "Ana", true, "Ana"},
		} {
			setTarget(t, db, one, step.percent, step.by)
			got, known := targets(t, db).Of(models.Store{Code: "1"})
			if got.Percent != step.percent || got.By != step.who || known != (step.percent > 0) {
				t.Errorf("step %d: %+v, %v", n, got, known)
			}
			v := versions(t, db)
			if (v.Entered != last) != step.changes || v.Version != 0 {
				t.Errorf("step %d: version %+v after %d", n, v, last)
			}
			last = v.Entered
		}
	})
}

func TestATargetOutOfRangeIsSaid(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for percent, want := range map[int]string{
			-1:     "target: expected 0.01 % to 100 %, or 0 for none, found -0.01 %",
			100_01: "target: expected 0.01 % to 100 %, or 0 for none, found 100.01 %",
		} {
			err := entered.SetTarget(ctx, db, entered.Target{Subject: entered.All, Percent: percent})
			var problem entered.Problem
			if !errors.As(err, &problem) || problem.Error() != want {
				t.Errorf("%d: %v, want %s", percent, err, want)
			}
		}
		err := entered.SetTarget(ctx, db, entered.Target{Subject: entered.Store(""), Percent: 1})
		if !errors.As(err, new(entered.Problem)) || targets(t, db).Some() {
			t.Errorf("without a name: %v", err)
		}
	})
}

// What a target allows is exactly what it takes to meet it.
func TestATargetIsMetWithWhatItAllowsAndNotWithMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := entered.Target{Percent: rapid.IntRange(1, entered.HighestTarget).Draw(t, "percent")}
		seen := uptime.Micros(rapid.Int64Range(1, 1<<60).Draw(t, "seen"))
		down := target.Allows(seen)
		if met, _ := target.Met(uptime.Figures{Up: seen - down, Down: down}); !met {
			t.Errorf("%d of %d is missed", down, seen)
		}
		if met, _ := target.Met(uptime.Figures{Up: seen - down - 1, Down: down + 1}); met {
			t.Errorf("%d of %d is met", down+1, seen)
		}
	})
}
