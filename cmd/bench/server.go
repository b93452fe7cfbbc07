package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// A server is lightson serve on a database, reachable at addr.
type server struct {
	cmd   *exec.Cmd
	addr  string
	inbox string
	said  bytes.Buffer
}

// serve starts a server and does not wait for it.
func (b *bench) serve(ctx context.Context, d *database) (*server, error) {
	addr, err := freeAddr()
	if err != nil {
		return nil, err
	}
	s := &server{addr: addr, inbox: filepath.Join(d.dir, "inbox")}
	s.cmd = b.command(ctx, d, "serve", "--addr", addr, "--inbox", s.inbox, "--ingest-every", "1s")
	s.cmd.Stderr = &s.said
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	return s, nil
}

// freeAddr is an address that nobody listens at. The system does not give it to
// the next who asks, so it stays free for the moment that we need.
func freeAddr() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// patience is how long a server may take for its first answer before we give up.
const patience = 30 * time.Second

// answers waits until the server answers a path with 200.
func (s *server) answers(ctx context.Context, path string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		if c, err := dial(ctx, s.addr); err == nil {
			err = c.get(path)
			return errors.Join(err, c.close())
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server did not answer: %w: %s", ctx.Err(), s.said.String())
		case <-time.After(time.Millisecond / 2):
		}
	}
}

// stop stops the server as a service manager would.
func (s *server) stop() error {
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	if err := s.cmd.Wait(); err != nil {
		return fmt.Errorf("the server stopped: %w: %s", err, s.said.String())
	}
	return nil
}
