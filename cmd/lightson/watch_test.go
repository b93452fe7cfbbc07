package main

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"lightson/models/modelstest"
)

// promtool runs Prometheus' own tool on some input.
func promtool(t *testing.T, input string, args ...string) {
	t.Helper()
	path := os.Getenv("TEST_PROMTOOL")
	if path == "" {
		modelstest.Skip(t, "no promtool: run make test, or .ci/with-services go test, or set TEST_PROMTOOL")
	}
	check := exec.CommandContext(t.Context(), path, args...)
	check.Dir, check.Stdin = filepath.Join(root, "cmd/watch"), strings.NewReader(input)
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

var metricsURLInLog = regexp.MustCompile(`msg="serving metrics" url=(http://\S+)/metrics`)

// private asks the private port of a server.
func (s *server) private(path, host string) (status int, body string) {
	s.t.Helper()
	match := metricsURLInLog.FindStringSubmatch(s.log.String())
	if match == nil {
		s.t.Fatalf("no address of metrics in the log: %s", s.log.String())
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, match[1]+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Host = host
	a, err := s.client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(a.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return a.StatusCode, string(text)
}

var (
	typeLine    = regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`)
	namesMetric = regexp.MustCompile(`\b(?:lightson|go|process)_[a-z_]+\b`)
)

// metricNames are the metrics of a text in Prometheus' format, with the parts of histograms.
func metricNames(text string) map[string]bool {
	names := map[string]bool{}
	for _, match := range typeLine.FindAllStringSubmatch(text, -1) {
		names[match[1]] = true
		if match[2] == "histogram" {
			names[match[1]+"_bucket"], names[match[1]+"_sum"], names[match[1]+"_count"] = true, true, true
		}
	}
	return names
}

func TestARunningServerHasTheMetricsOfTheDashboardAndOfTheRules(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir, "--demo", "--metrics-addr=127.0.0.1:0", "--sources=http://127.0.0.1:1/polls.csv")
		s.csv(s.trigger(""))
		if a := s.get("/nowhere"); a.StatusCode != http.StatusNotFound {
			t.Errorf("status %d", a.StatusCode)
		}
		var text string
		until(t, "the report and the figures are in the metrics", func() bool {
			_, text = s.private("/metrics", "localhost")
			return strings.Contains(text, "\nlightson_reports_total{state=\"complete\"} 1\n") && strings.Contains(text, "\nlightson_stores{state=\"up\"} ")
		})
		known, used := metricNames(text), map[string]bool{}
		for _, file := range []string{"/dashboard.json", "/alerts.yaml"} {
			status, body := s.private(file, "127.0.0.1")
			if status != http.StatusOK || file == "/dashboard.json" && !json.Valid([]byte(body)) {
				t.Errorf("%s: %d, %.200s", file, status, body)
			}
			for _, name := range namesMetric.FindAllString(body, -1) {
				if used[name] = true; !known[name] {
					t.Errorf("%s has %s, which the server has not", file, name)
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(known)) {
			part := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_sum"), "_count")
			if strings.HasPrefix(name, "lightson_") && !used[part] && !used[part+"_bucket"] {
				t.Errorf("neither the dashboard nor a rule has %s", name)
			}
		}
		for _, want := range []string{
			`lightson_http_requests_total{method="GET",route="/get_report",status="2xx"}`, `lightson_http_requests_total{method="GET",route="none",status="4xx"} 1`,
			`lightson_source_failures{number="1",url="http://127.0.0.1:1/polls.csv"}`, `lightson_database_up 1`, `lightson_queue_depth{kind="reports"} 0`,
		} {
			if !strings.Contains(text, "\n"+want) {
				t.Errorf("no %s", want)
			}
		}
		if strings.Contains(text, "nowhere") {
			t.Error("an address is in the metrics")
		}
		for path, want := range map[string]int{"/": 200, "/debug/pprof/goroutine?debug=1": 200, "/debug/pprof/cmdline": 404, "/stores": 404} {
			if status, _ := s.private(path, "[::1]:1"); status != want {
				t.Errorf("%s: status %d, expected %d", path, status, want)
			}
			if status, body := s.private(path, "evil.example"); status != http.StatusMisdirectedRequest || strings.Contains(body, "goroutine") {
				t.Errorf("%s under another name: status %d", path, status)
			}
		}
		promtool(t, text, "check", "metrics")
		promtool(t, s.get("/metrics").body, "check", "metrics")
	})
}

func TestTheAlertRulesFireWhenTheyShould(t *testing.T) {
	rules := read(t, filepath.Join(root, "cmd/watch/alerts.yaml"))
	tests := strings.Split(read(t, filepath.Join(root, "cmd/watch/alerts_test.yaml")), "- eval_time:")[1:]
	for _, match := range regexp.MustCompile(`(?m)- alert: (\S+)$`).FindAllStringSubmatch(rules, -1) {
		if !slices.ContainsFunc(tests, func(test string) bool {
			return strings.Contains(test, "alertname: "+match[1]+"\n") && strings.Contains(test, "exp_labels:")
		}) {
			t.Errorf("no test has %s fire", match[1])
		}
	}
	promtool(t, "", "check", "rules", "alerts.yaml")
	promtool(t, "", "test", "rules", "alerts_test.yaml")
}

// Lines of requests are written every tenth of a second; those since the last time must not be
// lost.
func TestEveryRequestUntilTheStopHasItsLineInTheLog(t *testing.T) {
	s := serve(t, "", t.TempDir(), "--access-log=all", "--drain=250ms")
	s.get("/readyz") // so that the server answers for as long as it drains
	if err := s.child.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	answered := 0
	for {
		if _, err := s.send(http.MethodGet, "/healthz", nil); err != nil {
			break
		}
		answered++
	}
	if status := s.exit(); status != 0 {
		t.Errorf("exit status %d", status)
	}
	if lines := strings.Count(s.log.String(), "msg=request method=GET route=/healthz "); lines < answered || answered == 0 {
		t.Errorf("%d of %d requests are in the log", lines, answered)
	}
}

// A statement is slow by whichever way it was sent.
func TestSlowStatementsAreLoggedWithoutTheirValues(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir, "--slow-query=1ns")
		const secret = "s3cr3t-value"
		s.get("/stores?q=" + secret)
		s.get("/get_report?report_id=" + secret)
		id := s.trigger("")
		s.csv(id)
		s.terminate()
		if strings.Contains(s.log.String(), secret) {
			t.Error("a value is in the log")
		}
		statements, requests := map[string]bool{}, map[string]bool{}
		for line := range strings.Lines(s.log.String()) {
			_, text, slow := strings.Cut(line, `msg="slow statement" `)
			if !slow {
				continue
			}
			for _, verb := range []string{"SELECT", "INSERT", "UPDATE"} {
				statements[verb] = statements[verb] || strings.Contains(text, `statement="`+verb)
			}
			requests["request"] = requests["request"] || strings.Contains(text, " request=")
			requests["work"] = requests["work"] || strings.Contains(text, " work="+id)
			requests["queue"] = requests["queue"] || strings.Contains(text, "river_job")
		}
		for _, verb := range []string{"SELECT", "INSERT", "UPDATE"} {
			if !statements[verb] {
				t.Errorf("no slow %s: %v", verb, statements)
			}
		}
		for _, of := range []string{"request", "work", "queue"} {
			if !requests[of] {
				t.Errorf("no slow statement of a %s", of)
			}
		}
	})
}
