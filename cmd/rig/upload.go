package rig

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
)

// Upload sends the server a file by the API and returns the import's id.
func (s *Server) Upload(ctx context.Context, path string) (id string, err error) {
	src, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer src.Close()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("files", filepath.Base(path))
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(part, src); err != nil {
		return "", err
	}
	if err := form.Close(); err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+s.Addr+"/api/v1/imports", &body)
	if err != nil {
		return "", err
	}
	request.Header.Set("Content-Type", form.FormDataContentType())
	var asked struct{ ID string }
	err = s.Do(request, &asked)
	return asked.ID, err
}

// Work is what the API says of an import and of a report.
type Work struct {
	ID, Source, State string
	Error             *string
}

// Final reports whether its state will not change any more.
func (w Work) Final() bool {
	return w.State == "complete" || w.State == "failed" || w.State == "cancelled"
}

// Imported waits until an import is complete.
func (s *Server) Imported(ctx context.Context, id string) error {
	for {
		var w Work
		if err := s.JSON(ctx, http.MethodGet, "/api/v1/imports/"+id, &w); err != nil {
			return err
		}
		if w.Final() {
			if w.State != "complete" {
				return fmt.Errorf("import %s is %s", id, w.State)
			}
			return nil
		}
		if err := Pause(ctx); err != nil {
			return err
		}
	}
}

// Works are the newest imports and reports.
func (s *Server) Works(ctx context.Context) (imports, reports []Work, err error) {
	var listed struct{ Imports, Reports []Work }
	if err := s.JSON(ctx, http.MethodGet, "/api/v1/imports?limit=100", &listed); err != nil {
		return nil, nil, err
	}
	err = s.JSON(ctx, http.MethodGet, "/api/v1/reports?limit=100", &listed)
	return listed.Imports, listed.Reports, err
}

// Text reads what the server answers at a path, whatever it may be.
func (s *Server) Text(ctx context.Context, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Addr+path, nil)
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	return string(text), err
}
