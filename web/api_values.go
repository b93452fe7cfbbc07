package web

import (
	"lightson/models"
	"lightson/models/uptime"
)

// apiTime is an instant in an answer: in UTC with microseconds. A field that may have
// none is a pointer.
type apiTime uptime.Instant

// MarshalJSON implements json.Marshaler.
func (t apiTime) MarshalJSON() ([]byte, error) {
	return uptime.Instant(t).Time().AppendFormat(nil, `"`+instantLayout+`"`), nil
}

// instantLayout is RFC 3339 with microseconds.
const instantLayout = "2006-01-02T15:04:05.000000Z07:00"

// instantText writes an instant for scripts.
func instantText(at uptime.Instant) string { return at.Time().Format(instantLayout) }

// knownTime is an instant if it is known, else null.
func knownTime(at uptime.Instant, known bool) *apiTime {
	if !known {
		return nil
	}
	return (*apiTime)(&at)
}

// optionalTime is an instant, or null where there is none.
func optionalTime(o models.OptionalInstant) *apiTime { return knownTime(o.At, o.Known) }

// workTime is an instant by our own clock; 0, for "not yet", is null.
func workTime(at uptime.Instant) *apiTime { return knownTime(at, at != 0) }

// orNull is a pointer to a text, or nil if it is empty.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
