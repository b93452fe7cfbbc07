package feed_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightson/models/feed"
)

func TestZonesAreThoseOfTheTimePackage(t *testing.T) {
	names := []string{"UTC", "Etc/UTC", "Etc/GMT+6", "America/Chicago", "America/Argentina/ComodRivadavia", "US/Central", "EST", "CET", "Asia/Kolkata"}
	var want []zone
	var file strings.Builder
	file.WriteString(zonesHeader)
	for _, name := range names {
		if _, err := time.LoadLocation(name); err != nil {
			t.Fatal(err)
		}
		want = append(want, zone{"1", name})
		fmt.Fprintf(&file, "1,%s\n", name)
	}
	got := read(file.String())
	if diff := cmp.Diff(want, got.Zones); diff != "" || len(got.Rejects) > 0 {
		t.Errorf("rejects %q; want -, got +:\n%s", got.sentences(), diff)
	}
}

func TestMoreNamesThanAreRememberedStayRightOrWrong(t *testing.T) {
	const names = 3000
	var file strings.Builder
	file.WriteString(zonesHeader)
	for range 2 {
		for i := range names {
			fmt.Fprintf(&file, "%d,Nowhere/%d\n%d,Europe/Berlin\n", i, i, i)
		}
	}
	got := read(file.String())
	if s := got.Summary; s.Accepted != 2*names || s.Rejected != 2*names {
		t.Errorf("summary %+v", s)
	}
}

func TestANameIsLookedUpOnce(t *testing.T) {
	count := func(rows int) float64 {
		file := zonesHeader + strings.Repeat("1,Europe/Berlin\n", rows)
		return testing.AllocsPerRun(5, func() {
			if _, err := feed.Read(strings.NewReader(file), now, feed.Sink{}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if few, many := count(1), count(1000); few != many {
		t.Errorf("1 row takes %v allocations, 1000 rows take %v", few, many)
	}
}
