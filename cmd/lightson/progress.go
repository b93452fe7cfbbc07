package main

import (
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A bar shows progress on a terminal, and nothing in a pipe or a log.
type bar struct {
	out  io.Writer
	name string
	size bool // bytes rather than things
	bar  *progressbar.ProgressBar
}

func newBar(out io.Writer, name string, size bool) *bar {
	if f, ok := out.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		out = nil
	}
	return &bar{out: out, name: name, size: size}
}

// show is a figures.Progress.
func (b *bar) show(done, total int64) {
	if b.out == nil {
		return
	}
	if b.bar == nil {
		b.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(b.out),
			progressbar.OptionSetDescription(b.name),
			progressbar.OptionShowBytes(b.size),
			progressbar.OptionShowCount(),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionFullWidth(),
		)
	}
	_ = b.bar.Set64(done) // a bar that cannot be drawn is no reason to stop
}

func (b *bar) finish() {
	if b.bar != nil {
		_ = b.bar.Finish()
	}
}

// quiet is the log of commands: their errors are told to the person who typed them,
// and are not logged as well.
func (p *program) quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
