package jobs_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"lightson/models"
	"lightson/models/modelstest"
)

// packedAnew serves what pack makes of the number of the request.
func packedAnew(pack func(w io.Writer, n int)) http.HandlerFunc {
	n := 0
	return func(w http.ResponseWriter, _ *http.Request) {
		n++
		pack(w, n)
	}
}

func gzipAt(w io.Writer, text string, n int) {
	z, _ := gzip.NewWriterLevel(w, 1+n%9) // a level that exists
	z.ModTime = time.Unix(int64(n), 0)
	_, _ = io.WriteString(z, text)
	_ = z.Close()
}

// zipOf packs texts under names and times that depend on n, the last one first at
// every second request.
func zipOf(w io.Writer, n int, texts ...string) {
	z := zip.NewWriter(w)
	for at := range texts {
		if n%2 == 0 {
			at = len(texts) - 1 - at
		}
		f, err := z.CreateHeader(&zip.FileHeader{
			Name: strings.Repeat("a", at+n) + ".csv", Method: uint16(n%2) * zip.Deflate,
			Modified: time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC),
		})
		if err == nil {
			_, err = io.WriteString(f, texts[at])
		}
		if err != nil {
			panic(err)
		}
	}
	_ = z.Close()
}

func TestAFilePackedAnewAtEachRequestIsTakenInOnce(t *testing.T) {
	for name, pack := range map[string]func(w io.Writer, n int){
		"gzip":            func(w io.Writer, n int) { gzipAt(w, polls, n) },
		"a ZIP":           func(w io.Writer, n int) { zipOf(w, n, polls) },
		"a ZIP of more":   func(w io.Writer, n int) { zipOf(w, n, polls, zones, hours) },
		"gzip and plain":  func(w io.Writer, n int) { packOrNot(w, polls, n) },
		"nothing changed": func(w io.Writer, _ int) { _, _ = io.WriteString(w, polls) },
	} {
		t.Run(name, func(t *testing.T) {
			db := modelstest.Open(t, modelstest.SQLite)
			h := newHost(t, packedAnew(pack))
			p := newPuller(t, db, h, "https://%s/polls")
			s := p.look()[0]
			wantOutcome(t, s, models.SourceTakenIn, "Imported: import "+s.ImportID+".")
			p.work(s.ImportID)
			for range 3 {
				if s := p.lookOnce(); s.State != models.SourceUnchanged {
					t.Errorf("it is %s: %s", s.State, s.Outcome)
				}
			}
			h.serves(packedAnew(func(w io.Writer, n int) { gzipAt(w, strings.ReplaceAll(polls, "one", "eno"), n) }))
			if s := p.lookOnce(); s.State != models.SourceTakenIn || len(p.imports()) != 2 {
				t.Errorf("another file is %s, in %d imports", s.State, len(p.imports()))
			}
		})
	}
}

func packOrNot(w io.Writer, text string, n int) {
	if n%2 == 0 {
		gzipAt(w, text, n)
		return
	}
	_, _ = io.WriteString(w, text)
}

func TestAServerMayCompressOnTheWay(t *testing.T) {
	h := newHost(t, func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			t.Errorf("it was not asked for gzip: %q", r.Header)
		}
		var packed bytes.Buffer
		gzipAt(&packed, polls, time.Now().Nanosecond())
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	p := newPuller(t, modelstest.Open(t, modelstest.SQLite), h, "https://%s/polls.csv")
	s := p.look()[0]
	p.work(s.ImportID)
	if s = p.lookOnce(); s.State != models.SourceUnchanged {
		t.Errorf("it is %s: %s", s.State, s.Outcome)
	}
}

func TestValidatorsThatCannotBeKeptBreakNothing(t *testing.T) {
	each(t, func(t *testing.T, db *models.DB) {
		for _, etag := range []string{"\"caf\xe9\"", "\xff", strings.Repeat("x", 5000), `"a""b`, "W/\"\u00fc\"", "' OR 1=1 --", "\ttab"} {
			h := newHost(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Etag"] = []string{etag}
				w.Header()["Last-Modified"] = []string{etag}
				_, _ = io.WriteString(w, polls)
			})
			p := newPuller(t, db, h, "https://%s/polls.csv")
			s := p.look()[0]
			if s.State != models.SourceTakenIn {
				t.Errorf("ETag %q: %s, %s", etag, s.State, s.Outcome)
				continue
			}
			p.work(s.ImportID)
			if s = p.lookOnce(); s.State != models.SourceUnchanged {
				t.Errorf("ETag %q, second look: %s, %s", etag, s.State, s.Outcome)
			}
			h.Close()
		}
	})
}
