package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lightson/models/modelstest"
)

// A front is a proxy that runs an example of the folder deploy.
type front struct {
	name    string
	program string // its variable
	file    string
	start   func(t *testing.T, path, example, dir, port string) *exec.Cmd
}

var fronts = []front{
	{"nginx", "TEST_NGINX", "deploy/nginx.conf", nginxExample},
	{"Caddy", "TEST_CADDY", "deploy/Caddyfile", caddyExample},
}

// replaced is an example with what is different in a test. All of it must be there.
func replaced(t *testing.T, example string, pairs ...string) string {
	t.Helper()
	for n := 0; n < len(pairs); n += 2 {
		if !strings.Contains(example, pairs[n]) {
			t.Fatalf("the example lacks %s", pairs[n])
		}
	}
	return strings.NewReplacer(pairs...).Replace(example)
}

func nginxExample(t *testing.T, path, example, dir, port string) *exec.Cmd {
	t.Helper()
	user := ""
	if os.Geteuid() == 0 {
		user = "user root root;" // nobody else may enter the folder
	}
	example = replaced(t, example, "listen 443 ssl", "listen 127.0.0.1:"+port+" ssl", "/var/log/nginx/", dir+"/",
		"/etc/ssl/certs/status.example.com.pem", dir+"/cert.pem", "/etc/ssl/private/status.example.com.key", dir+"/key.pem",
		"/etc/ssl/certs/example.com.pem", dir+"/cert.pem", "/etc/ssl/private/example.com.key", dir+"/key.pem")
	config := fmt.Sprintf("daemon off; %[1]s pid %[2]s/pid; worker_processes 1; events { worker_connections 64; } http {"+
		"client_body_temp_path %[2]s/body; proxy_temp_path %[2]s/proxy; fastcgi_temp_path %[2]s/fastcgi; uwsgi_temp_path %[2]s/uwsgi; scgi_temp_path %[2]s/scgi;\n%[3]s}\n", user, dir, example)
	file := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	return exec.Command(path, "-e", "stderr", "-p", dir, "-c", file)
}

func caddyExample(t *testing.T, path, example, dir, port string) *exec.Cmd {
	t.Helper()
	certificate := fmt.Sprintf(":%s {\n\ttls %s/cert.pem %s/key.pem\n", port, dir, dir)
	example = replaced(t, example, "\nstatus.example.com {\n", "\nstatus.example.com"+certificate, "\nexample.com {\n", "\nexample.com"+certificate)
	file := filepath.Join(dir, "Caddyfile")
	if err := os.WriteFile(file, []byte("{\n\tadmin off\n\tauto_https off\n\tdefault_bind 127.0.0.1\n}\n"+example), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(path, "run", "--adapter", "caddyfile", "--config", file)
	c.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	return c
}

// run runs the example in front of a server, and returns the port at which it listens.
func (f front) run(t *testing.T, backend, dir string) (port string) {
	t.Helper()
	path := os.Getenv(f.program)
	if path == "" {
		modelstest.Skip(t, "no "+f.name+": run make test, or .ci/with-services go test, or set "+f.program)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ = net.SplitHostPort(l.Addr().String())
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	writeCertificate(t, dir)
	child := f.start(t, path, replaced(t, read(t, f.file), "127.0.0.1:8080", backend), dir, port)
	var log lockedBuffer
	child.Stderr = &log
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = child.Wait()
	}()
	t.Cleanup(func() {
		_ = child.Process.Signal(os.Interrupt)
		<-ended
		if t.Failed() {
			t.Logf("%s: %s", f.name, log.String())
		}
	})
	until(t, f.name+" listens", func() bool {
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", f.name, log.String())
		default:
		}
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return port
}

// The way of a person through the examples: an invitation, a report, its file, an upload.
func TestTheExamplesForProxiesWorkAsTheyAre(t *testing.T) {
	f := newFeeds(t, 5)
	for _, front := range fronts {
		for _, public := range []string{"https://status.example.com", "https://example.com/lightson"} {
			t.Run(front.name+" "+public, func(t *testing.T) {
				dir, logs := t.TempDir(), t.TempDir()
				mustRun(t, append([]string{"load", f.polls, f.hours}, on("", dir)...)...)
				s := serve(t, "", dir, "--url="+public, "--trusted-proxies=127.0.0.1", "--first-account=ann@example.com")
				invitation := regexp.MustCompile(`invitation=(\S+)`).FindStringSubmatch(s.log.String())
				if invitation == nil || !strings.HasPrefix(invitation[1], public+"/invitation/") {
					t.Fatalf("the invitation is %q: %s", invitation, s.log.String())
				}
				port := front.run(t, strings.TrimPrefix(s.url, "http://"), logs)
				jar, err := cookiejar.New(nil)
				if err != nil {
					t.Fatal(err)
				}
				s.client.Jar = jar
				s.client.Transport = &http.Transport{
					TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
					DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
						return new(net.Dialer).DialContext(ctx, network, "127.0.0.1:"+port)
					},
				}
				s.url = public
				throughProxy{s, public}.journey(t, strings.TrimPrefix(invitation[1], public))
				if log, err := os.ReadFile(filepath.Join(logs, "lightson.log")); front.name == "nginx" && (err != nil || strings.Contains(string(log), "/invitation/") || !strings.Contains(string(log), "/reports")) {
					t.Errorf("the log of nginx has the address of an invitation, or nothing (%v):\n%s", err, log)
				}
			})
		}
	}
}

// A throughProxy is a server that is asked at its public address.
type throughProxy struct {
	*server
	public string
}

// browser is what a browser sends with a form of a page.
func (s throughProxy) browser(r *http.Request) {
	u, _ := url.Parse(s.public)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Origin", u.Scheme+"://"+u.Host)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if r.Method == http.MethodPost && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
}

// leads checks that an answer leads to another page of the site, and returns its path.
func (s throughProxy) leads(a answer) string {
	s.t.Helper()
	to, err := url.Parse(a.Header.Get("Location"))
	base, _ := url.Parse(s.public)
	path, below := strings.CutPrefix(to.Path, base.Path)
	if err != nil || a.StatusCode != http.StatusSeeOther || !below || to.Host != "" {
		s.t.Fatalf("%s to %q: %s", a.Status, a.Header.Get("Location"), a.body)
	}
	return path
}

func (s throughProxy) journey(t *testing.T, invitation string) {
	t.Helper()
	s.leads(s.do(http.MethodPost, invitation, strings.NewReader("password=correct+horse+battery"), s.browser))
	page := s.do(http.MethodGet, "/", nil, s.browser)
	if page.StatusCode != http.StatusOK || page.Header.Get("Strict-Transport-Security") == "" || !strings.Contains(page.body, "ann@example.com") {
		t.Fatalf("signed in: %s, %v", page.Status, page.Header)
	}
	base, _ := url.Parse(s.public)
	for _, link := range regexp.MustCompile(`(?:href|src)="(/[^"#]*)"`).FindAllStringSubmatch(page.body, -1) {
		path, below := strings.CutPrefix(unescaped(link[1]), base.Path)
		if a := s.do(http.MethodGet, path, nil, s.browser); !below || a.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", link[1], a.Status)
		}
	}
	report := s.leads(s.do(http.MethodPost, "/reports", strings.NewReader("key="), s.browser))
	until(t, "the report is complete", func() bool {
		return strings.Contains(s.do(http.MethodGet, report, nil, s.browser).body, "Complete")
	})
	if a := s.do(http.MethodGet, report+"/report.csv", nil, s.browser); a.StatusCode != http.StatusOK || !strings.HasPrefix(a.body, "store_id,") {
		t.Errorf("the report: %s: %s", a.Status, a.body)
	}
	odd := s.do(http.MethodGet, "/stores/a%2Fb", nil, s.browser)
	if odd.StatusCode != http.StatusNotFound || strings.Contains(odd.body, "The address may be mistyped") && !strings.Contains(odd.body, base.Path+"/static/") {
		t.Errorf("an id with a slash: %s", odd.Status)
	}
	s.uploads(t)
}

// uploads checks that the proxy takes 500 MB, and hands them on while they arrive: what was sent
// of them is in the server's folder long before the end.
func (s throughProxy) uploads(t *testing.T) {
	t.Helper()
	const size, sent = 500 << 20, 4 << 20
	var rows strings.Builder
	rows.WriteString("store_id,status,timestamp_utc\n")
	for rows.Len() < sent {
		rows.WriteString(rand.Text() + ",active,2023-01-22 12:09:39.388884 UTC\n") // which does not become much less, compressed
	}
	body, contentType := upload1(strings.NewReader(rows.String()))
	ctx, cancel := context.WithCancel(background(t))
	reader, writer := io.Pipe()
	go func() {
		_, _ = io.CopyN(writer, body, sent) // and no more
	}()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.public+"/imports", reader)
	if err != nil {
		t.Fatal(err)
	}
	request.ContentLength = size
	request.Header.Set("Content-Type", contentType)
	s.browser(request)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		response, err := s.client.Do(request)
		if err == nil {
			_ = response.Body.Close()
			t.Errorf("500 MB are refused: %s", response.Status)
		}
	}()
	defer func() {
		cancel()
		_ = reader.Close()
		<-answered
	}()
	until(t, "the beginning of an upload arrives", func() bool {
		select {
		case <-answered:
			t.FailNow()
		default:
		}
		var arrived int64
		_ = filepath.WalkDir(filepath.Join(s.dir, "files"), func(_ string, e os.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				if info, err := e.Info(); err == nil { // it may be gone
					arrived += info.Size()
				}
			}
			return nil
		})
		return arrived >= sent/16
	})
}
