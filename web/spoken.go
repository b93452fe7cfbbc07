package web

import (
	"context"
	"strings"
	"time"

	"lightson/models"
	"lightson/models/names"
	saying "lightson/models/spoken"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// spoken is the language of whoever reads a page, with what is said everywhere: times,
// lengths, shares and numbers of things.
type spoken struct{ *words.Words }

func spokenOf(ctx context.Context) spoken { return spoken{words.Of(ctx)} }

// figures are the words with which messages say figures, too.
func (w spoken) figures() saying.Words { return saying.Words{Words: w.Words} }

// stores is a number of stores: "14,092 stores".
func (w spoken) stores(n int) string { return w.figures().Stores(n) }

// storeOfID is a store that has no name.
func (w spoken) storeOfID(id string) string { return w.Say("Store {id}", "id", names.Visible(id)) }

// days is a number of days.
func (w spoken) days(n int) string {
	return w.Count(int64(n), words.Plural{One: "{n} day", Other: "{n} days"})
}

// length is elapsed time in hours and minutes, see [uptime.Micros.LengthText].
func (w spoken) length(m uptime.Micros) string { return w.figures().Length(m) }

// percent is a share in percent. It is 100 % only if rest is 0, and 0 % only if part is 0.
func (w spoken) percent(part, rest uptime.Micros) string {
	return narrow(w.figures().Percent(part, rest))
}

// shortPercent is a share in percent for a small place, without the sign.
func (w spoken) shortPercent(part, rest uptime.Micros) string {
	return strings.TrimSuffix(w.figures().ShortPercent(part, rest), " %")
}

// amount is a length or a share that was written in English, where it may be "under 1 s" or
// "under 1 %".
func (w spoken) amount(english string) string { return w.figures().Amount(narrow(english)) }

// exact is elapsed time to the microsecond, see [exactText].
func (w spoken) exact(m uptime.Micros) string { return w.Figure(exactText(m)) }

// outages is a number of outages.
func (w spoken) outages(n int) string {
	return w.Count(int64(n), words.Plural{One: "{n} outage", Other: "{n} outages"})
}

// bytes is a size: "1.2 MB".
func (w spoken) bytes(n int64) string { return sizeLater(n).In(w.Words) }

// sizeLater is what [spoken.bytes] will say.
func sizeLater(n int64) words.Message {
	if n < 1000 {
		return words.CountLater(n, words.Plural{One: "{n} byte", Other: "{n} bytes"})
	}
	return words.FigureLater(bytesText(n))
}

// keptLater says for how many days things are kept; nothing for 0 days, which is for ever.
func keptLater(days int, things words.Plural) words.Message {
	if days == 0 {
		return words.Message{}
	}
	return words.CountLater(int64(days), things)
}

// oneOf lists what something may be: "a, b or c".
func oneOf(names []string) words.Message {
	last := len(names) - 1
	return words.Later("{several} or {last}", "several", strings.Join(names[:last], ", "), "last", names[last])
}

// took is how long work took; empty if it has not ended.
func (w spoken) took(from, to uptime.Instant) string { return w.Figure(tookText(from, to)) }

// ago is how long ago an instant was, in whole minutes and days that have passed.
func (w spoken) ago(at uptime.Instant, now time.Time) string {
	m := uptime.Micros(uptime.At(now) - at)
	switch {
	case m < 0:
		return w.Say("in {length}", "length", w.length(-m))
	case m < uptime.Minute:
		return w.Say("just now")
	case m >= 2*uptime.Day:
		return w.Count(int64(m/uptime.Day), words.Plural{One: "{n} day ago", Other: "{n} days ago"})
	default:
		return w.Say("{length} ago", "length", w.length(m/uptime.Minute*uptime.Minute))
	}
}

// age is how old what is of an instant is, in whole minutes and days: "22 min".
func (w spoken) age(at uptime.Instant, now time.Time) string {
	m := uptime.Micros(uptime.At(now) - at)
	if m >= 2*uptime.Day {
		return w.days(int(m / uptime.Day))
	}
	return w.length(m / uptime.Minute * uptime.Minute)
}

// time is an instant in a zone.
func (w spoken) time(at uptime.Instant, zone *time.Location, layout words.Text) views.Time {
	t := at.Time()
	return views.Time{UTC: t.Format(time.RFC3339Nano), Text: w.Time(t.In(zone), layout)}
}

// optionalTime is an instant in a zone; none is the zero Time.
func (w spoken) optionalTime(o models.OptionalInstant, zone *time.Location, layout words.Text) views.Time {
	if !o.Known {
		return views.Time{}
	}
	return w.time(o.At, zone, layout)
}

// workTime is an instant by our own clock; 0, for "not yet", is the zero Time.
func (w spoken) workTime(at uptime.Instant, zone *time.Location, layout words.Text) views.Time {
	return w.optionalTime(models.OptionalInstant{At: at, Known: at != 0}, zone, layout)
}

// date is a date by a layout.
func (w spoken) date(d uptime.Date, layout words.Text) string {
	return w.Time(d.Time(), layout)
}

// list is a list of words: "a, b and c".
func (w spoken) list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return w.Say("{several} and {last}", "several", strings.Join(items[:last], ", "), "last", items[last])
}
