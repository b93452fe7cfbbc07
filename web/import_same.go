package web

import (
	"context"
	"errors"
	"time"

	"lightson/models"
	"lightson/models/uptime"
	"lightson/models/words"
	"lightson/views"
)

// newAlready says that the import with an id had the same bytes before; an empty id
// shows nothing. at is when that was, for the case that its record is gone; 0 if
// that is not known.
func (s *Server) newAlready(ctx context.Context, id string, at uptime.Instant) (views.Already, error) {
	if id == "" {
		return views.Already{}, nil
	}
	w := spokenOf(ctx)
	shown := views.Already{ShortID: shortID(id)}
	earlier, kept, err := s.keptImport(ctx, id)
	if kept {
		shown.URL, at = importURL(id), earlier.FinishedAt
	} else {
		shown.Gone = " " + words.Sentences(words.Later("Its record is gone."), s.importsKept()).In(w.Words)
	}
	shown.At = w.workTime(at, time.UTC, dayAndYear)
	return shown, err
}

// keptImport finds an import that another row names. Retention may have deleted
// it.
func (s *Server) keptImport(ctx context.Context, id string) (i models.Import, kept bool, err error) {
	i, err = s.data.Import(ctx, id)
	if errors.Is(err, models.ErrNotFound) {
		return i, false, nil
	}
	return i, err == nil, err
}
