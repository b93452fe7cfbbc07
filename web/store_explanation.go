package web

import (
	"fmt"

	"lightson/models/figures"
	"lightson/models/uptime"
	"lightson/views"
)

// newExplanation shows how the figures of a local day of a store were computed:
// its openings, their polls, the time that each poll is evidence for, and the sums.
func newExplanation(p figures.StoreDays, day figures.LocalDay) *views.Explanation {
	zone := p.Location
	past := day.Clip(uptime.Span{From: day.From, To: max(p.AsOf, day.From)})
	explanation := &views.Explanation{Day: dateText(day.Date, "Mon 2 Jan 2006")}
	for _, opening := range p.Openings {
		shown := opening.Clip(past)
		if shown.Empty() {
			continue
		}
		explained := views.ExplainedOpening{
			From: timeText(shown.From, zone, bareClock), To: timeText(shown.To, zone, clock),
			Sum: sumText(measureOne(opening, p, shown)),
		}
		p.History().Evidence(opening, func(poll uptime.Poll, said uptime.Span) {
			if part := said.Clip(shown); !part.Empty() || shown.Contains(poll.At) {
				explained.Polls = append(explained.Polls, views.ExplainedPoll{
					At: timeText(poll.At, zone, exactClock+" MST"), Active: poll.Active,
					From: timeText(part.From, zone, exactClock), To: timeText(part.To, zone, exactClock),
					Speaks: fmt.Sprintf("%s %s", exactText(part.Length()), poll.State()),
				})
			}
		})
		explanation.Openings = append(explanation.Openings, explained)
	}
	explanation.Sum = sumText(p.Measure(past)[0])
	if corrected := p.MeasureCorrected(past)[0]; corrected.Excused > 0 {
		explanation.Corrected = correctedSumText(corrected)
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
