package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightson/models/modelstest"
)

// apiTools is the folder with the programs that read the description of the API as others do,
// and our own files for them.
type apiTools struct {
	t        *testing.T
	programs string // TEST_API_TOOLS
	root     string // of the repository
	dir      string // for what is generated
}

func newAPITools(t *testing.T, description string) apiTools {
	t.Helper()
	programs := os.Getenv("TEST_API_TOOLS")
	if programs == "" {
		modelstest.Skip(t, "no programs for the API: run make test, or .ci/with-services --api go test")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	tools := apiTools{t, programs, root, t.TempDir()}
	tools.write("openapi.yaml", description)
	return tools
}

func (a apiTools) write(name, text string) {
	a.t.Helper()
	if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
}

// copied puts files of ours beside what is generated.
func (a apiTools) copied(names ...string) {
	a.t.Helper()
	for _, name := range names {
		content, err := os.ReadFile(a.ours(name))
		if err != nil {
			a.t.Fatal(err)
		}
		a.write(filepath.Base(name), string(content))
	}
}

func (a apiTools) ours(name string) string { return filepath.Join(a.root, ".ci/api", name) }

// node runs a program of the folder, go one of .ci/tools.mod. What they print is returned.
func (a apiTools) node(program string, args ...string) string {
	a.t.Helper()
	c := exec.CommandContext(a.t.Context(), filepath.Join(a.programs, "node_modules/.bin", program), args...)
	c.Dir = a.dir
	return a.output(c)
}

func (a apiTools) goTool(args ...string) string {
	a.t.Helper()
	c := exec.CommandContext(a.t.Context(), "go", args...)
	c.Dir = a.root
	return a.output(c)
}

func (a apiTools) output(c *exec.Cmd) string {
	a.t.Helper()
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	c.Env = append(os.Environ(), "NODE_NO_WARNINGS=1", "NO_COLOR=1", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "REDOCLY_TELEMETRY=off")
	if err := c.Run(); err != nil {
		a.t.Fatalf("%s: %v\n%s\n%s", strings.Join(c.Args, " "), err, &stdout, &stderr)
	}
	return stdout.String()
}

// What generators of clients and linters think of the description is what its readers meet.
func TestTheDescriptionOfTheAPIIsCleanAndClientsMadeOfItWork(t *testing.T) {
	f, dir := newFeeds(t, 30), t.TempDir()
	mustRun(t, append([]string{"load", f.polls, f.hours, f.zones, f.names}, on("", dir)...)...)
	s := serve(t, "", dir)
	tools := newAPITools(t, s.get("/api/v1/openapi.yaml").body)

	tools.node("redocly", "lint", "openapi.yaml", "--config", tools.ours("redocly.yaml"), "--format", "stylish")
	tools.node("spectral", "lint", "openapi.yaml", "--ruleset", tools.ours("spectral.yaml"), "--fail-severity", "hint", "--quiet")

	tools.copied("client.ts", "tsconfig.json", "package.json")
	if err := os.Symlink(filepath.Join(tools.programs, "node_modules"), filepath.Join(tools.dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	tools.node("openapi-typescript", "openapi.yaml", "--output", "description.d.ts")
	tools.node("tsc", "--project", ".")
	node := exec.CommandContext(t.Context(), "node", "client.js", s.url)
	node.Dir = tools.dir
	byTypeScript := tools.output(node)

	tools.copied("goclient/main.go")
	program, client := filepath.Join(tools.dir, "main.go"), filepath.Join(tools.dir, "client.go")
	tools.goTool("tool", "-modfile=.ci/tools.mod", "oapi-codegen", "-generate=types,client", "-package=main", "-o", client, filepath.Join(tools.dir, "openapi.yaml"))
	byGo := tools.goTool("run", "-modfile=.ci/tools.mod", program, client, s.url)

	if byGo != byTypeScript {
		t.Errorf("the Go client says\n%s\nthe TypeScript client\n%s", byGo, byTypeScript)
	}
	for _, want := range []string{"stores 30 up ", "unknown 404 There is no such store", "the same report true", "report complete rows 30", "correction power_or_network", "withdrawn 200"} {
		if !strings.Contains(byGo, want) {
			t.Errorf("the clients say\n%s, want %q", byGo, want)
		}
	}
}
