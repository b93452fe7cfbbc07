package uptime_test

import (
	"testing"
	"time"

	"lightson/models/uptime"
)

func TestAWallTimeIsTheFirstOfTwoAndMovesOutOfAGap(t *testing.T) {
	tests := map[string]struct {
		zone, wall, want string
	}{
		"an ordinary time":                    {"America/Chicago", "2023-01-23 09:00", "2023-01-23 15:00"},
		"just before the gap":                 {"America/Chicago", "2023-03-12 01:59:59", "2023-03-12 07:59:59"},
		"the gap begins":                      {"America/Chicago", "2023-03-12 02:00", "2023-03-12 08:00"},
		"inside the gap":                      {"America/Chicago", "2023-03-12 02:30", "2023-03-12 08:30"},
		"after the gap":                       {"America/Chicago", "2023-03-12 03:00", "2023-03-12 08:00"},
		"the first of two":                    {"America/Chicago", "2023-11-05 01:30", "2023-11-05 06:30"},
		"after the repeated hour":             {"America/Chicago", "2023-11-05 02:00", "2023-11-05 08:00"},
		"a gap at midnight":                   {"Asia/Beirut", "2023-03-26 00:00", "2023-03-25 22:00"},
		"half an hour missing":                {"Australia/Lord_Howe", "2023-10-01 02:15", "2023-09-30 15:45"},
		"half an hour twice":                  {"Australia/Lord_Howe", "2023-04-02 01:45", "2023-04-01 14:45"},
		"a day that was left out":             {"Pacific/Apia", "2011-12-30 09:00", "2011-12-30 19:00"},
		"the day before it":                   {"Pacific/Apia", "2011-12-29 09:00", "2011-12-29 19:00"},
		"the day after it":                    {"Pacific/Apia", "2011-12-31 09:00", "2011-12-30 19:00"},
		"clocks back for Ramadan":             {"Africa/Casablanca", "2023-03-19 02:30", "2023-03-19 01:30"},
		"clocks forward after Ramadan":        {"Africa/Casablanca", "2023-04-23 02:30", "2023-04-23 02:30"},
		"winter time that counts as summer":   {"Europe/Dublin", "2023-10-29 01:30", "2023-10-29 00:30"},
		"a zone that never changes":           {"Asia/Kolkata", "2023-06-01 05:30", "2023-06-01 00:00"},
		"the last day of a leap year to come": {"America/Chicago", "2040-12-31 09:00", "2040-12-31 15:00"},
		"the summer after it":                 {"America/Chicago", "2041-07-01 09:00", "2041-07-01 14:00"},
		"a quarter of an hour from the rest":  {"Asia/Kathmandu", "2023-06-01 05:45", "2023-06-01 00:00"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			wall := at(tt.wall).Time()
			date := uptime.DateOf(wall.Date())
			second := wall.Hour()*3600 + wall.Minute()*60 + wall.Second()
			day := uptime.Span{From: uptime.At(wall), To: uptime.At(wall)}
			zones := map[string]*uptime.Zone{
				"prepared":     uptime.NewZone(location(tt.zone), day),
				"not prepared": uptime.NewZone(location(tt.zone), span("1999-01-01 00:00", "1999-01-08 00:00")),
			}
			for prepared, z := range zones {
				if got := z.Instant(date, second); got != at(tt.want) {
					t.Errorf("%s: got %s, want %s", prepared, got.Time(), at(tt.want).Time())
				}
			}
		})
	}
}

func TestEveryQuarterOfAnHourAgreesWithTryingEveryMinute(t *testing.T) {
	for _, name := range zones {
		loc := location(name)
		z := uptime.NewZone(loc, span("2011-09-01 00:00", "2012-09-01 00:00"))
		for wall := at("2011-09-20 00:00").Time(); wall.Year() < 2012 || wall.Month() < time.April; wall = wall.Add(15 * time.Minute) {
			date := uptime.DateOf(wall.Date())
			got, want := z.Instant(date, wall.Hour()*3600+wall.Minute()*60), uptime.At(naiveWallTime(wall, loc))
			if got != want {
				t.Fatalf("%s %s: got %s, want %s", name, wall.Format(time.DateTime), got.Time(), want.Time())
			}
		}
	}
}

// A zone of many years passes every special day there is.
func TestAZoneOfACenturyKnowsEveryMonth(t *testing.T) {
	loc := location("America/Chicago")
	z := uptime.NewZone(loc, span("1970-01-01 00:00", "2070-01-01 00:00"))
	for year := 1970; year < 2070; year++ {
		for month := time.January; month <= time.December; month++ {
			noon := time.Date(year, month, 31, 12, 0, 0, 0, loc) // no clock changes at noon
			if got, want := z.Instant(uptime.DateOf(year, month, 31), 12*3600), uptime.At(noon); got != want {
				t.Fatalf("%s: got %s, want %s", noon, got.Time(), want.Time())
			}
		}
	}
}

func TestAZoneOfAllTimeIsBuilt(t *testing.T) {
	for _, name := range []string{"UTC", "America/Chicago"} {
		z := uptime.NewZone(location(name), uptime.Always)
		if got := z.Instant(uptime.DateOf(9000, time.January, 1), 0).Time().Year(); got != 9000 {
			t.Errorf("%s: new year 9000 is in %d", name, got)
		}
	}
}

// At the edges of what was prepared a clock change must not be half known.
func TestWhatWasPreparedDoesNotChangeAnAnswer(t *testing.T) {
	loc := location("America/Chicago")
	change := at("2023-11-05 07:00")
	date := uptime.DateOf(2023, time.November, 5)
	for hours := -1200; hours <= 1200; hours += 7 {
		from := change.Add(uptime.Micros(hours) * uptime.Hour)
		z := uptime.NewZone(loc, uptime.Span{From: from, To: from})
		for wall, want := range map[string]string{
			"00:30": "2023-11-05 05:30", "01:30": "2023-11-05 06:30", "02:30": "2023-11-05 08:30",
		} {
			if got := z.Instant(date, clock(wall)); got != at(want) {
				t.Fatalf("prepared around %s: %s is %s, want %s", from.Time(), wall, got.Time(), want)
			}
		}
	}
}
