package main

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

// endOf are n bytes without a line end.
func endOf(n int64) io.Reader { return io.LimitReader(letters{}, n) }

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for n := range p {
		p[n] = 'x'
	}
	return len(p), nil
}

func wide(text string) string {
	b := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = append(b, byte(unit), byte(unit>>8))
	}
	return string(b)
}

// upload1 is a form with one file, sent as it is made.
func upload1(content io.Reader) (body io.Reader, contentType string) {
	var frame bytes.Buffer
	m := multipart.NewWriter(&frame)
	_, _ = m.CreateFormFile("files", "store_status.csv")
	head := frame.String()
	frame.Reset()
	_ = m.Close()
	return io.MultiReader(strings.NewReader(head), content, strings.NewReader(frame.String())), m.FormDataContentType()
}

func TestBadUploads(t *testing.T) {
	const header1 = "store_id,status,timestamp_utc\n"
	tests := map[string]struct {
		content func() io.Reader
		want    string
	}{
		"an empty file":      {func() io.Reader { return strings.NewReader("") }, "this is an empty file"},
		"a picture":          {func() io.Reader { return strings.NewReader("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") }, "this is a PNG image"},
		"UTF-16":             {func() io.Reader { return strings.NewReader(wide(header1)[2:]) }, "this is UTF-16 text without a byte order mark"},
		"a zip":              {func() io.Reader { return strings.NewReader("PK\x03\x04\x14\x00\x00\x00") }, "this is a damaged ZIP archive"},
		"a header of others": {func() io.Reader { return strings.NewReader("name,price\nsoup,3\n") }, "name, price"},
		"only blank lines":   {func() io.Reader { return strings.NewReader("\n\n\n") }, "expected a CSV file with a header line"},
		"a very long line":   {func() io.Reader { return io.MultiReader(strings.NewReader(header1), endOf(64<<20)) }, "a row longer than 64 KiB"},
		"an open quote": {func() io.Reader {
			return io.MultiReader(strings.NewReader(header1+`"`), endOf(4<<20))
		}, "a quote that is never closed"},
	}
	s := serve(t, "", t.TempDir())
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for _, accept := range []string{"text/html", "application/json"} {
				body, contentType := upload1(test.content())
				a := s.do(http.MethodPost, "/imports", body, header("Content-Type", contentType), header("Accept", accept))
				if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(unescaped(a.body), test.want) {
					t.Errorf("for %s: %s, want 422 with %q:\n%s", accept, a.Status, test.want, a.body)
				}
				checkProblem(t, a, accept)
			}
		})
	}
	if imports := s.imports(); len(imports) > 0 {
		t.Errorf("imports: %+v", imports)
	}
	nothingLeft(t, s.dir)
	if a := s.get("/healthz"); a.StatusCode != http.StatusOK {
		t.Errorf("the server is %s", a.Status)
	}
}

func unescaped(html string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&amp;", "&").Replace(html)
}

// checkProblem checks that a refusal is a page for people and a problem for scripts.
func checkProblem(t *testing.T, a answer, accept string) {
	t.Helper()
	contentType := a.Header.Get("Content-Type")
	if accept == "text/html" {
		if !strings.HasPrefix(contentType, "text/html") || !strings.Contains(a.body, "<h1") {
			t.Errorf("people get %s:\n%s", contentType, a.body)
		}
		return
	}
	var p struct {
		Title, Detail string
		Status        int
	}
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || contentType != "application/problem+json" || p.Status != a.StatusCode || p.Title == "" {
		t.Errorf("scripts get %s, %v:\n%s", contentType, err, a.body)
	}
}

func TestTooLargeUploads(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--upload-limit=100000")
	polls := "store_id,status,timestamp_utc\n" + strings.Repeat("1,active,2023-01-25 18:00:00 UTC\n", 5000)
	for _, path := range []string{"/imports", "/api/v1/imports"} {
		for _, accept := range []string{"text/html", "application/json"} {
			for name, sized := range map[string]bool{"of a known size": true, "of an unknown size": false} {
				if path != "/imports" && accept == "text/html" {
					continue
				}
				body, contentType := upload1(strings.NewReader(polls))
				if sized {
					text, err := io.ReadAll(body)
					if err != nil {
						t.Fatal(err)
					}
					body = bytes.NewReader(text)
				}
				a := s.do(http.MethodPost, path, body, header("Content-Type", contentType), header("Accept", accept))
				if a.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(a.body, "can be sent at once") {
					t.Errorf("%s %s for %s: %s\n%s", path, name, accept, a.Status, a.body)
				}
				checkProblem(t, a, accept)
			}
		}
	}
	body := strings.NewReader(`{"as_of": "` + strings.Repeat("x", 100_000) + `"}`)
	if a := s.do(http.MethodPost, "/trigger_report", body, header("Content-Type", "application/json")); a.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body to /trigger_report: %s\n%s", a.Status, a.body)
	}
	if imports := s.imports(); len(imports) > 0 {
		t.Errorf("imports: %+v", imports)
	}
	nothingLeft(t, s.dir)
}

func TestUploadsThatAreNone(t *testing.T) {
	s := serve(t, "", t.TempDir())
	for name, request := range map[string]struct{ contentType, body string }{
		"no form":        {"text/csv", "store_id,status,timestamp_utc\n"},
		"no boundary":    {"multipart/form-data", "x"},
		"no files":       {"multipart/form-data; boundary=x", "--x--\r\n"},
		"no file chosen": {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\"\r\n\r\n\r\n--x--\r\n"},
		"half a form":    {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\nstore_id,status,timestamp_utc\n"},
		"not a form":     {"multipart/form-data; boundary=x", "hello"},
	} {
		for _, accept := range []string{"text/html", "application/json"} {
			a := s.do(http.MethodPost, "/imports", strings.NewReader(request.body), header("Content-Type", request.contentType), header("Accept", accept))
			if a.StatusCode < 400 || a.StatusCode > 499 {
				t.Errorf("%s for %s: %s\n%s", name, accept, a.Status, a.body)
			}
			checkProblem(t, a, accept)
		}
	}
	if imports := s.imports(); len(imports) > 0 {
		t.Errorf("imports: %+v", imports)
	}
	nothingLeft(t, s.dir)
}

func TestRequestsThatMustNotChangeAnything(t *testing.T) {
	s := serve(t, "", t.TempDir())
	id := s.trigger("")
	s.csv(id)
	elsewhere := func(r *http.Request) { r.Host = "elsewhere.example" } // a name that leads here
	for _, from := range []func(*http.Request){header("Sec-Fetch-Site", "cross-site"), header("Origin", "https://elsewhere.example"), elsewhere} {
		for _, path := range []string{"/trigger_report", "/reports", "/imports", "/reports/" + id + "/cancel", "/reports/" + id + "/retry", "/api/v1/reports", "/api/v1/imports"} {
			if a := s.do(http.MethodPost, path, nil, from); a.StatusCode != http.StatusForbidden || a.body == "" {
				t.Errorf("POST %s from another site: %s\n%s", path, a.Status, a.body)
			}
		}
	}
	for _, request := range [][2]string{
		{http.MethodGet, "/trigger_report"},
		{http.MethodGet, "/reports/" + id + "/cancel"},
		{http.MethodGet, "/reports/" + id + "/retry"},
		{http.MethodGet, "/api/v1/reports/" + id + "/cancel"},
		{http.MethodDelete, "/reports/" + id},
		{http.MethodPut, "/imports"},
		{http.MethodPost, "/stores"},
	} {
		if a := s.do(request[0], request[1], nil); a.StatusCode != http.StatusMethodNotAllowed || a.Header.Get("Allow") == "" {
			t.Errorf("%s %s: %s, allowed: %q", request[0], request[1], a.Status, a.Header.Get("Allow"))
		}
	}
	if reports := getJSON[struct{ Reports []work }](s, "/api/v1/reports").Reports; len(reports) != 1 || reports[0].ID != id || reports[0].State != "complete" {
		t.Errorf("reports: %+v", reports)
	}
	if imports := s.imports(); len(imports) > 0 {
		t.Errorf("imports: %+v", imports)
	}
}

func TestABrokenUploadLeavesNothingBehind(t *testing.T) {
	s := serve(t, "", t.TempDir())
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = io.WriteString(conn, "POST /imports HTTP/1.1\r\nHost: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 1000000\r\n\r\n"+
		"--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\nstore_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n")
	if err != nil {
		t.Fatal(err)
	}
	staged := filepath.Join(s.dir, "files", "imports")
	until(t, "the server has begun to take it in", func() bool { return len(fileNames(t, staged)) == 1 })
	if imports := s.imports(); len(imports) > 0 {
		t.Errorf("imports of half a file: %+v", imports)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	until(t, "nothing is left behind", func() bool { return len(fileNames(t, staged)) == 0 })
	if imports := s.imports(); len(imports) > 0 {
		t.Errorf("imports of half a file: %+v", imports)
	}
}

// An upload is written to disk while it arrives, so its size needs no memory.
func TestAnUploadWithBadRowsIsTakenAndTold(t *testing.T) {
	s := serve(t, "", t.TempDir())
	path := write(t, "mixed.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 18:00:00 UTC\n=2,asleep,2023-01-25 18:00:00 UTC\n")
	id := s.upload(path)
	until(t, "the import is final", func() bool { return s.theImport(id).final() })
	if rejects := s.get("/imports/" + id + "/files/1/rejects.csv"); rejects.StatusCode != http.StatusOK || !strings.Contains(rejects.body, "'=2,asleep,2023-01-25 18:00:00 UTC,3,status,") {
		t.Errorf("rejects: %s\n%s", rejects.Status, rejects.body)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
