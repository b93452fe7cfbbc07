package feed_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

func TestRowsOfDelimitersAreNoRows(t *testing.T) {
	for delimiter, file := range map[string]string{
		"comma":     ",,\n , ,\nstore_id,status,timestamp_utc\r\n,,\r\n1,active,2023-01-22 12:09:39\r\n , , \r\n\"\",\"\",\"\"\r\n,,,,,\r\n\u00a0,,\n,,",
		"semicolon": ";;\n\nstore_id;status;timestamp_utc\n;;\n1;active;2023-01-22 12:09:39\n;;;;\n",
		"tab":       "\t\t\nstore_id\tstatus\ttimestamp_utc\n\t\t\n1\tactive\t2023-01-22 12:09:39\n\t\n",
		"bar":       "sep=|\n||\nstore_id|status|timestamp_utc\n||\n1|active|2023-01-22 12:09:39\n||||\n",
	} {
		for name, by := range map[string]reader{"fast": feed.Read, "strict": feed.ReadPlainly} {
			got := readBy(by, strings.NewReader(file))
			if got.Err != "" || got.Summary.Rows != 1 || len(got.Polls) != 1 || len(got.Rejects) != 0 {
				t.Errorf("%s, %s: %+v, rejects %q, error %q", delimiter, name, got.Summary, got.sentences(), got.Err)
			}
		}
	}
}

func TestAHeaderMetAgainIsSkippedAndSaid(t *testing.T) {
	const row = "1,active,2023-01-22 12:09:39\n"
	for again, found := range map[string]int64{
		"store_id,status,timestamp_utc\n":                    1,
		"STORE_ID,Status,timestamp_UTC\r\n":                  1,
		"\"store_id\", status ,\"timestamp_utc\"\n":          1,
		"\ufeffstore_id,status,timestamp_utc\n":              1,
		"\ufeff\"store_id\",status,timestamp_utc\n":          0, // the quoting is broken; it is a reject
		"store_id,status\n":                                  0,
		"status,store_id,timestamp_utc\n":                    0,
		strings.Repeat("store_id,status,timestamp_utc\n", 3): 3,
	} {
		for name, by := range map[string]reader{"fast": feed.Read, "strict": feed.ReadPlainly} {
			got := readBy(by, strings.NewReader(pollsHeader+row+row+again+row))
			rejects := int64(1)
			line := 0
			if found > 0 {
				rejects, line = 0, 4
			}
			if s := got.Summary; s.HeadersAgain != found || s.HeaderAgainLine != line || s.Rejected != rejects || len(got.Polls) != 3 || s.Rows != s.Accepted+s.Rejected {
				t.Errorf("%q, %s: %+v, rejects %q", again, name, got.Summary, got.sentences())
			}
		}
	}
	got := read("store_id,name\nCaf\xe9,Caf\xe9\n\xef\xbb\xbfstore_id,name\n2,B\nstore_id,name\n")
	if got.Summary.HeadersAgain != 2 || len(got.Names) != 2 {
		t.Errorf("Windows-1252: %+v, %q", got.Summary, got.sentences())
	}
}

func TestEveryWordForAStatusIsReadAndCounted(t *testing.T) {
	active := strings.Fields("active online open up available true 1")
	inactive := strings.Fields("inactive offline closed down paused unavailable false 0")
	var file strings.Builder
	file.WriteString(pollsHeader)
	var want []feed.StatusWord
	for _, list := range []struct {
		words  []string
		active bool
	}{{active, true}, {inactive, false}} {
		for n, word := range list.words {
			for _, form := range []string{word, strings.ToUpper(word), " " + word + "\t"} {
				file.WriteString("1," + form + ",2023-01-22 12:09:39\n")
				if _, reject := feed.NewPollCheck(now).Poll("1", form, "2023-01-22 12:09:39", ""); reject != nil {
					t.Errorf("pushed: %v", reject)
				}
			}
			if n > 0 {
				want = append(want, feed.StatusWord{Word: word, Active: list.active, Count: 3})
			}
		}
	}
	got := read(file.String())
	if len(got.Rejects) > 0 || len(got.Polls) != 45 {
		t.Fatalf("%d polls, rejects %q", len(got.Polls), got.sentences())
	}
	for n, p := range got.Polls {
		if p.Active != (n < 21) {
			t.Errorf("poll %d is read as %v", n, p.Active)
		}
	}
	if diff := cmp.Diff(want, got.Summary.Statuses); diff != "" {
		t.Error(diff)
	}
	if usual := read(pollsHeader + "1,Active,2023-01-22 12:09:39\n1,INACTIVE,2023-01-22 12:09:39\n1,sideways,2023-01-22 12:09:39\n"); len(usual.Summary.Statuses) != 0 {
		t.Errorf("the usual words are counted: %+v", usual.Summary.Statuses)
	}
}

func TestADayWithoutTimesIsClosed(t *testing.T) {
	for _, times := range []string{",", "closed,closed", "Closed,", ",CLOSED", " , ", `"",""`, "closed , closed"} {
		got := []feed.HoursRow{}
		_, err := feed.Read(strings.NewReader(hoursHeader+"1,6,"+times+"\n"), now, feed.Sink{Hours: func(h feed.HoursRow) error {
			h.Store = nil
			got = append(got, h)
			return nil
		}})
		if diff := cmp.Diff([]feed.HoursRow{{Day: 6, Closed: true}}, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", times, err, diff)
		}
	}
}

func TestAnEndAt24HoursIsMidnight(t *testing.T) {
	got := read(hoursHeader + "1,0,18:00,24:00\n1,1,00:00,24:00:00\n")
	want := []hours{{Store: "1", Start: 18 * 3600}, {Store: "1", Day: 1}}
	if diff := cmp.Diff(want, got.Hours); diff != "" || len(got.Rejects) > 0 {
		t.Errorf("%q %s", got.sentences(), diff)
	}
}

func TestAFileThatCountsDaysFromOneIsRefused(t *testing.T) {
	const sentence = "days are 0 = Monday to 6 = Sunday; this file seems to count from 1"
	for rows, want := range map[string]string{
		"1,1,09:00,17:00\n1,7,09:00,17:00\n":                    sentence,
		"1,7,,\n":                                               sentence,
		"1, 7 ,09:00,17:00\n2,3,x,y\n":                          sentence,
		"1,0,09:00,17:00\n1,7,09:00,17:00\n":                    "",
		"1,7,09:00,17:00\n1,1,09:00,17:00\n2,0,closed,closed\n": "",
		"1,1,09:00,17:00\n1,6,09:00,17:00\n":                    "",
		"1,1,09:00,17:00\n1,77,09:00,17:00\n":                   "",
	} {
		if got := read(hoursHeader + rows); got.Err != want {
			t.Errorf("%q: %q, want %q", rows, got.Err, want)
		}
	}
	rejects := "store_id,day,start_time_local,end_time_local,line,column,reason\n1,7,09:00,17:00,5,day,x\n"
	if got := read(rejects); got.Err != "" || len(got.Rejects) != 1 {
		t.Errorf("a file of rejects: %q, %q", got.Err, got.sentences())
	}
}

func TestAPointerOfGitLFSIsCalledSo(t *testing.T) {
	const want = "this is a Git LFS pointer in place of the file; expected the file itself: run git lfs pull to get it"
	for _, file := range []string{
		"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
		"\ufeffversion https://git-lfs.github.com/spec/v1\r\noid sha256:4d7a\r\nsize 12345\r\n",
	} {
		if got := read(file); got.Err != want {
			t.Errorf("%q", got.Err)
		}
	}
}

func TestNamesAreWhatPeopleSee(t *testing.T) {
	for text, want := range map[string]string{
		"\u200b": "", "\u3164": "", "\u2800": "", "\u00ad": "", "\ufeff": "", "\u200e\u200f": "", "\ufe0f": "", "\u00a0\u2003": "", "\u115f\u1160": "", "\U000e0001": "",
		"\u034f": "", "\uffa0": "", "\u2060 \u200d": "", "\u180b\u17b4": "", "\U000e0100": "",
		"Orbit\u200b": "Orbit", "\ufeffOrbit": "Orbit", "Or\u200bbit": "Orbit", "Orbit\u00a0": "Orbit", "\u2800Orbit\u3164": "Orbit", "Orbit\ufe0f": "Orbit", "Orbit \u200d": "Orbit",
		"Café\u00ad": "Café", "Zoë’s": "Zoë’s", "東京": "東京", "\u200fשלום\u200f": "שלום", "👩\u200d🍳 Kitchen": "👩\u200d🍳 Kitchen", "Joe's ☕\ufe0f": "Joe's ☕\ufe0f",
		"می\u200cخواهم": "می\u200cخواهم", "a\u00a0b": "a\u00a0b",
	} {
		got := read(namesHeader + "1," + text + "," + text + "," + text + "\n")
		if diff := cmp.Diff([]names{{"1", want, want, want, true, true}}, got.Names); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
