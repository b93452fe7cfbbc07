package jobs_test

import (
	"strings"
	"testing"

	"lightson/jobs"
	"lightson/models/feed"
)

func TestAFileIsFoundByTheNameThatIsShown(t *testing.T) {
	dir := t.TempDir() // in which no name is taken
	for name, want := range map[string]string{
		"polls.csv":          "polls.csv",
		"Öffnung 1€.csv":     "Öffnung 1€.csv",
		"caf\xe9.csv":        `caf\xE9.csv`,
		"new\nline.csv":      `new\x0Aline.csv`,
		"a\u202egpj.csv":     `a\xE2\x80\xAEgpj.csv`,
		"next\u0085.csv":     `next\xC2\x85.csv`,
		"\xff\x1b[31m\ufffd": `\xFF\x1B[31m` + "\ufffd",
	} {
		shown := jobs.ShownName(name)
		if shown != want || strings.ContainsFunc(shown, feed.IsUnshowable) {
			t.Errorf("%q is shown as %q, want %q", name, shown, want)
		}
		if got := jobs.DiskName(dir, shown); got != name {
			t.Errorf("%q leads to %q, want %q", shown, got, name)
		}
	}
}

// Such a name is that of a file, or of none.
func TestANameThatIsNeverShownForAnotherLeadsToNoOther(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{`foo\x41.csv`, `caf\xC3\xA9.csv`, `a\xe9.csv`, `a\x2Fb`, `\x`, `a\xE`} {
		if got := jobs.DiskName(dir, name); got != name {
			t.Errorf("%s leads to %q", name, got)
		}
	}
}
