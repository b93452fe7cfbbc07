package recurring

import "lightson/models/uptime"

const (
	// mostShift is how many dates a clock change can move a time by: Apia had no
	// 2011-12-30 at all.
	mostShift = 2
	// furthest is how many dates two times can be apart: 29 February, around a century
	// that has none.
	furthest = 9 * 366
)

// CatchUp is for times of which the next one is known, and has come: due is the latest of
// them until now, and next the first after now. However long nobody looked, only one is
// caught up.
func (t Times) CatchUp(known, now uptime.Instant) (due, next uptime.Instant) {
	const justAfter = 1 // Last is before an instant
	return max(known, t.Last(now+justAfter)), t.Next(now)
}

// Next is the first time after an instant, or [uptime.Forever] for times that Clean
// refuses.
func (t Times) Next(after uptime.Instant) uptime.Instant {
	best := uptime.Forever
	t.walk(after, 1, func(due uptime.Instant) (found bool) {
		if due > after {
			best, found = min(best, due), true
		}
		return found
	})
	return best
}

// Last is the last time before an instant, or [uptime.Beginning] for times that Clean
// refuses.
func (t Times) Last(before uptime.Instant) uptime.Instant {
	best := uptime.Beginning
	t.walk(before, -1, func(due uptime.Instant) (found bool) {
		if due < before {
			best, found = max(best, due), true
		}
		return found
	})
	return best
}

// walk visits the times of the dates from around an instant on, in the direction of step,
// until one was found and all are visited that a clock change could have moved before it.
func (t Times) walk(around uptime.Instant, step uptime.Date, visit func(uptime.Instant) (found bool)) {
	days, err := t.days()
	if err != nil {
		return
	}
	zone := uptime.NewZone(t.Location(), uptime.Span{From: around, To: around})
	date := t.Today(around) - mostShift*step
	for left := furthest; left > 0; left-- {
		if days.on(date) {
			for _, second := range days.times {
				if visit(zone.Instant(date, second)) {
					left = min(left, mostShift+1)
				}
			}
		}
		date += step
	}
}

// days are the dates on which something is due, and the times on each of them.
type days struct {
	on    func(uptime.Date) bool
	times []int
}

func (t Times) days() (days, error) {
	switch t.Every {
	case Daily:
		return days{func(uptime.Date) bool { return true }, []int{t.At}}, nil
	case Weekly:
		return days{func(d uptime.Date) bool { return d.Weekday() == t.Day }, []int{t.At}}, nil
	case Monthly:
		return days{func(d uptime.Date) bool { return onDayOfMonth(d, t.Day) }, []int{t.At}}, nil
	}
	c, err := parseCron(t.Cron)
	if err != nil {
		return days{}, err
	}
	return days{c.on, c.timesOfDay()}, nil
}

// onDayOfMonth reports whether a date is the day of its month with a number, or the last
// one of a month that has no such day.
func onDayOfMonth(date uptime.Date, number int) bool {
	_, _, day := Civil(date)
	if day == number {
		return true
	}
	_, _, tomorrow := Civil(date + 1)
	return day < number && tomorrow == 1
}
