package jobs

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"lightson/models/feed"
	"lightson/models/unpack"
)

// shownName is the name of a file as text, which databases and pages need: the bytes of
// what is no UTF-8, or unshowable, become \xE9. The file can be found by it, unlike by
// feed.FileName.
func shownName(name string) string {
	var shown strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		if r == utf8.RuneError && size == 1 || feed.IsUnshowable(r) {
			for _, b := range []byte(name[:size]) {
				fmt.Fprintf(&shown, `\x%02X`, b)
			}
		} else {
			shown.WriteString(name[:size])
		}
		name = name[size:]
	}
	return shown.String()
}

var shownByte = regexp.MustCompile(`\\x[0-9A-F]{2}`)

// diskName is the name of the file that is shown so. A file whose name is that very
// text comes first.
func (b *inbox) diskName(shown string) string {
	if !shownByte.MatchString(shown) || exists(filepath.Join(b.dir, shown)) {
		return shown
	}
	name := shownByte.ReplaceAllStringFunc(shown, func(escaped string) string {
		n, _ := strconv.ParseUint(escaped[2:], 16, 8) // two hexadecimal digits
		return string([]byte{byte(n)})
	})
	if shownName(name) != shown { // another file's name
		return shown
	}
	return name
}

// path is where the file is that is shown so.
func (b *inbox) path(shown string) string { return filepath.Join(b.dir, b.diskName(shown)) }

// stat looks for the file that is shown so. A name that leads into another folder is
// not found.
func (b *inbox) stat(shown string) (fs.FileInfo, error) {
	if filepath.Base(shown) != shown {
		return nil, fs.ErrNotExist
	}
	return os.Lstat(b.path(shown))
}

// busyNames are the files of the inbox that imports have with files of these names. One
// in an archive is called "polls.zip: polls.csv", and so may a plain file be.
func busyNames(names []string) map[string]bool {
	busy := map[string]bool{}
	for _, name := range names {
		busy[name] = true
		for at := range name {
			if strings.HasPrefix(name[at:], unpack.InArchive) {
				busy[name[:at]] = true
			}
		}
	}
	return busy
}

const (
	rejectsEnding = ".rejects.csv"
	longestExt    = 16
)

// placeName is the n-th name to try for a file in another folder. It leaves room for
// the name of its rejects.
func placeName(name string, n int) string {
	if n == 1 && len(name) <= feed.MaxFileName {
		return name
	}
	ext := extOf(name)
	number := fmt.Sprintf("-%d", n)
	room := max(len(ext), len(rejectsEnding)+len(".9999")) // so that the number stays in the name of the rejects
	return cut(strings.TrimSuffix(name, ext), feed.MaxFileName-len(number)-room) + number + ext
}

// rejectsBeside is the path of the n-th file of rejects of the file at path.
func rejectsBeside(path string, n int) string {
	ending := rejectsEnding
	if n > 1 {
		ending = fmt.Sprintf(".%d%s", n, ending)
	}
	dir, name := filepath.Split(path)
	return dir + cut(strings.TrimSuffix(name, extOf(name)), feed.MaxFileName-len(ending)) + ending
}

// extOf is the ending of a name that tells its kind; one that is too long is none.
func extOf(name string) string {
	if ext := filepath.Ext(name); len(ext) <= longestExt {
		return ext
	}
	return ""
}

// cut shortens a name to so many bytes and breaks no character.
func cut(name string, bytes int) string {
	if len(name) <= bytes {
		return name
	}
	for bytes > 0 && !utf8.RuneStart(name[bytes]) {
		bytes--
	}
	return name[:bytes]
}
