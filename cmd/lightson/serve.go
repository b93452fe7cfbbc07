package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/watch"
	"lightson/jobs"
	"lightson/models"
	"lightson/models/figures"
	"lightson/models/logs"
	"lightson/models/zones"
	"lightson/web"
)

type serveCommand struct {
	serveSettings
}

// Run serves until it is asked to stop. It reads as the list of the program's
// parts; they are stopped in the opposite order.
func (c *serveCommand) Run(p *program) error {
	lines := logs.NewBuffer(p.err)
	defer lines.Flush()
	log := p.loggerTo(lines)
	jobSettings, err := p.settings.jobSettings(c.serveSettings)
	if err != nil {
		return err
	}
	options, err := p.settings.figuresOptions()
	if err != nil {
		return err
	}
	names, public, err := c.reach()
	if err != nil {
		return err
	}
	signIn, proxies, err := c.signIn(public)
	if err != nil {
		return err
	}
	origins, err := c.origins()
	if err != nil {
		return err
	}
	watched, stopWatching, err := c.newWatch(p.ctx, log)
	if err != nil {
		return err
	}
	defer stopWatching()
	db, err := p.openWatched(c.DatabaseWait, watched, log)
	if err != nil {
		return err
	}
	defer closeQuietly(log, "database", db.Close)
	if err := db.Check(p.ctx); err != nil {
		return err
	}
	if db.Exposed() {
		log.Warn("everybody on this machine may read the database file", "expected", "a file that belongs to the server's user",
			"folder", p.settings.Data)
	}
	f := figures.New(db, options...)
	defer closeInTime(log, "figures", f.Close)
	f.Prepare()

	jobSettings.Watch = watched
	background, err := jobs.New(db, f, jobSettings, log)
	if err != nil {
		return err
	}
	if err := background.Migrate(p.ctx); err != nil {
		return err
	}
	if c.Demo {
		if err := loadDemo(p, db, f); err != nil {
			return err
		}
	}
	watched.Look(watch.Things{DB: db, Figures: f, Space: background.DiskSpace})
	closeMetrics, err := c.serveMetrics(p.ctx, watched, log)
	if err != nil {
		return err
	}
	defer closeMetrics()
	listener, err := new(net.ListenConfig).Listen(p.ctx, "tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("LIGHTSON_ADDR: %w", err)
	}
	if err := c.addFirstAccount(p.ctx, db, public, listener.Addr(), log); err != nil {
		return errors.Join(err, listener.Close())
	}
	open, err := c.openTo(listener.Addr(), len(proxies) > 0 || public != nil, signIn, func() (bool, error) { return hasAccounts(p.ctx, db) }, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	site := web.New(db, f, background, background, background, background, web.Settings{
		UploadLimit: c.UploadLimit, Currency: c.Currency, Version: version(), Dev: c.Dev, Keep: jobSettings.Keep, ReportsDir: jobSettings.ReportsDir != "",
		Hosts: web.NewHosts(c.Addr, listener.Addr(), names, public), URL: public,
		Proxies: proxies, Origins: origins, SignInAlways: !open, RateLimit: c.RateLimit, SignIn: signIn,
		AccessLog: web.AccessLog(c.AccessLog), Watch: watched, Metrics: watched.Metrics(),
	}, log)
	defer closeInTime(log, "records", func() {
		if err := site.Close(context.WithoutCancel(p.ctx)); err != nil {
			log.Error("close failed", "what", "records", "error", err)
		}
	})
	// Running work must be able to finish after the signal to stop.
	working := context.WithoutCancel(p.ctx)
	if err := background.Start(working); err != nil {
		return errors.Join(err, listener.Close())
	}
	for _, name := range p.reading.unknown() {
		log.Warn("no setting has this name", "name", name)
	}
	again := &reloader{log: log, level: &p.level, background: background, site: site, now: p.reading}
	hangups.readBy(p.ctx, again.reload)
	log.Info("serving", "url", "http://"+listener.Addr().String(), "database", db.Backend(), "inbox", jobSettings.Inbox, "zones", zones.Version())
	return c.serve(p.ctx, site, listener, background, log)
}

// serve answers requests until ctx ends. The server's Serve returns when Shutdown
// begins, and the database must outlive every request, so serve waits for both.
// Requests and jobs stop at the same time, so that a silent client does not use up
// the time of the jobs.
func (c *serveCommand) serve(ctx context.Context, site *web.Server, listener net.Listener, background *jobs.Jobs, log *slog.Logger) error {
	server := web.HTTPServer(site.Handler())
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	g.Go(func() error {
		<-ctx.Done()
		log.Info("stopping", "within", c.StopAfter)
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.StopAfter)
		defer cancel()
		var both errgroup.Group
		both.Go(func() error { return background.Stop(stopping) })
		both.Go(func() error {
			if site.Drain() {
				wait(stopping, c.Drain)
			}
			if err := server.Shutdown(stopping); err != nil {
				log.Warn("requests cut off", "error", errors.Join(err, server.Close()))
			}
			return nil
		})
		return both.Wait()
	})
	return g.Wait()
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// loadDemo fills an empty database, so that a newcomer sees something.
func loadDemo(p *program, db *models.DB, f *figures.Figures) error {
	version, err := db.DataVersion(p.ctx)
	if err != nil || version.Version > 0 {
		return err
	}
	dir, err := os.MkdirTemp("", "lightson-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	paths, err := writeRecentDemo(dir)
	if err != nil {
		return err
	}
	_, err = loadFiles(p, db, f, models.NewImport(models.FromDemo), paths)
	return err
}

func closeQuietly(log *slog.Logger, what string, closeIt func() error) {
	if err := closeIt(); err != nil {
		log.Error("close failed", "what", what, "error", err)
	}
}

// closeWithin is how long the end of the program waits for what still uses a
// database that may hang.
const closeWithin = 5 * time.Second

// closeInTime waits for what is being closed, but not for ever.
func closeInTime(log *slog.Logger, what string, closeIt func()) {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		closeIt()
	}()
	select {
	case <-closed:
	case <-time.After(closeWithin):
		log.Warn("still busy at the end", "what", what)
	}
}
