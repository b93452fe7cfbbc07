package feed

import "time"

// StatusText is a status as a polls file has it.
func StatusText(active bool) string {
	if active {
		return statusWords[0].text
	}
	return statusWords[1].text
}

// TimestampText is an instant, in microseconds since 1970-01-01 UTC, as a polls file has
// it, without the zeros at its end.
func TimestampText(at int64) string {
	return time.UnixMicro(at).UTC().Format("2006-01-02 15:04:05.999999 UTC")
}
