package main

import (
	"strings"
	"testing"

	"lightson/models/modelstest"
)

func TestLoadMatchesDamagedIDsWhereAsked(t *testing.T) {
	const whole = "1200000000000000123"
	zones := write(t, "zones.csv", "store_id,timezone_str\n"+whole+",UTC\n101,UTC\n")
	damaged := write(t, "damaged.csv", "store_id,status,timestamp_utc\n1.2E+18,active,2023-01-25 10:00:00\n\"=\"\"101\"\"\",active,2023-01-25 10:00:00\n7E+18,active,2023-01-25 10:00:00\n")
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		db := on(url, dir)
		mustRun(t, append([]string{"load", zones}, db...)...)
		const all = "1.2E+18 → " + whole + `, ="101" → 101.`
		offered := mustRun(t, append([]string{"load", damaged, "--dry-run"}, db...)...)
		if !strings.Contains(offered, "  2 of 3 damaged ids can be matched to stores: "+all+"\n  To match them: --match-ids\n") || !strings.Contains(offered, "3 new stores\n") {
			t.Errorf("a dry run does not offer it:\n%s", offered)
		}
		counts := "3 rows: 3 kept, 0 duplicate, 0 conflicting, 0 rejected; 1 new stores\n"
		dry := mustRun(t, append([]string{"load", damaged, "--dry-run", "--match-ids"}, db...)...)
		out := mustRun(t, append([]string{"load", damaged, "--match-ids"}, db...)...)
		for _, text := range []string{dry, out} {
			if !strings.Contains(text, "  Matched 2 of 3 damaged ids to stores: "+all+"\n") || !strings.Contains(text, "  1 damaged id was not matched: no known store fits (1).\n") || !strings.Contains(text, counts) {
				t.Errorf("what was matched is not said:\n%s", text)
			}
		}
		report := mustRun(t, append([]string{"report"}, db...)...)
		if !strings.Contains(report, "\n"+whole+",") || strings.Contains(report, "1.2E+18") || strings.Contains(report, "=\"101") || !strings.Contains(report, "\n7E+18,") {
			t.Errorf("the stores of the report:\n%s", report)
		}
		// The same bytes are read again, unmatched too.
		if out := mustRun(t, append([]string{"load", damaged}, db...)...); strings.Contains(out, "Already imported") || !strings.Contains(out, "3 rows: 2 kept, 1 duplicate, 0 conflicting, 0 rejected; 2 new stores\n") {
			t.Errorf("unmatched afterwards:\n%s", out)
		}
	})
}
