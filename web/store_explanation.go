package web

import (
	"fmt"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// newExplanation shows how the figures of a local day of a store were computed:
// its openings, their polls, the time that each poll is evidence for, and the sums.
func newExplanation(w spoken, p figures.StoreDays, day figures.LocalDay) *views.Explanation {
	zone := p.Location
	past := day.Clip(uptime.Span{From: day.From, To: max(p.AsOf, day.From)})
	explanation := &views.Explanation{Day: dateText(day.Date, "Mon 2 Jan 2006")}
	for _, opening := range p.Openings {
		shown := opening.Clip(past)
		if shown.Empty() {
			continue
		}
		figures := measureOne(opening, p, shown)
		explained := views.ExplainedOpening{
			From: timeText(shown.From, zone, bareClock), To: timeText(shown.To, zone, clock),
			Sum: sumText(figures), Bounds: exactBounds(figures),
		}
		p.History().Evidence(opening, func(poll uptime.Poll, said uptime.Span) {
			if part := said.Clip(shown); !part.Empty() || shown.Contains(poll.At) {
				explained.Polls = append(explained.Polls, views.ExplainedPoll{
					At: timeText(poll.At, zone, exactClock+" MST"), Active: poll.Active,
					From: timeText(part.From, zone, exactClock), To: timeText(part.To, zone, exactClock),
					Speaks: fmt.Sprintf("%s %s", exactText(part.Length()), poll.State()),
					Sure:   sureText(p.History(), part),
				})
			}
		})
		explanation.Openings = append(explanation.Openings, explained)
	}
	sum := p.Measure(past)[0]
	explanation.Sum, explanation.Bounds = sumText(sum), exactBounds(sum)
	if corrected := p.MeasureCorrected(past)[0]; corrected.Excused > 0 {
		explanation.Corrected = correctedSumText(w, corrected)
	}
	return explanation
}

// measureOne is the figures of one opening within a span of time.
func measureOne(opening uptime.Span, p figures.StoreDays, within uptime.Span) uptime.Figures {
	p.Openings = []uptime.Span{opening}
	return p.Measure(within)[0]
}

func sumText(f uptime.Figures) string {
	return fmt.Sprintf("Up %s + down %s + no data %s = open %s",
		exactText(f.Up), exactText(f.Down), exactText(f.NoData()), exactText(f.Open))
}

// isFar reports whether a poll speaks for a piece from afar.
func isFar(p uptime.Piece) bool {
	return !p.Close && (p.State == uptime.Up || p.State == uptime.Down)
}

// sureText says how sure what a poll says of a span is: "certain", "not certain, 2 h of it
// far from the poll".
func sureText(h uptime.History, span uptime.Span) string {
	var certain, far uptime.Micros
	h.Pieces(span, func(p uptime.Piece) {
		if p.Certain {
			certain += p.Length()
		}
		if isFar(p) {
			far += p.Length()
		}
	})
	text := "not certain"
	switch {
	case span.Empty():
		return ""
	case certain == span.Length():
		text = "certain"
	case certain > 0:
		text = exactText(certain) + " certain, " + exactText(span.Length()-certain) + " not"
	}
	switch {
	case far == span.Length():
		text += ", far from the poll"
	case far > 0:
		text += ", " + exactText(far) + " far from the poll"
	}
	return text
}

// exactBounds are the bounds of the down time of figures, to the microsecond. It is empty
// where they are the down time itself.
func exactBounds(f uptime.Figures) string {
	if f.Least() == f.Most() {
		return ""
	}
	return fmt.Sprintf("Possible downtime: %s to %s", exactText(f.Least()), exactText(f.Most()))
}
