package web

import (
	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// newExplanation shows how the figures of a local day of a store were computed:
// its openings, their polls, the time that each poll is evidence for, and the sums.
func newExplanation(w spoken, p figures.StoreDays, day figures.LocalDay) *views.Explanation {
	zone := p.Location
	past := day.Clip(uptime.Span{From: day.From, To: max(p.AsOf, day.From)})
	explanation := &views.Explanation{Day: w.date(day.Date, "Mon 2 Jan 2006")}
	for _, opening := range p.Openings {
		shown := opening.Clip(past)
		if shown.Empty() {
			continue
		}
		figures := measureOne(opening, p, shown)
		explained := views.ExplainedOpening{
			From: w.time(shown.From, zone, bareClock), To: w.time(shown.To, zone, clock),
			Sum: sumText(w, figures), Bounds: exactBounds(w, figures),
		}
		p.History().Evidence(opening, func(poll uptime.Poll, said uptime.Span) {
			if part := said.Clip(shown); !part.Empty() || shown.Contains(poll.At) {
				explained.Polls = append(explained.Polls, views.ExplainedPoll{
					At: w.time(poll.At, zone, exactClock+" MST"), Active: poll.Active,
					From: w.time(part.From, zone, exactClock), To: w.time(part.To, zone, exactClock),
					Speaks: coversText(w, poll, part.Length()),
					Sure:   sureText(w, p.History(), part),
				})
			}
		})
		explanation.Openings = append(explanation.Openings, explained)
	}
	sum := p.Measure(past)[0]
	explanation.Sum, explanation.Bounds = sumText(w, sum), exactBounds(w, sum)
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

func sumText(w spoken, f uptime.Figures) string {
	return w.Say("Up {up} + down {down} + no data {nodata} = open {open}",
		"up", w.exact(f.Up), "down", w.exact(f.Down), "nodata", w.exact(f.NoData()), "open", w.exact(f.Open))
}

// coversText is how long a poll speaks for, and what it says.
func coversText(w spoken, p uptime.Poll, length uptime.Micros) string {
	if p.Active {
		return w.Say("{length} up", "length", w.exact(length))
	}
	return w.Say("{length} down", "length", w.exact(length))
}

// isFar reports whether a poll speaks for a piece from afar.
func isFar(p uptime.Piece) bool {
	return !p.Close && (p.State == uptime.Up || p.State == uptime.Down)
}

// sureText says how sure what a poll says of a span is: "certain", "not certain, 2 h of it
// far from the poll".
func sureText(w spoken, h uptime.History, span uptime.Span) string {
	var certain, far uptime.Micros
	h.Pieces(span, func(p uptime.Piece) {
		if p.Certain {
			certain += p.Length()
		}
		if isFar(p) {
			far += p.Length()
		}
	})
	sure := words.Later("not certain")
	switch {
	case span.Empty():
		return ""
	case certain == span.Length():
		sure = words.Later("certain")
	case certain > 0:
		sure = words.Later("{certain} certain, {rest} not", "certain", w.exact(certain), "rest", w.exact(span.Length()-certain))
	}
	switch {
	case far == span.Length():
		return w.Say("{sure}, far from the poll", "sure", sure)
	case far > 0:
		return w.Say("{sure}, {length} far from the poll", "sure", sure, "length", w.exact(far))
	default:
		return sure.In(w.Words)
	}
}

// exactBounds are the bounds of the down time of figures, to the microsecond. It is empty
// where they are the down time itself.
func exactBounds(w spoken, f uptime.Figures) string {
	if f.Least() == f.Most() {
		return ""
	}
	return w.Say("Possible downtime: {least} to {most}.", "least", w.exact(f.Least()), "most", w.exact(f.Most()))
}
