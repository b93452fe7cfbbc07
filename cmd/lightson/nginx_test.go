package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"lightson/models/modelstest"
)

// nginxConfig has one server for each usual way of putting nginx in front of another. The
// third is that of the page on security, the last connects from an address that is not
// trusted.
const nginxConfig = `daemon off; %[1]s pid %[2]s/pid; worker_processes 1;
events { worker_connections 64; }
http {
	access_log off;
	client_body_temp_path %[2]s/body; proxy_temp_path %[2]s/proxy; fastcgi_temp_path %[2]s/fastcgi; uwsgi_temp_path %[2]s/uwsgi; scgi_temp_path %[2]s/scgi;
	server { listen 127.0.0.1:%[4]d; location / {
		proxy_pass http://%[3]s;
		proxy_set_header Host $host;
		proxy_set_header X-Real-IP $remote_addr;
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
		proxy_set_header X-Forwarded-Proto $scheme;
	} }
	server { listen 127.0.0.1:%[5]d; location / {
		proxy_pass http://%[3]s;
		proxy_set_header X-Forwarded-Host $http_host;
	} }
	server { listen 127.0.0.1:%[6]d ssl; ssl_certificate %[2]s/cert.pem; ssl_certificate_key %[2]s/key.pem; location / {
		proxy_pass http://%[3]s;
		proxy_request_buffering off;
		proxy_set_header Host $http_host;
		proxy_set_header X-Forwarded-Host $http_host;
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
		proxy_set_header X-Forwarded-Proto $scheme;
	} }
	server { listen 127.0.0.1:%[7]d; location / {
		proxy_pass http://%[3]s;
		proxy_bind 127.0.0.3;
		proxy_set_header Host $host;
		proxy_set_header X-Forwarded-Host $http_host;
		proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
		proxy_set_header X-Forwarded-Proto https;
	} }
}
`

// nginx starts nginx in front of a server, and returns the ports at which it listens.
func nginx(t *testing.T, backend string) (ports [4]int) {
	t.Helper()
	path := os.Getenv("TEST_NGINX")
	if path == "" {
		modelstest.Skip(t, "no nginx: run make test, or .ci/with-services go test, or set TEST_NGINX")
	}
	dir := t.TempDir()
	writeCertificate(t, dir)
	user := ""
	if os.Geteuid() == 0 {
		user = "user root root;" // nobody else may enter the folder
	}
	var free []net.Listener
	for n := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		free, ports[n] = append(free, l), l.Addr().(*net.TCPAddr).Port
	}
	for _, l := range free { // together, so that no two are the same
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
	}
	config := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, nginxConfig, user, dir, backend, ports[0], ports[1], ports[2], ports[3]), 0o600); err != nil {
		t.Fatal(err)
	}
	var log lockedBuffer
	child := exec.Command(path, "-e", "stderr", "-p", dir, "-c", config)
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
		_ = child.Process.Signal(os.Interrupt) // it ends its workers, too
		<-ended
		if t.Failed() {
			t.Logf("nginx: %s", log.String())
		}
	})
	until(t, "nginx listens", func() bool {
		select {
		case <-ended:
			t.Fatalf("nginx ended: %s", log.String())
		default:
		}
		c, err := net.Dial("tcp", fmt.Sprint("127.0.0.1:", ports[3]))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return ports
}

// writeCertificate writes a certificate that signs itself.
func writeCertificate(t *testing.T, dir string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"status.lan"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, block := range map[string]*pem.Block{"cert.pem": {Type: "CERTIFICATE", Bytes: cert}, "key.pem": {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestBehindNginxAsItIsUsuallySetUpEveryButtonWorks(t *testing.T) {
	f := newFeeds(t, 5)
	dir := t.TempDir()
	mustRun(t, append([]string{"load", f.polls, f.hours}, on("", dir)...)...)
	s := serve(t, "", dir, "--trusted-proxies=127.0.0.1", "--hosts=status.lan")
	ports := nginx(t, strings.TrimPrefix(s.url, "http://"))
	// Another address of this machine, to tell the client from nginx.
	s.client.Transport = &http.Transport{
		DialContext:     (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).DialContext,
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
	}
	back := s.url
	browser := func(port int, scheme string, lines ...string) func(*http.Request) {
		return func(r *http.Request) {
			r.Host = fmt.Sprintf("status.lan:%d", port)
			r.Header.Set("Accept", "text/html")
			r.Header.Set("Origin", fmt.Sprintf("%s://%s", scheme, r.Host))
			r.Header.Set("X-Forwarded-For", "203.0.113.9") // which nobody believes
			if scheme == "https" {
				r.Header.Set("Sec-Fetch-Site", "same-origin") // browsers say it by https and on localhost only
			}
			for _, line := range lines {
				name, value, _ := strings.Cut(line, ": ")
				r.Header.Set(name, value)
			}
		}
	}
	for name, tt := range map[string]struct {
		port                  int
		scheme, by            string
		trusted, foreign, tls bool
		knowsPort             bool
	}{
		"(a) Host $host":            {port: ports[0], scheme: "http", by: "127.0.0.2", trusted: true},
		"(b) X-Forwarded-Host":      {port: ports[1], scheme: "http", by: "203.0.113.9", trusted: true, knowsPort: true}, // it hands on X-Forwarded-For as it came
		"(c) Host $http_host, TLS":  {port: ports[2], scheme: "https", by: "127.0.0.2", trusted: true, tls: true, knowsPort: true},
		"an nginx that is not ours": {port: ports[3], scheme: "http", by: "127.0.0.3"},
	} {
		s.url = fmt.Sprintf("%s://127.0.0.1:%d", tt.scheme, tt.port)
		press := func(lines ...string) answer {
			return s.do(http.MethodPost, "/reports", strings.NewReader(url.Values{"key": {""}}.Encode()), browser(tt.port, tt.scheme, append(lines, "Content-Type: application/x-www-form-urlencoded")...))
		}
		page := s.do(http.MethodGet, "/", nil, browser(tt.port, tt.scheme))
		if page.StatusCode != http.StatusOK || (page.Header.Get("Strict-Transport-Security") != "") != tt.tls {
			t.Errorf("%s: the page: %s, %v", name, page.Status, page.Header)
		}
		a := press()
		if pressed := a.StatusCode == http.StatusSeeOther && strings.HasPrefix(a.Header.Get("Location"), "/reports/"); pressed != tt.trusted || !pressed && a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: the button: %s to %q: %s", name, a.Status, a.Header.Get("Location"), a.body)
		}
		elsewhere := map[string][]string{
			"a foreign site":             {"Origin: http://evil.example", "Sec-Fetch-Site: "},
			"a foreign site, said so":    {"Sec-Fetch-Site: cross-site"},
			"another port, said so":      {"Origin: " + tt.scheme + "://status.lan:1", "Sec-Fetch-Site: same-site"},
			"a frame":                    {"Origin: null", "Sec-Fetch-Site: "},
			"a foreign site that forges": {"Origin: http://evil.example", "Sec-Fetch-Site: ", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"},
			"a foreign name":             {"Origin: http://status.lan.evil.example", "Sec-Fetch-Site: "},
		}
		if tt.knowsPort {
			elsewhere["another port"] = []string{"Origin: " + tt.scheme + "://status.lan:1", "Sec-Fetch-Site: "}
		}
		for from, lines := range elsewhere {
			if a := press(lines...); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %s: %s", name, from, a.Status)
			}
		}
		foreign := func(r *http.Request) { r.Host = "evil.example" }
		if a := s.do(http.MethodGet, "/", nil, foreign); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: under a foreign name: %s", name, a.Status)
		}
		if !tt.trusted {
			continue
		}
		if by := uploadedBy(t, s, back, browser(tt.port, tt.scheme)); by != tt.by {
			t.Errorf("%s: an upload is by %q, want %s", name, by, tt.by)
		}
	}
	if log := s.log.String(); strings.Count(log, "headers of a proxy that is not trusted are ignored") != 1 {
		t.Errorf("the log says nothing, or too much, of the proxy that is not trusted:\n%s", log)
	}
}

// uploadedBy uploads a file, and returns by whom the server says it was.
func uploadedBy(t *testing.T, s *server, back string, browser func(*http.Request)) string {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("files", "zones.csv")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(part, "store_id,timezone_str\n%s,Europe/Berlin\n", rand.Text())
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	a := s.do(http.MethodPost, "/imports", &b, browser, header("Content-Type", form.FormDataContentType()))
	front := s.url
	s.url = back
	defer func() { s.url = front }()
	i := getJSON[struct {
		By string `json:"by"`
	}](s, "/api/v1"+a.Header.Get("Location"))
	return i.By
}

func TestThePageOnSecurityShowsAConfigurationThatWorks(t *testing.T) {
	lines := regexp.MustCompile(`(?m)^ +(proxy_(?:set_header|request_buffering) [^;]+;)`).FindAllStringSubmatch(read(t, "../../.github/SECURITY.md"), -1)
	if len(lines) != 5 {
		t.Errorf("%d lines about what the proxy hands on, expected 5", len(lines))
	}
	var shown []string
	for _, line := range lines {
		shown = append(shown, line[1])
	}
	tested := strings.Join(strings.Fields(nginxConfig), " ")
	if want := strings.Join(shown, " "); !strings.Contains(tested, want) {
		t.Errorf("no nginx of the tests has %s", want)
	}
}

// The whole way of a person: an account, nginx, TLS, a cookie that nothing else gets.
func TestSomebodySignsInThroughNginx(t *testing.T) {
	dir := t.TempDir()
	if out, status := (accountRunner{t, on("", dir)}).typed("correct horse battery\n", "add", "ann@example.com", "--password-stdin"); status != 0 {
		t.Fatal(out)
	}
	s := serve(t, "", dir, "--trusted-proxies=127.0.0.1", "--hosts=status.lan")
	ports := nginx(t, strings.TrimPrefix(s.url, "http://"))
	s.client.Transport = &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
	for name, tt := range map[string]struct {
		port           int
		scheme, cookie string
	}{
		"by http": {ports[0], "http", "lightson"},
		"by TLS":  {ports[2], "https", "__Host-lightson"},
	} {
		s.url = fmt.Sprintf("%s://127.0.0.1:%d", tt.scheme, tt.port)
		browser := func(r *http.Request) {
			r.Host = fmt.Sprint("status.lan:", tt.port)
			r.Header.Set("Accept", "text/html")
			r.Header.Set("Origin", tt.scheme+"://"+r.Host)
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if a := s.do(http.MethodGet, "/stores", nil, browser); a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(a.Header.Get("Location"), "/sign-in") {
			t.Errorf("%s: before: %s to %s", name, a.Status, a.Header.Get("Location"))
		}
		form := url.Values{"email": {"ann@example.com"}, "password": {"correct horse battery"}}
		a := s.do(http.MethodPost, "/sign-in", strings.NewReader(form.Encode()), browser)
		var session *http.Cookie
		for _, c := range a.Cookies() {
			if c.Secure != (tt.scheme == "https") || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Domain != "" || c.Path != "/" {
				t.Errorf("%s: the cookie %s", name, c)
			}
			if c.Name == tt.cookie {
				session = c
			}
		}
		if a.StatusCode != http.StatusSeeOther || session == nil {
			t.Errorf("%s: signing in: %s, cookies %v: %s", name, a.Status, a.Cookies(), a.body)
			continue
		}
		signedIn := func(r *http.Request) { r.AddCookie(session) }
		if a := s.do(http.MethodGet, "/stores", nil, browser, signedIn); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "ann@example.com") {
			t.Errorf("%s: signed in: %s", name, a.Status)
		}
		if a := s.do(http.MethodPost, "/sign-out", nil, browser, signedIn); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: signing out: %s: %s", name, a.Status, a.body)
		}
		if a := s.do(http.MethodGet, "/stores", nil, browser, signedIn); a.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: signed out: %s", name, a.Status)
		}
	}
}
