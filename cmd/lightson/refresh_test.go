package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightson/models"
	"lightson/models/modelstest"
)

func TestRefreshingWritesWhatPeopleReadWithSQLOnce(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		if text := runChild(t, append([]string{"refresh"}, on(url, dir)...)...); !strings.Contains(text, "no store was ever polled") {
			t.Error(text)
		}
		polls := filepath.Join(t.TempDir(), "polls.csv")
		rows := modelstest.PollsFile("1,active,2023-01-25 10:00:00 UTC", "1,inactive,2023-01-25 12:00:00 UTC", "1,active,2023-01-25 13:30:00.5 UTC", "2,active,2023-01-23 13:00:00 UTC")
		if err := os.WriteFile(polls, []byte(rows), 0o600); err != nil {
			t.Fatal(err)
		}
		runChild(t, append([]string{"load", polls}, on(url, dir)...)...)
		for _, want := range []string{"2 stores as of 2023-01-25 13:30:00.5 UTC: 4 days and 1 outages written", "0 days and 0 outages written"} {
			if text := runChild(t, append([]string{"refresh"}, on(url, dir)...)...); !strings.Contains(text, want) {
				t.Errorf("%s\nwant %s", text, want)
			}
		}
		db, err := models.Open(t.Context(), url, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var length int64
		if err := db.GORM(t.Context()).Raw("SELECT length_us FROM lightson_outages").Scan(&length).Error; err != nil || length != 5_400_500_000 {
			t.Errorf("an outage of %d microseconds, %v", length, err)
		}
	})
}
