package jobs_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/unpack"
)

// zipped is a ZIP archive of files, given by name and text in turn.
func zipped(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for n := 0; n < len(files); n += 2 {
		w, err := z.Create(files[n])
		if err == nil {
			_, err = io.WriteString(w, files[n+1])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := io.WriteString(z, text)
	if err := errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// named uploads files, given by name and content in turn.
func named(files ...string) iter.Seq2[unpack.File, error] {
	return func(yield func(unpack.File, error) bool) {
		for n := 0; n < len(files); n += 2 {
			if !yield(unpack.File{Name: files[n], Body: iotest.HalfReader(strings.NewReader(files[n+1]))}, nil) {
				return
			}
		}
	}
}

// fileNames are the files of an import, with what is known of each.
func fileNames(i models.Import) (names []string) {
	for _, f := range i.Files {
		names = append(names, f.Name+", "+f.Kind)
	}
	return names
}

func TestTheFeedsOfAnArchiveAreFilesOfTheImport(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		id, err := d.TakeIn(t.Context(), models.FromAPI, named(
			"feeds.zip", zipped(t, "polls.csv", polls, "__MACOSX/._polls.csv", "x", "../../more/hours.csv", hours),
			"zones.csv.gz", gzipped(t, zones),
			"bad.csv", badRow))
		if err != nil {
			t.Fatal(err)
		}
		if staged := files(t, d.settings.Dir); !cmp.Equal(staged, []string{"imports/" + id + "/1.csv", "imports/" + id + "/2.csv", "imports/" + id + "/3.csv", "imports/" + id + "/4.csv"}) {
			t.Errorf("staged %v", staged)
		}
		d.start()
		i := d.theImport(id)
		want := []string{"feeds.zip: polls.csv, polls", "feeds.zip: ../../more/hours.csv, business hours", "zones.csv.gz: zones.csv, time zones", "bad.csv, polls"}
		if diff := cmp.Diff(want, fileNames(i)); diff != "" || i.State != models.Complete {
			t.Errorf("import is %s %s, want -, got +:\n%s", i.State, i.Error, diff)
		}
		if total := int64(len(polls + hours + zones + badRow)); i.Total != total || i.Done != total || i.Kept != 3+1+2+1 || i.Files[3].Rejected != 1 {
			t.Errorf("%d of %d bytes, want %d; %+v", i.Done, i.Total, total, i.Counts)
		}
		until(t, "the staged files are gone", func() bool { return len(entries(t, d.settings.Dir+"/imports")) == 0 })
	})
}

func TestARefusedArchiveLeavesNothingBehind(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	zip := zipped(t, "polls.csv", polls, "logo.png", "\x89PNG\r\n\x1a\n")
	for want, uploads := range map[string]iter.Seq2[unpack.File, error]{
		"a.zip: logo.png: this is a PNG image; expected a CSV file with a header line such as store_id,status,timestamp_utc": named("z.csv", zones, "a.zip", zip),
		"b.zip: this is a damaged ZIP archive; expected a whole one; perhaps it was cut off on its way":                      named("b.zip", zip[:len(zip)-1]),
		"stage c.zip: unexpected EOF": func(yield func(unpack.File, error) bool) {
			yield(unpack.File{Name: "c.zip", Body: io.MultiReader(strings.NewReader(zip), iotest.ErrReader(io.ErrUnexpectedEOF))}, nil)
		},
		"stage d.zip: unexpected EOF": func(yield func(unpack.File, error) bool) {
			yield(unpack.File{Name: "d.zip", Body: io.MultiReader(strings.NewReader("P"), iotest.ErrReader(io.ErrUnexpectedEOF))}, nil)
		},
	} {
		id, err := d.TakeIn(t.Context(), models.FromPage, uploads)
		if err == nil || err.Error() != want || id != "" {
			t.Errorf("import %q\n got %v\nwant %s", id, err, want)
		}
		if left := entries(t, d.settings.Dir+"/imports"); len(left) > 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestTheSettingLimitsWhatArchivesUnpackTo(t *testing.T) {
	dir := t.TempDir()
	settings := newDesk(t, modelstest.Open(t, modelstest.SQLite)).settings
	settings.Dir, settings.UnpackLimit = dir, int64(len(polls))
	d := newDeskIn(t, modelstest.Open(t, modelstest.SQLite), settings)
	if _, err := d.TakeIn(t.Context(), models.FromPage, named("a.gz", gzipped(t, polls))); err != nil {
		t.Error(err)
	}
	_, err := d.TakeIn(t.Context(), models.FromPage, named("a.gz", gzipped(t, polls), "b.gz", gzipped(t, zones)))
	if err == nil || !strings.HasPrefix(err.Error(), "b.gz: b: this is an archive that unpacks to more than ") {
		t.Errorf("error %v", err)
	}
}

func TestArchivesOfTheInboxAreFiledWhole(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		d.drop("a: good.zip", zipped(t, "polls.csv", polls, "x/hours.csv", hours))
		d.drop("bad.zip", zipped(t, "polls.csv", badRow, "zones.csv", badZones, "hours.csv", hours))
		d.drop("bomb.zip", zipped(t, "polls.csv", polls, "inner.zip", zipped(t, "polls.csv", polls)))
		d.drop("zones.csv.gz", gzipped(t, zones))
		d.drop("plain.csv", zones)
		if err := d.Ingest(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := d.Ingest(t.Context()); err != nil { // nothing of it is new
			t.Fatal(err)
		}
		imports := d.imports()
		if len(imports) != 1 {
			t.Fatalf("%d imports, want one", len(imports))
		}
		d.start()
		i := d.theImport(imports[0].ID)
		want := []string{
			"a: good.zip: polls.csv, polls", "a: good.zip: x/hours.csv, business hours",
			"bad.zip: polls.csv, polls", "bad.zip: zones.csv, time zones", "bad.zip: hours.csv, business hours",
			"plain.csv, time zones", "zones.csv.gz: zones.csv, time zones",
		}
		if diff := cmp.Diff(want, fileNames(i)); diff != "" || i.State != models.Complete || i.Rejected != 2 {
			t.Errorf("import is %s %s, %d rejected, want -, got +:\n%s", i.State, i.Error, i.Rejected, diff)
		}
		d.holds("done/a: good.zip", "done/plain.csv", "done/zones.csv.gz",
			"failed/bad.zip", "failed/bad.rejects.csv", "failed/bad.2.rejects.csv",
			"failed/bomb.zip", "failed/bomb.rejects.csv")
		for name, want := range map[string]string{
			"bad.rejects.csv": "four,asleep", "bad.2.rejects.csv": "one,Mars/Olympus",
			"bomb.rejects.csv": "bomb.zip: inner.zip: this is a ZIP archive inside an archive; expected",
		} {
			if got := read(t, filepath.Join(d.settings.Inbox, "failed", name)); !strings.Contains(got, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, got)
			}
		}
		until(t, "the staged files are gone", func() bool { return len(entries(t, d.settings.Dir+"/imports")) == 0 })
	})
}

func TestAnInboxOfRefusedArchivesStagesNothing(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	d.drop("a.zip", zipped(t, "polls.csv", polls, "letter.txt", "Dear all,\n"))
	if err := d.Ingest(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := entries(t, d.settings.Dir+"/imports"); len(left)+len(d.imports()) > 0 {
		t.Errorf("left behind: %v, %d imports", left, len(d.imports()))
	}
}

// A name in an archive leads nowhere, even where its staged file is gone.
func TestANameInAnArchiveIsNoPath(t *testing.T) {
	d := newDesk(t, modelstest.Open(t, modelstest.SQLite))
	d.drop("a.zip", zipped(t, "../../secret.csv", polls))
	write(t, filepath.Join(filepath.Dir(d.settings.Inbox), "secret.csv"), polls)
	if err := d.Ingest(t.Context()); err != nil {
		t.Fatal(err)
	}
	i := d.imports()[0]
	if err := os.Remove(filepath.Join(d.settings.Dir, "imports", i.ID, "1.csv")); err != nil {
		t.Fatal(err)
	}
	execute(t, d.db, "UPDATE imports SET created_at = 0") // nobody waits for another server
	d.start()
	if i := d.theImport(i.ID); i.State != models.Failed || !strings.Contains(i.Error.String(), "is no longer there") {
		t.Errorf("import is %s: %s", i.State, i.Error)
	}
}
