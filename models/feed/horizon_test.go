package feed_test

import (
	"strings"
	"testing"
	"time"

	"lightson/models/feed"
)

// By file, on both paths, and by push: the last good instant is ten minutes ahead.
func TestAPollIsAtMostTenMinutesAheadOfTheClock(t *testing.T) {
	for _, clock := range []time.Time{now, time.Date(2050, 6, 1, 0, 0, 0, 999_999_000, time.UTC), now.In(time.FixedZone("", -6*3600))} {
		for ahead, good := range map[time.Duration]bool{
			-time.Hour: true, 0: true, 9 * time.Minute: true, 10 * time.Minute: true,
			10*time.Minute + time.Microsecond: false, 6 * time.Hour: false, 30 * 24 * time.Hour: false,
		} {
			at := clock.Add(ahead).UTC().Format("2006-01-02 15:04:05.999999 UTC")
			for form, row := range map[string]string{"fast": "1,active," + at, "strict": `"1", Active ,` + at} {
				summary, err := feed.Read(strings.NewReader(pollsHeader+row+"\n"), clock, feed.Sink{})
				if err != nil || summary.Accepted == 1 != good {
					t.Errorf("%s, %s: %+v, %v", form, at, summary, err)
				}
			}
			if _, reject := feed.NewPollCheck(clock).Poll("1", "active", at, ""); (reject == nil) != good {
				t.Errorf("pushed %s: %v", at, reject)
			}
		}
	}
}
