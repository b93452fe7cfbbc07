package zones

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

const (
	maxFile  = 1 << 20 // bytes of one file; the largest zone has 4 KB
	maxFiles = 10_000  // so that a wrong folder is noticed before all of it was read
)

// needed are zones without which nothing can be computed: the one of stores for
// which no zone is known, and UTC.
var needed = []string{"America/Chicago", "UTC"}

// Read reads zones from a zoneinfo.zip, as in Go's distribution, or from a zoneinfo
// folder, as systems have it. Every zone in it is checked.
func Read(from string) (*Set, error) {
	s, err := read(from)
	if err != nil {
		return nil, fmt.Errorf("expected a zoneinfo.zip or a zoneinfo folder with the files of the IANA time zones: %s: %w", from, err)
	}
	return s, nil
}

func read(from string) (*Set, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, cause(err)
	}
	if info.IsDir() {
		return readFiles(os.DirFS(from))
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is neither a file nor a folder")
	}
	archive, err := zip.OpenReader(from)
	if err != nil {
		return nil, fmt.Errorf("it cannot be read as a ZIP archive: %w", cause(err))
	}
	defer archive.Close()
	return readFiles(&archive.Reader)
}

// cause is an error without the path, which its reader names already.
func cause(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// readFiles reads all zones. Files of other kinds beside them are passed over.
func readFiles(files fs.FS) (*Set, error) {
	s := &Set{zones: map[string]zone{}}
	count := 0
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "posix" || name == "right"):
			return fs.SkipDir // the same names again, in two kinds
		case entry.IsDir(), name == "localtime", name == "posixrules", !isName(name):
			return nil
		}
		if count++; count > maxFiles {
			return fmt.Errorf("it has more than %d files", maxFiles)
		}
		data, err := readZone(files, name)
		if data != nil {
			s.zones[name] = zone{name, data}
		}
		return err
	})
	if err != nil {
		return nil, cause(err)
	}
	for _, name := range needed {
		if !s.Known(name) {
			return nil, fmt.Errorf("%s is not in it", name)
		}
	}
	s.version = versionOf(files, s.zones)
	return s, nil
}

// isName reports whether a path may name a zone: so are links such as US/Central,
// and old names such as GMT+0.
func isName(name string) bool {
	return len(name) <= maxName && !strings.ContainsFunc(name, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/_+-", r))
	})
}

// maxName is how many bytes the name of a zone has at most; the longest known has 32.
const maxName = 64

const (
	zoneStart  = "TZif"
	leapsAt    = 28 // in the header of a zone file, RFC 8536 3.1
	headerSize = 44
)

// readZone reads one zone. It returns nil for a file that is no zone at all.
func readZone(files fs.FS, name string) ([]byte, error) {
	file, err := files.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || info.IsDir() {
		return nil, err // a link to a folder
	}
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", name, cause(err))
	case !strings.HasPrefix(string(data[:min(len(data), len(zoneStart))]), zoneStart):
		return nil, nil
	case len(data) > maxFile || len(data) < headerSize:
		return nil, fmt.Errorf("%s is damaged: a zone file of %d bytes", name, len(data))
	case binary.BigEndian.Uint32(data[leapsAt:]) != 0:
		return nil, fmt.Errorf("%s counts leap seconds, which UTC of computers does not", name)
	}
	if _, err := time.LoadLocationFromTZData(name, data); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", name, err)
	}
	return data, nil
}

// versionOf is the release of the data where a file beside them says so, and else
// the beginning of a checksum over all of them.
func versionOf(files fs.FS, zones map[string]zone) string {
	for _, place := range []struct{ file, before string }{{"tzdata.zi", "# version "}, {"+VERSION", ""}, {"VERSION", ""}} {
		if version := firstLine(files, place.file, place.before); version != "" {
			return version
		}
	}
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(zones)) {
		fmt.Fprintf(sum, "%s %d\n", name, len(zones[name].data))
		sum.Write(zones[name].data)
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))[:12]
}

// firstLine is what stands in the first line of a file behind a prefix, if it could
// be the name of a release.
func firstLine(files fs.FS, file, prefix string) string {
	opened, err := files.Open(path.Clean(file))
	if err != nil {
		return ""
	}
	defer opened.Close()
	start := make([]byte, 64)
	n, _ := io.ReadFull(opened, start)
	line, _, _ := strings.Cut(string(start[:n]), "\n")
	version, found := strings.CutPrefix(strings.TrimSpace(line), prefix)
	if !found || len(version) > 20 || !isName(version) {
		return ""
	}
	return version
}
