package entered_test

import (
	"errors"
	"testing"

	"lightson/models"
	"lightson/models/entered"
	"lightson/models/modelstest"
	"lightson/models/uptime"
)

func TestAStoresOwnRateGoesBeforeItsGroups(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, rate := range []entered.SalesRate{
			{Subject: entered.Group("Joe's Pizza"), PerHour: 60_00},
			{Subject: entered.Store("12"), PerHour: 45_50},
		} {
			if err := entered.SetSalesRate(ctx, db, rate); err != nil {
				t.Fatal(err)
			}
		}
		sales, err := entered.ReadSales(ctx, db)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			store models.Store
			want  entered.Money
		}{
			{models.Store{Code: "12", Group: "Joe's Pizza"}, 45_50},
			{models.Store{Code: "13", Group: "Joe's Pizza"}, 60_00},
			{models.Store{Code: "14"}, 0},
			{models.Store{Code: "Joe's Pizza"}, 0}, // a store's id is no group
		} {
			rate, known := sales.Of(c.store)
			if rate.PerHour != c.want || known != (c.want > 0) {
				t.Errorf("store %s of group %q: %d, %v; want %d", c.store.Code, c.store.Group, rate.PerHour, known, c.want)
			}
		}
	})
}

func TestARateIsReplacedAndTakenAwayAndEachTimeThePagesKnow(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		last := int64(0)
		for n, perHour := range []entered.Money{10_00, 20_00, 0} {
			if err := entered.SetSalesRate(ctx, db, entered.SalesRate{Subject: entered.Store("1"), PerHour: perHour}); err != nil {
				t.Fatal(err)
			}
			sales, err := entered.ReadSales(ctx, db)
			if err != nil {
				t.Fatal(err)
			}
			if rate, known := sales.Of(models.Store{Code: "1"}); rate.PerHour != perHour || known != (perHour > 0) {
				t.Errorf("step %d: %d, %v; want %d", n, rate.PerHour, known, perHour)
			}
			version, err := db.DataVersion(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if version.Entered == last {
				t.Errorf("step %d: the version of what was entered stayed %d", n, version.Entered)
			}
			if version.Version != 0 {
				t.Errorf("step %d: the version of the data moved to %d, although no figure did", n, version.Version)
			}
			last = version.Entered
		}
	})
}

func TestARateOutOfRangeIsRefused(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		for _, perHour := range []entered.Money{-1, entered.MaxSalesPerHour + 1} {
			err := entered.SetSalesRate(ctx, db, entered.SalesRate{Subject: entered.Store("1"), PerHour: perHour})
			if !errors.Is(err, entered.ErrNoSuchRate) {
				t.Errorf("%d: %v", perHour, err)
			}
		}
	})
}

func TestLostSalesAreDowntimeTimesTheRateRoundedOnce(t *testing.T) {
	for _, c := range []struct {
		down    uptime.Micros
		perHour entered.Money
		want    entered.Money
	}{
		{0, 60_00, 0},
		{uptime.Hour, 60_00, 60_00},
		{2*uptime.Hour + 3*uptime.Minute, 60_00, 123_00},
		{uptime.Second, 60_00, 2}, // 1.67 hundredths
		{uptime.Hour / 2, 1, 1},   // half a hundredth is rounded up
		{uptime.Hour/2 - 1, 1, 0},
		{1000 * 365 * uptime.Day, entered.MaxSalesPerHour, 8_760_000 * entered.MaxSalesPerHour},
	} {
		if got := entered.Lost(map[entered.Money]uptime.Micros{c.perHour: c.down}); got != c.want {
			t.Errorf("%d µs at %d: %d, want %d", c.down, c.perHour, got, c.want)
		}
	}
	// Each product is 0.4 hundredths, and both together are 0.8.
	if got := entered.Lost(map[entered.Money]uptime.Micros{1: uptime.Hour * 2 / 5, 2: uptime.Hour / 5}); got != 1 {
		t.Errorf("two rates: %d, want 1", got)
	}
}
