package feed_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lightson/models/feed"
)

func TestTimestampsAreReadInTheseForms(t *testing.T) {
	tests := map[string]string{
		"2023-01-22 12:09:39.388884 UTC":    "2023-01-22T12:09:39.388884Z",
		"2023-01-22 12:09:39.38888 UTC":     "2023-01-22T12:09:39.38888Z",
		"2023-01-22 12:09:39.3 UTC":         "2023-01-22T12:09:39.3Z",
		"2023-01-22 12:09:39.000001 UTC":    "2023-01-22T12:09:39.000001Z",
		"2023-01-22 12:09:39 UTC":           "2023-01-22T12:09:39Z",
		"2023-01-22 12:09:39 utc":           "2023-01-22T12:09:39Z",
		"2023-01-22 12:09:39":               "2023-01-22T12:09:39Z",
		"2023-01-22 12:09:39.5":             "2023-01-22T12:09:39.5Z",
		"2023-01-22T12:09:39":               "2023-01-22T12:09:39Z",
		"2023-01-22T12:09:39Z":              "2023-01-22T12:09:39Z",
		"2023-01-22t12:09:39z":              "2023-01-22T12:09:39Z",
		"2023-01-22 12:09:39.25Z":           "2023-01-22T12:09:39.25Z",
		"2023-01-22T12:09:39+02:00":         "2023-01-22T10:09:39Z",
		"2023-01-22 12:09:39.5-06:00":       "2023-01-22T18:09:39.5Z",
		"2023-01-22T23:09:39-00:00":         "2023-01-22T23:09:39Z",
		"2023-12-31T23:09:39-05:45":         "2024-01-01T04:54:39Z",
		"2023-01-22T12:09:39.388884999Z":    "2023-01-22T12:09:39.388884Z", // nanoseconds are cut
		"2023-01-22 12:09:39.3888849 UTC":   "2023-01-22T12:09:39.388884Z",
		"1969-12-31 23:59:59.999999999 UTC": "1969-12-31T23:59:59.999999Z", // also before 1970
		"1970-01-01 00:00:00 UTC":           "1970-01-01T00:00:00Z",
		"2000-02-29 00:00:00 UTC":           "2000-02-29T00:00:00Z",
		"2024-02-29 23:59:59.999999 UTC":    "2024-02-29T23:59:59.999999Z",
		"0001-01-01 00:00:00 UTC":           "0001-01-01T00:00:00Z",
		"9999-12-31 23:59:59.999999 UTC":    "9999-12-31T23:59:59.999999Z",
	}
	for text, want := range tests {
		at, expected := feed.ParseTimestamp([]byte(text))
		if got := time.UnixMicro(at).UTC().Format(time.RFC3339Nano); got != want || expected != "" {
			t.Errorf("%q is %s (expected %q), want %s", text, got, expected, want)
		}
	}
}

func TestOtherTimestampsAreNot(t *testing.T) {
	const (
		form  = "2023-01-22 12:09:39 UTC"
		exist = "a date and time that exist, such as 2023-01-22 12:09:39 UTC"
	)
	for text, want := range map[string]string{
		"":                               form,
		"now":                            form,
		"2023-01-22":                     form,
		"2023-01-22 12:09":               form,
		"2023-01-22 12:09 UTC":           form,
		"2023-1-22 12:09:39":             form,
		"23-01-22 12:09:39 UTC":          form,
		"22/01/2023 12:09:39":            form,
		"2023/01/22 12:09:39":            form,
		"2023-01-22_12:09:39":            form,
		"2023-01-22  12:09:39":           form,
		"2023-01-22 12.09.39":            form,
		"2023-01-22 12:09:39.":           form,
		"2023-01-22 12:09:39. UTC":       form,
		"2023-01-22 12:09:39,388":        form,
		"2023-01-22 12:09:39.1234567890": form,
		"2023-01-22 12:09:39UTC":         form,
		"2023-01-22 12:09:39  UTC":       form,
		"2023-01-22 12:09:39 UTC.":       form,
		"2023-01-22 12:09:39 GMT":        form,
		"2023-01-22 12:09:39 CST":        form,
		"2023-01-22 12:09:39 +00:00":     form,
		"2023-01-22 12:09:39 +0000 UTC":  form,
		"2023-01-22T12:09:39+0000":       form,
		"2023-01-22T12:09:39+00":         form,
		"2023-01-22T12:09:39+aa:00":      form,
		"2023-01-22T12:09:39+00:00Z":     form,
		"+2023-01-22 12:09:39":           form,
		"-023-01-22 12:09:39":            form,
		"20２3-01-22 12:09:39":            form,
		"2023-01-22 12:09:3:":            form,
		"2023-01-22 12:09:3/":            form,
		"2023-01-22 1 :09:39":            form,
		"2023-02-29 12:09:39":            exist,
		"2023-02-30 12:09:39 UTC":        exist,
		"1900-02-29 12:09:39 UTC":        exist,
		"2024-02-30 12:09:39 UTC":        exist,
		"2023-04-31 12:09:39":            exist,
		"2023-01-32 12:09:39":            exist,
		"2023-01-00 12:09:39":            exist,
		"2023-00-22 12:09:39":            exist,
		"2023-13-22 12:09:39":            exist,
		"0000-01-01 00:00:00":            exist,
		"0001-01-01T00:00:00+00:01":      exist,
		"2023-01-22 24:00:00 UTC":        exist,
		"2023-01-22 12:60:39 UTC":        exist,
		"2016-12-31 23:59:60 UTC":        exist,
		"2023-01-22T12:09:39+24:00":      exist,
		"2023-01-22T12:09:39-12:60":      exist,
	} {
		if _, expected := feed.ParseTimestamp([]byte(text)); string(expected) != want {
			t.Errorf("%q: expected %q, want %q", text, expected, want)
		}
	}
}

func TestEveryDateOfFourCenturiesIsTheOneOfTheTimePackage(t *testing.T) {
	for day := time.Date(1899, 12, 31, 7, 8, 9, 0, time.UTC); day.Year() < 2301; day = day.AddDate(0, 0, 1) {
		text := day.Format(time.DateTime)
		if at, expected := feed.ParseTimestamp([]byte(text)); expected != "" || at != day.UnixMicro() {
			t.Fatalf("%s is %d (expected %q), want %d", text, at, expected, day.UnixMicro())
		}
	}
}

func TestTimestampsAgreeWithTheTimePackage(t *testing.T) {
	part := func(t *rapid.T, name string, most int) int { return rapid.IntRange(0, most).Draw(t, name) }
	rapid.Check(t, func(t *rapid.T) {
		text := fmt.Sprintf("%04d-%02d-%02d%s%02d:%02d:%02d", part(t, "year", 2100), part(t, "month", 13), part(t, "day", 32),
			rapid.SampledFrom([]string{" ", "T"}).Draw(t, "between"), part(t, "hour", 25), part(t, "minute", 61), part(t, "second", 61))
		text += rapid.StringMatching(`(\.[0-9]{1,9})?`).Draw(t, "fraction")
		text += rapid.SampledFrom([]string{"", " UTC", "Z", "+00:00", "-06:00", "+05:45", "+23:59"}).Draw(t, "zone")

		at, expected := feed.ParseTimestamp([]byte(text))
		want, real := parseTime(text)
		real = real && want.UTC().Year() > 0
		if real != (expected == "") || real && at != want.UnixMicro() {
			t.Fatalf("%q is %d (expected %q), want %v", text, at, expected, want)
		}
	})
}

// parseTime is the same by the time package.
func parseTime(text string) (time.Time, bool) {
	for _, layout := range []string{
		"2006-01-02 15:04:05", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05Z07:00",
		"2006-01-02T15:04:05", "2006-01-02T15:04:05 UTC", "2006-01-02T15:04:05Z07:00",
	} {
		if at, err := time.Parse(layout, text); err == nil && text[:4] != "0000" {
			return at, true
		}
	}
	return time.Time{}, false
}

func TestTimestampsReadFastAreTheSame(t *testing.T) {
	read := feed.FastTimestamps()
	rapid.Check(t, func(t *rapid.T) {
		micros := rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "micros")
		if rapid.Bool().Draw(t, "of few dates") {
			micros = rapid.Int64Range(1674000000e6, 1674756000e6).Draw(t, "near")
		}
		text := []byte(time.UnixMicro(micros).UTC().Format("2006-01-02 15:04:05.999999 UTC"))
		if at, ok := read(text); !ok || at != micros {
			t.Fatalf("%q is %d, %t; want %d", text, at, ok, micros)
		}
		// What it takes with other characters in it must be what the plain way says.
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			n := rapid.IntRange(0, len(text)-1).Draw(t, "place")
			switch rapid.IntRange(0, 2).Draw(t, "change") {
			case 0:
				text[n] = rapid.SampledFrom([]byte("0123459/:;. -+TZ\x00\xff\xb0\xc3")).Draw(t, "character")
			case 1:
				text = slices.Delete(text, n, n+1)
			default:
				text = slices.Insert(text, n, text[n])
			}
			if len(text) == 0 {
				break
			}
		}
		at, ok := read(text)
		want, expected := feed.ParseTimestamp(text)
		if ok && (expected != "" || at != want) {
			t.Fatalf("%q is %d, want %d (expected %q)", text, at, want, expected)
		}
	})
	for _, text := range []string{"", " UTC", "2023-01-22 12:09:39", "2023-01-22 12:09:39. UTC", "2023-01-22 12:09:39.1234567 UTC", "2023-02-30 12:09:39 UTC"} {
		if at, ok := read([]byte(text)); ok {
			t.Errorf("%q is %d", text, at)
		}
	}
}

func TestDigitsAreToldEightAtATime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(rapid.StringMatching(`[0-9]{1,30}`).Draw(t, "digits"))
		if rapid.Bool().Draw(t, "other") {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "place")] = rapid.Byte().Draw(t, "byte")
		}
		all := !slices.ContainsFunc(text, func(c byte) bool { return c < '0' || c > '9' })
		if got, want := feed.IsDigits(text), all && len(text) >= 8 && len(text) <= 24; got != want {
			t.Fatalf("%q: %t, want %t", text, got, want)
		}
	})
}
