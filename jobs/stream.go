package jobs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lightson/models"
	"lightson/models/unpack"
)

// A stream is what comes by a pipe: it can be read once only. It is kept by its path
// from when its first bytes were looked at until it is read.
type stream struct {
	io.Reader
	io.Closer
}

// addPipe adds what comes by a pipe to an import: an archive is staged, a feed is read
// as it comes.
func (w *Worker) addPipe(ctx context.Context, i *models.Import, path string, src *os.File, unpacker *unpack.Unpacker) error {
	name := filepath.Base(path)
	if path == "-" {
		name = "stdin"
	}
	// A read would wait for the other end, whoever asked for a stop.
	stop := context.AfterFunc(ctx, func() { _ = src.Close() })
	body := bufio.NewReader(src)
	start, err := body.Peek(unpack.StartBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("read %s: %w", name, err), closeUnlessStopped(stop, src))
	}
	if !unpack.IsArchive(start) {
		if w.streams == nil {
			w.streams = map[string][]stream{}
		}
		stop()
		w.streams[path] = append(w.streams[path], stream{body, src})
		i.Add(name, 0)
		return nil
	}
	defer closeUnlessStopped(stop, src) //nolint:errcheck // it was only read
	if err := os.MkdirAll(w.stageDir(i.ID), 0o700); err != nil {
		return fmt.Errorf("stage %s: %w", name, err)
	}
	return w.stage(ctx, i, unpack.File{Name: name, Body: body}, unpacker)
}

func closeUnlessStopped(stop func() bool, src io.Closer) error {
	if !stop() {
		return nil // it is closed already
	}
	return src.Close()
}

// AddStdin adds what comes by standard input to an import, under a path by which it is
// found again.
func (w *Worker) AddStdin(ctx context.Context, i *models.Import, path string, unpacker *unpack.Unpacker) error {
	return w.addPipe(ctx, i, path, os.Stdin, unpacker)
}

// open opens a file of an import, or the stream that was kept by its path.
func (w *Worker) open(file models.ImportFile, path string) (io.ReadCloser, error) {
	if kept := w.streams[path]; len(kept) > 0 {
		w.streams[path] = kept[1:]
		return kept[0], nil
	}
	return w.openFile(file, path)
}

// isStream reports whether a path is that of a stream that was not read yet.
func (w *Worker) isStream(path string) bool { return len(w.streams[path]) > 0 }
