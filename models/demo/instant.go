package demo

import "time"

// Dates are the written dates of some days, of which the first begins at from,
// in microseconds since 1970.
type dates struct {
	from    int64
	written []string
}

func newDates(s span) dates {
	d := dates{from: s.from - s.from%day}
	for at := d.from; at <= s.to; at += day {
		d.written = append(d.written, time.UnixMicro(at).UTC().Format(time.DateOnly))
	}
	return d
}

// appendInstant writes the instant as the real feeds do, with the zeros at the
// end of the fraction cut: 2023-01-25 18:13:22.47922 UTC.
func (d dates) appendInstant(b []byte, at int64) []byte {
	at -= d.from
	b = append(b, d.written[at/day]...)
	at %= day
	b = append(b, ' ')
	b = appendTwo(b, at/hour)
	b = append(b, ':')
	b = appendTwo(b, at/minute%60)
	b = append(b, ':')
	b = appendTwo(b, at/second%60)
	if fraction := at % second; fraction != 0 {
		b = append(b, '.')
		for unit := int64(second / 10); fraction != 0; unit /= 10 {
			b = append(b, byte('0'+fraction/unit))
			fraction %= unit
		}
	}
	return append(b, " UTC"...)
}

func appendTwo(b []byte, n int64) []byte {
	return append(b, byte('0'+n/10), byte('0'+n%10))
}
