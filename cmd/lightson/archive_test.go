package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
)

// The feeds as owners send them: one from Excel, zipped with another, and one
// gzipped.
func TestLoadTakesArchivesAndDialects(t *testing.T) {
	files := newFeeds(t, 20)
	var archive, small bytes.Buffer
	z := zip.NewWriter(&archive)
	for name, text := range map[string]string{
		"hours.txt": wide(strings.ReplaceAll(read(t, files.hours), ",", "\t")),
		"zones.csv": strings.ReplaceAll(strings.ReplaceAll(read(t, files.zones), ",", ";"), "\n", "\r\n"),
	} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	g := gzip.NewWriter(&small)
	_, err := io.WriteString(g, read(t, files.polls))
	if err := errors.Join(err, g.Close(), z.Close()); err != nil {
		t.Fatal(err)
	}
	paths := []string{write(t, "feeds.zip", archive.String()), write(t, "polls.csv.gz", small.String())}

	plain, packed := on("", t.TempDir()), on("", t.TempDir())
	mustRun(t, append([]string{"load", files.polls, files.hours, files.zones}, plain...)...)
	out := mustRun(t, append(append([]string{"load"}, paths...), packed...)...)
	for _, want := range []string{"feeds.zip: hours.txt: business hours, ", "feeds.zip: zones.csv: time zones, ", "polls.csv.gz: polls.csv: polls, "} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if rows, _, _, _, rejected, stores := loaded(t, out); rows != files.rows || rejected != 0 || stores != 20 {
		t.Errorf("%d rows, %d rejected, %d stores; want %d rows of 20 stores", rows, rejected, stores, files.rows)
	}
	if a, b := mustRun(t, append([]string{"report"}, plain...)...), mustRun(t, append([]string{"report"}, packed...)...); a != b {
		t.Errorf("plain:\n%s\npacked:\n%s", a, b)
	}
}

func TestARefusedArchiveChangesNothing(t *testing.T) {
	dir := t.TempDir()
	files := newFeeds(t, 5)
	_, _, err := lightson(t, append([]string{"load", files.polls, write(t, "cut.zip", "PK\x03\x04")}, on("", dir)...)...)
	if err == nil || err.Error() != "cut.zip: this is a damaged ZIP archive; expected a whole one; perhaps it was cut off on its way" {
		t.Errorf("error %v", err)
	}
	if out, _, err := lightson(t, append([]string{"report"}, on("", dir)...)...); err != nil || out != reportHeader {
		t.Errorf("%v; the report has rows:\n%s", err, out)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*", "imports", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
