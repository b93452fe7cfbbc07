package web

import (
	"fmt"
	"strings"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// newTimelineDay draws one local day of a store to scale: a day of 23 or 25
// hours is as wide as any other, and its hours stand where they are.
func newTimelineDay(p figures.StoreDays, day figures.LocalDay) views.TimelineDay {
	t := timeline{day: day, zone: p.Location}
	t.TimelineDay.Name = dateText(day.Date, dayName)
	past := uptime.Span{From: day.From, To: max(day.From, min(day.To, p.AsOf))}
	p.Walk(past, func(stretch uptime.Stretch) {
		t.closeUntil(stretch.From)
		t.append(stretch.Span, stretchKinds[stretch.State], stretch.State)
	})
	t.closeUntil(past.To)
	if past.To < day.To {
		t.append(uptime.Span{From: past.To, To: day.To}, views.StretchAfter, uptime.Closed)
	}
	for _, poll := range p.Polls {
		if day.Contains(poll.At) {
			t.Polls = append(t.Polls, views.TimelinePoll{At: t.share(poll.At), Active: poll.Active})
		}
	}
	t.markHours(p)
	t.summarize()
	return t.TimelineDay
}

var stretchKinds = map[uptime.State]views.StretchKind{
	uptime.Up: views.StretchUp, uptime.Down: views.StretchDown, uptime.NoData: views.StretchNoData,
}

// A timeline is a day being drawn.
type timeline struct {
	views.TimelineDay
	day    figures.LocalDay
	zone   *time.Location
	end    uptime.Instant // of what is drawn so far; 0 at first
	length [4]uptime.Micros
}

// closeUntil fills the time from what is drawn so far until an instant: the
// store was closed then, since nothing was said of it.
func (t *timeline) closeUntil(until uptime.Instant) {
	from := max(t.end, t.day.From)
	if from < until {
		t.append(uptime.Span{From: from, To: until}, views.StretchClosed, uptime.Closed)
	}
}

func (t *timeline) append(span uptime.Span, kind views.StretchKind, state uptime.State) {
	t.end = span.To
	t.length[state] += span.Length()
	t.Stretches = append(t.Stretches, views.Stretch{
		Kind: kind, From: timeText(span.From, t.zone, bareClock), To: timeText(span.To, t.zone, bareClock),
		Length: lengthText(span.Length()), At: t.share(span.From), Width: t.share(span.To) - t.share(span.From),
	})
}

// share is where in the day an instant lies, from 0 to 1.
func (t *timeline) share(at uptime.Instant) float64 {
	return float64(at-t.day.From) / float64(t.day.Length())
}

// markHours labels every sixth hour, and says if the clocks changed.
func (t *timeline) markHours(p figures.StoreDays) {
	for _, hour := range []int{0, 6, 12, 18, 24} {
		at := p.LocalTime(t.day.Date, hour*3600)
		t.Hours = append(t.Hours, views.HourMark{Text: fmt.Sprintf("%02d", hour), At: t.share(at)})
	}
	if hours := t.day.Length(); hours != uptime.Day {
		t.Note = fmt.Sprintf("The clocks changed: this day had %s.", lengthText(hours))
	}
}

// summarize says in words what the strip shows.
func (t *timeline) summarize() {
	up, down, noData := t.length[uptime.Up], t.length[uptime.Down], t.length[uptime.NoData]
	if up+down+noData == 0 {
		t.Summary = "Closed"
		return
	}
	parts := []string{lengthText(up+down+noData) + " open"}
	if down > 0 {
		parts = append(parts, lengthText(down)+" offline")
	}
	if noData > 0 {
		parts = append(parts, "no data "+lengthText(noData))
	}
	t.Summary = strings.Join(parts, " · ")
}
