package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"lightson/models/modelstest"
)

// The settings that the service and its file name are settings, and systemd reads the unit
// without a word, where it is installed; what the unit promises is looked up in any case.
func TestTheServiceIsThatOfThisProgram(t *testing.T) {
	unit := read(t, "deploy/lightson.service")
	known := settingNames(t)
	for _, name := range regexp.MustCompile(`\b(?:LIGHTSON|DATABASE)_[A-Z_]+\b`).FindAllString(unit+read(t, "deploy/settings.env"), -1) {
		if !slices.Contains(known, strings.TrimSuffix(name, inFile)) {
			t.Errorf("%s is no setting", name)
		}
	}
	lines := map[string]string{}
	for _, line := range regexp.MustCompile(`(?m)^([A-Za-z]+)=(.*)$`).FindAllStringSubmatch(unit, -1) {
		lines[line[1]] = line[2]
	}
	for name, want := range map[string]string{
		"ExecStart": "/usr/bin/lightson serve", "ExecReload": "/bin/kill -HUP $MAINPID", "DynamicUser": "yes", "StateDirectory": "lightson", "ProtectSystem": "strict",
		"NoNewPrivileges": "yes", "CapabilityBoundingSet": "", "PrivateTmp": "yes", "MemoryDenyWriteExecute": "yes", "WorkingDirectory": "-/etc/lightson", "TimeoutStopSec": "30",
	} {
		if got, has := lines[name]; !has || got != want {
			t.Errorf("%s=%q, want %q", name, got, want)
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		return
	}
	file := filepath.Join(t.TempDir(), "lightson.service") // verify wants the program to be there
	if err := os.WriteFile(file, []byte(strings.Replace(unit, "/usr/bin/lightson", "/bin/true", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(analyze, "verify", "--man=no", file).CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("%v: %s", err, out)
	}
}

// releaseFiles writes what a release has beside the program, and returns the folder.
func releaseFiles(t *testing.T) string {
	t.Helper()
	program, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if out, err := exec.Command("../../.ci/release-files", dir, program).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return dir
}

// A file that a package names and nobody has is found here, and not when something is released.
func TestEveryFileOfAReleaseIsThere(t *testing.T) {
	var release struct {
		Version int
		Builds  []struct {
			Main    string
			Ldflags []string
		}
		Archives []struct{ Files []any }
		Nfpms    []struct {
			Formats  []string
			Contents []struct{ Src, Dst, Type string }
			Scripts  map[string]string
		}
		Sboms []any
	}
	if err := yaml.Unmarshal([]byte(read(t, "../../.goreleaser.yaml")), &release); err != nil {
		t.Fatal(err)
	}
	if release.Version != 2 || len(release.Builds) != 1 || len(release.Archives) != 1 || len(release.Nfpms) != 1 || len(release.Sboms) == 0 {
		t.Fatalf("%+v", release)
	}
	if build := release.Builds[0]; build.Main != "./cmd/lightson" || !slices.Contains(build.Ldflags, "-s -w -X main.released={{.Tag}}") {
		t.Errorf("%+v", build)
	}
	var named []string
	for _, file := range release.Archives[0].Files {
		switch f := file.(type) {
		case string:
			named = append(named, f)
		case map[string]any:
			src, _ := f["src"].(string)
			named = append(named, src)
		}
	}
	at := map[string]string{}
	for _, c := range release.Nfpms[0].Contents {
		named = append(named, c.Src)
		at[c.Dst] = c.Src
		if strings.HasPrefix(c.Dst, "/etc/") && c.Type != "config|noreplace" {
			t.Errorf("an upgrade replaces %s", c.Dst)
		}
	}
	for _, script := range release.Nfpms[0].Scripts {
		named = append(named, script)
	}
	if at["/usr/lib/systemd/system/lightson.service"] != "cmd/lightson/deploy/lightson.service" || at["/etc/lightson/.env"] == "" || len(release.Nfpms[0].Formats) != 2 {
		t.Errorf("a package has %v", at)
	}
	made := releaseFiles(t)
	for _, name := range named {
		path := filepath.Join("../..", name)
		if generated, is := strings.CutPrefix(name, "bin/release/"); is {
			path = filepath.Join(made, generated)
		}
		if info, err := os.Stat(path); err != nil || info.Size() == 0 {
			t.Errorf("%s is not there (%v)", name, err)
		}
	}
}

// An action that is not pinned to a commit can be another tomorrow.
func TestWorkflowsArePinnedAndMayDoLittle(t *testing.T) {
	for _, file := range []string{"ci.yml", "release.yml"} {
		workflow := read(t, "../../.github/workflows/"+file)
		uses := regexp.MustCompile(`uses: (\S+)`).FindAllStringSubmatch(workflow, -1)
		if len(uses) < 2 {
			t.Errorf("%s: only %d actions were found", file, len(uses))
		}
		for _, use := range uses {
			if !regexp.MustCompile(`^actions/[a-z-]+@[0-9a-f]{40}$`).MatchString(use[1]) {
				t.Errorf("%s: %s is not pinned to a commit", file, use[1])
			}
		}
		for _, want := range []string{"\npermissions:", "persist-credentials: false", "timeout-minutes:"} {
			if !strings.Contains(workflow, want) {
				t.Errorf("%s lacks %q", file, want)
			}
		}
	}
}

// What shellcheck says of scripts, those that the program prints included.
func TestShellScriptsAreClean(t *testing.T) {
	shellcheck, err := exec.LookPath("shellcheck")
	if err != nil {
		modelstest.Skip(t, "no shellcheck: run make test, or .ci/with-services go test")
	}
	scripts := []string{filepath.Join(releaseFiles(t), "lightson.bash")}
	for _, pattern := range []string{"../../.ci/*", "deploy/*.sh"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		scripts = append(scripts, found...)
	}
	scripts = slices.DeleteFunc(scripts, func(name string) bool {
		info, err := os.Stat(name)
		return strings.Contains(name, "tools.") || err == nil && info.IsDir() // programs of Node.js
	})
	if len(scripts) < 8 {
		t.Errorf("only %v were found", scripts)
	}
	if out, err := exec.Command(shellcheck, append([]string{"--shell=bash"}, scripts...)...).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	compose := exec.Command(shellcheck, "--shell=bash", "-")
	compose.Stdin = strings.NewReader(strings.ReplaceAll(readCompose(t).Services["db"].Entrypoint[2], "$$", "$"))
	if out, err := compose.CombinedOutput(); err != nil {
		t.Errorf("compose.yaml: %v\n%s", err, out)
	}
}
