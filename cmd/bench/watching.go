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

// watchedTurns is how many turns each server has in a run. They are short, and many: others use
// the machine, too, and what disturbs one turn must not decide.
const watchedTurns = 8

// measureWatching visits pages of three servers in turn: one is watched as much as can be, one
// has no access log, and one is not watched at all. All are in this process, since no setting
// turns the ids off.
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
	lines := logs.NewBuffer(file)
	defer lines.Flush() // before the file is closed
	log := slog.New(logs.Text(lines, slog.LevelInfo))
	watching := func(access web.AccessLog) (*watch.Watch, web.Settings) {
		w := watch.New(watch.Options{SlowQuery: time.Second, Log: log})
		return w, web.Settings{AccessLog: access, Watch: w, Metrics: w.Metrics()}
	}
	var addrs [3]string // not watched, without an access log, with one
	for n := range addrs {
		w, settings := (*watch.Watch)(nil), web.Settings{Unwatched: true}
		switch n {
		case 1:
			w, settings = watching(web.NoRequests)
		case 2:
			w, settings = watching(web.AllRequests)
		}
		addr, stop, failed := b.serveHere(ctx, week, w, settings, log)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, stop()) }()
		addrs[n] = addr
	}
	for _, p := range []page{always("/"), always("/stores"), always(health)} {
		var took [len(addrs)]times
		for range watchedTurns * b.runs {
			for n, addr := range addrs {
				seen, err := b.visitAll(ctx, addr, []page{p}, b.visit/(2*watchedTurns))
				if err != nil {
					return err
				}
				took[n] = append(took[n], seen[0].each())
			}
		}
		for n, with := range []string{"metrics and ids", "metrics, ids and access log"} {
			what := fmt.Sprintf("%s %s with %s", kind, p.name, with)
			if p.name == health { // next to nothing, so everything shows
				b.table.beside(what, took[n+1], "with none", took[0])
				continue
			}
			b.table.compare(what, took[n+1], "with none", took[0], watchedTime)
		}
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
