package feed_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"lightson/models/feed"
)

// reasonsOf are the reasons of the polls of a file, read both ways.
func reasonsOf(t *testing.T, file string) []string {
	t.Helper()
	var reasons []string
	for name, by := range map[string]reader{"fast": feed.Read, "strict": feed.ReadPlainly} {
		got, was := readBy(by, strings.NewReader(file)), reasons
		if got.Err != "" {
			t.Fatalf("%s: %s", name, got.Err)
		}
		reasons = nil
		for _, p := range got.Polls {
			reasons = append(reasons, p.Reason)
		}
		if was != nil && strings.Join(was, "|") != strings.Join(reasons, "|") {
			t.Errorf("one way: %q, the other: %q", was, reasons)
		}
	}
	return reasons
}

func TestTheReasonOfAnInactivePollIsKept(t *testing.T) {
	long, family := strings.Repeat("x", 199), "👩\u200d👩\u200d👧"
	for text, want := range map[string]string{
		"power cut": "power cut", "": "", " no  internet ": "no  internet", "\"Lunch; \"\"closed\"\", back at 5, maybe\"": `Lunch; "closed", back at 5, maybe`,
		"\"{\r\n\t\"\"error\"\": 500\r\n}\"": `{ "error": 500 }`, "\u200b": "", "\"\n\"": "", "a\u2028b": "a b", "Küche zu": "Küche zu", "=1+1": "=1+1",
		long + "y": long + "y", long + "yz": long + "y", long + "é": long, long + " z": long, long + "éé": long,
		strings.Repeat("é", 100): strings.Repeat("é", 100), strings.Repeat("é", 101): strings.Repeat("é", 100), strings.Repeat("東", 67): strings.Repeat("東", 66),
		strings.Repeat("x", 190) + family: strings.Repeat("x", 190), strings.Repeat("x", 198) + "👍🏽": strings.Repeat("x", 198), strings.Repeat("x", 195) + "👍🏽": strings.Repeat("x", 195),
		long + "e\u0301": long, strings.Repeat("\u0301", 150): strings.Repeat("\u0301", 100),
	} {
		for _, word := range []string{"inactive", "down", "0", "Paused"} {
			if got := reasonsOf(t, reasonsHeader+"1,"+word+",2023-01-22 12:09:39,"+text+"\n"); len(got) != 1 || got[0] != want {
				t.Errorf("%s, %q: %q, want %q", word, text, got, want)
			}
		}
		if got := reasonsOf(t, reasonsHeader+"1,active,2023-01-22 12:09:39,"+text+"\n1,up,2023-01-22 12:09:39,"+text+"\n"); len(got) != 2 || got[0]+got[1] != "" {
			t.Errorf("%q of a poll that is active: %q", text, got)
		}
	}
}

func TestAReasonThatIsNoTextRejectsTheRow(t *testing.T) {
	got := read(reasonsHeader + "é,inactive,2023-01-22 12:09:39,\xff\n1,inactive,2023-01-22 12:09:39,a\x00b\n1,inactive,2023-01-22 12:09:39,a\"b\n1,inactive,2023-01-22 12:09:39,a,b\n1,inactive,2023-01-22 12:09:39\n")
	if len(got.Polls) != 0 || len(got.Rejects) != 5 {
		t.Errorf("%+v %q", got.Polls, got.sentences())
	}
}

func TestAReasonMayNotMakeARowTooLong(t *testing.T) {
	row := "1,inactive,2023-01-22 12:09:39,"
	most := strings.Repeat("x", feed.MaxRowSize-len(row)-len("\n"))
	if got := reasonsOf(t, reasonsHeader+row+most+"\n"); len(got) != 1 || got[0] != most[:200] {
		t.Errorf("%q", got)
	}
	for name, by := range map[string]reader{"fast": feed.Read, "strict": feed.ReadPlainly} {
		got := readBy(by, strings.NewReader(reasonsHeader+row+most+"x\n"))
		if got.Err != "line 2: found a row longer than 64 KiB; expected at most 64 KiB in a row" || len(got.Polls) > 0 {
			t.Errorf("%s: %q, %d polls", name, got.Err, len(got.Polls))
		}
	}
}

// Reasons change nothing else of a file: not the polls, and not where it may be cut.
func TestPollsAreTheSameWithAndWithoutReasons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := drawPolls(t)
		reason := rapid.SampledFrom([]string{"", "power cut", "é", " two\nlines ", "a,b", strings.Repeat("long ", 60)})
		with := make([][]string, len(rows))
		for n, row := range rows {
			with[n] = append(row[:3:3], "reason")
			if n > 0 {
				with[n][3] = reason.Draw(t, "reason")
			}
		}
		want, got := read(drawWay(t, 3).file(rows)), read(drawWay(t, 4).file(with))
		if len(want.Polls) != len(got.Polls) || len(want.Rejects) != len(got.Rejects) || want.Err != got.Err {
			t.Fatalf("%d polls and %d rejects, with reasons %d and %d, error %q", len(want.Polls), len(want.Rejects), len(got.Polls), len(got.Rejects), got.Err)
		}
		for n, p := range got.Polls {
			if p.Active && p.Reason != "" || len(p.Reason) > 200 || !utf8.ValidString(p.Reason) {
				t.Fatalf("poll %+v", p)
			}
			p.Reason = ""
			if p != want.Polls[n] {
				t.Fatalf("%+v, with reasons %+v", want.Polls[n], p)
			}
		}
	})
}

func TestFilesWithReasonsTakeTheFastPath(t *testing.T) {
	file := []byte(reasonsHeader)
	for n := range 100 {
		file = fmt.Appendf(file, "%d,inactive,2023-01-22 12:09:39.%d UTC,no answer (%d)\n%d,active,2023-01-22 12:09:39 UTC,\n", n, n, n, n)
	}
	if rows, err := feed.FastRows(bytes.NewReader(file), now); rows != 200 || err != nil {
		t.Errorf("%d rows of 200, error %v", rows, err)
	}
}
