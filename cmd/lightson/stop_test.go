package main

import (
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightson/models/modelstest"
)

// slowUpload begins an upload and returns how to end it.
func (s *server) slowUpload() (rest func(), answered chan answer) {
	s.t.Helper()
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	answered = make(chan answer, 1)
	go func() {
		a, err := s.send(http.MethodPost, "/api/v1/imports", r, header("Content-Type", m.FormDataContentType()))
		if err != nil {
			r.CloseWithError(err)
		}
		answered <- a
	}()
	part, err := m.CreateFormFile("files", "polls.csv")
	if err == nil {
		_, err = io.WriteString(part, "store_id,status,timestamp_utc\n1,active,")
	}
	if err != nil {
		s.t.Fatal(err)
	}
	until(s.t, "the server has begun to take it in", func() bool { return len(fileNames(s.t, s.dir+"/files/imports")) > 0 })
	return func() {
		_, _ = io.WriteString(part, "2023-01-25 18:00:00 UTC\n")
		_ = m.Close()
		_ = w.Close()
	}, answered
}

func TestAStopAnswersOpenRequests(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir)
		rest, answered := s.slowUpload()
		if err := s.child.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		until(t, "the server stops", func() bool { return strings.Contains(s.log.String(), "msg=stopping") })
		rest()
		if a := <-answered; a.Response == nil || a.StatusCode != http.StatusAccepted {
			t.Errorf("the open upload was answered %+v", a)
		}
		if code := s.exit(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		next := serve(t, url, dir)
		until(t, "the import is final", func() bool { return next.imports()[0].final() })
		if i := next.imports()[0]; i.State != "complete" {
			t.Errorf("import is %s: %v", i.State, i.Error)
		}
	})
}

func TestAStopDoesNotWaitForeverForASilentClient(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--stop-after=300ms")
	rest, answered := s.slowUpload()
	if code := s.terminate(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	rest()
	<-answered
	next := serve(t, "", s.dir)
	if imports := next.imports(); len(imports) > 0 {
		t.Errorf("imports of half a file: %+v", imports)
	}
}

func TestASecondSignalEndsTheProgramAtOnce(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--stop-after=10m")
	rest, answered := s.slowUpload()
	if err := s.child.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	until(t, "the server stops", func() bool { return strings.Contains(s.log.String(), "msg=stopping") })
	if err := s.child.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if code := s.exit(); code == 0 {
		t.Error("exit status 0 of a program that was cut off")
	}
	rest()
	<-answered
}

func TestWorkInterruptedByAStopIsDoneAfterTheNextStart(t *testing.T) {
	data := newCourse(t, 6000, 1)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir, "--stop-after=1ms")
		imported := s.upload(slices.Concat(data.first, data.parts)...)
		until(t, "the import runs", func() bool { w := s.theImport(imported); return w.State == "running" || w.final() })
		if code := s.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}
		next := serve(t, url, dir)
		if state := next.theImport(imported).State; state == "failed" || state == "cancelled" {
			t.Errorf("import is %s", state)
		}
		until(t, "the import is final", func() bool { return next.theImport(imported).final() })
		if next.csv(next.trigger(query("as_of", asOf))) != data.after[1] {
			t.Error("the report afterwards is not the one of the data")
		}
		nothingLeft(t, dir)
	})
}

func TestServersOnOneDatabaseShowTheSame(t *testing.T) {
	t.Run(string(modelstest.PostgreSQL), func(t *testing.T) {
		url, dir := modelstest.URL(t, modelstest.PostgreSQL)
		files := newFeeds(t, 100)
		servers := []*server{serve(t, url, dir), serve(t, url, t.TempDir())} // each with a disk of its own
		for n, file := range []string{files.hours, files.polls, files.zones} {
			one, other := servers[n%2], servers[(n+1)%2]
			id := one.upload(file)
			until(t, "the import is final", func() bool { return other.theImport(id).final() })
			if i := other.theImport(id); i.State != "complete" {
				t.Errorf("import of %s is %s: %v", file, i.State, i.Error)
			}
		}
		want := runChild(t, append([]string{"report"}, on(url, t.TempDir())...)...)
		var ids []string
		for n := range 6 {
			ids = append(ids, servers[n%2].trigger("", header("Idempotency-Key", fmt.Sprint(n))))
		}
		for _, id := range ids {
			for _, s := range servers {
				if got := s.csv(id); got != want {
					t.Errorf("%s shows of report %s:\n%s", s.url, id, got)
				}
				if page := s.get("/reports/" + id); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "Complete") {
					t.Errorf("%s shows of report %s: %s", s.url, id, page.Status)
				}
			}
		}
		for _, s := range servers {
			if code := s.terminate(); code != 0 {
				t.Errorf("exit status %d", code)
			}
		}
	})
}

// The figures on a page come from a cache, which must notice what other
// processes do.
func TestAServerSeesWhatTheCommandLineLoads(t *testing.T) {
	files := newFeeds(t, 30)
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir)
		if csv := s.csv(s.trigger("")); csv != reportHeader {
			t.Errorf("report of nothing:\n%s", csv)
		}
		runChild(t, append([]string{"load", files.hours, files.polls, files.zones}, on(url, dir)...)...)
		if got, want := s.csv(s.trigger("")), runChild(t, append([]string{"report"}, on(url, dir)...)...); got != want {
			t.Errorf("report:\n%s\nwant:\n%s", got, want)
		}
		if code := s.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}
	})
}

func TestThePortBeingTakenIsASentence(t *testing.T) {
	s := serve(t, "", t.TempDir())
	c := command(t, "serve", "--data="+t.TempDir(), "--addr="+strings.TrimPrefix(s.url, "http://"))
	out, err := c.CombinedOutput()
	if !errors.As(err, new(*exec.ExitError)) || !strings.Contains(string(out), "LIGHTSON_ADDR: listen tcp "+strings.TrimPrefix(s.url, "http://")+": bind: address already in use") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestServeWithDemoFillsAnEmptyDatabaseOnce(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		s := serve(t, "", dir, "--demo")
		if imports := s.imports(); len(imports) != 1 || imports[0].State != "complete" {
			t.Errorf("imports: %+v", imports)
		}
		if code := s.terminate(); code != 0 {
			t.Errorf("exit status %d", code)
		}
	}
}

func TestTheInboxOfARunningServer(t *testing.T) {
	files := newFeeds(t, 10)
	s := serve(t, "", t.TempDir(), "--ingest-every=1s")
	for _, path := range []string{files.polls, files.hours} {
		mustCopy(t, path, s.dir+"/inbox")
	}
	until(t, "both files are done", func() bool { return len(fileNames(t, s.dir+"/inbox/done")) == 2 })
	for _, i := range s.imports() {
		if i.State != "complete" {
			t.Errorf("import is %s: %v", i.State, i.Error)
		}
	}
}

// mustCopy copies a file slowly, as a network does.
func mustCopy(t *testing.T, path, dir string) {
	t.Helper()
	copying := exec.Command("sh", "-c", `dd if="$1" of="$2/$(basename "$1")" bs=64k status=none`, "sh", path, dir)
	if out, err := copying.CombinedOutput(); err != nil {
		t.Fatalf("copy: %v\n%s", err, out)
	}
	time.Sleep(10 * time.Millisecond)
}

func TestNoProgressBarInAPipe(t *testing.T) {
	files := newFeeds(t, 100)
	db := on("", t.TempDir())
	for _, args := range [][]string{{"load", files.polls}, {"report"}, {"demo", t.TempDir()}} {
		runChild(t, append(args, db...)...) // fails if anything is on standard error
	}
}
