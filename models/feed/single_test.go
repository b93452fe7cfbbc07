package feed_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightson/models/feed"
)

// A poll that a program sends is judged as the same poll in a file is.
func TestASinglePollIsHeldToTheRulesOfAFile(t *testing.T) {
	quoted := func(value string) string { return `"` + strings.ReplaceAll(value, `"`, `""`) + `"` }
	rapid.Check(t, func(t *rapid.T) {
		store := rapid.OneOf(rapid.StringN(-1, -1, 140), rapid.SampledFrom([]string{"", "8419537941919820732", "a\x00", "\xff", " b "})).Draw(t, "store")
		state := rapid.SampledFrom([]string{"active", "inactive", " ACTIVE ", "asleep", "", "a\nb", "\xfe"}).Draw(t, "status")
		instant := rapid.SampledFrom([]string{
			"2023-01-22T12:09:39.388884Z", "2023-01-22 12:09:39 UTC", " 2023-01-22 12:09:39 ", "2023-01-22 12:09:39+01:00",
			"2023-02-30 12:09:39", "yesterday", "", "2023-01-26 18:00:00", "2023-01-26 18:00:00.000001",
		}).Draw(t, "timestamp")
		// The first row makes it a file in UTF-8, whatever bytes the second has.
		why := rapid.OneOf(rapid.StringN(-1, -1, 260), rapid.SampledFrom([]string{"", "power cut", " a\nb ", "a\x00", "\xff", "\u200b", strings.Repeat("é", 101)})).Draw(t, "reason")
		file := read("store_id,status,timestamp_utc,reason\nééééé,active,2023-01-22 12:09:39,\n" + quoted(store) + "," + quoted(state) + "," + quoted(instant) + "," + quoted(why) + "\n")
		if file.Summary.Rows != 2 {
			t.Skip("a CR alone is no text of a CSV file")
		}

		p, reject := feed.NewPollCheck(now).Poll(store, state, instant, why)
		if reject != nil {
			if len(file.Rejects) != 1 || file.Rejects[0].Column != reject.Column || file.Rejects[0].Found != reject.Found || file.Rejects[0].Expected != reject.Expected {
				t.Fatalf("alone: %+v, in a file: %+v", reject, file.Rejects)
			}
			return
		}
		alone := poll{string(p.Store), time.UnixMicro(p.At).UTC().Format(time.RFC3339Nano), p.Active, string(p.Reason)}
		if len(file.Polls) != 2 || file.Polls[1] != alone {
			t.Fatalf("alone: %+v, in a file: %+v %+v", alone, file.Polls, file.Rejects)
		}
	})
}

func TestARejectOfNoFileSaysNoLine(t *testing.T) {
	_, reject := feed.NewPollCheck(now).Poll("1", "asleep", "2023-01-22 12:09:39", "")
	if got, want := reject.String(), "status: expected active or inactive, found asleep"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	whole := feed.NewReject("", []byte("17"), "an object")
	if got, want := whole.String(), "A row: expected an object, found 17"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
