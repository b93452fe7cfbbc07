// Command lightson tells restaurant owners how often their stores were offline
// while they should have been open.
//
// This package is wiring only: it reads flags and environment, and connects the
// folders that do the work.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
	_ "golang.org/x/crypto/x509roots/fallback" // a container may have no certificates, and sources need them

	"lightson/models"
	"lightson/models/statements"
)

func main() {
	spareMemory(os.Getenv("GOGC"), bytesInUse, debug.SetGCPercent)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals(signal.Ignored)...)
	go func() {
		for s := range signals {
			if s != syscall.SIGHUP || !hangups.reload() {
				break
			}
		}
		signal.Stop(signals) // before anything stops, so that a second signal ends the program at once
		stop()
	}()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "lightson:", err)
		os.Exit(exitStatus(err))
	}
}

// A notUnderstood error is one of the command line, not of what it asks for.
type notUnderstood struct{ error }

// Unwrap implements errors.Unwrap's interface.
func (e notUnderstood) Unwrap() error { return e.error }

// exitStatus is 0 for done, 1 for not done and 2 for not understood.
func exitStatus(err error) int {
	var usage notUnderstood
	switch {
	case err == nil:
		return 0
	case errors.As(err, &usage):
		return 2
	default:
		return 1
	}
}

// stopSignals ask the program to stop gracefully. The hangup of a terminal is one of
// them, unless the program was started to ignore it, as by nohup; a server without a
// terminal takes it as the wish to read its settings again.
func stopSignals(ignored func(os.Signal) bool) []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// program is what a command may use of the outside world.
type program struct {
	ctx        context.Context
	settings   *settings
	reading    *reading
	level      slog.LevelVar    // of the log
	statements statements.Watch // of the database; nil: nobody is told of them
	out, err   io.Writer
}

// logger writes the log of a command, at a level that may change while it runs.
func (p *program) logger() *slog.Logger { return p.loggerTo(p.err) }

func (p *program) loggerTo(w io.Writer) *slog.Logger {
	p.level.Set(p.settings.level())
	return p.settings.logger(w, &p.level)
}

// exitCode carries the wish of --help and --version to end the program through
// kong, which would otherwise call os.Exit itself.
type exitCode int

// run reads the command line and does what it says.
func run(ctx context.Context, args []string, out, stderr io.Writer) error {
	r, err := readSettings(args, out, stderr)
	if errors.Is(err, errHelped) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.cli.useZones(); err != nil {
		return err
	}
	err = r.command.Run(&program{ctx: ctx, settings: &r.cli.settings, reading: r, out: out, err: stderr})
	return r.hide(err)
}

// A reading is what was read of the command line and the environment.
type reading struct {
	args    []string
	cli     commandLine
	env     *environment
	command *kong.Context
}

// hide is an error without the secrets among the settings.
func (r *reading) hide(err error) error {
	if r == nil {
		return err
	}
	return models.HidePasswordsIn(err, r.cli.settings.DatabaseURL, os.Getenv("PGPASSWORD"), r.cli.Serve.OIDCClientSecret.Reveal(), r.cli.Serve.SMTPURL.Reveal())
}

// readSettings reads the settings. --help and --version are answered here.
func readSettings(args []string, out, stderr io.Writer) (r *reading, err error) {
	r = &reading{args: args}
	if r.env, err = newEnvironment(); err != nil {
		return nil, err
	}
	parser, err := kong.New(&r.cli,
		kong.Name("lightson"),
		kong.Description("Lights On tells restaurant owners how often their stores were offline while they should have been open."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(out, stderr),
		kong.Resolvers(r.env),
		kong.ValueFormatter(helpWithVariable),
		kong.Exit(func(code int) { panic(exitCode(code)) }),
	)
	if err != nil {
		return nil, err
	}
	leaveToEnvironment(parser)
	defer func() {
		if p := recover(); p != nil {
			code, ok := p.(exitCode)
			if !ok {
				panic(p)
			}
			err = errHelped
			if code != 0 {
				err = errors.New("stopped")
			}
		}
	}()
	r.command, err = parser.Parse(args)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return nil, err // understood, but there is no such file
	}
	if err != nil {
		return nil, notUnderstood{err}
	}
	return r, nil
}

// errHelped says that the help was all that was asked for.
var errHelped = errors.New("help was shown")
