package feed

const (
	clockExpected    = "a time such as 09:00 or 17:30:00"
	midnightExpected = "23:59 or 00:00 for midnight"
)

// parseClock reads HH:MM or HH:MM:SS as seconds since midnight. The hour may
// have one digit, because spreadsheets write 9:00.
func parseClock(text []byte) (seconds int, expected string) {
	if len(text) == len("9:00") || len(text) == len("9:00:00") {
		text = append([]byte{'0'}, text...)
	}
	if len(text) != len("09:00") && len(text) != len("09:00:00") || text[2] != ':' {
		return 0, clockExpected
	}
	hour, minute, second := twoDigits(text, 0), twoDigits(text, 3), 0
	if len(text) == len("09:00:00") {
		if text[5] != ':' {
			return 0, clockExpected
		}
		second = twoDigits(text, 6)
	}
	switch {
	case hour == 24 && minute == 0 && second == 0:
		return 0, midnightExpected
	case hour > 23, minute > 59, second > 59: // noDigits is among them
		return 0, clockExpected
	}
	return hour*3600 + minute*60 + second, ""
}
