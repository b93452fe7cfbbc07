package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// environmentOf is an environment of variables and of a file .env.
func environmentOf(variables, file map[string]string) *environment {
	return &environment{variable: func(name string) string { return variables[name] }, file: file, sources: map[string]string{}}
}

// fileWith is a file with one setting.
func fileWith(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "setting")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheFirstPlaceThatHasASettingCounts(t *testing.T) {
	const name = "LIGHTSON_SMTP_URL"
	path := fileWith(t, "smtps://in-a-file\n")
	for what, tt := range map[string]struct {
		variables, file map[string]string
		value, source   string
	}{
		"a variable":                {map[string]string{name: "smtps://set"}, nil, "smtps://set", "environment"},
		"a variable before .env":    {map[string]string{name: "smtps://set"}, map[string]string{name: "smtps://other"}, "smtps://set", "environment"},
		"a file":                    {map[string]string{name + "_FILE": path}, nil, "smtps://in-a-file", path},
		"a file before .env":        {map[string]string{name + "_FILE": path}, map[string]string{name: "smtps://other"}, "smtps://in-a-file", path},
		".env":                      {nil, map[string]string{name: "smtps://other"}, "smtps://other", ".env"},
		".env before an empty one":  {map[string]string{name: ""}, map[string]string{name: "smtps://other"}, "smtps://other", ".env"},
		"a file that .env names":    {nil, map[string]string{name + "_FILE": path}, "smtps://in-a-file", path},
		"nothing":                   {nil, nil, "", ""},
		"nothing but what is empty": {map[string]string{name: "", name + "_FILE": ""}, map[string]string{name: ""}, "", ""},
		"the name of another":       {map[string]string{name + "S": "x"}, nil, "", ""},
	} {
		t.Run(what, func(t *testing.T) {
			found, ok, err := environmentOf(tt.variables, tt.file).find(name)
			if err != nil || ok != (tt.value != "") || found != (finding{tt.value, tt.source}) {
				t.Errorf("%+v, %t, %v; want %s from %s", found, ok, err, tt.value, tt.source)
			}
		})
	}
}

func TestAFileWithASettingThatCannotBeReadIsSaid(t *testing.T) {
	const name = "LIGHTSON_SMTP_URL"
	there := fileWith(t, "x")
	for what, tt := range map[string]struct {
		variables map[string]string
		want      string
	}{
		"both":          {map[string]string{name: "a", name + "_FILE": there}, "LIGHTSON_SMTP_URL: expected it or LIGHTSON_SMTP_URL_FILE, found both"},
		"no such file":  {map[string]string{name + "_FILE": there + "x"}, "LIGHTSON_SMTP_URL_FILE: open " + there + "x: no such file or directory"},
		"an empty file": {map[string]string{name + "_FILE": fileWith(t, "\n")}, "expected a setting, found nothing"},
		"a large file":  {map[string]string{name + "_FILE": fileWith(t, strings.Repeat("x", longestSettingFile+1))}, "expected at most 65536 bytes, found more"},
		"a folder":      {map[string]string{name + "_FILE": t.TempDir()}, "is a directory"},
	} {
		t.Run(what, func(t *testing.T) {
			if _, _, err := environmentOf(tt.variables, nil).find(name); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
}

func TestTheFileOfSettingsIsReadWhereTheProgramStarts(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile(".env", []byte("# ours\nLIGHTSON_LOG_FORMAT=json\nexport LIGHTSON_CURRENCY='€'\nOTHER=1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := mustRun(t, "config")
	for _, want := range []string{"LIGHTSON_LOG_FORMAT json .env", "LIGHTSON_CURRENCY € .env", "LIGHTSON_ADDR 127.0.0.1:8080 default"} {
		if !strings.Contains(oneSpace(out), want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	if err := os.WriteFile(".env", []byte("LIGHTSON_SMTP_URL='hunter2\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := lightson(t, "config"); err == nil || !strings.Contains(err.Error(), ".env: expected lines such as") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v", err)
	}
}

// oneSpace is a table without its columns.
func oneSpace(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "\n")
}

func TestTheListOfSettingsSaysWhereEachComesFromAndHidesSecrets(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "postgres://lightson:hunter2@db.example.com/lightson")
	t.Setenv("LIGHTSON_SOURCES", "https://poller.example.com/polls.csv?key=hunter2")
	t.Setenv("LIGHTSON_URL", "https://status.example.com")
	t.Setenv("LIGHTSON_OIDC_ISSUER", "https://id.example.com")
	t.Setenv("LIGHTSON_OIDC_CLIENT_ID", "lightson")
	secret := fileWith(t, "hunter2\n")
	t.Setenv("LIGHTSON_OIDC_CLIENT_SECRET_FILE", secret)
	out := oneSpace(mustRun(t, "config", "--currency=€"))
	if strings.Contains(out, "hunter2") {
		t.Errorf("a secret is shown:\n%s", out)
	}
	for _, want := range []string{
		"SETTING VALUE FROM\n", "LIGHTSON_OIDC_CLIENT_SECRET … " + secret, "LIGHTSON_CURRENCY € command line",
		"LIGHTSON_OIDC_CLIENT_ID lightson environment", "LIGHTSON_SMTP_URL (empty) default", "LIGHTSON_SESSION_IDLE 24h default",
		"DATABASE_URL postgres://lightson:***@db.example.com/lightson environment", "LIGHTSON_SOURCES https://poller.example.com/polls.csv?",
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	for name := range settingsOf(t) {
		if !strings.Contains(out, "\n"+name+" ") {
			t.Errorf("%s is not listed", name)
		}
	}
}

func TestTheListOfSettingsSaysWhatTheServerWouldNotStartWith(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("LIGHTSON_INGEST_EVERI", "1m")
	out, stderr, err := lightson(t, "config", "--stop-after=0s", "--url=status", "--keep-polls=2")
	if err == nil || !strings.Contains(out, "LIGHTSON_STOP_AFTER") {
		t.Fatalf("error %v:\n%s", err, out)
	}
	for _, want := range []string{"LIGHTSON_STOP_AFTER: expected at least 1ms, found 0s", "LIGHTSON_URL: expected an address"} {
		if strings.Count(err.Error(), want) != 1 {
			t.Errorf("%q is not once in %v", want, err)
		}
	}
	if stderr != "LIGHTSON_INGEST_EVERI: no setting has this name\n" {
		t.Errorf("it said %q", stderr)
	}
}
