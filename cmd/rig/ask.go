package rig

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// TakesIn gives the server a file and waits until it has imported it.
func (s *Server) TakesIn(ctx context.Context, file string, number int) error {
	place := filepath.Join(s.Inbox, fmt.Sprintf("%d.csv", number))
	if err := os.MkdirAll(s.Inbox, 0o700); err != nil {
		return err
	}
	if err := os.Link(file, place); err != nil {
		return err
	}
	for {
		if _, err := os.Stat(place); errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err := Pause(ctx); err != nil {
			return err
		}
	}
}

// Report asks the server for a report, waits for it and returns its id.
func (s *Server) Report(ctx context.Context, query string) (id string, err error) {
	if id, err = s.Trigger(ctx, query); err != nil {
		return "", err
	}
	return id, s.Reported(ctx, id)
}

// Trigger asks the server for a report and returns its id at once.
func (s *Server) Trigger(ctx context.Context, query string) (id string, err error) {
	var asked struct {
		ID string `json:"report_id"`
	}
	err = s.JSON(ctx, http.MethodPost, "/trigger_report?"+query, &asked)
	return asked.ID, err
}

// Reported waits until a report is complete.
func (s *Server) Reported(ctx context.Context, id string) error {
	for {
		var answer struct {
			Status, Error string
		}
		if err := s.JSON(ctx, http.MethodGet, "/get_report/"+id, &answer); err != nil {
			return err
		}
		switch answer.Status {
		case "Complete":
			return nil
		case "Failed":
			return fmt.Errorf("report %s: %s", id, answer.Error)
		}
		if err := Pause(ctx); err != nil {
			return err
		}
	}
}

// JSON asks for something that must be answered with 200, or 202, and reads it.
func (s *Server) JSON(ctx context.Context, method, path string, into any) error {
	request, err := http.NewRequestWithContext(ctx, method, "http://"+s.Addr+path, nil)
	if err != nil {
		return err
	}
	if s.Cookie != "" {
		request.Header.Set("Cookie", s.Cookie)
	}
	return s.Do(request, into)
}

// Do sends a request and reads its answer, which must be 200 or 202.
func (s *Server) Do(request *http.Request, into any) error {
	request.Header.Set("Accept", "application/json")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusAccepted {
		return fmt.Errorf("%s %s: %s", request.Method, request.URL.Path, answer.Status)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// Pause waits a moment before the next look whether something is done.
func Pause(ctx context.Context) error { return Sleep(ctx, 20*time.Millisecond) }

// Sleep waits for so long, or until ctx ends, which is its error.
func Sleep(ctx context.Context, long time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(long):
		return nil
	}
}
