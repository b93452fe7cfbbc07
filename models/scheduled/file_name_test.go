package scheduled_test

import (
	"strings"
	"testing"

	"lightson/models/modelstest"
	"lightson/models/recurring"
	"lightson/models/scheduled"
)

func TestAFileNameIsOneOfItsFolderWhateverTheReportIsCalled(t *testing.T) {
	run := scheduled.Run{DueAt: modelstest.At("2026-11-02 13:00")}
	for name, want := range map[string]string{
		"Morning": "Morning", "Küche & Co.": "Küche & Co", "../../../etc/passwd": "etc-passwd", "..": "report", "": "report", "--help": "help", "a\x00b\r\nc": "a-b--c",
		`a\b:c*d?e"f<g>h|i`: "a-b-c-d-e-f-g-h-i", "\u202egpj": "gpj", "\xff": "report", ".hidden": "hidden", strings.Repeat("é", 500): strings.Repeat("é", 60), "a - ": "a -",
	} {
		r := scheduled.Report{Name: name, Times: recurring.Times{Every: recurring.Daily, Zone: "America/Chicago"}}
		if got := r.FileName(run, scheduled.CSV); got != want+" 2026-11-02.csv" {
			t.Errorf("%q gives %q, want %q", name, got, want+" 2026-11-02.csv")
		}
	}
}
