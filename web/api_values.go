package web

import "lightson/models/uptime"

// apiTime is an instant in an answer: in UTC with microseconds, or null if it is 0.
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

// instantText writes an instant for scripts; 0 is empty.
func instantText(at uptime.Instant) string {
	if at == 0 {
		return ""
	}
	return at.Time().Format(instantLayout)
}

// knownTime is an instant if it is known, else 0.
func knownTime(at uptime.Instant, known bool) apiTime {
	if !known {
		return 0
	}
	return apiTime(at)
}

// orNull is a pointer to a text, or nil if it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
