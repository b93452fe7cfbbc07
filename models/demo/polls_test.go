package demo

import (
	"testing"
	"time"
)

func TestNewestPollIsAtUntil(t *testing.T) {
	for name, until := range map[string]string{
		"within an hour":        "2023-01-25T18:13:22.47922Z",
		"at the full hour":      "2023-01-25T18:00:00Z",
		"just after it":         "2023-01-25T18:00:00.000001Z",
		"just before it":        "2023-01-25T17:59:59.999999Z",
		"between microseconds":  "2023-01-25T18:13:22.4792299Z",
		"where a year begins":   "2024-01-01T00:00:00Z",
		"in the earliest years": "2000-01-01T00:00:00Z",
	} {
		for _, stores := range []int{1, 40} {
			t.Run(name, func(t *testing.T) {
				o := Options{Stores: stores, Days: 1, Until: must(time.Parse(time.RFC3339Nano, until))}
				oldest, newest := o.Until, time.Time{}
				for _, p := range read(o).polls {
					if p.at.Before(oldest) {
						oldest = p.at
					}
					if p.at.After(newest) {
						newest = p.at
					}
				}
				if want := o.Until.Truncate(time.Microsecond); !newest.Equal(want) {
					t.Errorf("newest poll at %s, want %s", newest, want)
				}
				if !oldest.After(o.Until.AddDate(0, 0, -1)) {
					t.Errorf("oldest poll at %s is more than a day before %s", oldest, o.Until)
				}
			})
		}
	}
}

func TestStoresArePolledAboutHourly(t *testing.T) {
	r := usual()
	if mean := len(r.polls) / r.options.Stores; mean < 120 || mean > 140 {
		t.Errorf("%d polls per store in 8 days, want about 130", mean)
	}
	gaps, short, hourly := 0, 0, 0
	for _, polls := range r.pollsByStore {
		for i, p := range polls[1:] {
			gap := p.at.Sub(polls[i].at)
			if gap == 0 {
				continue
			}
			gaps++
			if gap < 55*time.Minute {
				short++
			}
			if gap < 65*time.Minute {
				hourly++
			}
		}
	}
	// The last poll of the first store is at the very end, whatever its turn.
	if short > 1 {
		t.Errorf("%d polls come within less than 55 minutes", short)
	}
	if share := float64(hourly) / float64(gaps); share < 0.6 || share > 0.8 {
		t.Errorf("%.2f of the polls come an hour after the one before, want about 0.7", share)
	}
}

func TestSomePollsAreThereTwice(t *testing.T) {
	seen := map[toldPoll]bool{}
	twice := 0
	for _, p := range usual().polls {
		if seen[p] {
			twice++
		}
		seen[p] = true
	}
	if share := float64(twice) / float64(len(usual().polls)); share < 0.0005 || share > 0.002 {
		t.Errorf("%.4f of the polls are duplicates, want about 0.001", share)
	}
}

func TestAHandfulOfPollsDisagree(t *testing.T) {
	type instant struct {
		store string
		at    time.Time
	}
	seen := map[instant]bool{}
	conflicts := 0
	for _, p := range usual().polls {
		key := instant{p.store, p.at}
		if before, ok := seen[key]; ok && before != p.active {
			conflicts++
		}
		seen[key] = p.active
	}
	if conflicts < 1 || conflicts > 10 {
		t.Errorf("%d conflicting polls, want a handful", conflicts)
	}
}

func TestSomeStoresWentSilent(t *testing.T) {
	r, silent := usual(), 0
	for _, polls := range r.pollsByStore {
		if r.options.Until.Sub(polls[len(polls)-1].at) > 24*time.Hour {
			silent++
		}
	}
	if want := 4 * r.options.Stores / 100; silent < want/2 || silent > want*2 {
		t.Errorf("%d stores went silent, want about %d", silent, want)
	}
}

func TestSomeStoresAreSilentForAStretch(t *testing.T) {
	r, silent := usual(), 0
	for _, polls := range r.pollsByStore {
		for i, p := range polls[1:] {
			if p.at.Sub(polls[i].at) > 24*time.Hour {
				silent++
			}
		}
	}
	if want := 3 * r.options.Stores / 100; silent < want/2 || silent > want*2 {
		t.Errorf("%d stores were silent for more than a day, want about %d", silent, want)
	}
}
