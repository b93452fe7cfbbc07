package jobs_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"strings"
	"testing"
	"testing/iotest"

	"lightson/models"
	"lightson/models/unpack"
)

func TestTakeInStreams(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		d := newDesk(t, db)
		// The sender waits after each file until it was read to its end.
		var read []string
		slow := func(yield func(unpack.File, error) bool) {
			for _, text := range []string{polls, hours, zones} {
				body := iotest.OneByteReader(strings.NewReader(text))
				if !yield(unpack.File{Name: "file.csv", Body: io.TeeReader(body, noting{&read})}, nil) {
					return
				}
				if got := strings.Join(read, ""); !strings.HasSuffix(got, text) {
					t.Errorf("asked for the next file after %d bytes of %d", len(got), len(text))
				}
			}
		}
		id, err := d.TakeIn(t.Context(), models.FromAPI, slow)
		if err != nil {
			t.Fatal(err)
		}
		i, err := db.Import(t.Context(), id)
		if err != nil || i.State != models.Queued || len(i.Files) != 3 || i.Total != int64(len(polls+hours+zones)) {
			t.Fatalf("import is %s with %d files of %d bytes, %v", i.State, len(i.Files), i.Total, err)
		}
		if staged := files(t, d.settings.Dir); len(staged) != 3 {
			t.Errorf("staged %v, want three files", staged)
		}
		d.start()
		if i := d.theImport(id); i.State != models.Complete || i.Kept != 3+1+2 {
			t.Errorf("import is %s with %d rows kept", i.State, i.Kept)
		}
		until(t, "the staged files are gone", func() bool { return len(files(t, d.settings.Dir)) == 0 })
	})
}

type noting struct{ seen *[]string }

func (n noting) Write(p []byte) (int, error) {
	*n.seen = append(*n.seen, string(p))
	return len(p), nil
}

func TestAFailedTakeInLeavesNothingBehind(t *testing.T) {
	broke := errors.New("connection reset")
	tests := map[string]struct {
		uploads iter.Seq2[unpack.File, error]
		is      func(error) bool
	}{
		"no file at all": {uploads(), func(err error) bool { return err != nil }},
		"the second is no feed": {uploads(polls, "\x89PNG\r\n\x1a\n"), func(err error) bool {
			refused, is := errors.AsType[unpack.RefusedError](err)
			return is && refused.File == "file.csv"
		}},
		"the sender says it broke off": {
			func(yield func(unpack.File, error) bool) {
				_ = yield(unpack.File{Name: "file.csv", Body: strings.NewReader(polls)}, nil) && yield(unpack.File{}, broke)
			},
			func(err error) bool { return errors.Is(err, broke) },
		},
		"a body breaks off": {
			func(yield func(unpack.File, error) bool) {
				yield(unpack.File{Name: "file.csv", Body: io.MultiReader(strings.NewReader(polls), iotest.ErrReader(io.ErrUnexpectedEOF))}, nil)
			},
			func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) },
		},
		"an endless line": {
			func(yield func(unpack.File, error) bool) {
				yield(unpack.File{Name: "file.csv", Body: io.MultiReader(strings.NewReader(polls), bytes.NewReader(make([]byte, 8<<20)))}, nil)
			},
			func(err error) bool { _, is := errors.AsType[unpack.RefusedError](err); return is },
		},
	}
	each(t, func(t *testing.T, db *models.DB) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				d := newDesk(t, db)
				if id, err := d.TakeIn(t.Context(), models.FromPage, test.uploads); !test.is(err) || id != "" {
					t.Errorf("import %q, error %v", id, err)
				}
				if left := entries(t, d.settings.Dir+"/imports"); len(left) > 0 {
					t.Errorf("left behind: %v", left)
				}
				if imports, jobs := query(t, db, "SELECT count(*) FROM imports"), query(t, db, "SELECT count(*) FROM river_job"); imports+jobs > 0 {
					t.Errorf("%d imports and %d jobs of nothing", imports, jobs)
				}
			})
		}
	})
}
