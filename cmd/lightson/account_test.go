package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/modelstest"
)

// An account command on one database.
type accountRunner struct {
	t    *testing.T
	base []string
}

func (r accountRunner) run(args ...string) (out, stderr string, status int) {
	r.t.Helper()
	out, stderr, err := lightson(r.t, append(append([]string{"account"}, args...), r.base...)...)
	return out, stderr, exitStatus(err)
}

// must runs a command that is to succeed.
func (r accountRunner) must(args ...string) string {
	r.t.Helper()
	out, stderr, status := r.run(args...)
	if status != 0 {
		r.t.Fatalf("account %s: exit %d\n%s", strings.Join(args, " "), status, stderr)
	}
	return out
}

// typed runs a command in a process of its own, with standard input.
func (r accountRunner) typed(input string, args ...string) (out string, status int) {
	r.t.Helper()
	c := command(r.t, append(append([]string{"account"}, args...), r.base...)...)
	c.Stdin = strings.NewReader(input)
	text, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}
	return string(text), c.ProcessState.ExitCode()
}

// withAccounts opens what keeps people beside the commands, as a server does.
func withAccounts(t *testing.T, url, dir string) (*access.Accounts, *access.Audit) {
	t.Helper()
	db := modelstest.OpenURL(t, url, dir)
	accounts, audit := access.NewAccounts(db, access.Options{}), access.NewAudit(db, nil)
	t.Cleanup(func() {
		if err := errors.Join(accounts.Close(context.Background()), audit.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return accounts, audit
}

var invitationLine = regexp.MustCompile(`(?m)^(https://lights\.example\.com)?/invitation/([A-Za-z0-9_-]{43})$`)

func TestAccountsAreMadeAndChangedBesideAServer(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		accounts, audit := withAccounts(t, url, dir)
		r := accountRunner{t, on(url, dir)}
		if out, stderr, status := r.run("list"); out != "" || status != 0 || !strings.Contains(stderr, "there is no account") {
			t.Errorf("without accounts: exit %d, %q, %q", status, out, stderr)
		}
		if out, status := r.typed("a long password\r\nsecond line", "add", "Olga@Example.com", "--name=Olga", "--password-stdin"); status != 0 || out != "olga@example.com has an account: operator, all stores\n" {
			t.Fatalf("exit %d: %s", status, out)
		}
		try := func(password string) error {
			_, err := accounts.CheckPassword(t.Context(), access.Try{Email: "olga@example.com", Password: password})
			return err
		}
		if err := try("a long password"); err != nil {
			t.Error(err)
		}
		// An owner by invitation, with the names of groups as they are.
		out := r.must("add", "ana@example.com", "--role=owner", "--group=Ana, Bob & Co", "--store=7", "--store=12", "--url=https://lights.example.com")
		link := invitationLine.FindStringSubmatch(out)
		if link == nil || link[1] == "" || !strings.HasPrefix(out, "ana@example.com has an account: owner, group Ana, Bob & Co; stores 12, 7\n") {
			t.Fatalf("printed %s", out)
		}
		out = r.must("invite", "ana@example.com")
		if _, err := accounts.Invitation(t.Context(), link[2]); !errors.Is(err, access.ErrInvitation) {
			t.Errorf("the earlier link: %v", err)
		}
		if link = invitationLine.FindStringSubmatch(out); link == nil || link[1] != "" {
			t.Fatalf("printed %s", out)
		}
		if _, err := accounts.UseInvitation(t.Context(), link[2], "another long one"); err != nil {
			t.Error(err)
		}
		if _, _, status := r.run("invite", "ana@example.com"); status != 1 {
			t.Errorf("invited with a password: exit %d", status)
		}
		r.must("role", "ana@example.com", "viewer")
		r.must("role", "ANA@example.com", "owner", "--all")
		r.must("disable", "ana@example.com")
		list := r.must("list")
		for _, row := range []string{
			`(?m)^E-MAIL +NAME +ROLE +REACH +STATE +FACTORS +LAST SIGN-IN$`,
			`(?m)^ana@example.com +— +owner +all stores +disabled +— +never$`,
			`(?m)^olga@example.com +Olga +operator +all stores +active +— +never$`,
		} {
			if !regexp.MustCompile(row).MatchString(list) {
				t.Errorf("no %s in\n%s", row, list)
			}
		}
		if got := r.must("list", "olga"); strings.Contains(got, "ana@") || !strings.Contains(got, "olga@") {
			t.Errorf("searched:\n%s", got)
		}
		r.must("enable", "ana@example.com")
		if out, status := r.typed("yet another one", "password", "olga@example.com", "--password-stdin"); status != 0 {
			t.Errorf("exit %d: %s", status, out)
		}
		if err := try("yet another one"); err != nil {
			t.Error(err)
		}
		if link = invitationLine.FindStringSubmatch(r.must("reset", "olga@example.com", "--factors")); link == nil {
			t.Error("no link for another password")
		}
		if _, _, status := r.run("disable", "olga@example.com"); status != 1 {
			t.Errorf("the last operator was disabled: exit %d", status)
		}
		if out, status := r.typed("a long password", "add", "olga@example.com", "--password-stdin"); status != 1 {
			t.Errorf("added twice: exit %d: %s", status, out)
		}

		records, _, err := audit.Page(t.Context(), access.AuditFilter{}, access.AuditPage{})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, record := range slices.Backward(records) {
			if record.WhoKind != access.IsCommand || record.Who != userName() || record.TargetKind != "person" {
				t.Errorf("%+v", record)
			}
			got = append(got, string(record.Action)+" "+strings.TrimSuffix(record.Target, "@example.com")+" "+string(record.Outcome))
		}
		want := "person.add olga done, person.add ana done, invitation.make ana done, invitation.make ana refused, person.change ana done, person.change ana done, " +
			"person.disable ana done, person.enable ana done, person.password olga done, reset.make olga done, person.disable olga refused, person.add olga refused"
		if text := strings.Join(got, ", "); text != want {
			t.Errorf("recorded\n%s\nwant\n%s", text, want)
		}
		if got, want := records[0].Detail, "operator, all stores: add person: another account has this e-mail"; got != want {
			t.Errorf("the last record says %s, want %s", got, want)
		}
	})
}

func TestAccountCommandsSayWhatTheyDidNotDo(t *testing.T) {
	r := accountRunner{t, on("", t.TempDir())}
	if out, status := r.typed("a long password", "add", "olga@example.com", "--password-stdin"); status != 0 {
		t.Fatal(out)
	}
	for _, c := range []struct {
		args   string
		input  string
		status int
		says   string
	}{
		{"add x", "", 2, "enter an address"},
		{"add olga@example.com", "", 1, "another account has this e-mail"},
		{"add a@example.com --role=boss", "", 2, "--role must be one of"},
		{"add a@example.com --role=owner", "", 2, "Say --all, --group or --store"},
		{"add a@example.com --role=owner --all --group=A", "", 2, "found both"},
		{"add a@example.com --group=A", "", 2, "an operator reaches all stores"},
		{"add a@example.com --url=ftp://x", "", 2, "LIGHTSON_URL"},
		{"add a@example.com --password-stdin", "", 1, "found nothing"},
		{"add a@example.com --password-stdin", "short\n", 1, "at least 12 characters; this has 5"},
		{"password olga@example.com", "a long password", 2, "--password-stdin"},
		{"password olga@example.com --password-stdin", "olga@example.com\n", 1, "do not use the e-mail"},
		{"password nobody@example.com --password-stdin", "a long password", 1, "there is no account nobody@example.com"},
		{"role olga@example.com owner", "", 2, "Say --all"},
		{"role olga@example.com owner --all", "", 1, "last operator"},
		{"role olga@example.com boss", "", 2, "must be one of"},
		{"invite olga@example.com", "", 1, "create a reset link instead"},
		{"disable", "", 2, "email"},
		{"enable x", "", 2, "enter an address"},
		{"remove olga@example.com", "", 2, ""},
		{"", "", 2, ""},
	} {
		out, status := r.typed(c.input, strings.Fields(c.args)...)
		if status != c.status || !strings.Contains(out, c.says) || strings.Contains(out, "a long password") {
			t.Errorf("%s: exit %d, want %d with %q:\n%s", c.args, status, c.status, c.says, out)
		}
	}
	if got := r.must("list"); strings.Count(got, "\n") != 2 {
		t.Errorf("accounts are\n%s", got)
	}
}

func TestNoPasswordIsInAnyFileOfTheDatabase(t *testing.T) {
	dir := t.TempDir()
	r := accountRunner{t, on("", dir)}
	if out, status := r.typed("a very long password", "add", "olga@example.com", "--password-stdin"); status != 0 {
		t.Fatal(out)
	}
	link := invitationLine.FindStringSubmatch(r.must("reset", "olga@example.com"))
	if link == nil {
		t.Fatal("no link")
	}
	backup := dir + "/backup.db"
	mustRun(t, "backup", backup, "--data="+dir)
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) < 2 {
		t.Fatal(entries, err)
	}
	for _, entry := range entries {
		if entry.IsDir() {
			continue
		}
		text := read(t, dir+"/"+entry.Name())
		if strings.Contains(text, "a very long password") || strings.Contains(text, link[2]) {
			t.Errorf("%s has a secret", entry.Name())
		}
	}
}
