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

// StandardInput stands for standard input among the paths of files.
const StandardInput = "-"

// A stream is what comes by a pipe: it can be read once only. It is kept by its path
// from when its first bytes were looked at until it is read.
type stream struct {
	io.Reader
	io.Closer
}

// addPipe adds what comes by a pipe to an import: an archive is staged, a feed is read
// as it comes.
func (w *Worker) addPipe(ctx context.Context, i *models.Import, path string, unpacker *unpack.Unpacker) error {
	name, open := shownName(filepath.Base(path)), func() (*os.File, error) { return os.Open(path) }
	if path == StandardInput {
		name, open = "stdin", func() (*os.File, error) { return os.Stdin, nil }
	}
	src := readAside(ctx, open)
	body := bufio.NewReader(src)
	start, err := body.Peek(unpack.StartBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return errors.Join(fmt.Errorf("read %s: %w", name, err), src.Close())
	}
	if !unpack.IsArchive(start) {
		if w.streams == nil {
			w.streams = map[string][]stream{}
		}
		w.streams[path] = append(w.streams[path], stream{body, src})
		i.Add(name, 0)
		return nil
	}
	defer src.Close()
	if err := os.MkdirAll(w.stageDir(i.ID), 0o700); err != nil {
		return fmt.Errorf("stage %s: %w", name, err)
	}
	return w.stage(ctx, i, unpack.File{Name: name, Body: body}, unpacker)
}

// readAside opens and reads a pipe in a goroutine of its own. Both wait for the other
// end, and nothing wakes who waits for standard input; so the goroutine is left alone
// when ctx ends, and the reader goes on with the cause.
func readAside(ctx context.Context, open func() (*os.File, error)) io.ReadCloser {
	r, w := io.Pipe()
	go func() {
		src, err := open()
		if err == nil {
			_, err = io.Copy(w, src)
			err = errors.Join(err, src.Close())
		}
		_ = w.CloseWithError(err) // it gives no error
	}()
	context.AfterFunc(ctx, func() { _ = w.CloseWithError(context.Cause(ctx)) })
	return r
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
