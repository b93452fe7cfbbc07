package web_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"weak"

	"lightson/models/modelstest"
)

// Pages are made from figures and kept, and so must not keep the figures when nobody comes.
func TestFiguresThatSomebodySawDoNotOutliveTheNewestOnes(t *testing.T) {
	s := onSQLite(t).withChains()
	seen := weak.Make(s.snapshot())
	for _, path := range []string{"/", "/stores", "/groups", "/data-quality", "/outages", "/api/v1/stores"} {
		s.ask("GET", path)
	}
	s.load(file{"polls.csv", "store_id,status,timestamp_utc\nnew,active,2023-01-25 18:20:00 UTC\n"})
	if _, err := s.figures.Trend(t.Context()); err != nil {
		t.Fatal(err)
	}
	modelstest.Eventually(t, "the older figures are still in memory", func() bool {
		runtime.GC()
		return seen.Value() == nil
	})
}

// Names are kept from figures to figures until a store changes.
func TestAStoreIsFoundByTheNameThatItHasNow(t *testing.T) {
	s := onSQLite(t).withChains()
	was := ""
	for n, name := range []string{"Lindgren", "Ericson", "Lagerlof"} {
		s.load(file{"names.csv", "store_id,name\nnamed," + name + "\n"})
		for minute := range 2 {
			s.load(file{"polls.csv", fmt.Sprintf("store_id,status,timestamp_utc\nnamed,active,2023-01-25 18:%d%d:00 UTC\n", 2+n, minute)})
			s.snapshot() // for a moment a page may show the figures of before
			if list := ids(s.open("/stores?q=" + name)); !slices.Equal(list, []string{"named"}) {
				t.Errorf("%s is %v", name, list)
			}
			if list := ids(s.open("/stores?q=" + was)); was != "" && len(list) > 0 {
				t.Errorf("%s, which is now %s, is %v", was, name, list)
			}
		}
		was = name
	}
}
