package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"lightson/cmd/rig"
)

// soak is one server on one database.
type soak struct {
	options
	*rig.Rig
	out  io.Writer
	kind rig.Kind

	db     *rig.Database
	server *rig.Server
	codes  []string // of the stores
	tally  tally
	before size
	series []sample
}

// run soaks the server for the time asked for and reports whether all was met.
func (s *soak) run(ctx context.Context) (met bool, err error) {
	if err := s.fill(ctx); err != nil {
		return false, err
	}
	if s.server, err = s.Serve(ctx, s.db, "--dev"); err != nil {
		return false, err
	}
	defer s.server.Kill()
	if err := s.server.Answers(ctx, "/healthz"); err != nil {
		return false, err
	}
	if s.before, err = s.measure(ctx); err != nil {
		return false, err
	}
	fmt.Fprintf(s.out, "\n%s: %d stores, an hour of polls every %s, %d visitors\n", s.kind, len(s.codes), s.every, s.visitors)

	length := time.Duration(s.minutes * float64(time.Minute))
	working, cancel := context.WithTimeout(ctx, length)
	defer cancel()
	g, working := errgroup.WithContext(working)
	g.Go(func() error { return s.importHours(working) })
	g.Go(func() error { return s.makeReports(working) })
	for n := range s.visitors {
		g.Go(func() error { return s.visit(working, n) })
	}
	g.Go(func() error { return s.watch(working) })
	if err := g.Wait(); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return false, fmt.Errorf("%w\n%s", err, s.server.Said())
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	after, err := s.rest(ctx)
	if err != nil {
		return false, err
	}
	s.print(len(s.series)-1, "end")
	return s.verdict(after), s.server.Stop()
}

// fill makes a database with a week of polls.
func (s *soak) fill(ctx context.Context) (err error) {
	if s.db, err = s.Empty(ctx, s.kind, "soaked"); err != nil {
		return err
	}
	dir := filepath.Join(s.Dir, string(s.kind)+"-demo")
	if err := s.Lightson(ctx, s.db, "demo", fmt.Sprint("--stores=", s.stores), "--until", rig.Newest.Format(time.RFC3339Nano), dir); err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.csv"))
	if err != nil {
		return err
	}
	if err := s.Lightson(ctx, s.db, append([]string{"load"}, files...)...); err != nil {
		return err
	}
	s.codes, err = s.storeCodes(ctx)
	return err
}

// rest waits until all that was asked for is final, and measures what is there.
func (s *soak) rest(ctx context.Context) (size, error) {
	waiting, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for {
		left, err := s.db.Number(waiting, `SELECT (SELECT count(*) FROM imports WHERE state IN ('queued', 'running'))
			+ (SELECT count(*) FROM reports WHERE state IN ('queued', 'running'))`)
		if err != nil {
			return size{}, err
		}
		if left == 0 {
			return s.measure(ctx)
		}
		if err := rig.Pause(waiting); err != nil {
			return size{}, fmt.Errorf("%d imports and reports are not final: %w", left, err)
		}
	}
}
