package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightson/models/access"
	"lightson/models/modelstest"
)

var importLine = regexp.MustCompile(`(?m)^import (\S+)$`)

func TestADryRunTellsAndUndoTakesBack(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		files, db := newFeeds(t, 20), on(url, dir)
		load := append([]string{"load", files.polls, files.hours, files.zones}, db...)
		report := append([]string{"report", "--as-of=" + asOf}, db...)
		empty, _, err := lightson(t, report...) // and says that there is nothing
		if err != nil {
			t.Fatal(err)
		}

		told := mustRun(t, append(load, "--dry-run")...)
		if now, _, err := lightson(t, report...); !strings.HasPrefix(told, "Nothing was imported.") || err != nil || now != empty {
			t.Errorf("a dry run imported something, or says\n%s", told)
		}
		done := mustRun(t, load...)
		if totals.FindString(told) != totals.FindString(done) || totals.FindString(told) == "" {
			t.Errorf("told\n%s\ndone\n%s", told, done)
		}
		full := mustRun(t, report...)
		undo := func(out string) error {
			_, _, err := lightson(t, append([]string{"undo", importLine.FindStringSubmatch(out)[1]}, db...)...)
			return err
		}
		again := mustRun(t, load...)
		if !strings.HasPrefix(again, "Already imported before (import ") {
			t.Errorf("again:\n%s", again)
		}
		forced := mustRun(t, append(load, "--force")...)
		if strings.Contains(forced, "Already") {
			t.Errorf("forced:\n%s", forced)
		}
		for _, out := range []string{forced, again} {
			if err := undo(out); err == nil || !strings.HasSuffix(err.Error(), "nothing to undo.") {
				t.Errorf("undone though it changed nothing: %v", err)
			}
		}
		if err := undo(done); err != nil {
			t.Error(err)
		}
		if now, _, err := lightson(t, report...); err != nil || now != empty {
			t.Error("undone, something is left")
		}
		mustRun(t, load...)
		if mustRun(t, report...) != full {
			t.Error("loaded again, the report is another")
		}
		if err := undo("import nothing\n"); err == nil || !strings.HasPrefix(err.Error(), "there is no import ") {
			t.Errorf("undo of nothing: %v", err)
		}
		_, audit := withAccounts(t, url, dir)
		records, _, err := audit.Page(t.Context(), access.AuditFilter{Who: userName()}, access.AuditPage{})
		if err != nil {
			t.Fatal(err)
		}
		var recorded []string
		for _, r := range slices.Backward(records) {
			recorded = append(recorded, string(r.Action)+" "+string(r.Outcome))
		}
		want := "import.make done, import.make done, import.make done, import.undo refused, import.undo refused, import.undo done, import.make done, import.undo refused"
		if got := strings.Join(recorded, ", "); got != want || records[1].Target == "" {
			t.Errorf("recorded\n%s\nwant\n%s", got, want)
		}
	})
}
