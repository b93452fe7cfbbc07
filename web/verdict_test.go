package web_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lightson/models/uptime"
)

// seenHourly are polls of stores in the hours before the newest of them. down says whether
// a store was offline in an hour, 0 being the last.
func seenHourly(hours int, stores string, down func(store string, hour int) bool) file {
	var b strings.Builder
	b.WriteString("store_id,status,timestamp_utc\n")
	newest := time.Date(2023, 1, 25, 18, 13, 0, 0, time.UTC)
	for store := range strings.FieldsSeq(stores) {
		for hour := range hours {
			status := "active"
			if down(store, hour) {
				status = "inactive"
			}
			fmt.Fprintf(&b, "%s,%s,%s UTC\n", store, status, newest.Add(-time.Duration(hour)*time.Hour).Format("2006-01-02 15:04:05"))
		}
	}
	return file{"polls.csv", b.String()}
}

// The verdict says how things are, in the tense and with the reservations that the data allow.
func TestTheVerdictSaysWhatIsKnownAndNoMore(t *testing.T) {
	never := func(string, int) bool { return false }
	all := "a b c"
	closed := file{"hours.csv", "store_id,day,start_time_local,end_time_local\na,0,03:00,04:00\nb,0,03:00,04:00\n"}
	names := file{"names.csv", "store_id,name,group,city\na,Blue Kettle,,\n"}
	for name, tt := range map[string]struct {
		files []file
		later time.Duration // how much later than usual somebody looks
		want  string
	}{
		"all is well":        {[]file{seenHourly(180, all, never)}, 0, "No store is offline now: all 3 that should be open are online. No downtime last week. Great news."},
		"all was well":       {[]file{seenHourly(180, all, never)}, 48 * time.Hour, "As of 25 Jan 2023, no store was offline: all 3 that should have been open were online. There was no downtime in the week to 25 Jan 2023."},
		"one is offline":     {[]file{names, seenHourly(180, all, func(store string, hour int) bool { return store == "a" && hour < 5 })}, 0, "1 of 3 stores is offline now. Last week 4 h were lost, all of them at Blue Kettle."},
		"two are":            {[]file{names, seenHourly(180, all, func(store string, hour int) bool { return store == "a" && hour < 5 || store == "b" && hour < 2 })}, 0, "2 of 3 stores are offline now. Last week 5 h were lost, 4 h of them at Blue Kettle."},
		"two were":           {[]file{names, seenHourly(180, all, func(store string, hour int) bool { return store == "a" && hour < 5 || store == "b" && hour < 2 })}, 48 * time.Hour, "As of 25 Jan 2023, 2 of 3 stores were offline. In the week to 25 Jan 2023, 5 h were lost, 4 h of them at Blue Kettle."},
		"one hour":           {[]file{seenHourly(180, all, func(store string, hour int) bool { return store == "b" && hour == 30 })}, 0, "No store is offline now: all 3 that should be open are online. Last week 1 h was lost, all of it at b."},
		"little is known":    {[]file{seenHourly(30, all, never)}, 0, "No store is offline now: all 3 that should be open are online. Last week: no downtime seen in the 32 % that we could check."},
		"little, and bad":    {[]file{seenHourly(30, all, func(store string, hour int) bool { return store == "a" && hour < 5 })}, 0, "1 of 3 stores is offline now. Last week: 4 h of downtime seen in the 32 % that we could check. Most was seen at a: 4 h."},
		"nobody was checked": {[]file{seenHourly(180, all, never), {"more.csv", "store_id,timezone_str\nd,America/Chicago\n"}}, 0, "No store is known to be offline now; 1 of 4 stores could not be checked. Last week no downtime was seen in the 75 % that we could check."},
		"one store":          {[]file{names, seenHourly(180, "a", func(_ string, hour int) bool { return hour < 5 })}, 0, "Blue Kettle is offline now. Last week 4 h were lost."},
		"one store then":     {[]file{names, seenHourly(180, "a", never)}, 48 * time.Hour, "As of 25 Jan 2023, Blue Kettle was online. There was no downtime in the week to 25 Jan 2023."},
		"nobody is open":     {[]file{closed, seenHourly(3, "a b", never)}, 0, "No store is open now: all 2 are closed. There is no data for last week."},
		"no polls":           {[]file{{"zones.csv", "store_id,timezone_str\nd,America/Chicago\n"}}, 0, "There is no data for 1 store yet: no polls were imported."},
	} {
		t.Run(name, func(t *testing.T) {
			s := onSQLite(t)
			s.server.SetClock(func() time.Time { return now.Add(tt.later) })
			s.load(tt.files...)
			if got := text(s.open("/").Find(".verdict-line")); got != tt.want {
				t.Errorf("it says %q, want %q", got, tt.want)
			}
		})
	}
}

// Whatever the verdict counts, its links list.
func TestTheNumbersOfTheVerdictLeadToWhatTheyCount(t *testing.T) {
	s := onSQLite(t).withChains()
	snapshot := s.snapshot()
	for _, group := range append(groupsOf(snapshot), "") {
		verdict := s.open(overviewOf(group)).Find(".verdict-line")
		offline := 0
		for _, n := range members(snapshot, group) {
			if snapshot.Now[n].State == uptime.Down {
				offline++
			}
		}
		said := text(verdict)
		if is := strings.HasPrefix(said, fmt.Sprintf("%d of ", offline)); offline > 0 && len(members(snapshot, group)) > 1 && !is {
			t.Errorf("%q: %q, want %d offline", group, said, offline)
		}
		for _, link := range verdict.Find("a").EachIter() {
			target, word := link.AttrOr("href", ""), strings.Fields(text(link))[0]
			if !strings.HasPrefix(target, "/stores?") && target != "/stores" || strings.Contains(target, "down=") {
				s.open(target)
				continue
			}
			if list := everyPage(s, target); fmt.Sprint(len(list)) != word || !within(list, codes(snapshot, members(snapshot, group))) {
				t.Errorf("%q: %q leads to %d stores", group, text(link), len(list))
			}
		}
	}
}

func within(list, all []string) bool {
	return !slices.ContainsFunc(list, func(code string) bool { return !slices.Contains(all, code) })
}
