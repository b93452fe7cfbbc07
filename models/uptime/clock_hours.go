package uptime

// A ClockHour is the time during which the clocks of a zone show one hour of
// one day, as 14:00 to 14:59 on a Monday.
type ClockHour struct {
	Span
	Weekday int // 0 = Monday … 6 = Sunday
	Hour    int // 0 … 23
}

const secondsPerHour = 60 * 60

// ClockHours cuts within where the clocks of the zone show a new hour. The
// pieces are in order and without a hole; the first and the last end with
// within. Most last an hour. Where clocks change, one may be shorter, or be
// followed by another of the same weekday and hour.
func ClockHours(z *Zone, within Span) []ClockHour {
	if within.Empty() {
		return nil
	}
	if within.From.utcDate() < z.first || within.To.utcDate() >= z.last {
		z = NewZone(z.loc, within)
	}
	hours := make([]ClockHour, 0, within.Length()/Hour+4)
	for _, p := range z.periods {
		for wall := p.starts; wall < p.ends; {
			hour := floorDiv(wall, secondsPerHour)
			next := min((hour+1)*secondsPerHour, p.ends)
			if shown := p.span(wall, next).Clip(within); !shown.Empty() {
				date := floorDiv(hour, 24)
				hours = append(hours, ClockHour{shown, Date(date).Weekday(), int(hour - date*24)})
			}
			wall = next
		}
	}
	return hours
}

// span is when the clocks of the period show the time from one second of the
// local calendar until another.
func (p period) span(from, to int64) Span {
	return Span{Instant(from-p.offset) * Instant(Second), Instant(to-p.offset) * Instant(Second)}
}

// floorDiv is a ÷ b, rounded down also where a is negative.
func floorDiv(a, b int64) int64 {
	quotient := a / b
	if a%b < 0 {
		quotient--
	}
	return quotient
}
