package main

import (
	"archive/zip"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A zone that was renamed after this program was built. Whoever has the newer data
// computes with it; whoever has not takes the store for one without a zone.
func TestAnOperatorMayGiveNewerTimeZones(t *testing.T) {
	if testing.Short() {
		t.Skip("starts the program itself")
	}
	newer := "--zones=" + zonesWith(t, "Pacific/Atlantis")
	out := runChild(t, "version", newer)
	if !strings.HasSuffix(out, "\ntime zones 2099a\n") {
		t.Errorf("%s", out)
	}
	db := "--data=" + t.TempDir()
	polls := write(t, "polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n")
	given := write(t, "zones.csv", "store_id,timezone_str\n1,Pacific/Atlantis\n")
	if out := runChild(t, "load", polls, given, db, newer); !strings.Contains(out, "zones.csv: time zones, 1 rows, 0 rejected") {
		t.Errorf("with it: %s", out)
	}
	for zone, settings := range map[string][]string{"\n1,Pacific/Atlantis,given,": {db, newer}, "\n1,America/Chicago,assumed,": {db}} {
		if out := runChild(t, append([]string{"report", "--details"}, settings...)...); !strings.Contains(out, zone) {
			t.Errorf("expected %q in\n%s", zone, out)
		}
	}
}

// zonesWith is a zoneinfo folder with the zones that are always needed and another.
func zonesWith(t *testing.T, name string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	built, err := zip.OpenReader("../../models/zones/zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer built.Close()
	for zone, like := range map[string]string{"UTC": "UTC", "America/Chicago": "America/Chicago", name: "Pacific/Apia"} {
		data, err := fs.ReadFile(built, like)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, zone)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "tzdata.zi"), []byte("# version 2099a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
