package unpack_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models/unpack"
)

// member is a file in an archive.
type member struct{ name, text string }

func zipped(members ...member) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err == nil {
			_, err = io.WriteString(w, m.text)
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func gzipped(name, text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Name = name
	if _, err := io.WriteString(z, text); err != nil {
		panic(err)
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// patched changes every occurrence of a record's field: at so many bytes behind
// its signature.
func patched(archive, signature string, at int, bytes ...byte) string {
	out := []byte(archive)
	for from := 0; ; {
		n := strings.Index(archive[from:], signature)
		if n < 0 {
			return string(out)
		}
		copy(out[from+n+at:], bytes)
		from += n + len(signature)
	}
}

const (
	localFile   = "PK\x03\x04"
	inDirectory = "PK\x01\x02"
)

// unpacked is what becomes of the files in an archive: name and bytes of those
// that are feeds, and the error that ended it.
func unpacked(u *unpack.Unpacker, name, archive string) (said []string) {
	for upload, err := range u.Feeds(ctx, name, strings.NewReader(archive), int64(len(archive))) {
		if err != nil {
			return append(said, err.Error())
		}
		counted := &bytes.Buffer{}
		if err := unpack.CheckFeed(upload.Name, io.TeeReader(upload.Body, counted), clock); err != nil {
			return append(said, err.Error())
		}
		said = append(said, fmt.Sprintf("%s, %d", upload.Name, counted.Len()))
	}
	return said
}

func TestArchivesAreOpenedOrRefusedClearly(t *testing.T) {
	const (
		zones    = "store_id,timezone_str\n1,UTC\n" // 28 bytes
		csv      = "; expected a CSV file with a header line such as store_id,status,timestamp_utc"
		whole    = "; expected a whole one; perhaps it was cut off on its way"
		tooMany  = "this is an archive with too many files; expected at most 1000 in all archives of an import"
		nested   = " inside an archive; expected the CSV files themselves in one archive"
		tooLarge = "this is an archive that unpacks to more than 16 MB; expected at most 16 MB for all archives of an import together"
	)
	good := zipped(member{"a.csv", zones})
	many := make([]member, 1001)
	for n := range many {
		many[n] = member{fmt.Sprint(n, ".csv"), zones}
	}
	blanks := strings.Repeat("\n", 12<<20)
	noise := strings.Repeat("x\x85\xf1q\x07", 1000)
	tests := map[string]struct {
		archive string
		want    []string
	}{
		"one file":                  {good, []string{"f.zip: a.csv, 28"}},
		"several, in a folder":      {zipped(member{"feeds/", ""}, member{"feeds/a.csv", zones}, member{"feeds/b.txt", zones + "\n"}), []string{"f.zip: feeds/a.csv, 28", "f.zip: feeds/b.txt, 29"}},
		"what systems leave behind": {zipped(member{"a.csv", zones}, member{"__MACOSX/._a.csv", "x"}, member{"x/__MACOSX/a", "x"}, member{".DS_Store", "x"}, member{"x/Thumbs.db", "x"}, member{"desktop.ini", "x"}), []string{"f.zip: a.csv, 28"}},
		"UTF-16 and semicolons":     {zipped(member{"a.csv", "\xff\xfe" + strings.Join(strings.Split("store_id;timezone\n", ""), "\x00") + "\x00"}), []string{"f.zip: a.csv, 38"}},
		"stored, not compressed":    {storedZip(member{"a.csv", zones}), []string{"f.zip: a.csv, 28"}},
		"bytes before the archive":  {localFile + "junk" + good, []string{"f.zip: a.csv, 28"}},

		"no files":             {zipped(), []string{"f.zip: this is an empty ZIP archive; expected one with CSV files"}},
		"nothing but litter":   {zipped(member{"__MACOSX/", ""}, member{".hidden", "x"}), []string{"f.zip: this is an empty ZIP archive; expected one with CSV files"}},
		"an empty file":        {zipped(member{"a.csv", ""}), []string{"f.zip: a.csv: this is an empty file" + csv}},
		"a letter beside":      {zipped(member{"a.csv", zones}, member{"README.txt", "Dear all,\n"}), []string{"f.zip: a.csv, 28", "f.zip: README.txt: line 1: found the columns Dear all, ; expected " + headersExpected}},
		"a picture":            {zipped(member{"a.csv", "\x89PNG\r\n\x1a\n"}), []string{"f.zip: a.csv: this is a PNG image" + csv}},
		"1,001 files":          {zipped(many...), []string{"f.zip: " + tooMany}},
		"a list without end":   {zipped(manyLong()...), []string{"f.zip: " + tooMany}},
		"an Excel workbook":    {zipped(member{"[Content_Types].xml", "x"}, member{"xl/workbook.xml", "x"}), []string{"f.zip: this is an Excel workbook (.xlsx, which is a ZIP archive)" + csv}},
		"a Word document":      {zipped(member{"word/document.xml", "x"}), []string{"f.zip: this is a Word document (.docx, which is a ZIP archive)" + csv}},
		"an OpenDocument file": {zipped(member{"mimetype", "x"}, member{"META-INF/manifest.xml", "x"}), []string{"f.zip: this is an OpenDocument file (.ods, which is a ZIP archive)" + csv}},
		"a workbook in a ZIP":  {zipped(member{"a.xlsx", zipped(member{"xl/workbook.xml", "x"})}), []string{"f.zip: a.xlsx: this is an Excel workbook (.xlsx, which is a ZIP archive)" + csv}},
		"a ZIP in a ZIP":       {zipped(member{"b.zip", good}), []string{"f.zip: b.zip: this is a ZIP archive" + nested}},
		"a gzip in a ZIP":      {zipped(member{"b.csv.gz", gzipped("", zones)}), []string{"f.zip: b.csv.gz: this is a gzip archive" + nested}},
		"encrypted":            {patched(patched(good, localFile, 6, 9), inDirectory, 8, 9), []string{"f.zip: a.csv: this is an encrypted file; expected a ZIP archive without a password"}},
		"an odd compression":   {patched(patched(good, localFile, 8, 14), inDirectory, 10, 14), []string{`f.zip: a.csv: this is compressed in a way that few programs read; expected a ZIP archive made with "deflate", as usual`}},
		"cut off":              {good[:len(good)-10], []string{"f.zip: this is a damaged ZIP archive" + whole}},
		"only its start":       {localFile, []string{"f.zip: this is a damaged ZIP archive" + whole}},
		"in pieces":            {"PK\x07\x08" + localFile, []string{"f.zip: this is a damaged ZIP archive" + whole}},
		"a wrong checksum":     {patched(patched(good, inDirectory, 16, 1, 2, 3, 4), "PK\x07\x08", 4, 1, 2, 3, 4), []string{"f.zip: a.csv: this is a file of a damaged ZIP archive" + whole}},
		"a size that lies":     {patched(patched(good, inDirectory, 24, 5, 0, 0, 0), "PK\x07\x08", 12, 5, 0, 0, 0), []string{"f.zip: a.csv: this is a file of a damaged ZIP archive" + whole}},
		"a larger size":        {patched(patched(good, inDirectory, 24, 0xff, 0xff, 0xff, 0x7f), "PK\x07\x08", 12, 0xff, 0xff, 0xff, 0x7f), []string{"f.zip: a.csv: this is a file of a damaged ZIP archive" + whole}},
		"noise for a file":     {patched(good, localFile, 35, []byte(noise[:20])...), []string{"f.zip: a.csv: this is a file of a damaged ZIP archive" + whole}},
		"a place that is none": {patched(good, inDirectory, 42, 0xff, 0xff, 0, 0), []string{"f.zip: a.csv: this is a file of a damaged ZIP archive" + whole}},
		"a way out":            {zipped(member{"../../etc/passwd", zones}, member{`..\a.csv`, zones}, member{"/etc/cron", zones}), []string{"f.zip: ../../etc/passwd, 28", `f.zip: ..\a.csv, 28`, "f.zip: /etc/cron, 28"}},
		"names to hide behind": {zipped(member{"a\x00\n\u202e\xff.csv", zones}, member{strings.Repeat("x", 300), zones}), []string{`f.zip: a\x00\n\u202e\xff.csv, 28`, "f.zip: " + strings.Repeat("x", 79) + "…, 28"}},
		"the same name twice":  {zipped(member{"a.csv", zones}, member{"a.csv", zones}), []string{"f.zip: a.csv, 28", "f.zip: a.csv, 28"}},
		"a large file":         {zipped(member{"a.csv", zones + blanks + blanks}), []string{"f.zip: a.csv: " + tooLarge}},
		"a bomb of one file":   {overlapping(zipped(member{"a.csv", zones + blanks[:7<<20]}), 3), []string{"f.zip: a.csv, 7340060", "f.zip: a.csv: this is an archive that unpacks to more than 1000 times its size; expected at most 1000 times"}},
		"many small files":     {zipped(member{"a.csv", zones + blanks[:9<<20]}, member{"b.csv", zones + blanks[:9<<20]}), []string{"f.zip: a.csv, 9437212", "f.zip: b.csv: " + tooLarge}},
		"bytes behind a ZIP":   {good + noise, []string{"f.zip: a.csv, 28"}},
		"a ZIP with padding":   {good + strings.Repeat("\x00", 512), []string{"f.zip: a.csv, 28"}},
		"a ZIP, much padding":  {good + strings.Repeat("\x00", 300_000), []string{"f.zip: a.csv, 28"}},
		"long, and padded":     {zipped(member{"a.csv", zones + blanks[:1<<20]}) + strings.Repeat("\x00", 1<<20), []string{"f.zip: a.csv, 1048604"}},

		"gzip":                       {gzipped("", zones), []string{"f.zip: f.zip, 28"}},
		"gzip with a name":           {gzipped("b.csv", zones), []string{"f.zip: b.csv, 28"}},
		"gzip in two members":        {gzipped("b.csv", zones) + gzipped("", "2,UTC\n"), []string{"f.zip: b.csv, 34"}},
		"gzip of nothing":            {gzipped("b.csv", ""), []string{"f.zip: b.csv: this is an empty file" + csv}},
		"gzip, cut off":              {gzipped("b.csv", zones)[:30], []string{"f.zip: b.csv: this is a damaged gzip archive" + whole}},
		"gzip, only its start":       {"\x1f\x8b", []string{"f.zip: this is a damaged gzip archive" + whole}},
		"gzip with more behind":      {gzipped("b.csv", zones) + "more", []string{"f.zip: b.csv: " + junk}},
		"gzip with a line behind":    {gzipped("b.csv", zones) + "\r\n", []string{"f.zip: b.csv: " + junk}},
		"gzip with late junk":        {gzipped("b.csv", zones) + strings.Repeat("\x00", 9000) + "x", []string{"f.zip: b.csv: " + junk}},
		"gzip with padding":          {gzipped("b.csv", zones) + strings.Repeat("\x00", 9000), []string{"f.zip: b.csv, 28"}},
		"gzip with one zero":         {gzipped("b.csv", zones) + "\x00", []string{"f.zip: b.csv, 28"}},
		"gzip, two and padding":      {gzipped("b.csv", zones) + gzipped("", "2,UTC\n") + strings.Repeat("\x00", 512), []string{"f.zip: b.csv, 34"}},
		"gzip in 100 members":        {gzipped("b.csv", zones) + strings.Repeat(gzipped("", "2,UTC\n"), 99), []string{"f.zip: b.csv, 622"}},
		"gzip with empty members":    {gzipped("b.csv", zones) + strings.Repeat(gzipped("", ""), 300) + gzipped("", "2,UTC\n"), []string{"f.zip: b.csv, 34"}},
		"gzip, a second cut off":     {gzipped("b.csv", zones) + gzipped("", "2,UTC\n")[:20], []string{"f.zip: b.csv: this is a damaged gzip archive" + whole}},
		"gzip with half a member":    {gzipped("b.csv", zones) + "\x1f\x8b", []string{"f.zip: b.csv: this is a damaged gzip archive" + whole}},
		"gzip, a wrong checksum":     {gzipped("b.csv", zones)[:len(gzipped("b.csv", zones))-8] + "12345678", []string{"f.zip: b.csv: this is a damaged gzip archive" + whole}},
		"a ZIP in a gzip":            {gzipped("b.zip", good), []string{"f.zip: b.zip: this is a ZIP archive" + nested}},
		"a gzip in a gzip":           {gzipped("b.gz", gzipped("", zones)), []string{"f.zip: b.gz: this is a gzip archive" + nested}},
		"a tar in a gzip":            {gzipped("b.tar", "a.csv"+strings.Repeat("\x00", 252)+"ustar\x0000"), []string{"f.zip: b.tar: this is a tar archive" + csv}},
		"a gzip of a large file":     {gzipped("b", zones+blanks+blanks), []string{"f.zip: b: " + tooLarge}},
		"a gzip with a name to hide": {gzipped("../\x1b[31m", zones), []string{`f.zip: ../\x1b[31m, 28`}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, unpacked(unpack.New(16<<20), "f.zip", test.archive)); diff != "" {
				t.Errorf("want -, got +:\n%s", diff)
			}
			if !unpack.IsArchive([]byte(test.archive)) {
				t.Error("not taken for an archive")
			}
		})
	}
}

const junk = "this is a gzip archive with something after its end; expected nothing after it but zeros"

const headersExpected = "store_id,status,timestamp_utc (polls), store_id,day,start_time_local,end_time_local (business hours), store_id,timezone_str (time zones), store_id,name,group,city (store names) or store_id,date,start_time_local,end_time_local (special days)"

func storedZip(m member) string {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.CreateHeader(&zip.FileHeader{Name: m.name, Method: zip.Store})
	if err == nil {
		_, err = io.WriteString(w, m.text)
	}
	if err := errors.Join(err, z.Close()); err != nil {
		panic(err)
	}
	return b.String()
}

// manyLong are files whose names alone are more than is read of them.
func manyLong() []member {
	long := make([]member, 100)
	for n := range long {
		long[n] = member{fmt.Sprint(n, strings.Repeat("x", 50_000)), ""}
	}
	return long
}

// overlapping lists the only file of an archive so many times: all of them are
// the same bytes.
func overlapping(archive string, times int) string {
	end := strings.LastIndex(archive, "PK\x05\x06")
	list := archive[strings.LastIndex(archive, inDirectory):end]
	tail := []byte(archive[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(times))
	binary.LittleEndian.PutUint16(tail[10:], uint16(times))
	binary.LittleEndian.PutUint32(tail[12:], uint32(times*len(list)))
	return archive[:end] + strings.Repeat(list, times-1) + string(tail)
}

func TestAGzipIsNamedAfterItsArchive(t *testing.T) {
	got := unpacked(unpack.New(1000), "zones.csv.GZ", gzipped("other.csv", "store_id,timezone_str\n"))
	if diff := cmp.Diff([]string{"zones.csv.GZ: zones.csv, 22"}, got); diff != "" {
		t.Error(diff)
	}
}

// What one archive has used up is not there for the next.
func TestTheArchivesOfAnImportShareOneLimit(t *testing.T) {
	u, archive := unpack.New(50), zipped(member{"a.csv", "store_id,timezone_str\n1,UTC\n"})
	got := append(unpacked(u, "1.zip", archive), unpacked(u, "2.zip", archive)...)
	want := []string{"1.zip: a.csv, 28", "2.zip: a.csv: this is an archive that unpacks to more than 50 bytes; expected at most 50 bytes for all archives of an import together"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// A disk that cannot be read says nothing about the file, nor does a stop.
func TestAnErrorOfTheDiskIsNotAFlawOfTheArchive(t *testing.T) {
	broken := &fs.PathError{Op: "read", Path: "x", Err: errors.New("input/output error")}
	for _, archive := range []string{zipped(member{"a.csv", "store_id,timezone_str\n"}), gzipped("", "store_id,timezone_str\n")} {
		for after := range 6 {
			src := &failing{strings.NewReader(archive), after, broken}
			for upload, err := range unpack.New(1000).Feeds(ctx, "f.zip", src, int64(len(archive))) {
				if err == nil {
					err = unpack.CheckFeed(upload.Name, upload.Body, clock)
				}
				var refused unpack.RefusedError
				if errors.As(err, &refused) || err != nil && !errors.Is(err, broken) {
					t.Errorf("error %v", err)
				}
			}
		}
		stopped, stop := context.WithCancel(ctx)
		stop()
		for _, err := range unpack.New(1000).Feeds(stopped, "f.zip", strings.NewReader(archive), int64(len(archive))) {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("error %v of a context that ended", err)
			}
		}
	}
}

// failing fails after so many reads.
type failing struct {
	io.ReaderAt
	left int
	err  error
}

func (f *failing) ReadAt(p []byte, at int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, at)
}

func FuzzArchives(f *testing.F) {
	const zones = "store_id,timezone_str\n1,UTC\n"
	for _, archive := range []string{
		zipped(member{"a.csv", zones}, member{"b/.x", ""}), storedZip(member{"a.csv", zones}), gzipped("a.csv", zones), zipped(),
		gzipped("", zones) + gzipped("", zones), zipped(member{"b.zip", zipped()}), string(binary.LittleEndian.AppendUint32(nil, 0x08074b50)),
	} {
		f.Add([]byte(archive))
	}
	f.Fuzz(func(t *testing.T, archive []byte) {
		const limit = 1 << 20
		read := int64(0)
		for upload, err := range unpack.New(limit).Feeds(ctx, "f", bytes.NewReader(archive), int64(len(archive))) {
			if err == nil {
				var n int64
				n, err = io.Copy(io.Discard, iotest.HalfReader(upload.Body))
				read += n
				_ = unpack.CheckFeed(upload.Name, upload.Body, time.Time{})
			}
			if err != nil && strings.ContainsAny(err.Error(), "\n\x00") {
				t.Errorf("error %q", err)
			}
		}
		if read > limit {
			t.Errorf("unpacked to %d bytes", read)
		}
	})
}
