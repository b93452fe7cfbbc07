package feed_test

import (
	"fmt"
	"testing"

	"lightson/models/feed"
)

func TestEverySecondOfTheDayIsRead(t *testing.T) {
	for want := range 24 * 60 * 60 {
		h, m, s := want/3600, want/60%60, want%60
		forms := []string{fmt.Sprintf("%02d:%02d:%02d", h, m, s), fmt.Sprintf("%d:%02d:%02d", h, m, s)}
		if s == 0 {
			forms = append(forms, fmt.Sprintf("%02d:%02d", h, m), fmt.Sprintf("%d:%02d", h, m))
		}
		for _, text := range forms {
			if got, expected := feed.ParseClock([]byte(text)); got != want || expected != "" {
				t.Fatalf("%s is %d (expected %q), want %d", text, got, expected, want)
			}
		}
	}
}

func TestOtherTimesOfDayAreNot(t *testing.T) {
	const form, midnight = "a time such as 09:00 or 17:30:00", "23:59 or 00:00 for midnight"
	for text, want := range map[string]string{
		"": form, "9": form, "09": form, "0900": form, "090000": form, ":": form, "9:0": form, "09:0": form, "09:00:": form, "09:00:0": form,
		"009:00": form, "09:000": form, "09.00": form, "09-00": form, "09:00.00": form, "09:00:00Z": form, "-9:00": form, "+9:00": form,
		" 9:00": form, "ab:cd": form, "0a:00": form, "09:a0": form, "09:00:a0": form, "09:60": form, "09:00:60": form, "25:00": form,
		"24:01": form, "24:00:01": form, "99:99:99": form, "9:00 AM": form, "09:00 AM": form, "09：00": form,
		"24:00": midnight, "24:00:00": midnight,
	} {
		if _, expected := feed.ParseClock([]byte(text)); string(expected) != want {
			t.Errorf("%q: expected %q, want %q", text, expected, want)
		}
	}
}

func TestClosingTimesStayAsTyped(t *testing.T) {
	got := read(hoursHeader + "1,0,00:00,23:59\n1,1,00:00,23:59:59\n1,2,00:00:00,00:00:00\n1,3,18:00,02:00\n")
	for i, want := range []int{86340, 86399, 0, 7200} {
		if len(got.Hours) != 4 || got.Hours[i].End != want {
			t.Fatalf("hours %v, rejects %q", got.Hours, got.sentences())
		}
	}
}
