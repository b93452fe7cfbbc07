package main

import (
	"strings"
	"testing"

	"lightson/models/modelstest"
)

// 0 is done, 1 not done, 2 not understood.
func TestTheExitStatusSaysWhatBecameOfACommand(t *testing.T) {
	good := write(t, "good.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 15:00:00 UTC\n")
	bad := write(t, "bad.csv", "store_id,status,timestamp_utc\n1,sideways,2023-01-25 15:00:00 UTC\n2,?,2023-01-25 15:00:00 UTC\n")
	header := write(t, "header.csv", "store_id,status,timestamp_utc\n")
	picture := write(t, "picture.csv", "\x89PNG\r\n\x1a\n")
	names := write(t, "names.csv", "store_id,name,group\n1,Café,Kowalski\n")
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db := on(url, dir)
		for _, tt := range []struct {
			args []string
			want int
		}{
			{[]string{"load", bad}, 1},
			{[]string{"load", bad}, 1}, // again
			{[]string{"load", "--dry-run", bad}, 1},
			{[]string{"load", header}, 0},
			{[]string{"load", picture}, 1},
			{[]string{"load", good, picture}, 1},
			{[]string{"report", "--group", "Kowalski"}, 1}, // nothing was loaded so far
			{[]string{"load", "--dry-run", good}, 0},
			{[]string{"load", good, bad, names}, 0},
			{[]string{"load", good, names}, 0}, // nothing new
			{[]string{"load", "none.csv"}, 1},
			{[]string{"load"}, 2},
			{[]string{"load", "-", good, "-"}, 2},
			{[]string{"lode", good}, 2},
			{[]string{"report", "--asof", "2023-01-25"}, 2},
			{[]string{"report"}, 0},
			{[]string{"report", "--as-of", "2023-01-25"}, 0},
			{[]string{"report", "--as-of", "2023-01-25 16:00:00 UTC"}, 0},
			{[]string{"report", "--as-of", "2023-01-25 16:00"}, 0},
			{[]string{"report", "--as-of", "2023-01-25 16:00:00.5"}, 0},
			{[]string{"report", "--as-of", "2023-01-25T16:00:00+01:00"}, 0},
			{[]string{"report", "--as-of", "noon"}, 2},
			{[]string{"report", "--as-of", "2123-01-25"}, 1},
			{[]string{"report", "--group", "Kowalski"}, 0},
			{[]string{"report", "--group", "kowalsky"}, 1},
			{[]string{"report", "--from", "2023-01-24", "--to", "2023-01-25", "--range"}, 0},
			{[]string{"report", "--range"}, 2},
		} {
			out, _, err := lightson(t, append(tt.args, db...)...)
			if got := exitStatus(err); got != tt.want {
				t.Errorf("lightson %s: exit status %d, want %d: %v", strings.Join(tt.args, " "), got, tt.want, err)
			}
			if err != nil && tt.args[0] == "report" && out != "" {
				t.Errorf("lightson %s printed %q", strings.Join(tt.args, " "), out)
			}
		}
		if all, err := modelstest.OpenURL(t, url, dir).Reports(t.Context(), 0, 100); err != nil || len(all) != 8 {
			t.Errorf("%d reports, want the 8 that were made; %v", len(all), err)
		}
	})
}

func TestAReportOfAnEmptyDatabaseSaysSoBesideItsHeader(t *testing.T) {
	out, stderr, err := lightson(t, append([]string{"report"}, on("", t.TempDir())...)...)
	if err != nil || out != reportHeader || !strings.Contains(stderr, "there are no stores yet") {
		t.Errorf("printed %q and %q, %v", out, stderr, err)
	}
}

func TestTheRangeOfAReportIsForPeople(t *testing.T) {
	db := on("", t.TempDir())
	mustRun(t, append([]string{"load", write(t, "polls.csv", "store_id,status,timestamp_utc\n1,active,2023-01-25 15:00:00 UTC\n"),
		write(t, "names.csv", "store_id,name,group\n1,Café,a;=1\n")}, db...)...)
	out := mustRun(t, append([]string{"report", "--from=2023-01-25", "--to=2023-01-25 12:00", "--range"}, db...)...)
	if !strings.HasPrefix(out, "\ufeffstore_id,name,group,uptime_range,downtime_range,no_data_range,availability_range,outages_range,uptime_last_hour,") ||
		!strings.Contains(out, "\n1,Café,a;'=1,12.00,0.00,0.00,100.00,0,60.00,") {
		t.Errorf("printed %q", out)
	}
}
