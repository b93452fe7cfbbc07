package web

import (
	"fmt"
	"strings"
	"time"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// newTimelineDay draws the part of a local day of a store that lies in a span, to the
// scale of the day. A day of 23 or 25 hours is as wide as any other; only the distances
// between its hours differ.
func newTimelineDay(w spoken, p figures.StoreDays, day figures.LocalDay, within uptime.Span) views.TimelineDay {
	t := timeline{w: w, day: day, zone: p.Location, length: map[uptime.State]uptime.Micros{}, corrections: p.Excused}
	t.TimelineDay.Name = w.date(day.Date, dayName)
	past := day.Clip(uptime.Span{From: within.From, To: min(within.To, p.AsOf)})
	if past.Empty() {
		past = uptime.Span{From: day.From, To: day.From}
	}
	if day.From < past.From {
		t.append(views.StretchBefore, closedPiece(day.From, past.From))
	}
	p.History().Pieces(past, t.add)
	t.flush()
	t.closeUntil(past.To)
	if past.To < day.To {
		t.append(views.StretchAfter, closedPiece(past.To, day.To))
	}
	for _, poll := range p.Polls {
		if past.Contains(poll.At) || poll.At == p.AsOf && day.Contains(poll.At) {
			t.Polls = append(t.Polls, views.TimelinePoll{At: t.share(poll.At), Active: poll.Active})
		}
	}
	t.countPolls(p.Polls)
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
	w      spoken
	day    figures.LocalDay
	zone   *time.Location
	spans  []uptime.Span  // of the stretches
	end    uptime.Instant // of what was drawn so far; 0 at first
	length map[uptime.State]uptime.Micros
	far    uptime.Micros // of it, what polls speak for from afar
	piece  uptime.Piece  // that may go on

	corrections []uptime.Span
	excused     uptime.Micros // of the length
}

// add draws a piece. What is equally near to its polls is drawn as one, whether it is
// certain or not.
func (t *timeline) add(p uptime.Piece) {
	p.Certain = false
	if !t.piece.Empty() && p.State == t.piece.State && p.Close == t.piece.Close && p.From == t.piece.To {
		t.piece.To = p.To
		return
	}
	t.flush()
	t.piece = p
}

// flush draws the piece that does not go on.
func (t *timeline) flush() {
	if t.piece.Empty() {
		return
	}
	t.closeUntil(t.piece.From)
	for _, part := range cutAt(t.corrections, t.piece.Span) {
		p := t.piece
		p.Span = part.Span
		t.append(stretchKinds[p.State], p)
		if part.excused {
			t.excused += part.Length()
			t.Stretches[len(t.Stretches)-1].Excused = true
		}
	}
	t.piece = uptime.Piece{}
}

// closedPiece is time that counts for nothing.
func closedPiece(from, to uptime.Instant) uptime.Piece {
	return uptime.Piece{Stretch: uptime.Stretch{Span: uptime.Span{From: from, To: to}, State: uptime.Closed}}
}

// closeUntil fills the time from what was drawn so far until an instant as closed:
// every stretch of an opening is drawn.
func (t *timeline) closeUntil(until uptime.Instant) {
	from := max(t.end, t.day.From)
	if from < until {
		t.append(views.StretchClosed, closedPiece(from, until))
	}
}

func (t *timeline) append(kind views.StretchKind, p uptime.Piece) {
	span, far := p.Span, isFar(p)
	t.end, t.spans = span.To, append(t.spans, span)
	t.length[p.State] += span.Length()
	if far {
		t.far += span.Length()
	}
	t.Stretches = append(t.Stretches, views.Stretch{
		Kind: kind, Far: far, From: t.w.time(span.From, t.zone, bareClock), To: t.w.time(span.To, t.zone, bareClock),
		Zone: span.To.Time().In(t.zone).Format("MST"), Length: t.w.length(span.Length()),
		At: t.share(span.From), Width: t.share(span.To) - t.share(span.From),
	})
}

// share is the place of an instant in the day, from 0 to 1.
func (t *timeline) share(at uptime.Instant) float64 {
	return float64(at-t.day.From) / float64(t.day.Length())
}

// countPolls says of each stretch how many polls were made in it, and what is read out of it.
func (t *timeline) countPolls(polls []uptime.Poll) {
	for i, span := range t.spans {
		s := &t.Stretches[i]
		if s.Kind == views.StretchBefore || s.Kind == views.StretchAfter {
			s.Say = t.w.Say(stretchSay[s.Kind])
			continue
		}
		for _, poll := range polls {
			if span.Contains(poll.At) {
				s.Polls++
			}
		}
		s.Say = t.w.Say(s.Evidence(), "state", words.Later(stretchSay[s.Kind], "length", s.Length))
		if s.Polls > 0 {
			s.Say += " · " + t.w.Count(int64(s.Polls), words.Plural{One: "{n} poll", Other: "{n} polls"})
		}
	}
}

var stretchSay = map[views.StretchKind]words.Text{
	views.StretchUp: "online {length}", views.StretchDown: "offline {length}", views.StretchNoData: "no data {length}", views.StretchClosed: "closed {length}",
	views.StretchBefore: "before the last week", views.StretchAfter: "after the data end",
}

// markHours labels every sixth hour, and says if the clocks changed.
func (t *timeline) markHours(p figures.StoreDays) {
	for _, hour := range []int{0, 6, 12, 18, 24} {
		at := p.LocalTime(t.day.Date, hour*3600)
		t.Hours = append(t.Hours, views.HourMark{Text: fmt.Sprintf("%02d", hour), At: t.share(at)})
	}
	if hours := t.day.Length(); hours != uptime.Day {
		t.Note = t.w.Say("The clocks changed: this day had {length}.", "length", t.w.length(hours))
	}
}

// summarize sums up in words what the strip shows.
func (t *timeline) summarize() {
	up, down, noData := t.length[uptime.Up], t.length[uptime.Down], t.length[uptime.NoData]
	if up+down+noData == 0 {
		t.Summary, t.ClosedAllDay = t.w.Say("Closed|of a store"), true
		return
	}
	var parts []string
	add := func(text words.Text, length uptime.Micros) {
		if length > 0 {
			parts = append(parts, t.w.Say(text, "length", t.w.length(length)))
		}
	}
	add("{length} offline", down)
	add("{length} open", up+down+noData)
	add("no data {length}", noData)
	if 2*t.far >= up+down { // else the strip is enough
		add("{length} far from a poll", t.far)
	}
	add("{length} excused", t.excused)
	t.Summary = strings.Join(parts, " · ")
}
