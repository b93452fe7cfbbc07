package scheduled_test

import (
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/scheduled"
	"lightson/models/uptime"
	"lightson/models/zones"
)

func location(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := zones.Location(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestAPeriodIsWholeDaysOfTheZoneBeforeItIsDue(t *testing.T) {
	for _, test := range []struct {
		period        scheduled.Period
		zone, due     string
		wantFrom, end string
	}{
		{scheduled.Yesterday, "America/Chicago", "2023-01-24 13:00", "2023-01-23 06:00", "2023-01-24 06:00"},
		{scheduled.Yesterday, "America/Chicago", "2023-01-24 05:59", "2023-01-22 06:00", "2023-01-23 06:00"}, // still the 23rd
		{scheduled.Yesterday, "America/Chicago", "2023-01-24 06:00", "2023-01-23 06:00", "2023-01-24 06:00"},
		{scheduled.Last7Days, "America/Chicago", "2023-03-15 12:00", "2023-03-08 06:00", "2023-03-15 05:00"}, // 167 hours
		{scheduled.LastWeek, "America/Chicago", "2023-01-23 13:00", "2023-01-16 06:00", "2023-01-23 06:00"},  // on a Monday
		{scheduled.LastWeek, "America/Chicago", "2023-01-22 13:00", "2023-01-09 06:00", "2023-01-16 06:00"},  // on a Sunday
		{scheduled.LastWeek, "America/Chicago", "2023-11-06 13:00", "2023-10-30 05:00", "2023-11-06 06:00"},  // 169 hours
		{scheduled.LastMonth, "America/Chicago", "2023-01-01 13:00", "2022-12-01 06:00", "2023-01-01 06:00"},
		{scheduled.LastMonth, "America/Chicago", "2023-01-01 03:00", "2022-11-01 05:00", "2022-12-01 06:00"}, // still 2022
		{scheduled.LastMonth, "America/Chicago", "2024-03-31 13:00", "2024-02-01 06:00", "2024-03-01 06:00"},
		{scheduled.Yesterday, "Africa/Cairo", "2023-04-29 10:00", "2023-04-27 22:00", "2023-04-28 21:00"},   // its midnight was skipped
		{scheduled.Yesterday, "America/Havana", "2023-11-06 12:00", "2023-11-05 04:00", "2023-11-06 05:00"}, // its midnight came twice
		{scheduled.Last7Days, "Pacific/Apia", "2012-01-02 12:00", "2011-12-27 10:00", "2012-01-02 10:00"},   // 144 hours: it had no 30 December
	} {
		span, behind := test.period.Span(modelstest.At(test.due), location(t, test.zone), models.OptionalInstant{})
		if want := (uptime.Span{From: modelstest.At(test.wantFrom), To: modelstest.At(test.end)}); span != want || behind {
			t.Errorf("%s at %s in %s is %s to %s, behind %t; want %s to %s", test.period, test.due, test.zone, span.From.Time(), span.To.Time(), behind, test.wantFrom, test.end)
		}
	}
}

func TestWithoutAPeriodThereIsNoRange(t *testing.T) {
	newest := models.InstantAt(modelstest.At("2020-01-01 00:00"))
	if span, behind := scheduled.NoPeriod.Span(modelstest.At("2023-01-24 13:00"), time.UTC, newest); !span.Empty() || behind {
		t.Errorf("range is %+v, behind %t", span, behind)
	}
}

// Of data that ended long ago, the last range that has any is meant.
func TestAPeriodAfterAllPollsIsTheLastOneWithPolls(t *testing.T) {
	due := modelstest.At("2024-06-12 13:00")
	for _, test := range []struct {
		period         scheduled.Period
		newest         string
		from, to       string
		expectedBehind bool
	}{
		{scheduled.Yesterday, "2023-01-24 20:00", "2023-01-24 06:00", "2023-01-25 06:00", true},
		{scheduled.Last7Days, "2023-01-24 20:00", "2023-01-18 06:00", "2023-01-25 06:00", true},
		{scheduled.LastWeek, "2023-01-22 20:00", "2023-01-16 06:00", "2023-01-23 06:00", true}, // a Sunday ends its week
		{scheduled.LastWeek, "2023-01-24 20:00", "2023-01-16 06:00", "2023-01-23 06:00", true}, // the week of a Tuesday is not whole
		{scheduled.LastMonth, "2023-01-31 20:00", "2023-01-01 06:00", "2023-02-01 06:00", true},
		{scheduled.Yesterday, "2024-06-11 05:00", "2024-06-11 05:00", "2024-06-12 05:00", false}, // the range begins with it
		{scheduled.Yesterday, "2024-06-11 04:59", "2024-06-10 05:00", "2024-06-11 05:00", true},
	} {
		span, behind := test.period.Span(due, location(t, "America/Chicago"), models.InstantAt(modelstest.At(test.newest)))
		if want := (uptime.Span{From: modelstest.At(test.from), To: modelstest.At(test.to)}); span != want || behind != test.expectedBehind {
			t.Errorf("%s with polls until %s is %s to %s, behind %t; want %s to %s", test.period, test.newest, span.From.Time(), span.To.Time(), behind, test.from, test.to)
		}
	}
}
