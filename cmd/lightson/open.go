package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lightson/models"
	"lightson/models/figures"
)

// commandWait is how long a command waits for a PostgreSQL that does not answer. Tests
// shorten it.
var commandWait = 10 * time.Second

// open opens the database of a command and migrates it.
func (p *program) open() (*models.DB, error) {
	return p.openWithin(commandWait, func(err error) {
		fmt.Fprintln(p.err, "lightson: waiting for the database:", err)
	})
}

// openFigures opens the database and what computes its figures, for a command that shows none.
func (p *program) openFigures() (db *models.DB, f *figures.Figures, closeBoth func(), err error) {
	options, err := p.settings.figuresOptions(figures.ForReports())
	if err != nil {
		return nil, nil, nil, err
	}
	if db, err = p.open(); err != nil {
		return nil, nil, nil, err
	}
	f = figures.New(db, options...)
	return db, f, func() {
		f.Close()
		_ = db.Close()
	}, nil
}

// openServing opens the database of a server, which may start before its PostgreSQL.
func (p *program) openServing(wait time.Duration, log *slog.Logger) (*models.DB, error) {
	return p.openWithin(wait, func(err error) {
		log.Warn("waiting for the database", "at_most", wait, "error", err)
	})
}

// openWithin opens the database and migrates it. It waits for a PostgreSQL that does not
// answer yet; a SQLite file that cannot be opened does not mend itself.
func (p *program) openWithin(wait time.Duration, tell func(error)) (*models.DB, error) {
	if p.settings.DatabaseURL == "" {
		return p.openOnce()
	}
	return retryWhileAway(p.ctx, wait, p.openOnce, tell)
}

func (p *program) openOnce() (*models.DB, error) {
	db, err := models.OpenWatched(p.ctx, p.settings.DatabaseURL, p.settings.Data, p.statements)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(p.ctx); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

const (
	firstRetry = 250 * time.Millisecond
	lastRetry  = 2 * time.Second
	// tellEvery is how often a wait is spoken of.
	tellEvery = 30 * time.Second
)

// retryWhileAway calls open until it succeeds, fails for good, or wait is over. It tells
// at once why it waits, and then now and again. What does not pass by itself, such as a
// wrong password, is returned at once.
func retryWhileAway[T any](ctx context.Context, wait time.Duration, open func() (T, error), tell func(error)) (T, error) {
	began := time.Now()
	var told time.Time
	for pause := firstRetry; ; pause = min(2*pause, lastRetry) {
		opened, err := open()
		switch {
		case err == nil:
			return opened, nil
		case ctx.Err() != nil:
			return opened, errors.Join(errors.New("stopped before the database answered"), err)
		case !models.Away(err) || time.Since(began)+pause > wait:
			return opened, err
		case told.IsZero() || time.Since(told) >= tellEvery:
			tell(err)
			told = time.Now()
		}
		select {
		case <-ctx.Done():
			return opened, errors.Join(errors.New("stopped before the database answered"), err)
		case <-time.After(pause):
		}
	}
}
