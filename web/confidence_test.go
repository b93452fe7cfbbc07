package web

import (
	"fmt"
	"strings"
	"testing"

	"lightson/models/uptime"
)

// seenOf is figures of an open time of a million microseconds, of which so many were
// seen, all of it closely, and up unless some of it was down.
func seenOf(seen, down uptime.Micros) uptime.Figures {
	return uptime.Figures{Open: 1_000_000, Up: seen - down, Down: down, Close: seen}
}

// nearOf is figures of an open time of a million microseconds that polls speak for, of which
// so many are near them.
func nearOf(near, down uptime.Micros) uptime.Figures {
	return uptime.Figures{Open: 1_000_000, Up: 1_000_000 - down, Down: down, Close: near}
}

func TestWhatMayBeSaidGrowsWithWhatWasSeen(t *testing.T) {
	for _, tt := range []struct {
		figures uptime.Figures
		want    uptime.Confidence
		words   string
	}{
		{uptime.Figures{}, uptime.NeverOpen, "0 %"},
		{seenOf(0, 0), uptime.NothingSeen, "0 %"},
		{seenOf(1, 0), uptime.Thin, "under 1 %"},
		{seenOf(80_000, 0), uptime.Thin, "8 %"},
		{seenOf(416_700, 0), uptime.Thin, "42 %"},
		{seenOf(490_000, 0), uptime.Thin, "49 %"},
		{seenOf(499_999, 0), uptime.Thin, "49 %"},
		{seenOf(500_000, 0), uptime.Fair, "50 %"},
		{seenOf(890_000, 0), uptime.Fair, "89 %"},
		{seenOf(899_999, 0), uptime.Fair, "89 %"},
		{seenOf(900_000, 0), uptime.Firm, "90 %"},
		{seenOf(999_999, 0), uptime.Firm, "99 %"},
		{seenOf(1_000_000, 1_000_000), uptime.Firm, "100 %"},
	} {
		if got := tt.figures.Confidence(); got != tt.want {
			t.Errorf("%+v: confidence %d, want %d", tt.figures, got, tt.want)
		}
		if got := tt.figures.CheckedText(); got != tt.words {
			t.Errorf("%+v: %q, want %q", tt.figures, got, tt.words)
		}
		// A group of a million such stores is no different.
		week := tt.figures
		for _, m := range []*uptime.Micros{&week.Open, &week.Up, &week.Down, &week.Close} {
			*m *= 604_800_000_000
		}
		if got := week.Confidence(); got != tt.want {
			t.Errorf("a million weeks of %+v: confidence %d, want %d", tt.figures, got, tt.want)
		}
	}
}

func TestOnlyWhatIsComparableIsCompared(t *testing.T) {
	full, half, fifth := seenOf(1_000_000, 10_000), seenOf(500_000, 0), seenOf(200_000, 0)
	for name, tt := range map[string]struct {
		now, before  uptime.Figures
		words, trend string
	}{
		"alike":                 {full, full, "same as the week before", "same"},
		"exactly half of it":    {full, half, "down 1 point from 100 % the week before", "down"},
		"a fifth before":        {full, fifth, "too little data in the week before", ""},
		"a fifth now":           {fifth, full, "too little data to compare with the week before", ""},
		"little of both":        {fifth, fifth, "too little data to compare with the week before", ""},
		"half now":              {half, full, "up 1 point from 99 % the week before", "up"},
		"just under half of it": {full, seenOf(499_999, 0), "too little data in the week before", ""},
		"less, but over half":   {seenOf(700_000, 0), seenOf(400_000, 0), "same as the week before", "same"},
		"nothing before":        {full, seenOf(0, 0), "no data for the week before", ""},
		"closed before":         {full, uptime.Figures{}, "closed in the week before", ""},
		"nothing now":           {seenOf(0, 0), full, "", ""},
		"closed now":            {uptime.Figures{}, full, "", ""},

		"far apart now":              {nearOf(499_999, 0), full, "polls are too far apart to compare with the week before", ""},
		"far apart in both":          {nearOf(100_000, 0), nearOf(100_000, 0), "polls are too far apart to compare with the week before", ""},
		"far apart before":           {full, nearOf(499_999, 0), "polls were too far apart in the week before", ""},
		"half of it near before":     {full, nearOf(500_000, 10_000), "same as the week before", "same"},
		"all excused before":         {full, uptime.Figures{Open: 10, Excused: 10}, "closed in the week before", ""},
		"of what is not excused all": {full, uptime.Figures{Open: 10_000_000, Excused: 9_000_000, Up: 990_000, Down: 10_000, Close: 1_000_000}, "same as the week before", "same"},
	} {
		words, trend := inEnglish.change(tt.now, tt.before, weekBefore)
		if words != tt.words || trend != tt.trend {
			t.Errorf("%s: %q %q, want %q %q", name, words, trend, tt.words, tt.trend)
		}
		if got := tt.now.ComparableTo(tt.before); got != (tt.trend != "") {
			t.Errorf("%s: comparable %v", name, got)
		}
		outages := map[bool]string{true: "0 the week before", false: tt.words}[tt.trend != ""]
		if got := outagesBefore(inEnglish, tt.now, tt.before); tt.words != "" && got != outages {
			t.Errorf("%s: outages %q, want %q", name, got, outages)
		}
	}
}

// Coverages of sums that do not fit in 64 bits when they are multiplied.
func TestSumsOfManyStoresAreCompared(t *testing.T) {
	seen := func(m uptime.Micros) uptime.Figures { return uptime.Figures{Open: 6e17, Up: m, Close: m} }
	if seen(6e17).ComparableTo(seen(3e17-1)) || !seen(6e17).ComparableTo(seen(3e17)) || !seen(6e17).ComparableTo(seen(6e17)) {
		t.Error("a product overflowed")
	}
}

func TestGreatNewsNeedsNineTenths(t *testing.T) {
	for percent, want := range map[uptime.Micros]string{
		0: "No data this week", 8: "No downtime seen in the 8\u202f% that we could check", 49: "No downtime seen in the 49\u202f% that we could check",
		50: "No downtime seen this week", 89: "No downtime seen this week",
		90: "No downtime this week. Great news", 100: "No downtime this week. Great news",
	} {
		got := noOutage(inEnglish, seenOf(percent*10_000, 0), "this week")
		if got.Title != want {
			t.Errorf("%d %%: %q, want %q", percent, got.Title, want)
		}
		if percent == 89 && !strings.Contains(got.Text, "89\u202f%") {
			t.Errorf("%d %%: it does not say how much: %q", percent, got.Text)
		}
	}
	if got := noOutage(inEnglish, uptime.Figures{}, "this week").Title; got != "Closed this week" {
		t.Errorf("closed: %q", got)
	}
}

func TestNoStoreIsSaidToBeOnlineThatCouldNotBeChecked(t *testing.T) {
	states := func(online, closed, unchecked int) map[uptime.State]int {
		return map[uptime.State]int{uptime.Up: online, uptime.Closed: closed, uptime.NoData: unchecked}
	}
	for want, n := range map[string]map[uptime.State]int{
		"No store is offline. Every store that should be open is online: 1,240.":                                   states(1240, 7, 0),
		"No store is open. Outside business hours no store counts as offline.":                                     states(0, 7, 0),
		"No store is known to be offline; 10,957 could not be checked. Known to be online: 12.":                    states(12, 7, 10957),
		"No store is known to be offline; 3 could not be checked. No store that should be open has a recent poll.": states(0, 7, 3),
	} {
		if got := noneOffline(inEnglish, n); got.Title+". "+got.Text != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAWindowIsHollowUnderHalf(t *testing.T) {
	for percent, hollow := range map[uptime.Micros]bool{0: false, 8: true, 49: true, 50: false, 89: false, 90: false, 100: false} {
		w := newWindow(inEnglish, "Last week", seenOf(percent*10_000, 0))
		if w.Thin != hollow || hollow != (w.Finding == fmt.Sprintf("no downtime seen in the %d\u202f%% that we could check", percent)) {
			t.Errorf("%d %%: %+v", percent, w)
		}
	}
	w := newWindow(inEnglish, "Last week", uptime.Figures{Open: 10 * uptime.Hour, Up: uptime.Hour, Down: 26 * uptime.Minute, Close: 86 * uptime.Minute})
	if w.Finding != "26 min of downtime seen in the 14\u202f% that we could check" {
		t.Errorf("%q", w.Finding)
	}
}

// However much polls speak for: what is far from them is not known well.
func TestWhatIsFarFromPollsIsNotReassuring(t *testing.T) {
	for near, want := range map[uptime.Micros]struct {
		confidence uptime.Confidence
		title      string
	}{
		0:         {uptime.Thin, "No downtime seen; polls are too far apart to say more"},
		499_999:   {uptime.Thin, "No downtime seen; polls are too far apart to say more"},
		500_000:   {uptime.Fair, "No downtime seen this week"},
		899_999:   {uptime.Fair, "No downtime seen this week"},
		900_000:   {uptime.Firm, "No downtime this week. Great news"},
		1_000_000: {uptime.Firm, "No downtime this week. Great news"},
	} {
		f := nearOf(near, 0)
		if got := f.Confidence(); got != want.confidence {
			t.Errorf("%d near: confidence %d, want %d", near, got, want.confidence)
		}
		said := noOutage(inEnglish, f, "this week")
		if said.Title != want.title {
			t.Errorf("%d near: %q, want %q", near, said.Title, want.title)
		}
		if want.confidence < uptime.Firm && said.Text != "Only "+strings.ReplaceAll(f.CloselyText(), " %", "\u202f%")+" of the time the store was open is near a poll." {
			t.Errorf("%d near: %q", near, said.Text)
		}
		w := newWindow(inEnglish, "Last week", f)
		if w.Thin != (want.confidence == uptime.Thin) || w.Share.Pale != w.Thin || (w.Closely == "") != (want.confidence == uptime.Firm) {
			t.Errorf("%d near: %+v", near, w)
		}
	}
	if got := inEnglish.figures().Finding(nearOf(100_000, 60_000)); got != "under 1 s of downtime seen; polls are too far apart to say more" {
		t.Errorf("%q", got)
	}
	// Where most is not known at all, that is what to say.
	if got := inEnglish.figures().Finding(uptime.Figures{Open: 1000, Up: 400, Close: 10}); got != "no downtime seen in the 40 % that we could check" {
		t.Errorf("%q", got)
	}
}

// Time that is excused is no time that nobody looked at.
func TestConfidenceIsOfTimeThatIsNotExcused(t *testing.T) {
	f := uptime.Figures{Open: 1000, Excused: 900, Up: 100, Close: 100}
	if f.Confidence() != uptime.Firm || f.CheckedText() != "100 %" {
		t.Errorf("confidence %d, %s checked", f.Confidence(), f.CheckedText())
	}
	f.Close = 89
	if f.Confidence() != uptime.Fair || f.CloselyText() != "89 %" {
		t.Errorf("confidence %d, %s near", f.Confidence(), f.CloselyText())
	}
	if all := (uptime.Figures{Open: 10, Excused: 10}); all.Confidence() != uptime.NeverOpen {
		t.Errorf("all excused: confidence %d", all.Confidence())
	}
}
