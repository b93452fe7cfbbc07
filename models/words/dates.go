package words

import (
	"strings"
	"time"
)

// Time is a time in its own zone, by a layout as package time has them, which is translated
// as any other text: "Mon 2 Jan, 15:04" is "Mon, 2. Jan, 15:04" in German. Then the names of
// the month and of the weekday are.
func (w *Words) Time(t time.Time, layout Text) string {
	if w.localizer == nil {
		return t.Format(layout.shown())
	}
	return w.names(t, w.Say(layout))
}

// names puts the names that a layout asks for in the place of their marks before the clock
// and the numbers are filled in, since "Mon" could be part of a translated name.
func (w *Words) names(t time.Time, layout string) string {
	var b strings.Builder
	for layout != "" {
		name, mark := w.firstName(t, layout)
		if mark == "" {
			b.WriteString(t.Format(layout))
			break
		}
		before, after, _ := strings.Cut(layout, mark)
		b.WriteString(t.Format(before))
		b.WriteString(name)
		layout = after
	}
	return b.String()
}

// firstName is the name in the place of the first mark of a layout.
func (w *Words) firstName(t time.Time, layout string) (name, mark string) {
	first := len(layout)
	for _, m := range []struct {
		mark string
		name Text
	}{
		{"January", months[t.Month()-1]}, {"Monday", weekdays[t.Weekday()]},
		{"Jan", shortMonths[t.Month()-1]}, {"Mon", shortWeekdays[t.Weekday()]},
	} {
		if at := strings.Index(layout, m.mark); at >= 0 && at < first {
			first, mark, name = at, m.mark, w.Say(m.name)
		}
	}
	return name, mark
}

// Month is the name of a month.
func (w *Words) Month(m time.Month) string { return w.Say(months[m-1]) }

// Weekday is the name of a day of the week.
func (w *Words) Weekday(d time.Weekday) string { return w.Say(weekdays[d]) }

// ShortWeekday is the name of a day of the week for a small place.
func (w *Words) ShortWeekday(d time.Weekday) string { return w.Say(shortWeekdays[d]) }

var (
	months        = [...]Text{"January", "February", "March", "April", "May|the whole name of the month", "June", "July", "August", "September", "October", "November", "December"}
	shortMonths   = [...]Text{"Jan", "Feb", "Mar", "Apr", "May|in a date", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	weekdays      = [...]Text{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}
	shortWeekdays = [...]Text{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}
)
