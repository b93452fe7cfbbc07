package views

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/a-h/templ"
	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata/*.golden anew from what is rendered")

// What a drawing says is in its marks: where each begins, how wide it is, which kind it has. The
// files under testdata were looked at; whoever changes a drawing looks at the difference.
func TestDrawingsAndBadgesAreAsTheyWereLookedAt(t *testing.T) {
	components := map[string]templ.Component{
		"strip":        timeline(sampleDays()),
		"ninety-days":  StripOfDays(sampleStrip()),
		"heat-map":     heatMap(sampleHeatMap()),
		"trend":        trend(sampleTrend()),
		"movers":       movers(sampleMovers()),
		"distribution": distribution(*sampleDistribution()),
	}
	for n, b := range sampleBadges {
		components["badge-"+itoa(n)+"-"+strings.ToLower(string(b.State))] = badge("b", b)
	}
	for n, s := range sampleStates {
		components["store-"+itoa(n)+"-"+string(s.Kind)] = storeState(s)
	}
	for name, c := range components {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name+".golden")
			got := onLines(source(t, c))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("it differs from %s; go test ./views -update writes it anew:\n%s", path, diff)
			}
		})
	}
}

// onLines puts each tag on a line of its own, so that a difference is easy to read.
func onLines(html string) string {
	return strings.TrimSpace(strings.ReplaceAll(html, "><", ">\n<")) + "\n"
}
