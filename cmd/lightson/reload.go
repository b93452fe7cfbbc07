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

type hangup struct{ read atomic.Pointer[func()] }

// reload has the settings read again, and reports whether anything does.
func (h *hangup) reload() bool {
	read := h.read.Load()
	if read != nil {
		(*read)()
	}
	return read != nil
}

// readBy has a function called at each hangup, from now on. A terminal that is closed still
// stops the program.
func (h *hangup) readBy(read func()) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		h.read.Store(&read)
	}
}

// reloaded are the settings that a server that runs takes over. All others need a restart.
var reloaded = []string{"LIGHTSON_LOG_LEVEL", "LIGHTSON_OIDC_RULES", "LIGHTSON_SOURCES"}

// A reloader reads the settings of a server that runs again: the files that variables name, and
// .env. The command line and the variables of a process stay what they were.
type reloader struct {
	program    *program
	log        *slog.Logger
	background *jobs.Jobs
	site       *web.Server
	now        *reading // what counts
}

// reload takes over what it can, or nothing where anything is wrong.
func (r *reloader) reload() {
	ctx := context.WithoutCancel(r.program.ctx)
	next, err := readSettings(r.now.args, io.Discard, io.Discard)
	if err == nil {
		err = next.cli.Serve.valid(&next.cli.settings)
	}
	if err != nil {
		r.log.ErrorContext(ctx, "settings were not read again, so all stay as they were", "error", r.now.hide(next.hide(err)))
		return
	}
	taken, left := changed(&r.now.cli, &next.cli)
	settings, err := next.cli.jobSettings(next.cli.Serve.serveSettings)
	if err == nil {
		err = r.background.SetSources(ctx, settings.Sources)
	}
	if err != nil {
		r.log.ErrorContext(ctx, "settings were not read again, so all stay as they were", "error", next.hide(err))
		return
	}
	if rules, err := access.ParseRules(next.cli.Serve.OIDCRules); err == nil { // valid has looked
		r.site.SetRules(rules)
	}
	r.program.level.Set(next.cli.level())
	r.log.InfoContext(ctx, "settings were read again", "taken", taken)
	if len(left) > 0 {
		r.log.WarnContext(ctx, "settings changed that need a restart", "settings", left)
	}
	r.now = next
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
