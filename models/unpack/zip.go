package unpack

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"iter"
	"path"
	"strings"
	"sync/atomic"

	"lightson/models/feed"
	"lightson/models/words"
)

// maxDirectory is how many bytes are read of a ZIP archive to list its files. The list is
// held in memory.
const maxDirectory = 4 << 20

// unzip yields the files of a ZIP archive, in its order. Their names are only shown:
// no file is ever created under one.
func (a *archive) unzip(src io.ReaderAt) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		files, err := a.list(src)
		if err != nil {
			yield(File{}, err)
			return
		}
		for _, f := range files {
			if !a.yieldZipped(yield, f) {
				return
			}
		}
	}
}

// list lists the files of the archive, without folders and files of systems.
func (a *archive) list(src io.ReaderAt) ([]*zip.File, error) {
	bounded := &boundedReaderAt{src: src}
	bounded.left.Store(maxDirectory)
	z, err := zip.NewReader(bounded, a.size)
	if errors.Is(err, zip.ErrFormat) {
		// archive/zip looks for the end in the last 64 KB only.
		bounded.left.Store(maxDirectory)
		if size := sizeWithoutZeros(src, a.size); size < a.size {
			z, err = zip.NewReader(bounded, size)
		}
	}
	switch {
	case errors.Is(err, errLongDirectory):
		return nil, a.refuse(tooManyFiles)
	case err != nil:
		return nil, Refuse(a.name, damaged("a damaged ZIP archive", err))
	}
	bounded.left.Store(1 << 62)
	var files []*zip.File
	for _, f := range z.File {
		if what := officeFile(f.Name); what != "" {
			return nil, a.refuse(feed.NotCSV(what))
		}
		if !isSystemEntry(f.Name) {
			files = append(files, f)
		}
	}
	switch {
	case len(files) == 0:
		return nil, a.refuse(&feed.RefusedError{Found: words.Later("an empty ZIP archive"), Expected: words.Later("one with CSV files")})
	case a.files+len(files) > maxArchived:
		return nil, a.refuse(tooManyFiles)
	}
	return files, nil
}

// sizeWithoutZeros is the size of an archive up to its last byte that is not zero, and
// as many zeros as its end may have itself.
func sizeWithoutZeros(src io.ReaderAt, size int64) int64 {
	const endRecord = 22 // bytes; the last ones may be zeros
	block := make([]byte, 64<<10)
	for end := size; end > 0; {
		from := max(0, end-int64(len(block)))
		n, err := src.ReadAt(block[:end-from], from)
		if int64(n) < end-from && err != nil {
			return size
		}
		if last := len(bytes.TrimRight(block[:n], "\x00")); last > 0 {
			return min(size, from+int64(last)+endRecord)
		}
		end = from
	}
	return size
}

// yieldZipped yields one file of a ZIP archive, like yieldFile.
func (a *archive) yieldZipped(yield func(File, error) bool, f *zip.File) bool {
	const encrypted = 1
	refuse := func(found, expected words.Text) bool {
		yield(File{}, Refuse(a.nameOf(f.Name), &feed.RefusedError{Found: words.Later(found), Expected: words.Later(expected)}))
		return false
	}
	if f.Flags&encrypted != 0 {
		return refuse("an encrypted file", "a ZIP archive without a password")
	}
	src, err := f.Open()
	if errors.Is(err, zip.ErrAlgorithm) {
		return refuse("compressed in a way that few programs read", `a ZIP archive made with "deflate", as usual`)
	}
	if err != nil {
		yield(File{}, Refuse(a.nameOf(f.Name), damaged("a file of a damaged ZIP archive", err)))
		return false
	}
	defer src.Close()
	return a.yieldFile(yield, f.Name, "a file of a damaged ZIP archive", src)
}

// isSystemEntry reports whether an entry is a folder, or a file that is left alone.
func isSystemEntry(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	return strings.HasSuffix(name, "/") || LeftAlone(path.Base(name)) ||
		strings.HasPrefix(name, "__MACOSX/") || strings.Contains(name, "/__MACOSX/")
}

// officeFile is the kind of document that a ZIP archive with a file of this name is;
// empty where it may be none.
func officeFile(name string) words.Text {
	switch name {
	case "xl/workbook.xml", "xl/workbook.bin":
		return "an Excel workbook (.xlsx, which is a ZIP archive)"
	case "word/document.xml":
		return "a Word document (.docx, which is a ZIP archive)"
	case "META-INF/manifest.xml":
		return "an OpenDocument file (.ods, which is a ZIP archive)"
	default:
		return ""
	}
}

var errLongDirectory = errors.New("the list of files is too long")

// A boundedReaderAt gives errLongDirectory once more bytes were asked for than are
// left.
type boundedReaderAt struct {
	src  io.ReaderAt
	left atomic.Int64
}

// ReadAt implements io.ReaderAt.
func (b *boundedReaderAt) ReadAt(p []byte, at int64) (int, error) {
	if b.left.Add(-int64(len(p))) < 0 {
		return 0, errLongDirectory
	}
	return b.src.ReadAt(p, at)
}
