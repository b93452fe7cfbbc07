package unpack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"

	"lightson/models/feed"
	"lightson/models/words"
	"strconv"
)

// An Unpacker opens the archives of one import, one at a time. It counts the bytes and
// files that come out of all of them, because what an archive says about its own size
// cannot be trusted.
type Unpacker struct {
	limit    int64 // bytes
	unpacked int64 // bytes so far
	files    int   // so far
}

const (
	maxArchived = 1000 // files in the archives of one import
	// maxRatio is how many bytes may come out of each byte of an archive. It only
	// applies once ratioFrom bytes came out, because a short file may be one character
	// over and over.
	maxRatio  = 1000
	ratioFrom = 10 << 20
)

// New makes an Unpacker whose archives may unpack to limit bytes in all.
func New(limit int64) *Unpacker { return &Unpacker{limit: limit} }

// zipStart are the first bytes of ZIP archives: with files, without files, and split
// into parts.
var zipStart = []string{"PK\x03\x04", "PK\x05\x06", "PK\x07\x08"}

// InArchive stands between the name of an archive and that of a file in it.
const InArchive = ": "

const gzipStart = "\x1f\x8b"

// StartBytes is how many bytes IsArchive needs.
const StartBytes = 4

// IsArchive reports whether an Unpacker opens the file that begins with these bytes. An
// Excel workbook is a ZIP archive too; Feeds refuses it.
func IsArchive(start []byte) bool { return archiveName(start) != "" }

// archiveName is what people call an archive that begins like this; empty for others.
func archiveName(start []byte) words.Text {
	for _, s := range zipStart {
		if strings.HasPrefix(string(start), s) {
			return "a ZIP archive"
		}
	}
	if strings.HasPrefix(string(start), gzipStart) {
		return "a gzip archive"
	}
	return ""
}

// Feeds iterates over the files in an archive of size bytes, which it names like
// "polls.zip: polls.csv". It writes nothing and holds no file in memory: the body of
// each must be read before the next is asked for. Whatever is wrong with the archive
// gives a RefusedError, from the iterator or from a body.
func (u *Unpacker) Feeds(ctx context.Context, name string, src io.ReaderAt, size int64) iter.Seq2[File, error] {
	start := make([]byte, StartBytes)
	n, err := src.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return func(yield func(File, error) bool) { yield(File{}, err) }
	}
	a := &archive{u, ctx, name, size, u.unpacked}
	if strings.HasPrefix(string(start[:n]), gzipStart) {
		return a.gunzip(io.NewSectionReader(src, 0, size))
	}
	return a.unzip(src)
}

// An archive is an archive that is being read.
type archive struct {
	*Unpacker
	ctx    context.Context
	name   string
	size   int64 // bytes
	before int64 // bytes that came out of the archives before it
}

// gunzip yields the one file of a gzip archive. The archive may consist of several
// members, one after another, which are parts of the file.
func (a *archive) gunzip(src io.Reader) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		z, err := newGzipReader(src)
		if err != nil {
			yield(File{}, Refuse(a.name, damaged(damagedGzip, err)))
			return
		}
		inner := trimSuffixFold(a.name, ".gz")
		if inner == a.name && z.name != "" {
			inner = z.name
		}
		a.yieldFile(yield, inner, damagedGzip, z)
	}
}

// yieldFile yields one file of the archive, or why it is refused: damage is what was
// found where src cannot be read to its end. It reports whether the caller wants more.
func (a *archive) yieldFile(yield func(File, error) bool, inner string, damage words.Text, src io.Reader) bool {
	name := a.nameOf(inner)
	if a.files++; a.files > maxArchived {
		yield(File{}, a.refuse(tooManyFiles))
		return false
	}
	body := &boundedReader{archive: a, damage: damage, src: src}
	start := make([]byte, 4<<10)
	n, err := io.ReadFull(body, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		yield(File{}, Refuse(name, err))
		return false
	}
	if what := archiveName(start[:n]); what != "" && !feed.IsWorkbook(start[:n]) {
		yield(File{}, Refuse(name, &feed.RefusedError{Found: words.Later("{archive} inside an archive", "archive", what), Expected: words.Later("the CSV files themselves in one archive")}))
		return false
	}
	return yield(File{Name: name, Body: io.MultiReader(strings.NewReader(string(start[:n])), body)}, nil)
}

// nameOf is the name by which a file of the archive is shown. Its own name may be of
// any length and any bytes.
func (a *archive) nameOf(inner string) string {
	return a.name + InArchive + feed.FileName(feed.Shown(inner))
}

func (a *archive) refuse(why *feed.RefusedError) error { return Refuse(a.name, why) }

// boundedReader reads a file in an archive up to the bounds of the Unpacker. Neither
// io.LimitReader nor a plain counter serves: both bounds are of several files
// together, each has an error of its own, and damage is worded here too.
type boundedReader struct {
	*archive
	damage words.Text // what was found where the file cannot be read to its end
	src    io.Reader
}

// Read implements io.Reader.
func (r *boundedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.src.Read(p)
	r.unpacked += int64(n)
	if r.unpacked > r.limit {
		return 0, &feed.RefusedError{
			Found:    words.Later("an archive that unpacks to more than {size}", "size", sizeText(r.limit)),
			Expected: words.Later("at most {size} for all archives of an import together", "size", sizeText(r.limit)),
		}
	}
	if out := r.unpacked - r.before; out > ratioFrom && out/maxRatio > r.size {
		return 0, &feed.RefusedError{
			Found:    words.Later("an archive that unpacks to more than {n} times its size", "n", strconv.Itoa(maxRatio)),
			Expected: words.Later("at most {n} times", "n", strconv.Itoa(maxRatio)),
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged(r.damage, err)
	}
	return n, err
}

var tooManyFiles = &feed.RefusedError{
	Found:    words.Later("an archive with too many files"),
	Expected: words.Later("at most {n} in all archives of an import", "n", strconv.Itoa(maxArchived)),
}

const damagedGzip words.Text = "a damaged gzip archive"

// damaged refuses what cannot be unpacked. An error of the disk is returned as it is.
func damaged(what words.Text, why error) error {
	var disk *fs.PathError
	var refused *feed.RefusedError
	switch {
	case errors.As(why, &disk):
		return why
	case errors.As(why, &refused):
		return refused
	}
	return &feed.RefusedError{Found: words.Later(what), Expected: words.Later("a whole one; perhaps it was cut off on its way")}
}

// sizeText is a limit in bytes for people.
func sizeText(bytes int64) words.Message {
	switch {
	case bytes >= 1<<30 && bytes%(1<<30) == 0:
		return words.Said(fmt.Sprintf("%d GB", bytes>>30))
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return words.Said(fmt.Sprintf("%d MB", bytes>>20))
	default:
		return words.CountLater(bytes, words.Plural{One: "{n} byte", Other: "{n} bytes"})
	}
}

func trimSuffixFold(name, suffix string) string {
	if n := len(name) - len(suffix); n > 0 && strings.EqualFold(name[n:], suffix) {
		return name[:n]
	}
	return name
}
