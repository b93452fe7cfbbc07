package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lightson/cmd/rig"
)

// importHours brings in one hour of polls after the other, in turn by the inbox
// and by the API. The hours follow those of the demo data.
func (s *soak) importHours(ctx context.Context) error {
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for hour := 0; ; hour++ {
		file := filepath.Join(s.db.Dir, fmt.Sprintf("hour-%d.csv", hour))
		if err := rig.WriteHour(file, s.codes, rig.Newest.Add(time.Duration(hour)*time.Hour)); err != nil {
			return err
		}
		if err := s.importHour(ctx, file, hour); err != nil {
			return err
		}
		s.tally.imported(len(s.codes))
		if err := os.Remove(file); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *soak) importHour(ctx context.Context, file string, hour int) error {
	if hour%2 == 0 {
		return s.server.TakesIn(ctx, file, hour)
	}
	id, err := s.server.Upload(ctx, file)
	for err == nil {
		var w rig.Work
		err = s.server.JSON(ctx, http.MethodGet, "/api/v1/imports/"+id, &w)
		switch {
		case w.State == "complete":
			return nil
		case err == nil && w.Final():
			return fmt.Errorf("import %s is %s", id, w.State)
		case err == nil:
			err = rig.Pause(ctx)
		}
	}
	return err
}

// makeReports asks for one report after the other, and reads it to its end.
func (s *soak) makeReports(ctx context.Context) error {
	for {
		id, err := s.server.Report(ctx, "")
		if err != nil {
			return err
		}
		csv, err := s.server.Text(ctx, "/get_report/"+id)
		if err != nil {
			return err
		}
		if rows := strings.Count(csv, "\n") - 1; rows != len(s.codes) {
			return fmt.Errorf("report %s has %d rows, expected %d", id, rows, len(s.codes))
		}
		s.tally.reported(id)
		if err := rig.Sleep(ctx, time.Second); err != nil {
			return err
		}
	}
}

// visit is someone who looks at one page after the other, as people and scripts
// do, with a moment in between.
func (s *soak) visit(ctx context.Context, number int) error {
	dice := rand.New(rand.NewPCG(uint64(number), 0))
	client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for {
		path := s.page(dice)
		began := time.Now()
		err := look(ctx, client, "http://"+s.server.Addr+path)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		s.tally.visited(path, time.Since(began), err)
		if err := rig.Sleep(ctx, time.Duration(50+dice.IntN(200))*time.Millisecond); err != nil {
			return err
		}
	}
}

// page is where someone goes next.
func (s *soak) page(dice *rand.Rand) string {
	store := "/stores/" + s.codes[dice.IntN(len(s.codes))]
	pages := []string{
		"/", "/stores", "/groups", "/imports", "/reports", "/stores?down=true", "/stores?sort=week", store, store,
		fmt.Sprintf("/stores?q=%d", dice.IntN(10_000)), fmt.Sprintf("/stores?page=%d", 1+dice.IntN(len(s.codes)/50+1)),
		"/api/v1/stores", "/api/v1" + store, "/api/v1" + store + "/timeline", "/api/v1/imports", "/api/v1/reports", "/readyz",
	}
	if id := s.tally.lastReport(); id != "" {
		pages = append(pages, "/reports/"+id, "/reports/"+id+"?sort=availability", "/reports/"+id+"/details.csv")
	}
	return pages[dice.IntN(len(pages))]
}

func look(ctx context.Context, client *http.Client, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if _, err := io.Copy(io.Discard, answer.Body); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", answer.Status)
	}
	return nil
}
