package web

import (
	"strings"
	"testing"

	"lightson/models/reports"
	"lightson/models/uptime"
)

func TestBoundsAreSaidWhereTheyMatter(t *testing.T) {
	const minute, hour = uptime.Minute, uptime.Hour
	for _, tt := range []struct {
		least, down, most uptime.Micros
		want              string
	}{
		{12 * minute, 46 * minute, 100 * minute, "12 min – 1 h 40 min"},
		{0, 46 * minute, 100 * minute, "0 min – 1 h 40 min"},
		{0, 0, 7 * hour, "at most 7 h"},
		{0, 0, 0, ""},
		{46 * minute, 46 * minute, 46 * minute, ""},
		{46 * minute, 46 * minute, 47*minute - 1, ""},
		{0, 0, minute - 1, ""},
		{0, 0, minute, "at most 1 min"},
		{3 * minute, 4 * minute, 4 * minute, "3 min – 4 min"},
		{95 * hour, 100 * hour, 105*hour - 1, ""}, // under a tenth of the down time
		{95 * hour, 100 * hour, 105 * hour, "95 h – 105 h"},
		{1e17, 2e17, 3e17, "27,777,778 h – 83,333,333 h"}, // sums of many stores
	} {
		if got := boundsText(inEnglish, tt.least, tt.down, tt.most); got != tt.want {
			t.Errorf("%d to %d around %d: %q, want %q", tt.least, tt.most, tt.down, got, tt.want)
		}
	}
}

func TestTheNoteOfBoundsNamesTheIntervalOfPolls(t *testing.T) {
	for every, want := range map[uptime.Micros]string{
		uptime.Hour: "usually 1 h apart", 15 * uptime.Minute: "usually 15 min apart", 6 * uptime.Hour: "usually 6 h apart",
	} {
		if got := boundsNote(inEnglish, every); !strings.Contains(got, want) {
			t.Errorf("%d: %q", every, got)
		}
	}
}

// Reports of older versions do not know how sure their figures are. They are judged by
// their coverage, as they always were, and say nothing of bounds.
func TestReportsThatDoNotKnowHowSureTheyAreSayNothingOfIt(t *testing.T) {
	row := reports.Row{Ranged: true, Range: uptime.Figures{Open: 100 * uptime.Hour, Up: 50 * uptime.Hour, Down: 10 * uptime.Hour}}
	row.Figures[uptime.LastWeek] = row.Range
	answer := newAPIReportRow(row)
	for _, w := range []*apiWindow{&answer.Windows.LastWeek, &answer.Windows.LastHour, answer.Range} {
		if w.DownLeast != nil || w.DownMost != nil || w.CloselySeen != nil {
			t.Errorf("the API says %+v", w.apiBounds)
		}
	}
	withoutDoubt(&row)
	if w := newWindow(inEnglish, "Last week", row.Range); w.Thin || w.Bounds != "" || w.Closely != "" || row.Range.Confidence() != uptime.Fair {
		t.Errorf("the page says %+v", w)
	}
	row.Sure = true
	if answer := newAPIReportRow(row); answer.Range.DownLeast == nil || *answer.Range.CloselySeen != .6 {
		t.Errorf("the API says %+v of a row that knows", answer.Range.apiBounds)
	}
}
