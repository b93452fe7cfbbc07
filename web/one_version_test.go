package web_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"lightson/jobs"
	"lightson/models"
	"lightson/models/modelstest"
)

// loadElsewhere imports a file as another process does: the figures of this one learn
// of it only by the version of the data.
func (s *site) loadElsewhere(f file) {
	s.t.Helper()
	ctx := s.t.Context()
	path := filepath.Join(s.t.TempDir(), f.name)
	if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	i := models.NewImport(models.FromInbox)
	i.Add(f.name, int64(len(f.text)))
	a, err := s.db.BeginImport(ctx, i)
	if err != nil {
		s.t.Fatal(err)
	}
	other := jobs.NewWorker(s.db, modelstest.Figures(s.t, s.db), s.dir, slog.New(slog.DiscardHandler))
	if err := other.Import(ctx, a, func(models.Import, models.ImportFile) string { return path }, nil); err != nil {
		s.t.Fatal(err)
	}
}

// holdFigures keeps this process from computing any figures until release is called.
func (s *site) holdFigures() (release func()) {
	s.t.Helper()
	held, released := make(chan struct{}), make(chan struct{})
	var begin, end sync.Once
	done := make(chan error, 1)
	go func() {
		_, err := s.figures.SnapshotAt(context.WithoutCancel(s.t.Context()), models.OptionalInstant{}, func(int64, int64) {
			begin.Do(func() { close(held) })
			<-released
		})
		done <- err
	}()
	<-held
	release = func() {
		end.Do(func() {
			close(released)
			if err := <-done; err != nil {
				s.t.Error(err)
			}
		})
	}
	s.t.Cleanup(release)
	return release
}

// While the figures of new data are still being computed, a page shows those of the
// old data and says of which time they are, in its header too.
func TestAPageSpeaksOfOneVersionOfTheData(t *testing.T) {
	eachSite(t, func(t *testing.T, s *site) {
		s.load(file{"polls.csv", "store_id,status,timestamp_utc\na,active,2023-01-25 16:00:00 UTC\n"})
		pages := []string{"/", "/stores", "/groups", "/reports", "/quality", "/quality/silent"}
		for _, target := range pages {
			s.open(target)
		}
		release := s.holdFigures()
		s.loadElsewhere(file{"polls.csv", "store_id,status,timestamp_utc\na,inactive,2023-01-25 18:00:00 UTC\n"})
		for _, target := range pages {
			for range 2 { // made, and kept
				page := s.open(target)
				if got := text(page.Find(".asof time")); got != "Wed 25 Jan 2023, 16:00 UTC" {
					t.Errorf("%s: the figures are of 16:00, and the header says %q", target, got)
				}
				if got := text(page.Find(".asof .stale-why")); !strings.HasPrefix(got, "Data are ") || !strings.HasSuffix(got, " old. Newer figures are being computed.") {
					t.Errorf("%s: of figures that are old only for now the header says %q", target, got)
				}
				if said := text(page.Find("main")); strings.Contains(said, "Offline since") {
					t.Errorf("%s: it shows newer figures: %s", target, said)
				}
			}
		}
		if got := text(s.open("/imports").Find(".asof time")); got != "Wed 25 Jan 2023, 18:00 UTC" {
			t.Errorf("a page without figures says %q", got)
		}
		release()
		if _, err := s.figures.Trend(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.snapshot()
		for _, target := range pages {
			if got := text(s.open(target).Find(".asof time")); got != "Wed 25 Jan 2023, 18:00 UTC" {
				t.Errorf("%s: afterwards the header says %q", target, got)
			}
		}
		if got := text(s.open("/stores/a").Find(".store-lead .now")); !strings.HasPrefix(got, "Offline since") {
			t.Errorf("afterwards the store is %q", got)
		}
	})
}
