package web_test

import (
	"runtime"
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
