package main

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

// lightson runs the measured program on a database to its end.
func (b *bench) lightson(ctx context.Context, d *database, args ...string) error {
	_, err := b.lightsonPeak(ctx, d, args...)
	return err
}

// lightsonPeak does the same and returns the most memory that the program had
// resident, in bytes. Linux counts what this process held when it started the
// program, so this one stays small and keeps no data.
func (b *bench) lightsonPeak(ctx context.Context, d *database, args ...string) (int64, error) {
	cmd := b.command(ctx, d, args...)
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

// command is the program on a database, with nothing else in its environment
// that it heeds.
func (b *bench) command(ctx context.Context, d *database, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, b.program, args...)
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "LIGHTSON_") && !strings.HasPrefix(setting, "DATABASE_URL=") {
			cmd.Env = append(cmd.Env, setting)
		}
	}
	cmd.Env = append(cmd.Env, "LIGHTSON_DATA="+d.dir, "DATABASE_URL="+d.url)
	return cmd
}

// output runs another program to its end and returns what it printed.
func output(ctx context.Context, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	var printed, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &said
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", program, err, said.String())
	}
	return printed.String(), nil
}
