package feed

import (
	"lightson/models/words"
	"lightson/models/zones"
)

// A ZoneRow is the time zone of one store.
type ZoneRow struct {
	Store []byte // only valid during the call
	Zone  string // an IANA name that package zones knows
}

func (r *reader) takeZone() error {
	store, expected := parseStore(r.value(storeID))
	if expected != "" {
		return r.rejectValue(storeID, expected)
	}
	name, expected := parseZone(r.value(zone))
	if expected != "" {
		return r.rejectValue(zone, expected)
	}
	return r.accepted(r.sink.Zone(ZoneRow{Store: store, Zone: name}))
}

const zoneExpected = "an IANA time zone such as America/Chicago"

// parseZone returns the name of a zone.
func parseZone(text []byte) (name string, expected words.Text) {
	if name = zones.Named(text); name == "" {
		return "", zoneExpected
	}
	return name, ""
}
