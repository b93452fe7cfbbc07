package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"sync/atomic"

	"golang.org/x/term"

	"lightson/jobs"
	"lightson/models/access"
	"lightson/web"
)

// hangups are the hangups of this process, which a server without a terminal takes as the wish
// to read its settings again, as other servers do.
var hangups hangup

type hangup struct{ asked atomic.Pointer[chan struct{}] }

// reload has the settings read again, and reports whether anything does. It waits for nothing:
// the next signal may be the one to stop. Hangups while they are being read are one.
func (h *hangup) reload() bool {
	asked := h.asked.Load()
	if asked == nil {
		return false
	}
	select {
	case *asked <- struct{}{}:
	default:
	}
	return true
}

// readBy has a function called at each hangup, from now on until ctx ends. A terminal that is closed still stops
// the program.
func (h *hangup) readBy(ctx context.Context, read func(context.Context)) {
	if term.IsTerminal(int(os.Stdin.Fd())) {
		return
	}
	asked := make(chan struct{}, 1)
	h.asked.Store(&asked)
	go func() {
		defer h.asked.Store(nil)
		for {
			select {
			case <-ctx.Done():
				return
			case <-asked:
				read(ctx)
			}
		}
	}()
}

// reloaded are the settings that a server that runs takes over. All others need a restart.
var reloaded = []string{"LIGHTSON_LOG_LEVEL", "LIGHTSON_OIDC_RULES", "LIGHTSON_SOURCES"}

// A reloader reads the settings of a server that runs again: the files that variables name, and
// .env. The command line and the variables of a process stay what they were.
type reloader struct {
	log        *slog.Logger
	level      *slog.LevelVar // of the log
	background *jobs.Jobs
	site       *web.Server
	now        *reading // what counts
}

// reload takes over what it can, or nothing where anything is wrong.
func (r *reloader) reload(ctx context.Context) {
	next, err := readSettings(r.now.args, io.Discard, io.Discard)
	if err == nil {
		err = r.take(ctx, next)
	}
	if err != nil {
		r.log.ErrorContext(ctx, "settings were not read again, so all stay as they were", "error", r.now.hide(next.hide(err)))
		return
	}
	taken, left := changed(&r.now.cli, &next.cli)
	r.level.Set(min(r.now.cli.level(), next.cli.level())) // so that a quieter log still says why it is
	r.log.InfoContext(ctx, "settings were read again", "taken", taken)
	if len(left) > 0 {
		r.log.WarnContext(ctx, "settings changed that need a restart", "settings", left)
	}
	r.level.Set(next.cli.level())
	r.now = next
}

// take takes over the sources and the rules of the provider, where all settings are valid.
func (r *reloader) take(ctx context.Context, next *reading) error {
	if err := next.cli.Serve.valid(&next.cli.settings); err != nil {
		return err
	}
	settings, err := next.cli.jobSettings(next.cli.Serve.serveSettings)
	if err != nil {
		return err
	}
	rules, err := access.ParseRules(next.cli.Serve.OIDCRules)
	if err != nil {
		return err
	}
	if err := r.background.SetSources(ctx, settings.Sources); err != nil {
		return err
	}
	r.site.SetRules(rules)
	return nil
}

// changed are the settings of a server that differ: those that are taken over, and the others.
func changed(before, after *commandLine) (taken, left []string) {
	for _, part := range []struct{ before, after reflect.Value }{
		{reflect.ValueOf(before.settings), reflect.ValueOf(after.settings)},
		{reflect.ValueOf(before.Serve.serveSettings), reflect.ValueOf(after.Serve.serveSettings)},
	} {
		for _, field := range reflect.VisibleFields(part.before.Type()) {
			name := field.Tag.Get("env")
			if name == "" || part.before.FieldByIndex(field.Index).Equal(part.after.FieldByIndex(field.Index)) {
				continue
			}
			if slices.Contains(reloaded, name) {
				taken = append(taken, name)
			} else {
				left = append(left, name)
			}
		}
	}
	slices.Sort(taken)
	slices.Sort(left)
	return taken, left
}
