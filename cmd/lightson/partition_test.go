package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

func TestPollsOfAnEarlierVersionArePartitionedWhileAServerGoesOn(t *testing.T) {
	modelstest.EachEmpty(t, func(t *testing.T, url, dir string) {
		old, err := models.Open(t.Context(), url, dir)
		if err != nil {
			t.Fatal(err)
		}
		if err := modelstest.MigrateUnpartitioned(old); err != nil {
			t.Fatal(err)
		}
		modelstest.Load(t, old, modelstest.PollsFile("1,active,2022-12-31 18:00:00 UTC", "1,inactive,2023-01-25 18:00:00 UTC"))
		if err := old.Close(); err != nil {
			t.Fatal(err)
		}
		if url == "" {
			if text := mustRun(t, "partition", "--data="+dir); text != "nothing to do: SQLite has no partitions\n" {
				t.Error(text)
			}
			return
		}
		s := serve(t, url, dir)
		csv := s.csv(s.trigger(""))
		for _, want := range []string{"2 days copied into 2 partitions\n", "nothing to do: polls have 2 partitions\n"} {
			if text := runChild(t, append([]string{"partition"}, on(url, dir)...)...); !strings.HasSuffix(text, want) {
				t.Errorf("%s, want %s", text, want)
			}
			if s.csv(s.trigger("")) != csv {
				t.Error("the report is another one")
			}
		}
		file := filepath.Join(t.TempDir(), "polls.csv")
		if err := os.WriteFile(file, []byte(modelstest.PollsFile("1,active,2023-02-01 18:00:00 UTC")), 0o600); err != nil {
			t.Fatal(err)
		}
		loaded(t, runChild(t, append([]string{"load", file}, on(url, dir)...)...))
		if s.csv(s.trigger("")) == csv {
			t.Error("the report has nothing of the new month")
		}
	})
}
