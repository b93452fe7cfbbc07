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
	_, err := r.Peak(ctx, d, args...)
	return err
}

// Peak does the same and returns the most memory that the program had resident,
// in bytes. Linux counts what this process held when it started the program, so
// a harness that asks stays small and keeps no data.
func (r *Rig) Peak(ctx context.Context, d *Database, args ...string) (int64, error) {
	cmd := r.Command(ctx, d, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("lightson %s: %w: %s", args[0], err, said.String())
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if runtime.GOOS == "linux" {
		return usage.Maxrss << 10, nil
	}
	return usage.Maxrss, nil
}

// Command is the program on a database, with nothing else in its environment
// that it heeds.
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
	cmd := exec.CommandContext(ctx, program, args...)
	var printed, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, said.String())
	}
	return printed.String(), nil
}

// Print runs the program on a database to its end and returns what it printed.
func (r *Rig) Print(ctx context.Context, d *Database, args ...string) (string, error) {
	cmd := r.Command(ctx, d, args...)
	var printed, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("lightson %s: %w: %s", args[0], err, said.String())
	}
	return printed.String(), nil
}
