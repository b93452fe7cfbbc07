package schedules

import "lightson/models/uptime"

// FirstNew is the first of the schedules after a change that was not there before it.
func FirstNew(before, after []uptime.Schedule) (s uptime.Schedule, some bool) {
	for _, s := range after {
		if at, found := find(before, s.From); !found || !Equal(before[at:at+1], []uptime.Schedule{s}) {
			return s, true
		}
	}
	return s, false
}

// OverPast are the schedules after a change if the first new one of them held for all
// time before it, too. Later ones stay. ok is false where that would change nothing, or
// where the new schedule begins after the date today, so that it is no correction of
// what was.
func OverPast(before, after []uptime.Schedule, today uptime.Date) (applied []uptime.Schedule, from uptime.Date, ok bool) {
	first, some := FirstNew(before, after)
	if !some || first.From == uptime.Ever || first.From > today {
		return nil, 0, false
	}
	at, _ := find(after, first.From)
	applied = append([]uptime.Schedule{{From: uptime.Ever, Hours: first.Hours}}, after[at+1:]...)
	return applied, first.From, true
}
