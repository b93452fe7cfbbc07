package recurring_test

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/robfig/cron/v3"
	"pgregory.net/rapid"

	"lightson/models/recurring"
	"lightson/models/uptime"
	"lightson/models/zones"
)

const chicago = "America/Chicago"

func instant(t testing.TB, text string) uptime.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return uptime.At(at)
}

func clean(t testing.TB, times recurring.Times) recurring.Times {
	t.Helper()
	if err := times.Clean(); err != nil {
		t.Fatal(err)
	}
	return times
}

const hour = 60 * 60

func TestTheNextTimesAreThoseOfTheLocalCalendar(t *testing.T) {
	for name, test := range map[string]struct {
		times recurring.Times
		after string
		want  []string // in UTC
	}{
		"daily over the night without 02:30": {
			recurring.Times{Every: recurring.Daily, At: 2*hour + 1800, Zone: chicago}, "2023-03-11T00:00:00Z",
			[]string{"2023-03-11T08:30:00Z", "2023-03-12T08:30:00Z", "2023-03-13T07:30:00Z"},
		},
		"daily over the night with two 01:30": {
			recurring.Times{Every: recurring.Daily, At: 1*hour + 1800, Zone: chicago}, "2023-11-04T12:00:00Z",
			[]string{"2023-11-05T06:30:00Z", "2023-11-06T07:30:00Z"},
		},
		"daily at a midnight that does not exist": {
			recurring.Times{Every: recurring.Daily, Zone: "Asia/Beirut"}, "2023-03-25T12:00:00Z",
			[]string{"2023-03-25T22:00:00Z", "2023-03-26T21:00:00Z"},
		},
		"daily over a date that does not exist": {
			recurring.Times{Every: recurring.Daily, At: 7 * hour, Zone: "Pacific/Apia"}, "2011-12-29T00:00:00Z",
			[]string{"2011-12-29T17:00:00Z", "2011-12-30T17:00:00Z", "2011-12-31T17:00:00Z"},
		},
		"weekly on Monday": {
			recurring.Times{Every: recurring.Weekly, Day: 0, At: 7 * hour, Zone: chicago}, "2023-03-06T13:00:00Z",
			[]string{"2023-03-13T12:00:00Z", "2023-03-20T12:00:00Z"},
		},
		"weekly on Sunday": {
			recurring.Times{Every: recurring.Weekly, Day: 6, At: 23 * hour, Zone: "Asia/Tokyo"}, "2023-03-06T00:00:00Z",
			[]string{"2023-03-12T14:00:00Z"},
		},
		"monthly on day 31": {
			recurring.Times{Every: recurring.Monthly, Day: 31, At: 0, Zone: "UTC"}, "2024-01-30T00:00:00Z",
			[]string{"2024-01-31T00:00:00Z", "2024-02-29T00:00:00Z", "2024-03-31T00:00:00Z", "2024-04-30T00:00:00Z"},
		},
		"monthly on day 29 of a common year": {
			recurring.Times{Every: recurring.Monthly, Day: 29, At: 0, Zone: "UTC"}, "2023-01-29T00:00:00Z",
			[]string{"2023-02-28T00:00:00Z", "2023-03-29T00:00:00Z"},
		},
		"monthly on day 1 east of UTC": {
			recurring.Times{Every: recurring.Monthly, Day: 1, At: 6 * hour, Zone: "Asia/Tokyo"}, "2023-01-31T21:00:00Z",
			[]string{"2023-02-28T21:00:00Z"},
		},
		"cron on weekdays": {
			recurring.Times{Every: recurring.ByCron, Cron: "0 7 * * mon-FRI", Zone: chicago}, "2023-03-10T13:00:00Z",
			[]string{"2023-03-13T12:00:00Z", "2023-03-14T12:00:00Z"},
		},
		"cron on leap days around 2100": {
			recurring.Times{Every: recurring.ByCron, Cron: "0 0 29 2 *", Zone: "UTC"}, "2096-02-29T00:00:00Z",
			[]string{"2104-02-29T00:00:00Z"},
		},
		"cron with both kinds of days": {
			recurring.Times{Every: recurring.ByCron, Cron: "0 0 1 * 7", Zone: "UTC"}, "2023-01-27T00:00:00Z",
			[]string{"2023-01-29T00:00:00Z", "2023-02-01T00:00:00Z", "2023-02-05T00:00:00Z"},
		},
		"cron that a gap makes meet itself": {
			recurring.Times{Every: recurring.ByCron, Cron: "30 2,3 * * *", Zone: chicago}, "2023-03-12T00:00:00Z",
			[]string{"2023-03-12T08:30:00Z", "2023-03-13T07:30:00Z", "2023-03-13T08:30:00Z"},
		},
		"cron that a gap brings out of order": {
			recurring.Times{Every: recurring.ByCron, Cron: "15,45 2,3 * * *", Zone: chicago}, "2023-03-12T00:00:00Z",
			[]string{"2023-03-12T08:15:00Z", "2023-03-12T08:45:00Z", "2023-03-13T07:15:00Z"},
		},
		"cron once an hour over the repeated hour": {
			recurring.Times{Every: recurring.ByCron, Cron: "@hourly", Zone: chicago}, "2023-11-05T05:30:00Z",
			[]string{"2023-11-05T06:00:00Z", "2023-11-05T08:00:00Z"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			times, at := clean(t, test.times), instant(t, test.after)
			for _, want := range test.want {
				if at = times.Next(at); at != instant(t, want) {
					t.Fatalf("next is %s, expected %s", at.Time(), want)
				}
			}
			for i := len(test.want) - 2; i >= 0; i-- {
				if at = times.Last(at); at != instant(t, test.want[i]) {
					t.Fatalf("last is %s, expected %s", at.Time(), test.want[i])
				}
			}
		})
	}
}

func drawTimes(t *rapid.T) recurring.Times {
	times := recurring.Times{
		Every: rapid.SampledFrom([]recurring.Every{recurring.Daily, recurring.Weekly, recurring.Monthly, recurring.ByCron}).Draw(t, "every"),
		At:    rapid.IntRange(0, 24*hour-1).Draw(t, "at"),
		Cron:  rapid.SampledFrom([]string{"*/15 1-3 * * *", "0 0 * * *", "30 2 * * 0", "0 23,0,1 28-31 * *", "@weekly", "0 12 29 2 *"}).Draw(t, "cron"),
		Zone:  rapid.SampledFrom([]string{chicago, "Asia/Beirut", "Pacific/Apia", "America/Goose_Bay", "Australia/Lord_Howe", "Africa/Casablanca", "UTC"}).Draw(t, "zone"),
	}
	switch times.Every {
	case recurring.Weekly:
		times.Day = rapid.IntRange(0, 6).Draw(t, "day")
	case recurring.Monthly:
		times.Day = rapid.IntRange(1, 31).Draw(t, "day")
	}
	if err := times.Clean(); err != nil {
		t.Fatal(err)
	}
	return times
}

func TestNextAndLastWalkThroughTheSameTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := drawTimes(t)
		at := uptime.Instant(rapid.Int64Range(1_280_000_000, 1_800_000_000).Draw(t, "second")) * uptime.Instant(uptime.Second)
		next, last := times.Next(at), times.Last(at)
		if next <= at || last >= at {
			t.Fatalf("next of %d is %d and last is %d", at, next, last)
		}
		if again := times.Next(last); again != next && again != at {
			t.Fatalf("after the last time before %d comes %d, expected it or %d", at, again, next)
		}
		if again := times.Last(next); again != last && again != at {
			t.Fatalf("before the next time after %d comes %d, expected it or %d", at, again, last)
		}
	})
}

// Every date of the calendar has one time of something that is due daily, whatever the
// clocks do.
func TestDailyIsOnceOnEveryDate(t *testing.T) {
	for _, zone := range []string{chicago, "Asia/Beirut", "America/Goose_Bay", "Australia/Lord_Howe", "America/Sao_Paulo"} {
		for _, second := range []int{0, 60, 2*hour + 1800, 24*hour - 1} {
			times := clean(t, recurring.Times{Every: recurring.Daily, At: second, Zone: zone})
			at, count := instant(t, "2010-01-01T12:00:00Z"), 0
			for end := instant(t, "2012-01-01T12:00:00Z"); ; count++ {
				if at = times.Next(at); at > end {
					break
				}
			}
			if count != 2*365 {
				t.Errorf("%s at second %d: due %d times in two years, expected 730", zone, second, count)
			}
		}
	}
}

// In UTC, where clocks never change, cron is compared with another that many programs use.
func TestCronAgreesWithAnotherImplementation(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	pick := func(choices ...string) string { return choices[draw.IntN(len(choices))] }
	for range 400 {
		expression := strings.Join([]string{
			pick("0", "15", "*/20", "59", "5-50/15"),
			pick("*", "0", "7", "*/5", "8-18/3", "23,1", "9-17"),
			pick("*", "?", "1", "31", "29", "10-20", "*/9", "1,15", "5/10"),
			pick("*", "2", "feb", "1-3", "*/4", "nov,dec", "6/2"),
			pick("*", "0", "1-5", "sun", "mon-wed,fri", "*/2", "6"),
		}, " ")
		times := recurring.Times{Every: recurring.ByCron, Cron: expression, Zone: "UTC"}
		other, err := cron.ParseStandard(expression)
		if err != nil {
			t.Fatal(err)
		}
		at := time.Unix(1_600_000_000+draw.Int64N(300_000_000), 0).UTC()
		if other.Next(at).IsZero() {
			if err := times.Clean(); err == nil {
				t.Fatalf("%s is never due, and was accepted", expression)
			}
			continue
		}
		times = clean(t, times)
		for range 5 {
			want := other.Next(at)
			if got := times.Next(uptime.At(at)); got != uptime.At(want) {
				t.Fatalf("%s after %s: got %s, expected %s", expression, at, got.Time(), want)
			}
			at = want
		}
	}
}

func TestWhatCannotBeDueIsRefusedWithAReason(t *testing.T) {
	byCron := func(text string) recurring.Times {
		return recurring.Times{Every: recurring.ByCron, Cron: text, Zone: chicago}
	}
	for _, test := range []struct {
		times recurring.Times
		want  string
	}{
		{recurring.Times{Zone: chicago}, "every: expected daily, weekly, monthly or cron, found nothing"},
		{recurring.Times{Every: "hourly", Zone: chicago}, "every: expected daily, weekly, monthly or cron, found hourly"},
		{recurring.Times{Every: recurring.Daily}, "zone: expected a time zone such as America/Chicago, found nothing"},
		{recurring.Times{Every: recurring.Daily, Zone: "Local"}, "zone: expected a time zone such as America/Chicago, found Local"},
		{recurring.Times{Every: recurring.Daily, At: -1, Zone: chicago}, "time: expected a time from 00:00 to 23:59, found -1 seconds"},
		{recurring.Times{Every: recurring.Daily, At: 24 * hour, Zone: chicago}, "time: expected a time from 00:00 to 23:59, found 86400 seconds"},
		{recurring.Times{Every: recurring.Weekly, Day: 7, Zone: chicago}, "day: expected a day of the week, 0 (Monday) to 6 (Sunday), found 7"},
		{recurring.Times{Every: recurring.Monthly, Zone: chicago}, "day: expected a day of the month, 1 to 31, found 0"},
		{byCron(""), "cron: expected minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5, found nothing"},
		{byCron("0 7 * *"), "cron: expected minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5, found 0 7 * *"},
		{byCron("0 0 7 * * *"), "cron: expected minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5, found 0 0 7 * * *"},
		{byCron("TZ=UTC 0 7 * * *"), "cron: expected minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5, found TZ=UTC 0 7 * * *"},
		{byCron("@every 1s"), "cron: expected minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5, found @every 1s"},
		{byCron("60 7 * * *"), "cron, minute: expected 0 to 59, found 60"},
		{byCron("0 24 * * *"), "cron, hour: expected 0 to 23, found 24"},
		{byCron("0 -7 * * *"), "cron, hour: expected 0 to 23, found -7"},
		{byCron("0 7, * * *"), "cron, hour: expected 0 to 23, found nothing"},
		{byCron("0 7/0 * * *"), "cron, hour: expected a step from 1 to 23 after /, found 7/0"},
		{byCron("0 */99999999999999999999 * * *"), "cron, hour: expected a step from 1 to 23 after /, found */99999999999999999999"},
		{byCron("0 9-7 * * *"), "cron, hour: expected the end of a range not before its beginning, found 9-7"},
		{byCron("0 7 0 * *"), "cron, day of the month: expected 1 to 31, found 0"},
		{byCron("0 7 * 13 *"), "cron, month: expected 1 to 12 or jan to dec, found 13"},
		{byCron("0 7 * * 8"), "cron, day of the week: expected 0 to 7 or sun to sat, found 8"},
		{byCron("0 7 31 2,4 *"), "cron: expected a day that exists, found 0 7 31 2,4 *"},
		{byCron("*/10 * * * *"), "cron: expected times at least 15 minutes apart, found */10 * * * *"},
		{byCron("0,59 0 * * *"), ""},
		{byCron("59,0 0,23 * * *"), "cron: expected times at least 15 minutes apart, found 59,0 0,23 * * *"},
		{byCron(strings.Repeat("1,", 200) + "1 7 * * *"), "cron: expected at most 200 characters, found 409"},
	} {
		err := test.times.Clean()
		if test.want == "" {
			if err != nil {
				t.Errorf("%+v: %v", test.times, err)
			}
			continue
		}
		var problem recurring.Problem
		if !errors.As(err, &problem) || err.Error() != test.want {
			t.Errorf("%+v: got %v, expected %s", test.times, err, test.want)
		}
	}
}

func TestTimesThatWereNotCleanedAreNeverDue(t *testing.T) {
	at := instant(t, "2023-01-25T18:00:00Z")
	for _, times := range []recurring.Times{{}, {Every: recurring.ByCron, Cron: "no", Zone: "UTC"}} {
		if next, last := times.Next(at), times.Last(at); next != uptime.Forever || last != uptime.Beginning {
			t.Errorf("%+v is due at %d and was at %d", times, next, last)
		}
	}
}

// Such times were entered when the zone was known. They must not end for ever.
func TestTimesOfAZoneThatIsNotKnownNowAreInUTC(t *testing.T) {
	times := recurring.Times{Every: recurring.Daily, At: 7 * hour, Zone: "Mars/Olympus"}
	at := instant(t, "2023-01-25T07:00:00Z")
	if next, last := times.Next(at), times.Last(at); next != instant(t, "2023-01-26T07:00:00Z") || last != instant(t, "2023-01-24T07:00:00Z") {
		t.Errorf("next is %s, last was %s", next.Time(), last.Time())
	}
	if got, want := times.Words().String(), "every day at 07:00, UTC (this server does not know the time zone Mars/Olympus)"; got != want {
		t.Errorf("got %q, expected %q", got, want)
	}
}

func TestOnlyTheLatestOfTimesThatWereMissedIsCaughtUp(t *testing.T) {
	times := clean(t, recurring.Times{Every: recurring.Daily, At: 7 * hour, Zone: chicago})
	for _, test := range []struct{ known, now, due, next string }{
		{"2023-01-25T13:00:00Z", "2023-01-25T13:00:00Z", "2023-01-25T13:00:00Z", "2023-01-26T13:00:00Z"},
		{"2023-01-25T13:00:00Z", "2023-01-28T12:59:59Z", "2023-01-27T13:00:00Z", "2023-01-28T13:00:00Z"},
		{"2023-01-25T13:30:00Z", "2023-01-25T13:40:00Z", "2023-01-25T13:30:00Z", "2023-01-26T13:00:00Z"}, // known by other zone data
	} {
		due, next := times.CatchUp(instant(t, test.known), instant(t, test.now))
		if due != instant(t, test.due) || next != instant(t, test.next) {
			t.Errorf("%+v: due %s, next %s", test, due.Time(), next.Time())
		}
	}
}

func TestWordsSayWhenItIs(t *testing.T) {
	for want, times := range map[string]recurring.Times{
		"every day at 07:00, America/Chicago":                      {Every: recurring.Daily, At: 7 * hour, Zone: chicago},
		"every Monday at 07:30, America/Chicago":                   {Every: recurring.Weekly, At: 7*hour + 1800, Zone: chicago},
		"every Sunday at 00:00, UTC":                               {Every: recurring.Weekly, Day: 6, Zone: "UTC"},
		"on day 1 of every month at 06:00, UTC":                    {Every: recurring.Monthly, Day: 1, At: 6 * hour, Zone: "UTC"},
		"on day 30 (or the last day) of every month at 06:00, UTC": {Every: recurring.Monthly, Day: 30, At: 6 * hour, Zone: "UTC"},
		"on the last day of every month at 06:00, UTC":             {Every: recurring.Monthly, Day: 31, At: 6 * hour, Zone: "UTC"},
		"by the cron expression 0 7 * * 1-5, America/Chicago":      {Every: recurring.ByCron, Cron: " 0  7 * *\t1-5", Zone: chicago, At: 5},
	} {
		if got := clean(t, times).Words().String(); got != want {
			t.Errorf("got %q, expected %q", got, want)
		}
	}
}

// The zones are those of the program, not those of the machine.
func TestZonesAreThoseThatAreBuiltIn(t *testing.T) {
	if !zones.Known("US/Central") {
		t.Fatal("the built-in zones do not have links")
	}
	link := clean(t, recurring.Times{Every: recurring.Daily, At: 7 * hour, Zone: "US/Central"})
	at := instant(t, "2023-07-01T00:00:00Z")
	if next := link.Next(at); next != instant(t, "2023-07-01T12:00:00Z") {
		t.Errorf("07:00 in US/Central is %s", next.Time())
	}
}
