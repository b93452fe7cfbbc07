package feed

import (
	"bytes"

	"lightson/models/words"
)

const (
	timestampExpected = "2023-01-22 12:09:39 UTC"
	existingExpected  = "a date and time that exist, such as " + timestampExpected
)

// earliest is the start of year 1 in microseconds since 1970-01-01 UTC. What
// is before it could not be shown or stored everywhere.
const earliest = -62135596800 * 1e6

// parseTimestamp reads "2023-01-22 12:09:39.388884 UTC", also without " UTC",
// and RFC 3339 with T or a space, Z or an offset. The fraction may have up to
// nine digits; what is below a microsecond is cut. The result is in
// microseconds since 1970-01-01 00:00 UTC.
func parseTimestamp(text []byte) (at int64, expected words.Text) {
	const seconds = len("2023-01-22 12:09:39")
	if len(text) < seconds || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':' ||
		text[10] != ' ' && text[10] != 'T' && text[10] != 't' {
		return 0, timestampExpected
	}
	century, year := twoDigits(text, 0), twoDigits(text, 2)
	month, day := twoDigits(text, 5), twoDigits(text, 8)
	hour, minute, second := twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)
	if century|year|month|day|hour|minute|second >= noDigits {
		return 0, timestampExpected
	}
	micros, rest, ok := fraction(text[seconds:])
	if !ok {
		return 0, timestampExpected
	}
	offset, expected := parseOffset(rest)
	if expected != "" {
		return 0, expected
	}
	date, ok := civilDay(century*100+year, month, day)
	if !ok || hour > 23 || minute > 59 || second > 59 {
		return 0, existingExpected
	}
	at = (int64(date)*secondsPerDay+int64(hour*3600+minute*60+second-offset))*1e6 + int64(micros)
	if at < earliest {
		return 0, existingExpected
	}
	return at, ""
}

// noDigits is twoDigits of what is no digits. No number below 100 has its bit,
// so that one look at several numbers ORed together tells of all.
const noDigits = 1 << 7

func twoDigits(text []byte, at int) int {
	tens, ones := text[at]-'0', text[at+1]-'0'
	if tens > 9 || ones > 9 {
		return noDigits
	}
	return int(tens)*10 + int(ones)
}

// fraction reads the microseconds of ".388884", or none.
func fraction(text []byte) (micros int, rest []byte, ok bool) {
	const most = 9 // digits, as far as nanoseconds
	if len(text) == 0 || text[0] != '.' {
		return 0, text, true
	}
	at := 1
	for scale := 100_000; at < len(text) && text[at]-'0' <= 9; at++ {
		micros += int(text[at]-'0') * scale
		scale /= 10
	}
	return micros, text[at:], at > 1 && at <= 1+most
}

// parseOffset reads what follows the time: the seconds by which it is ahead of
// UTC. Nothing means UTC, since the column is named for it.
func parseOffset(text []byte) (ahead int, expected words.Text) {
	switch {
	case string(text) == " UTC", len(text) == 0:
		return 0, ""
	case len(text) == len("+00:00") && (text[0] == '+' || text[0] == '-') && text[3] == ':':
		hours, minutes := twoDigits(text, 1), twoDigits(text, 4)
		if hours|minutes >= noDigits {
			return 0, timestampExpected
		}
		if hours > 23 || minutes > 59 {
			return 0, existingExpected
		}
		ahead = hours*3600 + minutes*60
		if text[0] == '-' {
			ahead = -ahead
		}
		return ahead, ""
	case bytes.EqualFold(text, []byte("Z")), bytes.EqualFold(text, []byte(" UTC")):
		return 0, ""
	default:
		return 0, timestampExpected
	}
}
