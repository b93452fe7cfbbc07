package recurring

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"

	"lightson/models/uptime"
)

// Closest is how close together two times of a cron expression may be.
const Closest = 15 * uptime.Minute

// A field is one of the five of a cron expression: the values it may have.
type field struct {
	name        string
	least, most int
	names       []string // of least and the values after it
}

var (
	minuteField  = field{name: "minute", least: 0, most: 59}
	hourField    = field{name: "hour", least: 0, most: 23}
	dayField     = field{name: "day of the month", least: 1, most: 31}
	monthField   = field{name: "month", least: 1, most: 12, names: []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}}
	weekdayField = field{name: "day of the week", least: 0, most: 7, names: []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}}
)

// values are the values of a field that an expression allows, one bit each.
type values uint64

func (v values) has(n int) bool { return v>>n&1 == 1 }

// A cron is a cron expression that was understood.
type cron struct {
	minutes, hours, days, months, weekdays values // 0 = Sunday

	anyDay, anyWeekday bool // the field is *
}

var cronNames = map[string]string{
	"@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
	"@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
}

func parseCron(text string) (c cron, err error) {
	if long, named := cronNames[strings.ToLower(text)]; named {
		text = long
	}
	parts := strings.Fields(text)
	if len(parts) != 5 {
		return c, problem("cron", "minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5", text,
			"Enter minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5.")
	}
	for i, f := range []struct {
		field
		into *values
	}{
		{minuteField, &c.minutes},
		{hourField, &c.hours},
		{dayField, &c.days},
		{monthField, &c.months},
		{weekdayField, &c.weekdays},
	} {
		if *f.into, err = f.parse(parts[i]); err != nil {
			return c, err
		}
	}
	if c.weekdays.has(7) {
		c.weekdays |= 1
	}
	c.anyDay, c.anyWeekday = unrestricted(parts[2]), unrestricted(parts[4])
	return c, nil
}

// unrestricted reports whether a field allows everything and says so.
func unrestricted(part string) bool { return part == "*" || part == "?" || part == "*/1" }

func (f field) parse(part string) (v values, err error) {
	for item := range strings.SplitSeq(part, ",") {
		more, err := f.parseItem(item)
		if err != nil {
			return 0, err
		}
		v |= more
	}
	return v, nil
}

// parseItem reads one of: *  n  n-m  */step  n-m/step  n/step, where the last is from n on.
func (f field) parseItem(item string) (v values, err error) {
	span, stepText, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		if step, err = strconv.Atoi(stepText); err != nil || step < 1 || step > f.most {
			return 0, f.problem(fmt.Sprintf("a step from 1 to %d after /", f.most), item)
		}
	}
	from, to := f.least, f.most
	if span != "*" && span != "?" {
		low, high, ranged := strings.Cut(span, "-")
		if from, err = f.value(low, item); err != nil {
			return 0, err
		}
		switch {
		case ranged:
			if to, err = f.value(high, item); err != nil {
				return 0, err
			}
		case !stepped:
			to = from
		}
		if from > to {
			return 0, f.problem("the end of a range not before its beginning", item)
		}
	} else if f.most == 7 {
		to = 6 // Sunday once
	}
	for n := from; n <= to; n += step {
		v |= 1 << n
	}
	return v, nil
}

func (f field) value(text, item string) (int, error) {
	for i, name := range f.names {
		if strings.EqualFold(text, name) {
			return f.least + i, nil
		}
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < f.least || n > f.most || text[0] == '+' {
		expected := fmt.Sprintf("%d to %d", f.least, f.most)
		if len(f.names) > 0 {
			expected += " or " + f.names[0] + " to " + f.names[len(f.names)-1]
		}
		return 0, f.problem(expected, item)
	}
	return n, nil
}

func (f field) problem(expected, found string) error {
	if found == "" {
		found = "nothing"
	}
	return problem("cron, "+f.name, expected, found, "The cron expression is not valid at {part}. It needs minute, hour, day of the month, month and day of the week, such as 0 7 * * 1-5.", "part", found)
}

// checkCron returns a Problem for an expression that cannot be used.
func checkCron(text string) error {
	c, err := parseCron(text)
	if err != nil {
		return err
	}
	if !c.everDue() {
		return problem("cron", "a day that exists", text, "No day fits this cron expression.")
	}
	if c.closest() < int(Closest/uptime.Minute) {
		return problem("cron", fmt.Sprintf("times at least %d minutes apart", Closest/uptime.Minute), text, "Choose times that are at least {minutes} minutes apart.", "minutes", int(Closest/uptime.Minute))
	}
	return nil
}

// everDue reports whether there is a date at all on which it is due.
func (c cron) everDue() bool {
	if !c.anyWeekday {
		return true // of each month, seven days in a row have all of the week
	}
	for month := 1; month <= 12; month++ {
		const leapYear = 2024
		last := time.Date(leapYear, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
		if c.months.has(month) && bits.TrailingZeros64(uint64(c.days)) <= last {
			return true
		}
	}
	return false
}

// closest is how many minutes its closest times are apart, were it due on every day.
func (c cron) closest() int {
	times := c.timesOfDay()
	least := times[0] + secondsPerDay - times[len(times)-1]
	for i := 1; i < len(times); i++ {
		least = min(least, times[i]-times[i-1])
	}
	return least / secondsPerMinute
}

// timesOfDay are the times on each of its dates, in seconds after midnight and in order.
func (c cron) timesOfDay() (times []int) {
	for hour := range 24 {
		for minute := range minutesPerHour {
			if c.hours.has(hour) && c.minutes.has(minute) {
				times = append(times, (hour*minutesPerHour+minute)*secondsPerMinute)
			}
		}
	}
	return times
}

// on reports whether it is due on a date.
func (c cron) on(date uptime.Date) bool {
	_, month, day := Civil(date)
	if !c.months.has(int(month)) {
		return false
	}
	dayDue, weekdayDue := c.days.has(day), c.weekdays.has((date.Weekday()+1)%7)
	if c.anyDay || c.anyWeekday {
		return dayDue && weekdayDue
	}
	return dayDue || weekdayDue
}
