package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"lightson/cmd/rig"
	"lightson/cmd/watch"
	"lightson/models"
	"lightson/models/figures"
	"lightson/models/logs"
	"lightson/web"
)

// watchedTime is how much longer a page that is kept may take with metrics, an access log in a
// file and ids of requests than without any.
const watchedTime = 1.1

// measureWatching visits pages of two servers in turn: one is watched as much as can be, the
// other not at all. Both are in this process, since no setting turns the ids off.
func (b *bench) measureWatching(ctx context.Context) error {
	for _, kind := range rig.Kinds {
		week, err := b.week(ctx, kind)
		if err != nil {
			return err
		}
		if err := b.raceWatched(ctx, kind, week); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) raceWatched(ctx context.Context, kind rig.Kind, week *rig.Database) (err error) {
	file, err := os.Create(filepath.Join(week.Dir, "access.log"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close(), os.Remove(file.Name())) }()
	log := slog.New(logs.Handler(slog.NewTextHandler(file, nil)))
	w := watch.New(watch.Options{SlowQuery: time.Second, Log: log})
	bare, stopBare, err := b.serveHere(ctx, week, nil, web.Settings{Unwatched: true}, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopBare()) }()
	watched, stopWatched, err := b.serveHere(ctx, week, w, web.Settings{AccessLog: web.AllRequests, Watch: w, Metrics: w.Metrics()}, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stopWatched()) }()
	for _, p := range []page{always("/"), always("/stores"), always(health)} {
		var took [2]times
		for range 2 * b.runs { // each is short, and others use the machine, too
			for n, addr := range []string{bare, watched} {
				seen, err := b.visitAll(ctx, addr, []page{p}, b.visit/3)
				if err != nil {
					return err
				}
				took[n] = append(took[n], seen[0].each())
			}
		}
		what, with := fmt.Sprintf("%s %s with metrics, access log and ids", kind, p.name), "with none"
		if p.name == health { // next to nothing, so everything shows
			b.table.beside(what, took[1], with, took[0])
			continue
		}
		b.table.compare(what, took[1], with, took[0], watchedTime)
	}
	return nil
}

// serveHere serves pages of a database from this process.
func (b *bench) serveHere(ctx context.Context, d *rig.Database, w *watch.Watch, settings web.Settings, log *slog.Logger) (addr string, stop func() error, err error) {
	var db *models.DB
	if w == nil {
		db, err = models.Open(ctx, d.URL, d.Dir)
	} else {
		db, err = models.OpenWatched(ctx, d.URL, d.Dir, w)
	}
	if err != nil {
		return "", nil, err
	}
	f := figures.New(db)
	if w != nil {
		w.Look(watch.Things{DB: db, Figures: f})
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		f.Close()
		return "", nil, errors.Join(err, db.Close())
	}
	site := web.New(db, f, nil, nil, nil, nil, settings, log)
	server := web.HTTPServer(site.Handler())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	return listener.Addr().String(), func() error {
		err := server.Close()
		if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
			err = errors.Join(err, served)
		}
		err = errors.Join(err, site.Close(context.WithoutCancel(ctx)))
		f.Close()
		return errors.Join(err, db.Close())
	}, nil
}
