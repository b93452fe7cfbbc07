package zones_test

import (
	"archive/zip"
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models/zones"
)

func TestEveryBuiltInZoneCanBeLoaded(t *testing.T) {
	set, err := zones.Read("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	names := zipNames(t)
	if len(names) < 500 {
		t.Errorf("%d zones", len(names))
	}
	for _, name := range names {
		location, err := zones.Location(name)
		if err != nil || location.String() != name || !set.Known(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if again, _ := zones.Location("UTC"); again.String() != "UTC" {
		t.Error("UTC is", again)
	}
}

func zipNames(t *testing.T) (names []string) {
	t.Helper()
	archive, err := zip.OpenReader("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, f := range archive.File {
		if !strings.HasSuffix(f.Name, "/") {
			names = append(names, f.Name)
		}
	}
	return names
}

// Chicago went to UTC-6 at 07:00 UTC on 5 November 2023.
func TestAZoneKnowsItsClockChanges(t *testing.T) {
	chicago, err := zones.Location("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	change := time.Date(2023, time.November, 5, 7, 0, 0, 0, time.UTC)
	if before, after := change.Add(-time.Second).In(chicago).Hour(), change.In(chicago).Hour(); before != 1 || after != 1 {
		t.Errorf("from %d to %d o'clock", before, after)
	}
	if far := time.Date(2090, time.July, 1, 12, 0, 0, 0, time.UTC).In(chicago); far.Hour() != 7 {
		t.Errorf("in 2090 it is %s", far)
	}
}

func TestTheBuiltInZonesSayTheirRelease(t *testing.T) {
	if v := zones.BuiltIn().Version(); len(v) != len("2025c") || v[:2] != "20" {
		t.Errorf("release %q", v)
	}
}

func TestEqualZonesAreTheSameLocation(t *testing.T) {
	first, _ := zones.Location("Asia/Beirut")
	if second, _ := zones.Location("Asia/Beirut"); first != second {
		t.Error("loaded twice")
	}
}

// zoneFile is a zone of the built-in file.
func zoneFile(t *testing.T, name string) []byte {
	t.Helper()
	archive, err := zip.OpenReader("zoneinfo.zip")
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	f, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// folder writes files, with the zones that are always needed.
func folder(t *testing.T, files map[string][]byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	all := map[string][]byte{"America/Chicago": zoneFile(t, "America/Chicago"), "UTC": zoneFile(t, "UTC")}
	maps.Copy(all, files)
	for name, data := range all {
		if data == nil {
			continue
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestAFolderOfASystemIsReadWithoutItsTwinsAndLists(t *testing.T) {
	tokyo := zoneFile(t, "Asia/Tokyo")
	dir := folder(t, map[string][]byte{
		"Mars/Olympus_Mons": tokyo, "right/Asia/Tokyo": tokyo, "posix/Asia/Tokyo": tokyo, "posixrules": tokyo, "localtime": tokyo, ".hidden": tokyo,
		"zone.tab": []byte("# nothing but text\n"), "tzdata.zi": []byte("# version 2026z\n# more\n"), "empty": {},
	})
	if err := os.Symlink("../Asia/Osaka", filepath.Join(dir, "Mars", "Japan")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "Asia"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "Asia", "Osaka"), tokyo, 0o600); err != nil {
		t.Fatal(err)
	}
	set, err := zones.Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"UTC", "America/Chicago", "Mars/Olympus_Mons", "Mars/Japan", "Asia/Osaka"} {
		if !set.Known(name) || set.Named([]byte(name)) != name {
			t.Errorf("%s is missing", name)
		}
	}
	for _, name := range []string{"right/Asia/Tokyo", "posix/Asia/Tokyo", "posixrules", "localtime", ".hidden", "zone.tab", "tzdata.zi", "empty", "Asia/Tokyo", "Mars", ""} {
		if set.Known(name) || set.Named([]byte(name)) != "" {
			t.Errorf("%s is a zone", name)
		}
		if _, err := set.Location(name); err == nil {
			t.Errorf("%s has a location", name)
		}
	}
	if set.Version() != "2026z" {
		t.Errorf("release %s", set.Version())
	}
}

func TestDataWithoutAReleaseAreToldApartByTheirChecksum(t *testing.T) {
	version := func(files map[string][]byte) string {
		set, err := zones.Read(folder(t, files))
		if err != nil {
			t.Fatal(err)
		}
		return set.Version()
	}
	one, other := version(nil), version(map[string][]byte{"Asia/Tokyo": zoneFile(t, "Asia/Tokyo")})
	if !strings.HasPrefix(one, "sha256:") || one == other || one != version(nil) {
		t.Errorf("%s and %s", one, other)
	}
	if odd := version(map[string][]byte{"+VERSION": []byte("2025c <script>\n")}); odd != one {
		t.Errorf("release %s", odd)
	}
}

func TestWhatIsNoZoneDataIsRefused(t *testing.T) {
	chicago := zoneFile(t, "America/Chicago")
	leaps := slices.Clone(chicago)
	leaps[31] = 27
	text := filepath.Join(t.TempDir(), "zones.txt")
	if err := os.WriteFile(text, []byte("UTC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(t.TempDir(), "none"):       "no such file",
		text:                                     "it cannot be read as a ZIP archive",
		t.TempDir():                              "America/Chicago is not in it",
		folder(t, map[string][]byte{"UTC": nil}): "UTC is not in it",
		folder(t, map[string][]byte{"America/Chicago": leaps}):   "America/Chicago counts leap seconds",
		folder(t, map[string][]byte{"Asia/Tokyo": chicago[:60]}): "Asia/Tokyo is damaged",
		folder(t, map[string][]byte{"Asia/Tokyo": chicago[:20]}): "Asia/Tokyo is damaged",
		"/dev/null": "it is neither a file nor a folder",
	} {
		_, err := zones.Read(path)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "expected a zoneinfo.zip or a zoneinfo folder") {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
}
