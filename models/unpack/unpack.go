package unpack

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"

	"lightson/models/feed"
)

// An Unpacker opens the archives of one import. It counts what comes out of all
// of them: what an archive says of its own size may be a lie, and a small one
// may be made to unpack to anything.
type Unpacker struct {
	limit    int64 // bytes
	unpacked int64
	files    int
}

const (
	maxArchived = 1000 // files in the archives of one import
	// maxRatio is how many bytes may come out of one; it only counts once
	// freeRatio came out, since a short file may be all alike.
	maxRatio  = 1000
	freeRatio = 10 << 20
)

// New lets archives unpack to limit bytes, all together.
func New(limit int64) *Unpacker { return &Unpacker{limit: limit} }

// zipStart are the first bytes of ZIP archives: with files, without, and in
// pieces.
var zipStart = []string{"PK\x03\x04", "PK\x05\x06", "PK\x07\x08"}

// InArchive stands between the name of an archive and that of a file in it.
const InArchive = ": "

const gzipStart = "\x1f\x8b"

// StartBytes is how many bytes IsArchive needs.
const StartBytes = 4

// IsArchive tells from the first bytes of a file whether Unpacker opens it. An
// Excel workbook is a ZIP archive too; Feeds refuses it.
func IsArchive(start []byte) bool { return archiveName(start) != "" }

func archiveName(start []byte) string {
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

// Feeds iterates over the files in an archive, named "polls.zip: polls.csv". It
// writes nothing, and holds none of them in memory: each is read from the
// archive, before the next is asked for. What is wrong with an archive gives a
// RefusedError, here or while a file is read.
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

// An archive is one that is being read.
type archive struct {
	*Unpacker
	ctx    context.Context
	name   string
	size   int64 // bytes
	before int64 // what others unpacked to
}

// gunzip gives the one file of a gzip archive; it may be in several pieces, one
// after another, as a log is that was added to.
func (a *archive) gunzip(src io.Reader) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		z, err := gzip.NewReader(src)
		if err != nil {
			yield(File{}, Refuse(a.name, damaged(damagedGzip, err)))
			return
		}
		inner := trimSuffixFold(a.name, ".gz")
		if inner == a.name && z.Name != "" {
			inner = z.Name
		}
		a.give(yield, inner, damagedGzip, z)
	}
}

// give yields one file of the archive. It reports false where that was the last
// to be wanted.
func (a *archive) give(yield func(File, error) bool, inner, flaw string, src io.Reader) bool {
	name := a.name + InArchive + feed.Shown(inner)
	if a.files++; a.files > maxArchived {
		yield(File{}, a.refuse(tooManyFiles))
		return false
	}
	body := &archivedReader{archive: a, flaw: flaw, src: src}
	start := make([]byte, 4<<10)
	n, err := io.ReadFull(body, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		yield(File{}, Refuse(name, err))
		return false
	}
	if what := archiveName(start[:n]); what != "" && !feed.IsWorkbook(start[:n]) {
		yield(File{}, Refuse(name, &feed.RefusedError{Found: what + " inside an archive", Expected: "the CSV files themselves in one archive"}))
		return false
	}
	return yield(File{Name: name, Body: io.MultiReader(strings.NewReader(string(start[:n])), body)}, nil)
}

func (a *archive) refuse(why *feed.RefusedError) error { return Refuse(a.name, why) }

// archivedReader reads a file in an archive, and counts.
type archivedReader struct {
	*archive
	flaw string // what the file is where it cannot be read to its end
	src  io.Reader
}

// Read implements io.Reader.
func (r *archivedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := r.src.Read(p)
	r.unpacked += int64(n)
	if r.unpacked > r.limit {
		return 0, &feed.RefusedError{
			Found:    "part of an archive that unpacks to more than " + sizeText(r.limit),
			Expected: "at most " + sizeText(r.limit) + " from all archives of an import",
		}
	}
	if out := r.unpacked - r.before; out > freeRatio && out/maxRatio > r.size {
		return 0, &feed.RefusedError{
			Found:    fmt.Sprintf("part of an archive that unpacks to more than %d times its size", maxRatio),
			Expected: fmt.Sprintf("at most %d times", maxRatio),
		}
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = damaged(r.flaw, err)
	}
	return n, err
}

var tooManyFiles = &feed.RefusedError{
	Found:    "an archive with too many files",
	Expected: fmt.Sprintf("at most %d in all archives of an import", maxArchived),
}

const damagedGzip = "a damaged gzip archive"

// damaged refuses what cannot be unpacked, unless it is the disk's fault.
func damaged(what string, why error) error {
	var disk *fs.PathError
	if errors.As(why, &disk) {
		return why
	}
	return &feed.RefusedError{Found: what, Expected: "a whole one; perhaps it was cut off on its way"}
}

// sizeText is a round number of bytes for people.
func sizeText(bytes int64) string {
	switch {
	case bytes >= 1<<30 && bytes%(1<<30) == 0:
		return fmt.Sprintf("%d GB", bytes>>30)
	case bytes >= 1<<20 && bytes%(1<<20) == 0:
		return fmt.Sprintf("%d MB", bytes>>20)
	default:
		return fmt.Sprintf("%d bytes", bytes)
	}
}

func trimSuffixFold(name, suffix string) string {
	if n := len(name) - len(suffix); n > 0 && strings.EqualFold(name[n:], suffix) {
		return name[:n]
	}
	return name
}
