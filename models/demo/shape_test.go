package demo

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	iana "lightson/models/zones"
)

var (
	validID    = regexp.MustCompile(`^([0-9]{18,19}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$`)
	validPoll  = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{0,5}[1-9])? UTC$`)
	validClock = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$`)
)

func TestEveryRowIsValid(t *testing.T) {
	polls, hours, zones := feedsOf(usual().options)
	for feed, want := range map[string][]byte{
		"store_id,status,timestamp_utc":                polls,
		"store_id,day,start_time_local,end_time_local": hours,
		"store_id,timezone_str":                        zones,
		"store_id,name,group,city":                     namesOf(usual().options),
	} {
		if got := header(want); got != feed {
			t.Errorf("header = %q, want %q", got, feed)
		}
	}
	for _, row := range records(polls) {
		if !validID.MatchString(row[0]) || row[1] != "active" && row[1] != "inactive" || !validPoll.MatchString(row[2]) {
			t.Fatalf("poll %q", row)
		}
	}
	for _, row := range records(hours) {
		if !validID.MatchString(row[0]) || len(row[1]) != 1 || row[1] < "0" || row[1] > "6" ||
			!validClock.MatchString(row[2]) || !validClock.MatchString(row[3]) {
			t.Fatalf("hours %q", row)
		}
	}
	for _, row := range records(zones) {
		if _, err := iana.Location(row[1]); err != nil || !validID.MatchString(row[0]) {
			t.Fatalf("zone %q: %v", row, err)
		}
	}
}

func TestEveryZoneIsKnownAndItsOffsetIsThatOfItsWinter(t *testing.T) {
	for _, s := range zones {
		at, err := iana.Location(s.value.name)
		if err != nil {
			t.Fatal(err)
		}
		_, january := time.Date(2023, time.January, 1, 0, 0, 0, 0, at).Zone()
		_, july := time.Date(2023, time.July, 1, 0, 0, 0, 0, at).Zone()
		if got, want := s.value.minutes*60, int64(min(january, july)); got != want {
			t.Errorf("%s is %d s ahead of UTC, want %d", s.value.name, got, want)
		}
	}
}

func TestInstantsAreWrittenAsInTheRealFeeds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int64Range(earliest.UnixMicro(), latest.UnixMicro()).Draw(t, "from")
		// Round instants have the zeros that are cut.
		step := rapid.SampledFrom([]int64{1, 10, 1000, 100_000, second, minute}).Draw(t, "step")
		at := from + rapid.Int64Range(0, 3*day/step).Draw(t, "after")*step
		at -= at % step
		at = max(at, from)
		got := string(newDates(span{from, from + 3*day}).appendInstant(nil, at))
		if want := time.UnixMicro(at).UTC().Format("2006-01-02 15:04:05.999999 UTC"); got != want {
			t.Errorf("%d is written %q, want %q", at, got, want)
		}
	})
}

func TestRowCountsAreThoseReturned(t *testing.T) {
	tests := map[string]func(io.Writer) (int64, error){
		"polls": func(w io.Writer) (int64, error) { return WritePolls(w, small(), nil) },
		"hours": func(w io.Writer) (int64, error) { return WriteHours(w, small()) },
		"zones": func(w io.Writer) (int64, error) { return WriteZones(w, small()) },
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			n := must(write(&b))
			if got := int64(strings.Count(b.String(), "\n")) - 1; got != n || n == 0 {
				t.Errorf("%d rows written, %d returned", got, n)
			}
		})
	}
}

func TestNoTwoStoresShareAnID(t *testing.T) {
	o := DefaultOptions()
	seen := map[string]bool{}
	for n := range 20_000 {
		id := o.store(n).id
		if seen[id] {
			t.Fatalf("%s is the id of two stores", id)
		}
		seen[id] = true
	}
}

func TestMostIDsAreNumbersAndSomeAreUUIDs(t *testing.T) {
	uuids := 0
	all := usual().zones
	for id := range all {
		if strings.Contains(id, "-") {
			uuids++
		}
	}
	if uuids == 0 || uuids > len(all)/10 {
		t.Errorf("%d of %d ids are UUIDs, want some", uuids, len(all))
	}
}

func TestPollsAreInNoOrder(t *testing.T) {
	polls := usual().polls
	later, sameStore := 0, 0
	for i, p := range polls[1:] {
		if p.at.After(polls[i].at) {
			later++
		}
		if p.store == polls[i].store {
			sameStore++
		}
	}
	if share := float64(later) / float64(len(polls)); share < 0.48 || share > 0.52 {
		t.Errorf("%.2f of the polls are later than the one before, want half", share)
	}
	if want := 3 * len(polls) / usual().options.Stores; sameStore > want {
		t.Errorf("%d polls follow one of their own store, want at most %d", sameStore, want)
	}
}

func TestStoresAreInNoOrder(t *testing.T) {
	order := slices.Compact(slices.Clone(usual().hoursOrder))
	if slices.IsSorted(order) {
		t.Error("the hours feed is sorted by store")
	}
}
