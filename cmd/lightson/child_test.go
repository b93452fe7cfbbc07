package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightson/models"
)

var (
	binaryDir string
	// binary is the program as it is built for people, for what only a process
	// of its own can show: signals, crashes, pipes.
	binary = sync.OnceValues(func() (string, error) {
		var err error
		if binaryDir, err = os.MkdirTemp("", "lightson-test-*"); err != nil {
			return "", err
		}
		path := filepath.Join(binaryDir, "lightson")
		build := exec.Command("go", "build", "-trimpath", "-o", path, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("go build: %w\n%s", err, out)
		}
		return path, nil
	})
)

func removeBinary() {
	if binaryDir != "" {
		_ = os.RemoveAll(binaryDir)
	}
}

// command is the program, to be run as a process of its own.
func command(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	return exec.CommandContext(background(t), path, args...)
}

// runChild runs a command that is to succeed, and is faster than one in this
// process, which may be slowed down by the race detector.
func runChild(t *testing.T, args ...string) string {
	t.Helper()
	c := command(t, args...)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil || stderr.Len() > 0 {
		t.Fatalf("lightson %s: %v\n%s", strings.Join(args, " "), err, &stderr)
	}
	return string(out)
}

// A server is the program serving, as a process of its own.
type server struct {
	t      *testing.T
	url    string
	dir    string // its data folder
	child  *exec.Cmd
	log    lockedBuffer
	client *http.Client
	ended  chan struct{}
}

var urlInLog = regexp.MustCompile(`msg=serving url=(http://\S+)`)

// serve starts a server on a database and waits until it listens. It is killed
// after the test, unless it ended.
func serve(t *testing.T, databaseURL, dir string, flags ...string) *server {
	t.Helper()
	args := append([]string{"serve", "--addr=127.0.0.1:0"}, on(databaseURL, dir)...)
	s := launch(t, dir, append(args, flags...)...)
	s.listens()
	return s
}

// launch starts a server that may not listen yet. It is killed after the test, unless it ended.
func launch(t *testing.T, dir string, args ...string) *server {
	t.Helper()
	s := &server{t: t, dir: dir, child: command(t, args...), ended: make(chan struct{})}
	s.client = &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	s.child.Stderr = &s.log
	if err := s.child.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(s.ended)
		_ = s.child.Wait() // ProcessState says how it ended
	}()
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("log of %s:\n%s", s.url, s.log.String())
		}
	})
	return s
}

// listens waits until the server listens.
func (s *server) listens() {
	s.t.Helper()
	until(s.t, "the server listens", func() bool {
		select {
		case <-s.ended:
			s.t.Fatalf("the server ended: %s\n%s", s.child.ProcessState, s.log.String())
		default:
		}
		match := urlInLog.FindStringSubmatch(s.log.String())
		if match != nil {
			s.url = match[1]
		}
		return match != nil
	})
}

// kill ends the server as a crash does.
func (s *server) kill() {
	_ = s.child.Process.Kill()
	<-s.ended
	s.client.CloseIdleConnections()
}

// terminate asks the server to stop and returns its exit status.
func (s *server) terminate() int {
	s.t.Helper()
	if err := s.child.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	return s.exit()
}

func (s *server) exit() int {
	s.t.Helper()
	select {
	case <-s.ended:
	case <-time.After(90 * time.Second):
		s.t.Fatal("the server does not stop")
	}
	return s.child.ProcessState.ExitCode()
}

// An answer is what came back, read to its end.
type answer struct {
	*http.Response
	body string
}

// send sends a request; changes adjust it.
func (s *server) send(method, path string, body io.Reader, changes ...func(*http.Request)) (answer, error) {
	request, err := http.NewRequestWithContext(background(s.t), method, s.url+path, body)
	if err != nil {
		return answer{}, err
	}
	for _, change := range changes {
		change(request)
	}
	response, err := s.client.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response, string(text)}, err
}

// do sends a request that must be answered.
func (s *server) do(method, path string, body io.Reader, changes ...func(*http.Request)) answer {
	s.t.Helper()
	a, err := s.send(method, path, body, changes...)
	if err != nil {
		s.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (s *server) get(path string) answer {
	s.t.Helper()
	return s.do(http.MethodGet, path, nil)
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

// getJSON reads an answer of the API.
func getJSON[T any](s *server, path string) (v T) {
	s.t.Helper()
	a := s.get(path)
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.StatusCode != http.StatusOK {
		s.t.Fatalf("GET %s: %s, %v\n%s", path, a.Status, err, a.body)
	}
	return v
}

// work is what the API says of an import and of a report.
type work struct {
	ID, State string
	Error     *string
	Progress  struct{ Done, Total int64 }
}

func (w work) final() bool { return models.State(w.State).Final() }

func (s *server) theImport(id string) work {
	s.t.Helper()
	return getJSON[work](s, "/api/v1/imports/"+id)
}

func (s *server) theReport(id string) work {
	s.t.Helper()
	return getJSON[work](s, "/api/v1/reports/"+id)
}

func (s *server) imports() []work {
	s.t.Helper()
	return getJSON[struct{ Imports []work }](s, "/api/v1/imports").Imports
}

// upload sends files by the API and returns the import's id.
func (s *server) upload(paths ...string) string {
	s.t.Helper()
	body, contentType := form(paths...)
	a := s.do(http.MethodPost, "/api/v1/imports", body, header("Content-Type", contentType))
	var w work
	if err := json.Unmarshal([]byte(a.body), &w); err != nil || a.StatusCode != http.StatusAccepted {
		s.t.Fatalf("upload: %s, %v\n%s", a.Status, err, a.body)
	}
	return w.ID
}

// form streams files as a multipart form.
func form(paths ...string) (body io.Reader, contentType string) {
	r, w := io.Pipe()
	m := multipart.NewWriter(w)
	go func() {
		var err error
		for _, path := range paths {
			err = errors.Join(err, addFile(m, path))
		}
		w.CloseWithError(errors.Join(err, m.Close()))
	}()
	return r, m.FormDataContentType()
}

func addFile(m *multipart.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	part, err := m.CreateFormFile("files", filepath.Base(path))
	if err != nil {
		return err
	}
	_, err = io.Copy(part, f)
	return err
}

// trigger asks for a report as scripts do.
func (s *server) trigger(query string, changes ...func(*http.Request)) string {
	s.t.Helper()
	a := s.do(http.MethodPost, "/trigger_report?"+query, nil, changes...)
	var asked struct {
		ID string `json:"report_id"`
	}
	if err := json.Unmarshal([]byte(a.body), &asked); err != nil || asked.ID == "" || a.StatusCode != http.StatusOK {
		s.t.Fatalf("trigger: %s, %v\n%s", a.Status, err, a.body)
	}
	return asked.ID
}

// csv waits for a report as scripts do.
func (s *server) csv(id string) (csv string) {
	s.t.Helper()
	until(s.t, "report "+id+" is complete", func() bool {
		a := s.get("/get_report?report_id=" + id)
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
			csv = a.body
			return true
		}
		if !strings.Contains(a.body, `"Running"`) {
			s.t.Fatalf("report %s: %s\n%s", id, a.Status, a.body)
		}
		return false
	})
	return csv
}
