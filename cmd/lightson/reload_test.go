package main

import (
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAHangupHasAServerReadItsSettingsAgain(t *testing.T) {
	caught := make(chan os.Signal, 1) // under nohup the server would inherit that it is ignored
	signal.Notify(caught, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(caught) })
	dir := t.TempDir()
	set := func(name, value string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Setenv("LIGHTSON_SOURCES_FILE", set("sources", "https://poller.example.com/polls.csv?key=hunter2"))
	t.Setenv("LIGHTSON_LOG_LEVEL_FILE", set("level", "info"))
	t.Setenv("LIGHTSON_CURRENCY_FILE", set("currency", "$"))
	t.Setenv("LIGHTSON_PULL_EVERY", "24h")
	t.Setenv("LIGHTSON_PULL_EVRY", "24h")
	server := serve(t, "", t.TempDir())
	says := func(what, want string) {
		t.Helper()
		if err := server.child.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		until(t, what, func() bool { return strings.Contains(server.log.String(), want) })
	}
	set("sources", "https://poller.example.com/polls.csv?key=hunter3")
	set("currency", "€")
	says("sources are taken over", `msg="settings were read again" taken=[LIGHTSON_SOURCES]`)
	says("the rest is told", `msg="settings changed that need a restart" settings=[LIGHTSON_CURRENCY]`)
	set("currency", "far too long for a currency")
	says("a slip changes nothing", "so all stay as they were\" error=\"LIGHTSON_CURRENCY: expected at most 12 bytes of text")
	set("currency", "€")
	set("level", "error")
	says("the level of the log is taken over", "taken=[LIGHTSON_LOG_LEVEL]")
	until(t, "nothing is logged that is no error", func() bool {
		before := server.log.String()
		if err := server.child.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		mustRunHealthcheck(t, server)
		return server.log.String() == before
	})
	if want := `msg="no setting has this name" name=LIGHTSON_PULL_EVRY`; strings.Count(server.log.String(), want) != 1 {
		t.Errorf("%s is not said once", want)
	}
	if log := server.log.String(); strings.Contains(log, "hunter") || strings.Contains(log, "msg=stopping") {
		t.Errorf("the log is\n%s", log)
	}
}

func mustRunHealthcheck(t *testing.T, s *server) {
	t.Helper()
	if out := mustRun(t, "healthcheck", "--addr="+strings.TrimPrefix(s.url, "http://")); out != "" {
		t.Errorf("it printed %q", out)
	}
}

func TestAHealthcheckFailsWhereNoServerIsReady(t *testing.T) {
	server := serve(t, "", t.TempDir())
	mustRunHealthcheck(t, server)
	address := "--addr=" + strings.Replace(strings.TrimPrefix(server.url, "http://"), "127.0.0.1", "0.0.0.0", 1)
	if out := mustRun(t, "healthcheck", address); out != "" {
		t.Errorf("it printed %q", out)
	}
	server.kill()
	if _, _, err := lightson(t, "healthcheck", address, "--within=1s"); err == nil || !strings.Contains(err.Error(), "the server did not answer") {
		t.Errorf("error %v", err)
	}
}

func TestAServerIsAskedWhereThisMachineReachesIt(t *testing.T) {
	for listening, want := range map[string]string{
		"0.0.0.0:8080": "127.0.0.1:8080", ":8080": "127.0.0.1:8080", "[::]:8080": "[::1]:8080", "10.1.2.3:80": "10.1.2.3:80", "localhost:8080": "localhost:8080",
	} {
		if got, err := dialable(listening); err != nil || got != want {
			t.Errorf("%s: %s, %v; want %s", listening, got, err, want)
		}
	}
	for _, wrong := range []string{"8080", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:"} {
		if got, err := dialable(wrong); err == nil {
			t.Errorf("%s: %s", wrong, got)
		}
	}
}
