package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v4"

	"lightson/models/modelstest"
)

// composeFile is what the tests read of compose.yaml.
type composeFile struct {
	Services map[string]composeService
}

type composeService struct {
	Entrypoint  []string
	Environment map[string]string
	Ports       []string
	Volumes     []string
	DependsOn   map[string]struct{ Condition string } `yaml:"depends_on"`
	Healthcheck struct{ Test []string }

	Restart         string
	ReadOnly        bool          `yaml:"read_only"`
	SecurityOpt     []string      `yaml:"security_opt"`
	CapDrop         []string      `yaml:"cap_drop"`
	StopGracePeriod time.Duration `yaml:"stop_grace_period"`
	MemLimit        string        `yaml:"mem_limit"`
	PidsLimit       int           `yaml:"pids_limit"`
	Tmpfs           []string
	Logging         struct{ Options map[string]string }
}

func readCompose(t *testing.T) composeFile {
	t.Helper()
	var file composeFile
	if err := yaml.Unmarshal([]byte(read(t, "../../compose.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Services) != 2 {
		t.Fatalf("compose.yaml has %d services", len(file.Services))
	}
	return file
}

// composeDefault is what compose puts in the place of a variable that is not set.
var composeDefault = regexp.MustCompile(`\$\{[A-Z_]+:-([^}]*)\}`)

// containerEnv is the environment of the program in its container.
func containerEnv(t *testing.T) map[string]string {
	t.Helper()
	env := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^ENV (.*)$`).FindAllStringSubmatch(read(t, "../../Dockerfile"), -1) {
		for pair := range strings.FieldsSeq(line[1]) {
			name, value, _ := strings.Cut(pair, "=")
			env[name] = value
		}
	}
	if len(env) < 3 {
		t.Fatalf("the Dockerfile sets %v", env)
	}
	for name, value := range readCompose(t).Services["lightson"].Environment {
		env[name] = composeDefault.ReplaceAllString(value, "$1")
	}
	return env
}

func TestTheImageAndComposeSetNothingButSettings(t *testing.T) {
	known := map[string]bool{"GOMEMLIMIT": true} // of Go itself
	for _, name := range settingNames(t) {
		known[name], known[name+inFile] = true, true
	}
	for name, value := range containerEnv(t) {
		if !known[name] {
			t.Errorf("%s=%s is no setting", name, value)
		}
		if name == "LIGHTSON_OPEN" || name == "LIGHTSON_DEV" || strings.Contains(value, "password") {
			t.Errorf("%s=%s is not for everybody", name, value)
		}
	}
}

// settingNames are the variables of the server.
func settingNames(t *testing.T) (names []string) {
	t.Helper()
	for line := range strings.Lines(read(t, "../../README.md")) {
		if name := regexp.MustCompile("^\\| `([A-Z_]+)` \\|").FindStringSubmatch(line); name != nil { // another test compares this table with the flags
			names = append(names, name[1])
		}
	}
	if len(names) < 40 {
		t.Fatalf("only %d settings were found", len(names))
	}
	return names
}

func TestComposeLimitsWhatAContainerMayDo(t *testing.T) {
	compose := readCompose(t)
	for name, s := range compose.Services {
		if s.Restart != "unless-stopped" || !s.ReadOnly || len(s.Tmpfs) == 0 || s.MemLimit == "" || s.PidsLimit == 0 ||
			!slices.Contains(s.SecurityOpt, "no-new-privileges:true") || !slices.Contains(s.CapDrop, "ALL") || s.Logging.Options["max-size"] == "" {
			t.Errorf("%s may do more than it needs: %+v", name, s)
		}
		for _, port := range s.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s is published at %s", name, port)
			}
		}
	}
	program, db := compose.Services["lightson"], compose.Services["db"]
	stopAfter, err := time.ParseDuration(program.Environment["LIGHTSON_STOP_AFTER"])
	if err != nil || program.StopGracePeriod <= stopAfter {
		t.Errorf("a stop may take %s and is cut off after %s (%v)", stopAfter, program.StopGracePeriod, err)
	}
	if program.DependsOn["db"].Condition != "service_healthy" || !strings.Contains(strings.Join(db.Healthcheck.Test, " "), "pg_isready -q -h 127.0.0.1") {
		t.Errorf("the server does not wait for the database by TCP: %v, %v", program.DependsOn, db.Healthcheck)
	}
	docker := read(t, "../../Dockerfile")
	for _, want := range []string{"FROM scratch", "\nUSER 10001:10001\n", "\nHEALTHCHECK ", `"/lightson", "healthcheck"`, "-s -w -X main.released=$VERSION", "cp cmd/lightson/licences.txt /", "\nSTOPSIGNAL SIGTERM\n"} {
		if !strings.Contains(docker, want) {
			t.Errorf("the Dockerfile lacks %q", want)
		}
	}
	if strings.Contains(read(t, "../../.dockerignore"), ".git") {
		t.Error("without .git the image does not know its version")
	}
}

// The password of the database is made once, whatever breaks off.
func TestTheDatabaseOfComposeHasAPasswordOfItsOwn(t *testing.T) {
	db := readCompose(t).Services["db"]
	if len(db.Entrypoint) != 3 || db.Entrypoint[0] != "bash" {
		t.Fatalf("the entry point is %v", db.Entrypoint)
	}
	dir, bin := t.TempDir(), t.TempDir()
	for name, does := range map[string]string{"chown": `echo "$@" >>"$0.log"`, "docker-entrypoint.sh": `echo started "$@"`} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+does+"\n"), 0o700); err != nil { //nolint:gosec // a program
			t.Fatal(err)
		}
	}
	script := strings.ReplaceAll(strings.ReplaceAll(db.Entrypoint[2], "$$", "$"), "/run/lightson", dir)
	run := func(script string) string {
		t.Helper()
		c := exec.Command("bash", db.Entrypoint[1], script)
		c.Env = append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))
		out, _ := c.CombinedOutput()
		return string(out)
	}
	run(strings.Replace(script, "mv url.part", "exit 1; mv url.part", 1)) // as the machine may stop
	before := read(t, filepath.Join(dir, "password"))
	if out := run(script); out != "started postgres\n" {
		t.Fatal(out)
	}
	password := read(t, filepath.Join(dir, "password"))
	u, err := url.Parse(read(t, filepath.Join(dir, "database-url")))
	if err != nil {
		t.Fatal(err)
	}
	if known, _ := u.User.Password(); known != password || !regexp.MustCompile(`^[0-9a-f]{48}$`).MatchString(password) || password == before || u.Host != "db" {
		t.Errorf("the server knows %s, the database %q", u, password)
	}
	if out := run(script); out != "started postgres\n" || read(t, filepath.Join(dir, "password")) != password {
		t.Errorf("a second start has another password: %s", out)
	}
	info, err := os.Stat(filepath.Join(dir, "database-url"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if owners := read(t, filepath.Join(bin, "chown.log")); !strings.HasSuffix(owners, "999 password\n10001 url.part\n") {
		t.Errorf("the files belong to %s", owners)
	}
}

// What compose starts comes up from nothing, each time, also where its database is not there
// yet, and is open to nobody.
func TestWhatComposeStartsWaitsForItsDatabase(t *testing.T) {
	db := modelstest.NewServer(t)
	const times = 5
	var bases []string
	for n := range times {
		bases = append(bases, db.Create(fmt.Sprintf("round_%d", n)))
	}
	env := containerEnv(t)
	secret := filepath.Join(t.TempDir(), "database-url")
	env["DATABASE_URL_FILE"], env["LIGHTSON_LOG_FORMAT"] = secret, "text"
	for n, base := range bases {
		if err := os.WriteFile(secret, []byte(base), 0o600); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		env["LIGHTSON_DATA"], env["LIGHTSON_ADDR"] = dir, "0.0.0.0:0"
		for name, value := range env {
			t.Setenv(name, value)
		}
		db.Stop()
		s := launch(t, dir, "serve")
		until(t, "the server waits", func() bool { return strings.Contains(s.log.String(), "waiting for the database") })
		db.Start()
		s.listens()
		s.url = strings.Replace(s.url, "[::]", "127.0.0.1", 1)
		if a := s.get("/readyz"); a.StatusCode != http.StatusOK {
			t.Errorf("start %d: %s", n, a.Status)
		}
		if a := s.do(http.MethodGet, "/", nil, header("Accept", "text/html")); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/sign-in" {
			t.Errorf("start %d is open: %s to %q", n, a.Status, a.Header.Get("Location"))
		}
		link := regexp.MustCompile(`invitation=(http://localhost:8080/invitation/\S+)`).FindStringSubmatch(s.log.String())
		if link == nil {
			t.Fatalf("start %d: nobody is invited: %s", n, s.log.String())
		}
		invitation := strings.TrimPrefix(link[1], "http://localhost:8080")
		a := s.do(http.MethodPost, invitation, strings.NewReader("password=correct+horse+battery"), header("Content-Type", "application/x-www-form-urlencoded"), header("Accept", "text/html"))
		if a.StatusCode != http.StatusSeeOther || len(a.Cookies()) == 0 {
			t.Errorf("start %d: the invitation: %s: %s", n, a.Status, a.body)
		}
		if status := s.terminate(); status != 0 {
			t.Errorf("start %d: exit status %d", n, status)
		}
	}
}

// There is one first account, however often and however many servers start.
func TestTheFirstAccountIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	for n, invites := range []bool{true, false} {
		s := serve(t, "", dir, "--first-account=Ann@example.com")
		if got := strings.Contains(s.log.String(), "/invitation/"); got != invites {
			t.Errorf("start %d: invites %t: %s", n, got, s.log.String())
		}
		if a := s.do(http.MethodGet, "/", nil, header("Accept", "text/html")); a.StatusCode != http.StatusSeeOther {
			t.Errorf("start %d is open: %s", n, a.Status)
		}
		s.kill()
	}
	if out, status := (accountRunner{t, on("", dir)}).typed("", "list"); status != 0 || strings.Count(out, "@") != 1 || !strings.Contains(out, "ann@example.com") {
		t.Errorf("%s", out)
	}
	if _, _, err := lightson(t, append([]string{"serve", "--first-account=nobody"}, on("", dir)...)...); err == nil || !strings.Contains(err.Error(), "LIGHTSON_FIRST_ACCOUNT") {
		t.Errorf("%v", err)
	}
}
