package web

import "lightson/models/uptime"

// apiTime is an instant as scripts read it, in UTC and with microseconds: null
// where there is none.
type apiTime uptime.Instant

// MarshalJSON implements json.Marshaler.
func (t apiTime) MarshalJSON() ([]byte, error) {
	if t == 0 {
		return []byte("null"), nil
	}
	return uptime.Instant(t).Time().AppendFormat(nil, `"`+instantLayout+`"`), nil
}

// instantLayout is RFC 3339 with microseconds.
const instantLayout = "2006-01-02T15:04:05.000000Z07:00"

// instantText is an instant as scripts read it.
func instantText(at uptime.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format(instantLayout)
}

// knownTime is an instant where it is known, else none.
func knownTime(at uptime.Instant, known bool) apiTime {
	if !known {
		return 0
	}
	return apiTime(at)
}

// orNull is a text, or null where there is none.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
