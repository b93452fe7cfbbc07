package feed

import (
	"fmt"

	"lightson/models/words"
)

const (
	clockExpected               = "a time such as 09:00 or 17:30:00"
	midnightExpected            = "23:59 or 00:00 for midnight"
	nextDayExpected  words.Text = clockExpected + "; an end before the start means the next day"
)

// parseClock reads HH:MM or HH:MM:SS as seconds since midnight. The hour may
// have one digit, because spreadsheets write 9:00.
func parseClock(text []byte) (seconds int, expected words.Text) {
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

// parseEnd is parseClock for the end of a span, where 24:00 is midnight.
func parseEnd(text []byte) (seconds int, expected words.Text) {
	if string(text) == "24:00" || string(text) == "24:00:00" {
		return 0, ""
	}
	return parseClock(text)
}

// pastMidnight is the time of the next day that is meant by a time from 24:00 on, such
// as 02:00 by 26:00.
func pastMidnight(text []byte) (instead string, ok bool) {
	if len(text) != len("26:00") && len(text) != len("26:00:00") {
		return "", false
	}
	hour := twoDigits(text, 0)
	if hour < 24 || hour > 47 {
		return "", false
	}
	instead = fmt.Sprintf("%02d%s", hour-24, text[2:])
	_, expected := parseClock([]byte(instead))
	return instead, expected == ""
}
