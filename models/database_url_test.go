package models_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightson/models"
)

// Addresses as GORM, psql and JDBC document them, and mistyped. Nobody answers at any.
func TestNoErrorShowsThePasswordOfTheDatabase(t *testing.T) {
	for _, address := range []string{
		"host=127.0.0.1 port=1 user=lo password=hunter2 dbname=lo", "host=127.0.0.1 password='hunter2' user=lo", "password = hunter2", "PASSWORD=hunter2 host=x",
		"lo:hunter2@127.0.0.1:5432/lo", "postgres:/lo:hunter2@127.0.0.1/lo", "postgres//lo:hunter2@127.0.0.1/lo", "postgres:lo:hunter2@127.0.0.1", "//lo:hunter2@127.0.0.1/lo",
		"postgres:///lo:hunter2@127.0.0.1:1/lo", "Postgres://lo:hunter2@127.0.0.1/lo", " postgres://lo:hunter2@127.0.0.1/lo", "'postgres://lo:hunter2@127.0.0.1/lo'",
		"jdbc:postgresql://127.0.0.1/lo?user=lo&password=hunter2", "mysql://lo:hunter2@127.0.0.1/lo", "lo:hunter2@x://y", "postgres:\\\\lo:hunter2@127.0.0.1\\lo",
		"postgres://lo:hunter2@127.0.0.1:54x32/lo", "postgres://lo:hunter2@127.0.0.1:99999/lo", "postgres://lo:hunter2@[127.0.0.1/lo", "postgres://lo:hunter2@127.0.0.1 /lo",
		"postgres://lo:hunter2@127.0.0.1:1/lo", "postgres://127.0.0.1:1/lo?user=lo&password=hunter2", "postgres://127.0.0.1:1/lo?password=hunter2&sslmode=never",
		"postgres://lo:hunter2%zz@127.0.0.1:1/lo", "postgres://lo:%68unter2@127.0.0.1:1/lo?sslmode=never", "postgres://lo:hunter2/x@127.0.0.1/lo", "postgres://lo:1/hunter2@127.0.0.1/lo",
		"postgres://lo:hunter2?@127.0.0.1/lo", "postgres://lo:1?hunter2@127.0.0.1:1/lo", "postgres://lo:a#hunter2@127.0.0.1/lo", "postgres://lo:a@hunter2@127.0.0.1:1/lo?sslmode=never",
		"postgres://lo:hunter2@127.0.0.1:1/lo?pool_max_conns=many", "postgres://lo:hunter2@127.0.0.1:1/lo?sslkey=/nowhere&sslcert=/nowhere", "postgres://lo:\x01hunter2@127.0.0.1/lo",
		"postgres://lo:hunter2", "postgres://lo:hunter2/lo", "postgres://lo:hunter2?host=127.0.0.1&port=1", "postgres://127.0.0.1:1,lo:hunter2/lo", "postgres://lo:h:hunter2/lo",
	} {
		db, err := models.Open(ctx, address, t.TempDir())
		if err == nil {
			_ = db.Close()
			t.Errorf("%s is a database", address)
			continue
		}
		for _, form := range []string{err.Error(), fmt.Sprintf("%+v", err)} {
			if strings.Contains(form, "hunter2") {
				t.Errorf("%s: %s", address, form)
			}
		}
	}
}

func TestAnErrorAboutAnAddressSaysWhatItLooksLike(t *testing.T) {
	const start = "DATABASE_URL: expected postgres://…, or nothing for SQLite; found "
	for address, want := range map[string]string{
		"mysql://me:x@h/d":              "mysql://…",
		"jdbc:postgresql://h/d":         "jdbc:postgresql://…",
		"host=h user=u password=p":      "the form host=… user=…",
		"me:secret@h/d":                 "something without ://",
		"me:secret@h://d":               "something else before ://",
		"POSTGRES://h/d":                "something else before ://",
		strings.Repeat("x", 30) + "://": "something else before ://",
	} {
		if _, err := models.Open(ctx, address, ""); err == nil || err.Error() != start+want {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestHidingKeepsTheRestOfASentence(t *testing.T) {
	for _, test := range []struct{ text, address, want string }{
		{"expected postgres://…", "postgres://postgres:postgres@h/postgres", "expected postgres://…"},
		{"parse postgres://a:postgres@h", "postgres://a:postgres@h/d", "parse postgres://a:***@h"},
		{"dial hunter: no user hunter2", "postgres://hunter:hunter2@h/d", "dial hunter: no user ***"},
		{"a banana, password=a", "postgres://u:a@h/d", "a banana, password=***"},
		{`found "p\"w"`, `postgres://u:p"w@h/d`, `found "***"`},
		{"p w and p%20w and p+w", "postgres://u:p%20w@h/d", "*** and *** and ***"},
		{"nothing to hide", "postgres://u@h/d", "nothing to hide"},
		{"nothing to hide", "", "nothing to hide"},
		{"dial h:5432, [::1]:5433", "postgres://h:5432,[::1]:5433/d", "dial h:5432, [::1]:5433"},
	} {
		if got := models.HidePasswords(test.text, test.address); got != test.want {
			t.Errorf("%s of %s: %s, want %s", test.text, test.address, got, test.want)
		}
	}
	if got := models.HidePasswords("s3cret", "", "s3cret"); got != "***" {
		t.Error(got)
	}
	cause := errors.New("no s3cret")
	if err := models.HidePasswordsIn(cause, "", "s3cret"); err.Error() != "no ***" || !errors.Is(err, cause) {
		t.Error(err)
	}
	if err := models.HidePasswordsIn(cause, "", ""); !errors.Is(err, cause) || err.Error() != cause.Error() || models.HidePasswordsIn(nil, "") != nil {
		t.Error(err)
	}
}
