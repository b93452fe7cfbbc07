package web

import (
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/models/zones"
	"lightson/views"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := zones.Location(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func instantOf(t *testing.T, text string) uptime.Instant {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return uptime.At(at)
}

// Today is the local day of the as-of instant in the store's zone, unless the data are
// old. What is of another day says so, and what is of another year says that.
func TestTimesSayTheirDayUnlessItIsToday(t *testing.T) {
	zone := zoneOf(t, "America/New_York")
	for name, tt := range map[string]struct{ asOf, now, since, wantSince, until, wantUntil string }{
		"the same day":             {"2023-01-23T17:00:00Z", "2023-01-23T17:20:00Z", "2023-01-23T16:05:00Z", "11:05 EST", "2023-01-24T03:00:00Z", "22:00"},
		"closes on Friday":         {"2023-01-23T17:00:00Z", "2023-01-23T17:20:00Z", "2023-01-22T14:00:00Z", "Sun 09:00 EST", "2023-01-27T07:00:00Z", "Fri 02:00"},
		"tonight is another day":   {"2023-01-23T23:00:00Z", "2023-01-23T23:20:00Z", "2023-01-23T05:00:00Z", "00:00 EST", "2023-01-24T05:00:00Z", "Tue 00:00"},
		"midnight in UTC is today": {"2023-01-24T00:30:00Z", "2023-01-24T00:40:00Z", "2023-01-23T14:00:00Z", "09:00 EST", "2023-01-24T04:59:00Z", "23:59"},
		"the same weekday":         {"2023-01-23T17:00:00Z", "2023-01-23T17:20:00Z", "2023-01-16T20:00:00Z", "16 Jan, 15:00 EST", "2023-01-30T16:00:00Z", "30 Jan, 11:00"},
		"last year":                {"2023-01-01T15:00:00Z", "2023-01-01T15:20:00Z", "2022-12-31T23:00:00Z", "Sat 18:00 EST", "2023-01-02T03:00:00Z", "22:00"},
		"over the new year":        {"2022-12-31T15:00:00Z", "2022-12-31T15:20:00Z", "2022-12-31T14:30:00Z", "09:30 EST", "2023-01-07T15:00:00Z", "7 Jan 2023, 10:00"},
		"old data":                 {"2023-01-25T18:13:00Z", "2026-11-25T12:00:00Z", "2023-01-25T17:14:00Z", "Wed 12:14 EST", "2023-01-26T03:00:00Z", "Wed 22:00"},
		"long before old data":     {"2023-01-25T18:13:00Z", "2026-11-25T12:00:00Z", "2023-01-01T12:00:00Z", "1 Jan, 07:00 EST", "2023-01-26T03:00:00Z", "Wed 22:00"},
		"the year before":          {"2023-01-25T18:13:00Z", "2023-01-25T18:14:00Z", "2022-12-31T12:00:00Z", "31 Dec 2022, 07:00 EST", "2023-01-26T03:00:00Z", "22:00"},
		"data of this morning":     {"2023-01-25T12:00:00Z", "2023-01-25T20:00:00Z", "2023-01-25T11:30:00Z", "06:30 EST", "2023-01-26T03:00:00Z", "22:00"},
		"data of yesterday":        {"2023-01-24T18:00:00Z", "2023-01-25T18:00:00Z", "2023-01-24T17:30:00Z", "Tue 12:30 EST", "2023-01-25T03:00:00Z", "Tue 22:00"},
	} {
		m := newMoment(inEnglish, models.InstantAt(instantOf(t, tt.asOf)), instantOf(t, tt.now).Time(), uptime.Hour)
		if got := m.near(instantOf(t, tt.since), zone, clock); got.Text != tt.wantSince {
			t.Errorf("%s: since %q, want %q", name, got.Text, tt.wantSince)
		}
		if got := m.near(instantOf(t, tt.until), zone, bareClock); got.Text != tt.wantUntil || !strings.HasSuffix(got.UTC, "Z") {
			t.Errorf("%s: until %+v, want %q", name, got, tt.wantUntil)
		}
	}
}

func TestOldDataNeverSayNow(t *testing.T) {
	zone := zoneOf(t, "America/Chicago")
	asOf := instantOf(t, "2023-01-25T18:00:00Z")
	for now, want := range map[string][2]string{
		"2023-01-25T18:00:00Z": {"now", "this week"},
		"2023-01-25T20:00:00Z": {"now", "this week"},
		"2023-01-25T20:00:01Z": {"as of 12:00 CST", "in the week to 12:00 CST"},
		"2023-01-26T06:00:00Z": {"as of 25 Jan 2023", "in the week to 25 Jan 2023"},
		"2026-11-25T18:00:00Z": {"as of 25 Jan 2023", "in the week to 25 Jan 2023"},
		"2023-01-25T17:00:00Z": {"now", "this week"}, // a clock that is behind
	} {
		m := newMoment(inEnglish, models.InstantAt(asOf), instantOf(t, now).Time(), uptime.Hour)
		if got := [2]string{m.word(zone), m.week(zone)}; got != want {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
	}
	// Where stores are polled every six hours, data are not old before twelve.
	for now, want := range map[string]bool{"2023-01-26T06:00:00Z": false, "2023-01-26T06:00:01Z": true} {
		if m := newMoment(inEnglish, models.InstantAt(asOf), instantOf(t, now).Time(), 6*uptime.Hour); m.old() != want {
			t.Errorf("polled every 6 h, at %s: old is %t, want %t", now, m.old(), want)
		}
	}
	if got := (moment{w: inEnglish, now: time.Now()}).word(zone); got != "now" {
		t.Errorf("without data: %q", got)
	}
}

// In Spanish a week ends at a time of the day with one article, and on a day with another.
func TestAWeekOfOldDataEndsInSpanish(t *testing.T) {
	zone, asOf := zoneOf(t, "America/Chicago"), models.InstantAt(instantOf(t, "2023-01-25T18:00:00Z"))
	for now, want := range map[string][2]string{
		"2023-01-25T20:00:01Z": {"(datos: 12:00 CST)", "en la semana hasta las 12:00 CST"},
		"2023-01-26T06:00:00Z": {"(datos: 25 ene 2023)", "en la semana hasta el 25 ene 2023"},
	} {
		m := newMoment(spoken{words.In(words.Spanish)}, asOf, instantOf(t, now).Time(), uptime.Hour)
		if got := [2]string{m.word(zone), m.week(zone)}; got != want {
			t.Errorf("%s: %q, want %q", now, got, want)
		}
	}
}

// A state is seen by a poll, and says when that is more than two intervals ago.
func TestAStateSaysWhenItWasLastSeen(t *testing.T) {
	zone := zoneOf(t, "America/Chicago")
	asOf := instantOf(t, "2023-01-25T18:00:00Z")
	m := newMoment(inEnglish, models.InstantAt(asOf), asOf.Time(), uptime.Hour)
	open := uptime.Current{State: uptime.Up, Since: asOf - 1, SinceKnown: true, Until: asOf.Add(uptime.Hour), UntilKnown: true}
	for ago, want := range map[uptime.Micros]string{
		uptime.Hour: "", 2 * uptime.Hour: "", 2*uptime.Hour + 1: "last seen 2 h ago", 14*uptime.Hour + 90*uptime.Second: "last seen 14 h 1 min ago",
	} {
		if got := stateText(open, models.InstantAt(asOf.Add(-ago)), uptime.Hour, m, zone).Seen.Text; got != want {
			t.Errorf("seen %s h ago: %q, want %q", ago.Hours(), got, want)
		}
	}
	if got := stateText(open, models.OptionalInstant{}, uptime.Hour, m, zone).Seen.Text; got != "" {
		t.Errorf("never seen: %q", got)
	}
	// Where stores are polled every six hours, nobody waits for a poll before twelve.
	for ago, want := range map[uptime.Micros]string{12 * uptime.Hour: "", 12*uptime.Hour + uptime.Minute: "last seen 12 h 1 min ago"} {
		if got := stateText(open, models.InstantAt(asOf.Add(-ago)), 6*uptime.Hour, m, zone).Seen.Text; got != want {
			t.Errorf("polled every 6 h, seen %s h ago: %q, want %q", ago.Hours(), got, want)
		}
	}
	// Old data say at what time, since "ago" would be about now.
	old := newMoment(inEnglish, models.InstantAt(asOf), asOf.Time().Add(24*time.Hour), uptime.Hour)
	if got := stateText(open, models.InstantAt(asOf.Add(-3*uptime.Hour)), uptime.Hour, old, zone).Seen.Text; got != "last seen Wed 09:00 CST" {
		t.Errorf("in old data: %q", got)
	}
	// A clock that is behind the data.
	behind := newMoment(inEnglish, models.InstantAt(asOf), asOf.Time().Add(-24*time.Hour), uptime.Hour)
	if got := stateText(open, models.InstantAt(asOf.Add(-3*uptime.Hour)), uptime.Hour, behind, zone).Seen.Text; got != "last seen 3 h ago" {
		t.Errorf("by a clock that is behind: %q", got)
	}
}

func TestLengthsAreRoundedToTheNearestAndCarried(t *testing.T) {
	for length, want := range map[uptime.Micros]string{
		0: "0 min", 1: "under 1 s", uptime.Second/2 - 1: "under 1 s", uptime.Second / 2: "1 s",
		59*uptime.Second + 499_999: "59 s", 59*uptime.Second + 500_000: "1 min",
		uptime.Minute: "1 min", 89 * uptime.Second: "1 min", 90 * uptime.Second: "2 min",
		59*uptime.Minute + 29*uptime.Second: "59 min", 59*uptime.Minute + 59*uptime.Second: "1 h",
		uptime.Hour + 59*uptime.Minute + 59*uptime.Second: "2 h", uptime.Hour + 26*uptime.Minute: "1 h 26 min",
		99*uptime.Hour + 59*uptime.Minute + 29*uptime.Second: "99 h 59 min", 100*uptime.Hour - 1: "100 h",
		100*uptime.Hour + 29*uptime.Minute: "100 h", 100*uptime.Hour + 30*uptime.Minute: "101 h", 1399 * uptime.Hour: "1,399 h",
	} {
		if got := length.LengthText(); got != want {
			t.Errorf("%d µs: %q, want %q", length, got, want)
		}
	}
	// No length is further from its words than half of the smallest unit in them.
	for length := uptime.Micros(1); length < 400*uptime.Hour; length = length*7/5 + 1 {
		text := length.LengthText()
		if strings.HasPrefix(text, "0") || strings.Contains(text, "60 min") || strings.Contains(text, "60 s") {
			t.Errorf("%d µs: %q", length, text)
		}
	}
}

func TestAMomentSaysTheWeekdayInEveryLanguage(t *testing.T) {
	zone, asOf := zoneOf(t, "America/Chicago"), instantOf(t, "2023-01-25T18:00:00Z")
	for language, want := range map[words.Language]string{words.English: "Tue 12:00", words.Spanish: "mar", words.German: "Di"} {
		m := newMoment(spoken{words.In(language)}, models.InstantAt(asOf), asOf.Time(), uptime.Hour)
		if got := m.near(asOf.Add(-24*uptime.Hour), zone, bareClock).Text; !strings.HasPrefix(got, want) {
			t.Errorf("in %s a day before is %q, want %q", language, got, want)
		}
	}
}

// The switch "Times" replaces the time within the words, in whatever language these are.
func TestWordsAroundATimeSayWhichPartIsTheTime(t *testing.T) {
	zone := zoneOf(t, "America/Chicago")
	asOf := instantOf(t, "2023-01-25T18:00:00Z")
	open := uptime.Current{State: uptime.Up, Since: asOf - 1, SinceKnown: true, Until: asOf.Add(uptime.Hour), UntilKnown: true}
	for _, l := range words.Languages {
		old := newMoment(spoken{words.In(l)}, models.InstantAt(asOf), asOf.Time().Add(24*time.Hour), uptime.Hour)
		state := stateText(open, models.InstantAt(asOf.Add(-3*uptime.Hour)), uptime.Hour, old, zone)
		for _, said := range []views.Time{{Text: state.Since, Clock: state.At.Text}, state.Note, state.Seen} {
			if said.Clock == "" || !strings.Contains(said.Text, said.Clock) {
				t.Errorf("in %s: %q has no time %q", l, said.Text, said.Clock)
			}
		}
		fresh := newMoment(spoken{words.In(l)}, models.InstantAt(asOf), asOf.Time(), uptime.Hour)
		if ago := stateText(open, models.InstantAt(asOf.Add(-3*uptime.Hour)), uptime.Hour, fresh, zone).Seen; ago.Text == "" || ago.Clock != "" {
			t.Errorf("in %s: %q has the time %q", l, ago.Text, ago.Clock)
		}
	}
}
