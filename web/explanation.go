package web

import (
	"fmt"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/views"
)

// newExplanation shows how a local day of a store was computed: its openings,
// the polls made in them, what each speaks for, and the sums.
func newExplanation(s *models.Snapshot, n int, day models.LocalDay, polls []uptime.Poll) *views.Explanation {
	zone := s.Location(n)
	past := day.Clip(uptime.Span{From: day.From, To: max(s.AsOf, day.From)})
	explanation := &views.Explanation{Day: dateText(day.Date, "Mon 2 Jan 2006")}
	for _, opening := range s.Openings(n) {
		shown := opening.Clip(past)
		if shown.Empty() {
			continue
		}
		explained := views.ExplainedOpening{
			Span: fmt.Sprintf("%s–%s", shown.From.Time().In(zone).Format(bareClock), shown.To.Time().In(zone).Format(clock)),
			Sum:  sumText(measureOne(opening, polls, s.AsOf, shown)),
		}
		uptime.Evidence(opening, polls, s.AsOf, func(p uptime.Poll, said uptime.Span) {
			if part := said.Clip(shown); !part.Empty() || shown.Contains(p.At) {
				explained.Polls = append(explained.Polls, views.ExplainedPoll{
					At: timeText(p.At, zone, exactClock+" MST"), Active: p.Active,
					Speaks: fmt.Sprintf("%s–%s, %s %s", part.From.Time().In(zone).Format(exactClock),
						part.To.Time().In(zone).Format(exactClock), exactText(part.Length()), p.State()),
				})
			}
		})
		explanation.Openings = append(explanation.Openings, explained)
	}
	var sum [1]uptime.Figures
	uptime.Measure(s.Openings(n), polls, s.AsOf, []uptime.Span{past}, sum[:])
	explanation.Sum = sumText(sum[0])
	return explanation
}

// measureOne are the figures of one opening in a stretch of time.
func measureOne(opening uptime.Span, polls []uptime.Poll, asOf uptime.Instant, within uptime.Span) uptime.Figures {
	var f [1]uptime.Figures
	uptime.Measure([]uptime.Span{opening}, polls, asOf, []uptime.Span{within}, f[:])
	return f[0]
}

func sumText(f uptime.Figures) string {
	return fmt.Sprintf("Up %s + down %s + no data %s = open %s",
		exactText(f.Up), exactText(f.Down), exactText(f.NoData()), exactText(f.Open))
}
