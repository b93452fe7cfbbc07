package feed

import "encoding/binary"

// A knownDate is a date that was read lately, and when it began.
type knownDate struct {
	text [10]byte // 2023-01-24
	at   int64    // microseconds since 1970-01-01 00:00 UTC
}

// A fastClock reads timestamps as pollers write them: "2023-01-22 12:09:39.388884 UTC", with
// at most six digits of the fraction. Eight digits are read at once, and most dates are known
// from a row before. It only saves time: parseTimestamp reads all it reads, and the rest.
type fastClock struct {
	dates [32]knownDate // by the last digits of the date
}

// The digits of "00:00:00" and of "00000000" in an integer whose lowest byte is the first
// character, and what is added to each so that more than nine has another upper half.
const (
	clockZeros, clockDigits, clockOverNine = 0x30303a30303a3030, 0xf0f0fff0f0fff0f0, 0x0606000606000606
	zeros, digits, overNine                = 0x3030303030303030, 0xf0f0f0f0f0f0f0f0, 0x0606060606060606
)

func (c *fastClock) read(text []byte) (at int64, ok bool) {
	const (
		seconds = len("2023-01-22 12:09:39")
		utc     = len(" UTC")
	)
	size := len(text) - utc
	if size < seconds || size > seconds+len(".388884") || string(text[size:]) != " UTC" || text[10] != ' ' {
		return 0, false
	}
	// Digits and colons become their values and 0.
	clock := binary.LittleEndian.Uint64(text[11:]) ^ clockZeros
	if (clock|(clock+clockOverNine))&clockDigits != 0 {
		return 0, false
	}
	clock = clock*10 + clock>>8 // of each pair of digits, in the byte of the first
	hour, minute, second := clock&0xff, clock>>24&0xff, clock>>48&0xff
	if hour > 23 || minute > 59 || second > 59 {
		return 0, false
	}
	var micros uint64
	if size > seconds {
		missing := 8 * (8 - (size - seconds - 1)) // bits of the digits up to eight
		if text[seconds] != '.' || missing == 64 {
			return 0, false
		}
		fraction := (binary.LittleEndian.Uint64(text[size-8:]) ^ zeros) >> missing
		if (fraction|(fraction+overNine))&digits != 0 {
			return 0, false
		}
		micros = eightDigits(fraction) / 100
	}
	date, ok := c.date(text[:10])
	return date + int64((hour*3600+minute*60+second)*1e6+micros), ok
}

// eightDigits is the number of eight digits, of which the first is in the lowest byte.
func eightDigits(values uint64) uint64 {
	pairs := values*10 + values>>8
	const first, third = 100 + 1_000_000<<32, 1 + 10_000<<32
	return ((pairs&0xff000000ff)*first + (pairs>>16&0xff000000ff)*third) >> 32
}

// date is when a date began, in microseconds since 1970-01-01 00:00 UTC.
func (c *fastClock) date(text []byte) (at int64, ok bool) {
	known := &c.dates[(text[8]*10+text[9])%byte(len(c.dates))]
	if string(known.text[:]) == string(text) {
		return known.at, true
	}
	day, ok := parseDate(text)
	if !ok {
		return 0, false
	}
	copy(known.text[:], text)
	known.at = int64(day) * secondsPerDay * 1e6
	return known.at, true
}
