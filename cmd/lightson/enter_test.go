package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightson/models/modelstest"
)

func TestWhatPeopleEnteredGoesOutAndInAsFiles(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		here := on(url, dir)
		file := func(name, text string) string {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			return path
		}
		enter := func(what, text string) string {
			return mustRun(t, append([]string{"enter", what, file(what+".csv", text)}, here...)...)
		}
		const header = "scope,name,from,to,category,note,by,withdrawn_at\n"
		if out := enter("corrections", header+"all,,2023-01-25T12:00:00Z,2023-01-25T13:00:00Z,other,cut,ann,\n"+
			"store,1,2023-01-25T12:00:00Z,2023-01-25T13:00:00Z,other,,,2023-01-26T13:00:00Z\n"); !strings.Contains(out, "1 corrections entered, 0 known already, 1 withdrawn ones left out") {
			t.Error(out)
		}
		if out := enter("sales", "scope,name,per_hour\nstore,1,59.90\ngroup,Chain,60\n"); !strings.Contains(out, "2 sales entered") {
			t.Error(out)
		}
		if out := enter("targets", "scope,name,percent\nall,,99.5\n"); !strings.Contains(out, "1 targets entered") {
			t.Error(out)
		}
		for what, want := range map[string]string{
			"corrections": ",all,,2023-01-25T12:00:00Z,2023-01-25T13:00:00Z,other,cut,ann,",
			"sales":       "scope,name,per_hour\ngroup,Chain,60.00\nstore,1,59.90\n",
			"targets":     "scope,name,percent,by\nall,,99.50," + userName() + "\n",
		} {
			out := mustRun(t, append([]string{"export", what}, here...)...)
			if !strings.Contains(out, want) {
				t.Errorf("export %s:\n%s\nwant\n%s", what, out, want)
			}
			if what == "corrections" {
				if again := enter(what, out); !strings.Contains(again, "0 corrections entered, 1 known already") {
					t.Error(again)
				}
				continue
			}
			enter(what, out)
			if again := mustRun(t, append([]string{"export", what}, here...)...); again != out {
				t.Errorf("%s entered again:\n%s\nwant\n%s", what, again, out)
			}
		}
		wrong := header + "store,1,2023-01-25T12:00:00Z,2023-01-25T13:00:00Z,other,,,\n" +
			"store,1,2023-01-25T13:00:00Z,2023-01-25T12:00:00Z,other,,,\n" +
			"shop,1,2023-01-25T12:00:00Z,2023-01-25T13:00:00Z,other,,,\n"
		_, _, err := lightson(t, append([]string{"enter", "corrections", file("wrong.csv", wrong)}, here...)...)
		if err == nil || !strings.Contains(err.Error(), "wrong.csv: nothing was entered\n  line 3: end: expected a time after 2023-01-25 13:00:00 UTC") ||
			!strings.Contains(err.Error(), "line 4: scope: expected store, group or all, found shop") {
			t.Error(err)
		}
		if out := mustRun(t, append([]string{"export", "corrections"}, here...)...); strings.Count(out, "\n") != 2 {
			t.Errorf("after a file with wrong rows:\n%s", out)
		}
	})
}
