package feed

import "time"

// A ZoneRow is the time zone of one store.
type ZoneRow struct {
	Store []byte // only valid during the call
	Zone  string // an IANA name that time.LoadLocation knows
}

func (r *reader) takeZone() error {
	store, expected := parseStore(r.value(storeID))
	if expected != "" {
		return r.rejectValue(storeID, expected)
	}
	name, expected := r.zones.parse(r.value(zone))
	if expected != "" {
		return r.rejectValue(zone, expected)
	}
	return r.accepted(r.sink.Zone(ZoneRow{Store: store, Zone: name}))
}

const (
	zoneExpected = "an IANA time zone such as America/Chicago"

	maxZoneName = 64   // bytes; the longest known has 32
	maxZones    = 1024 // remembered; IANA has some 600 with its old names
)

// zoneNames remembers which names are zones, because looking one up reads
// files. The value is the name itself, or "" for a name that is no zone.
type zoneNames map[string]string

// parse returns the name of a zone.
func (z *zoneNames) parse(text []byte) (name, expected string) {
	name, known := (*z)[string(text)]
	if !known {
		name = zoneNamed(text)
		if *z == nil || len(*z) == maxZones {
			*z = zoneNames{}
		}
		if len(text) <= maxZoneName {
			(*z)[string(text)] = name
		}
	}
	if name == "" {
		return "", zoneExpected
	}
	return name, ""
}

// zoneNamed is text as the name of a zone, or "".
func zoneNamed(text []byte) string {
	if len(text) > maxZoneName {
		return ""
	}
	name := string(text)
	switch name {
	// LoadLocation takes these, but they are UTC and the zone of our server.
	// The last is a file that Debian keeps among the zones.
	case "", "Local", "localtime":
		return ""
	}
	if _, err := time.LoadLocation(name); err != nil {
		return ""
	}
	return name
}
