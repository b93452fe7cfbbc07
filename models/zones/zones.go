package zones

import (
	"archive/zip"
	_ "embed"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

//go:embed zoneinfo.zip
var builtInZip string

//go:embed VERSION
var builtInVersion string

// A Set is the zones of one release of the database. It never changes and may be
// shared.
type Set struct {
	version   string
	zones     map[string]zone // by name
	locations sync.Map        // those that were asked for, by name
}

type zone struct {
	name string
	data []byte // as of a zone file
}

// Version is the release of the IANA database, such as 2025c, or a checksum where
// the data do not name it.
func (s *Set) Version() string { return s.version }

// OrUTC is the zone with a name, or UTC where this program does not know it: zones of newer
// data may be unknown to an older program, and whoever made plans with one is still told.
func OrUTC(name string) *time.Location {
	if location, err := Location(name); err == nil {
		return location
	}
	return time.UTC
}

// Known reports whether a name is that of a zone.
func (s *Set) Known(name string) bool { return s.zones[name].data != nil }

// Named is the zone that a text names, or empty where it names none. Equal names
// share their memory.
func (s *Set) Named(text []byte) string { return s.zones[string(text)].name }

// Location returns the zone with the name. Every call with a name returns the same
// location.
func (s *Set) Location(name string) (*time.Location, error) {
	if kept, ok := s.locations.Load(name); ok {
		return kept.(*time.Location), nil
	}
	data := s.zones[name].data
	if data == nil {
		return nil, fmt.Errorf("%q is no time zone of the IANA database %s", name, s.version)
	}
	location, err := time.LoadLocationFromTZData(name, data)
	if err != nil {
		return nil, fmt.Errorf("time zone %s: %w", name, err)
	}
	kept, _ := s.locations.LoadOrStore(name, location)
	return kept.(*time.Location), nil
}

// BuiltIn returns the zones that are part of the program.
func BuiltIn() *Set { return builtIn() }

var builtIn = sync.OnceValue(func() *Set {
	files, err := zip.NewReader(strings.NewReader(builtInZip), int64(len(builtInZip)))
	if err != nil {
		panic("zoneinfo.zip: " + err.Error()) // a test reads all of it
	}
	s, err := readFiles(files)
	if err != nil {
		panic("zoneinfo.zip: " + err.Error())
	}
	s.version = builtInRelease()
	return s
})

func builtInRelease() string { return strings.TrimSpace(builtInVersion) }

var used atomic.Pointer[Set]

// Use puts a set in the place of the one in use. It is for the start of a program:
// what was computed by the one before does not change.
func Use(s *Set) { used.Store(s) }

func inUse() *Set {
	if s := used.Load(); s != nil {
		return s
	}
	return BuiltIn()
}

// Location returns the zone with the name from the set in use.
func Location(name string) (*time.Location, error) { return inUse().Location(name) }

// Known reports whether a name is that of a zone of the set in use.
func Known(name string) bool { return inUse().Known(name) }

// Named is the zone of the set in use that a text names, or empty.
func Named(text []byte) string { return inUse().Named(text) }

// Version is that of the set in use. The built-in zones need not be read for it.
func Version() string {
	if s := used.Load(); s != nil {
		return s.Version()
	}
	return builtInRelease()
}
