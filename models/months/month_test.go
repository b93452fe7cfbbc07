package months_test

import (
	"errors"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lightson/models/months"
	"lightson/models/polls"
)

// A day without a partition, or with two, could not be stored.
func TestEveryDayIsInOneMonth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.OneOf(rapid.Int32Range(polls.FirstDay, polls.LastDay), rapid.Int32Range(10_900, 25_000)).Draw(t, "day")
		month := months.Of(day)
		if !month.Has(day) || month.Has(month.To) || months.Of(month.To-1) != month {
			t.Fatalf("day %d is in %+v", day, month)
		}
		if next := months.Of(month.To); next.From != month.To || next.Name == month.Name || next.To-next.From > 31 {
			t.Fatalf("after %+v comes %+v", month, next)
		}
	})
}

func TestMonthsAreNamedAfterTheCalendar(t *testing.T) {
	for day, want := range map[int32]months.Month{
		19_382: {Name: "poll_days_2023_01", From: 19_358, To: 19_389},
		19_389: {Name: "poll_days_2023_02", From: 19_389, To: 19_417},
		10_957: {Name: "poll_days_2000_01", From: 10_957, To: 10_988},
	} {
		if got := months.Of(day); got != want {
			t.Errorf("day %d: %+v, want %+v", day, got, want)
		}
	}
	if got, far := months.Of(10_956), months.Of(polls.FirstDay); got.Name != "poll_days_earlier" || got != far {
		t.Errorf("the last day of 1999: %+v; the first day of all: %+v", got, far)
	}
}

func TestRowsOfEachMonthAreCopiedInTurn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOf(rapid.Int32Range(10_900, 11_200)).Draw(t, "days")
		slices.Sort(days)
		left, added, copied := days, int32(0), []int32{}
		next := func() (day int32, more bool, err error) {
			if len(left) == 0 {
				return 0, false, nil
			}
			day, left = left[0], left[1:]
			return day, true, nil
		}
		err := months.InTurn(next, func(day int32) int32 { return day }, func(day int32) error {
			added = day
			return nil
		}, func(next func() (int32, bool, error)) error {
			for day, more, err := next(); more; day, more, err = next() {
				if err != nil || !months.Of(added).Has(day) {
					t.Fatalf("day %d is copied with those of the month of day %d: %v", day, added, err)
				}
				copied = append(copied, day)
			}
			return nil
		})
		if err != nil || !slices.Equal(copied, days) {
			t.Fatalf("copied %v of %v: %v", copied, days, err)
		}
	})
}

func TestNoRowsAreCopiedWhereOneCannotBeRead(t *testing.T) {
	broken, count := errors.New("broken"), 0
	next := func() (int32, bool, error) {
		if count++; count == 3 {
			return 0, false, broken
		}
		return 19_382, true, nil
	}
	err := months.InTurn(next, func(day int32) int32 { return day }, func(int32) error { return nil }, func(next func() (int32, bool, error)) error {
		for {
			if _, more, err := next(); !more {
				return err
			}
		}
	})
	if !errors.Is(err, broken) {
		t.Error(err)
	}
}
