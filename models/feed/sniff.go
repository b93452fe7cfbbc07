package feed

import (
	"bytes"
	"strings"

	"lightson/models/words"
)

// ByteOrderMark is how Excel and Windows begin a UTF-8 file. CSV files for people begin
// with it, since Excel does not read others as UTF-8. Files that begin with it are read
// as those without.
const ByteOrderMark = "\ufeff"

// signatures are the first bytes of files that people mistake for CSV files or
// rename to .csv. UTF-32 is in it because it begins like UTF-16, which we read.
// Each signature stands here in full, so that the table can be compared with the
// formats; models.SQLiteHeader repeats one of them.
var signatures = []struct {
	start string
	what  words.Text
}{
	{"\xff\xfe\x00\x00", "UTF-32 text"},
	{"\x00\x00\xfe\xff", "UTF-32 text"},
	{"PK\x03\x04", "a ZIP archive"},
	{"PK\x05\x06", "an empty ZIP archive"},
	{"\x1f\x8b", "a gzip archive"},
	{"BZh", "a bzip2 archive"},
	{"\xfd7zXZ\x00", "an xz archive"},
	{"\x28\xb5\x2f\xfd", "a zstd archive"},
	{"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"},
	{"Rar!\x1a\x07", "a RAR archive"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook (.xls)"},
	{"\x89PNG\r\n\x1a\n", "a PNG image"},
	{"\xff\xd8\xff", "a JPEG image"},
	{"GIF8", "a GIF image"},
	{"%PDF-", "a PDF document"},
	{"{\\rtf", "an RTF document"},
	{"SQLite format 3\x00", "an SQLite database"},
	{"PAR1", "a Parquet file"},
}

// sniff refuses a file that its first bytes show to be no CSV file.
func sniff(start []byte) *RefusedError {
	if len(start) == 0 {
		return NotCSV("an empty file")
	}
	for _, s := range signatures {
		if bytes.HasPrefix(start, []byte(s.start)) {
			if s.what == "a ZIP archive" && IsWorkbook(start) {
				return NotCSV("an Excel workbook (.xlsx, which is a ZIP archive)")
			}
			return NotCSV(s.what)
		}
	}
	if isTar(start) {
		return NotCSV("a tar archive")
	}
	if looksUTF16(start) {
		return NotCSV("UTF-16 text without a byte order mark")
	}
	return nil
}

// sniffText refuses a file that its first characters show to be no CSV file.
func sniffText(start []byte) *RefusedError {
	text := bytes.TrimSpace(bytes.TrimPrefix(start, []byte(ByteOrderMark)))
	switch {
	case len(text) == 0:
		return nil // all blank; more may follow
	case hasPrefixFold(text, "version https://git-lfs.github.com/"):
		return &RefusedError{
			Found:    words.Later("a Git LFS pointer in place of the file"),
			Expected: words.Later("the file itself: run git lfs pull to get it"),
		}
	case hasPrefixFold(text, "<?xml"):
		return NotCSV("an XML document")
	case text[0] == '<':
		return NotCSV("an HTML page")
	case text[0] == '{', text[0] == '[':
		return NotCSV("JSON")
	}
	end := bytes.IndexAny(text, "\r\n")
	if end < 0 {
		end = len(text)
	}
	if bytes.IndexByte(text[:end], 0) >= 0 {
		return NotCSV("a binary file")
	}
	if _, ok := lineEnd(text, end); !ok {
		return &RefusedError{Found: words.Later("a file whose lines end in CR only, as on old Macs"), Expected: words.Later("lines that end in LF or CRLF")}
	}
	return nil
}

// IsWorkbook tells which ZIP archive is an Excel workbook, by the entries it
// begins with.
func IsWorkbook(start []byte) bool {
	start = start[:min(len(start), 4<<10)]
	return bytes.Contains(start, []byte("[Content_Types].xml")) || bytes.Contains(start, []byte("xl/"))
}

// isTar tells a tar archive by the word that follows its first file's name.
func isTar(start []byte) bool {
	return len(start) >= 262 && string(start[257:262]) == "ustar"
}

// looksUTF16 tells UTF-16 without a byte order mark: in a header line, which
// is ASCII, every other byte is zero.
func looksUTF16(start []byte) bool {
	if len(start) < 4 {
		return false
	}
	zero := [4]bool{start[0] == 0, start[1] == 0, start[2] == 0, start[3] == 0}
	return zero == [4]bool{false, true, false, true} || zero == [4]bool{true, false, true, false}
}

func hasPrefixFold(text []byte, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(string(text[:len(prefix)]), prefix)
}
