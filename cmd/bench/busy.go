package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// A busyness is imports and reports that a server does one after the other, as
// long as someone watches how its pages fare.
type busyness struct {
	cancel           context.CancelFunc
	group            *errgroup.Group
	imports, reports int
}

// keepBusy drops files into the server's inbox, in turn a new hour and all polls
// once more, and asks for reports.
func (b *bench) keepBusy(ctx context.Context, s *server) (*busyness, error) {
	f, err := b.feeds(ctx)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	g, ctx := errgroup.WithContext(ctx)
	work := &busyness{cancel: cancel, group: g}
	g.Go(func() error {
		for ; ctx.Err() == nil; work.imports++ {
			file := f.polls
			if work.imports%2 == 0 {
				if file, err = b.nextHour(ctx); err != nil {
					return err
				}
			}
			if err := s.takesIn(ctx, file, work.imports); err != nil {
				return err
			}
		}
		return nil
	})
	g.Go(func() error {
		for ; ctx.Err() == nil; work.reports++ {
			if _, err := s.report(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	return work, nil
}

// stop ends it and says what was done.
func (w *busyness) stop() (string, error) {
	w.cancel()
	err := w.group.Wait()
	if errors.Is(err, context.Canceled) {
		err = nil
	}
	return fmt.Sprintf("%d imports, %d reports done", w.imports, w.reports), err
}

// takesIn gives the server a file and waits until it has imported it.
func (s *server) takesIn(ctx context.Context, file string, number int) error {
	place := filepath.Join(s.inbox, fmt.Sprintf("%d.csv", number))
	if err := os.MkdirAll(s.inbox, 0o700); err != nil {
		return err
	}
	if err := os.Link(file, place); err != nil {
		return err
	}
	for {
		if _, err := os.Stat(place); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// report asks the server for a report, waits for it and returns its id.
func (s *server) report(ctx context.Context) (id string, err error) {
	var asked struct {
		ID string `json:"report_id"`
	}
	if err := s.json(ctx, http.MethodPost, "/trigger_report", &asked); err != nil {
		return "", err
	}
	for {
		var answer struct {
			State, Error string
		}
		if err := s.json(ctx, http.MethodGet, "/get_report/"+asked.ID, &answer); err != nil {
			return "", err
		}
		switch strings.ToLower(answer.State) {
		case "complete":
			return asked.ID, nil
		case "failed", "cancelled":
			return "", fmt.Errorf("report %s: %s", answer.State, answer.Error)
		}
		if err := pause(ctx); err != nil {
			return "", err
		}
	}
}

func (s *server) json(ctx context.Context, method, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.addr+path, nil)
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s %s: %s", method, path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// pause is how often we look whether something is done.
func pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(20 * time.Millisecond):
		return nil
	}
}
