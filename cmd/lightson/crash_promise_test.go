package main

import (
	"context"
	"net/http"
	"testing"

	"golang.org/x/sync/errgroup"

	"lightson/models"
	"lightson/models/modelstest"
)

// While another process writes, SQLite records no report. One that is asked for then
// has its id at once, and is made though the server dies before it could record it.
func TestAReportAskedForWhileSQLiteIsBusySurvivesACrash(t *testing.T) {
	modelstest.EachURL(t, func(t *testing.T, url, dir string) {
		s := serve(t, url, dir)
		db, err := models.Open(t.Context(), url, dir)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		begun, ended := make(chan struct{}), make(chan struct{})
		var writing errgroup.Group
		writing.Go(func() error {
			return db.Update(context.WithoutCancel(t.Context()), func(*models.Tx) error {
				close(begun)
				<-ended
				return nil
			})
		})
		<-begun
		id := s.trigger("")
		// PostgreSQL has several writers, so the first may be complete by now.
		if again := s.trigger(""); again != id && url == "" {
			t.Errorf("asked again: %s, want %s", again, id)
		}
		for _, path := range []string{"/get_report/" + id, "/reports/" + id, "/api/v1/reports/" + id} {
			if a := s.get(path); a.StatusCode != http.StatusOK {
				t.Errorf("%s: %s\n%s", path, a.Status, a.body)
			}
		}
		s.kill()
		close(ended)
		if err := writing.Wait(); err != nil {
			t.Fatal(err)
		}
		endLeases(t, url, dir)
		s = serve(t, url, dir)
		if s.csv(id) == "" {
			t.Error("the report is empty")
		}
	})
}
