package feed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestZonesAreTheNamesOfTheDatabaseAndItsLinks(t *testing.T) {
	names := []string{
		"UTC", "Etc/UTC", "Etc/GMT+6", "America/Chicago", "America/Argentina/ComodRivadavia", "US/Central", "EST", "EST5EDT", "CET", "GMT0", "GB-Eire",
		"Asia/Kolkata", "Asia/Calcutta", "America/Port-au-Prince",
	}
	var want []zone
	var file strings.Builder
	file.WriteString(zonesHeader)
	for _, name := range names {
		want = append(want, zone{"1", name})
		fmt.Fprintf(&file, "1,%s\n", name)
	}
	got := read(file.String())
	if diff := cmp.Diff(want, got.Zones); diff != "" || len(got.Rejects) > 0 {
		t.Errorf("rejects %q; want -, got +:\n%s", got.sentences(), diff)
	}
}

// A machine's zone folder has files for some of these, and time.LoadLocation takes
// others.
func TestNamesOfFilesAreNoZones(t *testing.T) {
	names := []string{
		"", "Local", "localtime", "posixrules", "right/America/Chicago", "posix/America/Chicago", "right/UTC", "./America/Chicago", "America/./Chicago",
		"America//Chicago", "America/Chicago/", "/usr/share/zoneinfo/America/Chicago", "/America/Chicago", "America/../America/Chicago", "../zoneinfo/UTC",
		"america/chicago", "AMERICA/CHICAGO", "utc", "us/central", "America", "America/", "America/Chicago.", "America\\Chicago", "America/Nowhere",
		"tzdata.zi", "zone.tab", "leapseconds", "VERSION", "+VERSION", "CST6CDT,M3.2.0,M11.1.0", "UTC+3", strings.Repeat("A", 200),
	}
	var file strings.Builder
	file.WriteString(zonesHeader)
	for _, name := range names {
		fmt.Fprintf(&file, "1,%s\n", name)
	}
	got := read(file.String())
	if len(got.Rejects) != len(names) || len(got.Zones) != 0 {
		t.Errorf("zones %v", got.Zones)
	}
	if want := "Line 3, timezone_str: expected an IANA time zone such as America/Chicago, found Local"; got.sentences()[1] != want {
		t.Errorf("%q, want %q", got.sentences()[1], want)
	}
}

func TestRowsOfZonesTakeNoMemoryEach(t *testing.T) {
	count := func(rows int) float64 {
		return allocations(t, []byte(zonesHeader+strings.Repeat("1,Europe/Berlin\n", rows)))
	}
	if few, many := count(1), count(1000); few != many {
		t.Errorf("1 row takes %v allocations, 1000 rows take %v", few, many)
	}
}
