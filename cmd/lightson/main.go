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
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
	_ "golang.org/x/crypto/x509roots/fallback" // a container may have no certificates, and sources need them

	"lightson/models"
)

func main() {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, stopSignals(signal.Ignored)...)
	go func() {
		<-signals
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
// them, unless the program was started to ignore it, as by nohup.
func stopSignals(ignored func(os.Signal) bool) []os.Signal {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !ignored(syscall.SIGHUP) {
		signals = append(signals, syscall.SIGHUP)
	}
	return signals
}

// program is what a command may use of the outside world.
type program struct {
	ctx      context.Context
	settings *settings
	out, err io.Writer
}

// exitCode carries the wish of --help and --version to end the program through
// kong, which would otherwise call os.Exit itself.
type exitCode int

// run reads the command line and does what it says.
func run(ctx context.Context, args []string, out, stderr io.Writer) (err error) {
	var cli commandLine
	parser, err := kong.New(&cli,
		kong.Name("lightson"),
		kong.Description("Lights On tells restaurant owners how often their stores were offline while they should have been open."),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Writers(out, stderr),
		kong.Exit(func(code int) { panic(exitCode(code)) }),
	)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			code, ok := p.(exitCode)
			if !ok {
				panic(p)
			}
			if code != 0 {
				err = errors.New("stopped")
			}
		}
	}()
	ignoreEmpty(parser)
	command, err := parser.Parse(args)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return err // understood, but there is no such file
	}
	if err != nil {
		return notUnderstood{err}
	}
	if err := cli.useZones(); err != nil {
		return err
	}
	err = command.Run(&program{ctx: ctx, settings: &cli.settings, out: out, err: stderr})
	return models.HidePasswordsIn(err, cli.settings.DatabaseURL, os.Getenv("PGPASSWORD"), cli.Serve.OIDCClientSecret.Reveal(), cli.Serve.SMTPURL.Reveal())
}
