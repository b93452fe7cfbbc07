package recurring

import (
	"strconv"
	"strings"
	"time"

	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/models/zones"
)

// Every says how often something is due.
type Every string

// Often are the values of Every that there are.
const (
	Daily   Every = "daily"
	Weekly  Every = "weekly"
	Monthly Every = "monthly"
	ByCron  Every = "cron"
)

// Times are when something is due. The zero value is not valid.
type Times struct {
	Every Every
	Day   int    // weekly: 0 = Monday … 6 = Sunday; monthly: 1 … 31, or the last day of a shorter month
	At    int    // seconds after midnight, as the clocks of Zone show them; not by cron
	Cron  string // by cron only
	Zone  string // a name of the IANA database
}

// Location is the zone, see zones.OrUTC.
func (t Times) Location() *time.Location { return zones.OrUTC(t.Zone) }

// Today is the date that the clocks of the zone show.
func (t Times) Today(now uptime.Instant) uptime.Date {
	return uptime.DateOf(now.Time().In(t.Location()).Date())
}

const (
	secondsPerDay    = 24 * 60 * 60
	secondsPerMinute = 60
	minutesPerHour   = 60

	longestCron = 200 // bytes
)

// Clean brings times into their normal form: what they do not use becomes zero. Errors
// are a Problem.
func (t *Times) Clean() error {
	t.Zone, t.Cron = strings.TrimSpace(t.Zone), strings.Join(strings.Fields(t.Cron), " ")
	if len(t.Cron) > longestCron {
		return problem("cron", "at most 200 characters", strconv.Itoa(len(t.Cron)), "Use at most 200 characters.")
	}
	if err := t.cleanDay(); err != nil {
		return err
	}
	if !zones.Known(t.Zone) {
		return problem("zone", "a time zone such as America/Chicago", t.Zone, "Enter a time zone such as America/Chicago.")
	}
	if t.Every == ByCron {
		t.At = 0
		return checkCron(t.Cron)
	}
	t.Cron = ""
	if t.At < 0 || t.At >= secondsPerDay {
		return problem("time", "a time from 00:00 to 23:59", strconv.Itoa(t.At)+" seconds", "Enter a time from 00:00 to 23:59.")
	}
	return nil
}

func (t *Times) cleanDay() error {
	switch t.Every {
	case Daily, ByCron:
		t.Day = 0
	case Weekly:
		if t.Day < 0 || t.Day > 6 {
			return problem("day", "a day of the week, 0 (Monday) to 6 (Sunday)", strconv.Itoa(t.Day), "Choose a day of the week.")
		}
	case Monthly:
		if t.Day < 1 || t.Day > 31 {
			return problem("day", "a day of the month, 1 to 31", strconv.Itoa(t.Day), "Enter a day of the month, 1 to 31.")
		}
	default:
		return problem("every", "daily, weekly, monthly or cron", string(t.Every), "Choose how often.")
	}
	return nil
}

var weekdays = [...]words.Text{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}

// Words say when it is, such as "every Monday at 07:00, America/Chicago".
func (t Times) Words() words.Message {
	zone := words.Said(t.Zone)
	if !zones.Known(t.Zone) {
		zone = words.Later("UTC (this server does not know the time zone {zone})", "zone", t.Zone)
	}
	clock := time.Unix(int64(t.At), 0).UTC().Format("15:04")
	switch {
	case t.Every == Daily:
		return words.Later("every day at {clock}, {zone}", "clock", clock, "zone", zone)
	case t.Every == Weekly:
		return words.Later("every {weekday} at {clock}, {zone}", "weekday", weekdays[t.Day], "clock", clock, "zone", zone)
	case t.Every == Monthly && t.Day == 31:
		return words.Later("on the last day of every month at {clock}, {zone}", "clock", clock, "zone", zone)
	case t.Every == Monthly && t.Day > 28:
		return words.Later("on day {day} (or the last day) of every month at {clock}, {zone}", "day", t.Day, "clock", clock, "zone", zone)
	case t.Every == Monthly:
		return words.Later("on day {day} of every month at {clock}, {zone}", "day", t.Day, "clock", clock, "zone", zone)
	default:
		return words.Later("by the cron expression {cron}, {zone}", "cron", t.Cron, "zone", zone)
	}
}
