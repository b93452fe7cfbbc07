package entered_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func correction(s entered.Subject, from, to uptime.Instant) *entered.Correction {
	return &entered.Correction{Subject: s, From: from, To: to, Category: entered.PowerOrNetwork, Note: "Storm", By: "Ana"}
}

func correct(t *testing.T, db *models.DB, c *entered.Correction) *entered.Correction {
	t.Helper()
	if err := entered.AddCorrection(ctx, db, c); err != nil {
		t.Fatal(err)
	}
	return c
}

func excuses(t *testing.T, db *models.DB) (e entered.Excuses) {
	t.Helper()
	err := db.View(ctx, func(tx *models.Tx) (err error) {
		e, err = entered.ReadExcuses(ctx, tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTimeIsExcusedWhereAnyCorrectionSaysSo(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		if e := excuses(t, db); e.Some() || len(e.Of(models.Store{Code: "1"})) != 0 {
			t.Errorf("without corrections: %+v", e)
		}
		correct(t, db, correction(entered.All, 100, 200))
		correct(t, db, correction(entered.Group("Orbit"), 150, 250))
		correct(t, db, correction(entered.Group("Orbit"), 300, 400))
		correct(t, db, correction(entered.Store("1"), 250, 260)) // touches the group's
		correct(t, db, correction(entered.Store("1"), 350, 360)) // within another
		correct(t, db, correction(entered.Store("2"), -20, -10))
		correct(t, db, correction(entered.Store("gone"), 1, 1000))
		correct(t, db, correction(entered.Group("Gone"), 1, 1000))
		withdrawn := correct(t, db, correction(entered.All, 500, 600))
		if _, err := entered.WithdrawCorrection(ctx, db, withdrawn.ID, "Ben", 9); err != nil {
			t.Fatal(err)
		}
		e := excuses(t, db)
		for _, c := range []struct {
			store models.Store
			want  []uptime.Span
			list  int
		}{
			{models.Store{Code: "0"}, []uptime.Span{{From: 100, To: 200}}, 1},
			{models.Store{Code: "1", Group: "Orbit"}, []uptime.Span{{From: 100, To: 260}, {From: 300, To: 400}}, 5},
			{models.Store{Code: "1"}, []uptime.Span{{From: 100, To: 200}, {From: 250, To: 260}, {From: 350, To: 360}}, 3},
			{models.Store{Code: "2", Group: "Or\u200bbit"}, []uptime.Span{{From: -20, To: -10}, {From: 100, To: 250}, {From: 300, To: 400}}, 4},
			{models.Store{Code: "Orbit", Group: "1"}, []uptime.Span{{From: 100, To: 200}}, 1},
		} {
			if diff := cmp.Diff(c.want, e.Of(c.store)); diff != "" || len(e.List(c.store)) != c.list {
				t.Errorf("store %s of %q: %d corrections\n%s", c.store.Code, c.store.Group, len(e.List(c.store)), diff)
			}
		}
	})
}

// Each minute is asked by itself.
func TestExcusesAgreeWithANaiveChoice(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		var list []entered.Correction
		for range random.IntN(10) {
			subject := []entered.Subject{entered.All, entered.Group("A"), entered.Store("1"), entered.Store("2")}[random.IntN(4)]
			from := uptime.Instant(random.IntN(60))
			c := correction(subject, from, from+1+uptime.Instant(random.IntN(20)))
			if random.IntN(4) == 0 {
				c.WithdrawnAt = models.InstantAt(1)
			}
			list = append(list, *c)
		}
		e := entered.NewExcuses(list)
		for _, store := range []models.Store{{Code: "1", Group: "A"}, {Code: "2"}, {Code: "3", Group: "A"}, {Code: "4"}} {
			spans := e.Of(store)
			for n := 1; n < len(spans); n++ {
				if spans[n].From <= spans[n-1].To {
					t.Fatalf("%v are not apart", spans)
				}
			}
			for at := uptime.Instant(-1); at < 90; at++ {
				want := slices.ContainsFunc(list, func(c entered.Correction) bool {
					return !c.Withdrawn() && c.Subject.Has(store) && c.Span().Contains(at)
				})
				got := slices.ContainsFunc(spans, func(s uptime.Span) bool { return s.Contains(at) })
				if got != want {
					t.Fatalf("store %s at %d: %v, want %v; %v of %+v", store.Code, at, got, want, spans, list)
				}
			}
		}
	}
}

func TestACorrectionIsWithdrawnAndNeverDeleted(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		before := models.Now()
		c := correct(t, db, correction(entered.Store("1"), 100, 200))
		if c.ID == "" || c.At < before || c.Withdrawn() {
			t.Errorf("%+v", c)
		}
		first := versions(t, db)
		if first.Version == 0 || first.Entered != 0 {
			t.Errorf("version %+v", first)
		}
		got, err := entered.WithdrawCorrection(ctx, db, c.ID, "Ben", 300)
		want := *c
		want.WithdrawnBy, want.WithdrawnAt = "Ben", models.InstantAt(300)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Error(err, diff)
		}
		second := versions(t, db)
		if second.Version == first.Version {
			t.Error("the withdrawal has the version of before")
		}
		// Once more, by somebody else: it stays as it is.
		got, err = entered.WithdrawCorrection(ctx, db, c.ID, "Cid", 400)
		if diff := cmp.Diff(want, got); diff != "" || err != nil || versions(t, db) != second {
			t.Error(err, diff, versions(t, db))
		}
		list, err := entered.Corrections(ctx, db, entered.CorrectionFilter{})
		if diff := cmp.Diff([]entered.Correction{want}, list); diff != "" || err != nil {
			t.Error(err, diff)
		}
		if again, err := entered.CorrectionOf(ctx, db, c.ID); again != want || err != nil {
			t.Errorf("%+v, %v", again, err)
		}
		if e := excuses(t, db); e.Some() {
			t.Errorf("it still excuses %v", e.Of(models.Store{Code: "1"}))
		}
		for _, id := range []string{"", "x", models.NewID()} {
			if _, err := entered.WithdrawCorrection(ctx, db, id, "Ben", 1); !errors.Is(err, models.ErrNotFound) {
				t.Errorf("withdraw %q: %v", id, err)
			}
		}
	})
}

func TestAFormThatIsSentTwiceMakesOneCorrection(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		c := correct(t, db, correction(entered.Store("1"), 100, 200))
		before := versions(t, db)
		again := correction(entered.Store("1"), 100, 200)
		again.By, again.Note = "Ben", " Storm\u200b"
		if correct(t, db, again); *again != *c || versions(t, db) != before {
			t.Errorf("%+v, want %+v", again, c)
		}
		// One that was withdrawn can be made anew.
		if _, err := entered.WithdrawCorrection(ctx, db, c.ID, "Ben", 300); err != nil {
			t.Fatal(err)
		}
		if anew := correct(t, db, correction(entered.Store("1"), 100, 200)); anew.ID == c.ID {
			t.Error("the withdrawn one was given back")
		}
		for _, other := range []*entered.Correction{correction(entered.Store("2"), 100, 200), correction(entered.Store("1"), 100, 201)} {
			if correct(t, db, other); other.ID == c.ID {
				t.Errorf("%+v is not %+v", other, c)
			}
		}
		if n, err := modelstest.Count(db, "corrections"); n != 4 || err != nil {
			t.Errorf("%d corrections, %v", n, err)
		}
	})
}

func TestCorrectionsAreListedByTimeAndFiltered(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		one, orbit := entered.Store("1"), entered.Group("Orbit")
		a, b, c := correct(t, db, correction(one, 100, 200)), correct(t, db, correction(orbit, 150, 300)), correct(t, db, correction(one, 300, 400))
		if _, err := entered.WithdrawCorrection(ctx, db, a.ID, "Ben", 9); err != nil {
			t.Fatal(err)
		}
		for name, tt := range map[string]struct {
			filter entered.CorrectionFilter
			want   []string
		}{
			"all, the latest first": {entered.CorrectionFilter{}, []string{c.ID, b.ID, a.ID}},
			"of a subject":          {entered.CorrectionFilter{Subject: &one}, []string{c.ID, a.ID}},
			"that hold":             {entered.CorrectionFilter{Holding: true}, []string{c.ID, b.ID}},
			"within":                {entered.CorrectionFilter{Within: uptime.Span{From: 199, To: 300}}, []string{b.ID, a.ID}},
			"after their ends":      {entered.CorrectionFilter{Within: uptime.Span{From: 200, To: 201}}, []string{b.ID}},
			"of nobody":             {entered.CorrectionFilter{Subject: &entered.Subject{Scope: entered.OfStore, Name: "Orbit"}}, nil},
		} {
			list, err := entered.Corrections(ctx, db, tt.filter)
			var got []string
			for _, c := range list {
				got = append(got, c.ID)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || err != nil {
				t.Error(name, err, diff)
			}
		}
	})
}

func TestWhatCannotBeACorrectionIsSaidInASentence(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		from := uptime.At(time.Date(2023, time.January, 25, 0, 0, 0, 0, time.UTC))
		now := models.Now()
		change := func(f func(c *entered.Correction)) *entered.Correction {
			c := correction(entered.Store("1"), from, from.Add(uptime.Hour))
			f(c)
			return c
		}
		for name, tt := range map[string]struct {
			c    *entered.Correction
			want string // the beginning
		}{
			"no time":       {change(func(c *entered.Correction) { c.To = from }), "end: expected a time after 2023-01-25 00:00:00 UTC, found 2023-01-25 00:00:00 UTC"},
			"backwards":     {change(func(c *entered.Correction) { c.To = from - 1 }), "end: expected a time after"},
			"too long":      {change(func(c *entered.Correction) { c.To = from.Add(366*uptime.Day) + 1 }), "end: expected at most 366 days after the start, 2024-01-26 00:00:00 UTC, found"},
			"too far ahead": {change(func(c *entered.Correction) { c.From = now; c.To = now.Add(367 * uptime.Day) }), "end: expected at most a year from now"},
			"far ahead":     {change(func(c *entered.Correction) { c.From = uptime.Forever - 1; c.To = uptime.Forever }), "end: expected at most a year from now"},
			"the lowest":    {change(func(c *entered.Correction) { c.From = -1 << 63; c.To = 1<<63 - 1 }), "begin: expected a time after 0001-01-01"},
			"no category":   {change(func(c *entered.Correction) { c.Category = "" }), "category: expected poller_fault, power_or_network, planned_work, wrong_data or other, found nothing"},
			"its words":     {change(func(c *entered.Correction) { c.Category = "Poller fault" }), "category: expected"},
			"a long note":   {change(func(c *entered.Correction) { c.Note = strings.Repeat("x", 501) }), "note: expected at most 500 characters, found 501"},
			"no subject":    {change(func(c *entered.Correction) { c.Subject = entered.Subject{} }), "scope: expected store, group or all, found nothing"},
		} {
			err := entered.AddCorrection(ctx, db, tt.c)
			var problem entered.Problem
			if !errors.As(err, &problem) || !strings.HasPrefix(problem.Error(), tt.want) {
				t.Errorf("%s: %v, want %s", name, err, tt.want)
			}
			if tt.c.ID != "" {
				t.Errorf("%s has the id %s", name, tt.c.ID)
			}
		}
		if n, err := modelstest.Count(db, "corrections"); n != 0 || err != nil || versions(t, db).Version != 0 {
			t.Errorf("%d rows were written, %v", n, err)
		}
		// What just fits: planned work, and the longest.
		correct(t, db, change(func(c *entered.Correction) { c.From = now; c.To = now.Add(365 * uptime.Day) }))
		correct(t, db, change(func(c *entered.Correction) { c.To = from.Add(366 * uptime.Day) }))
	})
}

func TestEachCategoryHasWords(t *testing.T) {
	for _, c := range entered.Categories {
		if c.Words() == string(c) || c.Words() == "" {
			t.Errorf("%s is called %q", c, c.Words())
		}
	}
	if got := entered.Category("alien").Words(); got != "alien" {
		t.Errorf("of another program: %q", got)
	}
}
