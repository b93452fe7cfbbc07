package rig

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
)

// Lightson runs the program on a database to its end.
func (r *Rig) Lightson(ctx context.Context, d *Database, args ...string) error {
	_, err := r.Print(ctx, d, args...)
	return err
}

// Print does the same and returns what the program printed.
func (r *Rig) Print(ctx context.Context, d *Database, args ...string) (string, error) {
	return finish(r.Command(ctx, d, args...), "lightson "+args[0])
}

// Peak does the same and returns the most memory that the program had resident,
// in bytes. Linux counts what this process held when it started the program, so
// a harness that asks stays small and keeps no data.
func (r *Rig) Peak(ctx context.Context, d *Database, args ...string) (int64, error) {
	cmd := r.Command(ctx, d, args...)
	if _, err := finish(cmd, "lightson "+args[0]); err != nil {
		return 0, err
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if runtime.GOOS == "linux" {
		return usage.Maxrss << 10, nil
	}
	return usage.Maxrss, nil
}

// Command is the program on a database, without the settings that are in our own
// environment.
func (r *Rig) Command(ctx context.Context, d *Database, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.program, args...)
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "LIGHTSON_") && !strings.HasPrefix(setting, "DATABASE_URL=") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(cmd.Env, "LIGHTSON_DATA="+d.Dir, "DATABASE_URL="+d.URL)
	return cmd
}

// Output runs another program to its end and returns what it printed.
func Output(ctx context.Context, program string, args ...string) (string, error) {
	return finish(exec.CommandContext(ctx, program, args...), program)
}

// finish runs a command to its end and returns what it printed. What it said on
// standard error is part of the error.
func finish(cmd *exec.Cmd, name string) (string, error) {
	var printed, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", name, err, said.String())
	}
	return printed.String(), nil
}
