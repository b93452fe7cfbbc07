package watch

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"lightson/models"
	"lightson/models/modelstest"
	"lightson/models/uptime"
	"lightson/web"
)

func newWatch() *Watch { return New(Options{Version: "v1", Log: slog.New(slog.DiscardHandler)}) }

// gathered are the values of a metric, each with its labels before it.
func gathered(t *testing.T, from prometheus.Gatherer, name string) (values []string) {
	t.Helper()
	families, err := from.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		if family.GetName() != name {
			continue
		}
		for _, m := range family.GetMetric() {
			text := ""
			for _, label := range m.GetLabel() {
				text += label.GetValue() + " "
			}
			values = append(values, text+fmt.Sprint(m.GetGauge().GetValue()+m.GetCounter().GetValue()))
		}
	}
	return values
}

func TestGroupsBeyondTheLargestAreOneWhoseAgeIsThatOfTheOldest(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		var names, polls []string
		add := func(store, group, at string) {
			names = append(names, store+",Name "+store+","+group+",")
			polls = append(polls, store+",active,2023-01-25 "+at)
		}
		for n := range MostGroups {
			for k := range 2 {
				add(fmt.Sprintf("a%d-%d", n, k), fmt.Sprintf("Group %03d", n), fmt.Sprintf("11:%02d:00", 30+k))
			}
		}
		add("b", "Small", "09:00:00")
		add("c", "Smaller", "10:00:00")
		for k := range 3 { // as large as none, and named as the rest is
			add(fmt.Sprintf("d%d", k), "other", "11:00:00")
		}
		modelstest.Load(t, db, modelstest.PollsFile(polls...), modelstest.NamesFile(names...))
		f := modelstest.Figures(t, db)
		w := newWatch()
		now := modelstest.At("2023-01-25 12:00:00").Time()
		c := Things{DB: db, Figures: f, Now: func() time.Time { return now }}
		w.Look(c)
		if values := gathered(t, w.registry, "lightson_group_data_age_seconds"); len(values) != 0 {
			t.Errorf("a scrape computed figures: %v", values)
		}
		if _, err := f.Snapshot(t.Context()); err != nil {
			t.Fatal(err)
		}
		values := gathered(t, w.registry, "lightson_group_data_age_seconds")
		if len(values) != MostGroups+1 || !slices.Contains(values, "Group 000 1740") || !slices.Contains(values, "other 10800") {
			t.Errorf("%d groups: %v", len(values), values)
		}
		if values := gathered(t, w.registry, "lightson_data_age_seconds"); !slices.Equal(values, []string{"1740"}) {
			t.Errorf("the data are of an age of %v", values)
		}
		if values := gathered(t, w.registry, "lightson_stores"); !slices.Contains(values, fmt.Sprintf("up %d", 2*MostGroups+5)) {
			t.Errorf("stores: %v", values)
		}
	})
}

func TestTheQueueShowsWhatWaitsAndSinceWhen(t *testing.T) {
	modelstest.Each(t, func(t *testing.T, db *models.DB) {
		w := newWatch()
		at := models.Now()
		for n, age := range []int{90, 30} {
			r := modelstest.NewReport(fmt.Sprint(n))
			if err := db.Update(t.Context(), func(tx *models.Tx) error {
				_, err := tx.AskReport(t.Context(), r, 10)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if err := modelstest.Exec(db, "UPDATE reports SET created_at = ? WHERE id = ?", at.Add(uptime.Micros(-1e6*age)), r.ID); err != nil {
				t.Fatal(err)
			}
			if n == 1 {
				if _, err := db.Claim(t.Context(), models.ReportWork, r.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.Look(Things{DB: db, Figures: modelstest.Figures(t, db), Now: func() time.Time { return at.Time() }})
		for name, want := range map[string]string{"lightson_queue_depth": "reports 1", "lightson_queue_running": "reports 1", "lightson_queue_age_seconds": "reports 90", "lightson_database_up": "1"} {
			if values := gathered(t, w.registry, name); !slices.Contains(values, want) {
				t.Errorf("%s: expected %s, found %v", name, want, values)
			}
		}
	})
}

func TestADatabaseThatIsClosedIsDownAndTheOtherMetricsStay(t *testing.T) {
	db := modelstest.Open(t, modelstest.SQLite)
	f := modelstest.Figures(t, db)
	w := newWatch()
	w.Look(Things{DB: db, Figures: f})
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if values := gathered(t, w.registry, "lightson_database_up"); !slices.Equal(values, []string{"0"}) {
		t.Errorf("a closed database is up: %v", values)
	}
	if values := gathered(t, w.registry, "lightson_queue_depth"); len(values) != 0 {
		t.Errorf("nobody knows the queue, but it is shown: %v", values)
	}
	if values := gathered(t, w.registry, "lightson_reports_total"); len(values) == 0 {
		t.Error("what was counted is gone")
	}
}

func TestNothingThatIsStoredOrAskedForAddsALabel(t *testing.T) {
	w := newWatch()
	before := len(gathered(t, w.registry, "lightson_imports_total"))
	for n := range 50 {
		w.ImportEnded(models.Import{Work: models.Work{Source: models.Source(fmt.Sprint(n)), State: models.Complete}})
		_, end := w.Request(t.Context(), httptest.NewRequest(http.MethodGet, "/", nil), false)
		end(web.Answered{Method: "GET", Status: 1000 + n})
	}
	if after := len(gathered(t, w.registry, "lightson_imports_total")); after != before+1 {
		t.Errorf("%d labels became %d", before, after)
	}
	if values := gathered(t, w.registry, "lightson_http_requests_total"); !slices.Equal(values, []string{"GET none other 50"}) {
		t.Errorf("found %v", values)
	}
}

func TestAStatementIsShownWithoutValues(t *testing.T) {
	for text, want := range map[string]string{
		"SELECT *\n\tFROM stores  WHERE code = $1":           "SELECT * FROM stores WHERE code = $1",
		"UPDATE a SET b = 'it''s secret', c = 'x' WHERE d=?": "UPDATE a SET b = '…', c = '…' WHERE d=?",
		"SELECT '" + strings.Repeat("secret", 2000) + "'":    "SELECT '…'",
	} {
		if got := shownStatement(text); got != want {
			t.Errorf("expected %q, found %q", want, got)
		}
	}
	if got := shownStatement(strings.Repeat("?, ", 3000)); len(got) > longestStatement+3 {
		t.Errorf("%d bytes are shown", len(got))
	}
}

func TestThePrivatePortOfThisMachineAnswersToItsNamesOnly(t *testing.T) {
	w := newWatch()
	for _, c := range []struct {
		listens, host string
		want          int
	}{
		{"127.0.0.1:9", "127.0.0.1:9", 200}, {"127.0.0.1:9", "localhost", 200}, {"[::1]:9", "[::1]:9", 200}, {"127.0.0.1:9", "rebound.example:9", 421},
		{"127.0.0.1:9", "127.0.0.1.rebound.example", 421}, {"127.0.0.1:9", "", 421}, {"0.0.0.0:9", "lightson:9", 200}, {"[::]:9", "10.1.2.3:9", 200},
	} {
		address, err := net.ResolveTCPAddr("tcp", c.listens)
		if err != nil {
			t.Fatal(err)
		}
		r, answer := httptest.NewRequest(http.MethodGet, "/metrics", nil), httptest.NewRecorder()
		r.Host = c.host
		w.Private(address).ServeHTTP(answer, r)
		if answer.Code != c.want {
			t.Errorf("%s asked for as %q: status %d, expected %d", c.listens, c.host, answer.Code, c.want)
		}
	}
}
