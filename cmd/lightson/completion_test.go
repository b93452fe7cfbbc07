package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"lightson/models/modelstest"
)

// completed asks bash itself for the words that may come at the end of a command line.
func completed(t *testing.T, line ...string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		modelstest.Skip(t, "no bash")
	}
	const ask = `source /dev/stdin; COMP_WORDS=(lightson "$@"); COMP_CWORD=$#; _lightson; printf '%s\n' "${COMPREPLY[@]}"`
	c := exec.Command(bash, append([]string{"-euc", ask, "bash"}, line...)...)
	c.Stdin, c.Dir = strings.NewReader(mustRun(t, "completion", "bash")), t.TempDir()
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Fields(string(out))
}

func TestBashCompletesCommandsAndFlags(t *testing.T) {
	for line, want := range map[string]string{
		"hea":                    "healthcheck",
		"account re":             "reset",
		"account add --gro":      "--group",
		"serve --oidc-is":        "--oidc-issuer",
		"serve --addr x --log-l": "--log-level",
		"--log-level":            "--log-level",
		"--log-level e":          "error",
		"serve --log-format j":   "json",
		"account add --role own": "owner",
		"completion f":           "fish",
		"version --lic":          "--licences",
		"load --data x --dry":    "--dry-run",
		"serve --dry":            "",
		"load nothing":           "",
	} {
		if got := strings.Join(completed(t, strings.Split(line, " ")...), " "); got != want {
			t.Errorf("lightson %s: %q, want %q", line, got, want)
		}
	}
	all := completed(t, "")
	for _, command := range []string{"serve", "load", "undo", "report", "account", "completion", "version"} {
		if !slices.Contains(all, command) {
			t.Errorf("%s is not offered: %v", command, all)
		}
	}
}

// Each shell is offered each command and each flag, with some of its help.
func TestEveryShellIsOfferedEverything(t *testing.T) {
	for _, shell := range []string{"zsh", "fish"} {
		script := mustRun(t, "completion", shell)
		for _, want := range []string{"healthcheck", "/account/add", "oidc-issuer", "operator owner viewer", "Take an import out of the data again", "fish"} {
			if !strings.Contains(script, want) {
				t.Errorf("%s is not offered %q", shell, want)
			}
		}
		if strings.Contains(script, "-a  ") || strings.Contains(script, "'':") {
			t.Errorf("%s is offered nothing:\n%s", shell, script)
		}
		if path, err := exec.LookPath(shell); err == nil { // where there is one, it understands the script
			c := exec.Command(path, "-n")
			if c.Stdin = strings.NewReader(script); shell == "fish" {
				c.Args = append(c.Args, "/dev/stdin")
			}
			if out, err := c.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s", shell, err, out)
			}
		}
	}
}
