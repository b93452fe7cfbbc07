package web

import (
	"fmt"
	"strings"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// newTimelineDay draws the part of a local day of a store that lies in a span, to the
// scale of the day. A day of 23 or 25 hours is as wide as any other; only the distances
// between its hours differ.
func newTimelineDay(p figures.StoreDays, day figures.LocalDay, within uptime.Span) views.TimelineDay {
	t := timeline{day: day, zone: p.Location}
	t.TimelineDay.Name = dateText(day.Date, dayName)
	past := day.Clip(uptime.Span{From: within.From, To: min(within.To, p.AsOf)})
	if past.Empty() {
		past = uptime.Span{From: day.From, To: day.From}
	}
	if day.From < past.From {
		t.append(uptime.Span{From: day.From, To: past.From}, views.StretchBefore, uptime.Closed)
	}
	p.Walk(past, func(stretch uptime.Stretch) {
		t.closeUntil(stretch.From)
		for _, part := range cutAt(p.Excused, stretch.Span) {
			t.append(part.Span, stretchKinds[stretch.State], stretch.State)
			if part.excused {
				t.excused += part.Length()
				t.Stretches[len(t.Stretches)-1].Excused = true
			}
		}
	})
	t.closeUntil(past.To)
	if past.To < day.To {
		t.append(uptime.Span{From: past.To, To: day.To}, views.StretchAfter, uptime.Closed)
	}
	for _, poll := range p.Polls {
		if past.Contains(poll.At) || poll.At == p.AsOf && day.Contains(poll.At) {
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
	day     figures.LocalDay
	zone    *time.Location
	end     uptime.Instant // of what was drawn so far; 0 at first
	length  [4]uptime.Micros
	excused uptime.Micros // of the length
}

// closeUntil fills the time from what was drawn so far until an instant as closed:
// every stretch of an opening is drawn.
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
		Zone: span.To.Time().In(t.zone).Format("MST"), Length: lengthText(span.Length()),
		At: t.share(span.From), Width: t.share(span.To) - t.share(span.From),
	})
}

// share is the place of an instant in the day, from 0 to 1.
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

// summarize sums up in words what the strip shows.
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
	if t.excused > 0 {
		parts = append(parts, lengthText(t.excused)+" excused")
	}
	t.Summary = strings.Join(parts, " · ")
}
